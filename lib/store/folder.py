"""The folder of the log: for its owner alone, whatever the umask says."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.errors import StoreUnwritable

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_PRIVATE = 0o777


def prepare(home: Path, name: str) -> Path:
    """The path of the file `name` in `home`, both there and closed to others.

    Raises StoreUnwritable.
    """
    path = home / name
    try:
        home.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        _close_to_others(home, _FOLDER_MODE)
        create(path, b"")
        _close_to_others(path, _FILE_MODE)
    except OSError as error:
        raise _unwritable(home, error) from error
    return path


def create(path: Path, content: bytes) -> bool:
    """Make a file that only its owner may read; False when there is one already.

    An existing file is not opened: closing it again would drop the locks that SQLite holds on it
    in another thread.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, _FILE_MODE)
        file.write(content)
        file.flush()
        os.fsync(handle)
    return True


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Alone with the folder among all processes: SQLite's busy timeout spares its set-up."""
    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _close_to_others(path: Path, mode: int) -> None:
    if path.stat().st_mode & _PRIVATE != mode:
        path.chmod(mode)


def _unwritable(home: Path, error: OSError) -> StoreUnwritable:
    return StoreUnwritable(
        f"The log's folder {home} cannot be used: {error.strerror}",
        remedy="Set OPTBACK_HOME to a folder that the user who runs Optback owns and may write to.",
    )
