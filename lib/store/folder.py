"""The folder of the log: only its owner can open it, whatever the umask is."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.errors import StoreUnwritable

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_PRIVATE = 0o777


def prepare(home: Path) -> None:
    """Create the folder, or take away other users' access to it. Raises StoreUnwritable."""
    try:
        home.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        _set_mode(home, _FOLDER_MODE)
    except OSError as error:
        raise _unwritable(home, error) from error


def prepare_file(path: Path, content: bytes = b"") -> None:
    """Create a file, or take away other users' access to it. Raises StoreUnwritable."""
    try:
        if not path.exists():
            _create(path, content)
        _set_mode(path, _FILE_MODE)
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a whole file: after a crash, it has the old content or the new content."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, content)
        draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Lock the folder against other processes: SQLite's busy timeout doesn't cover its setup."""
    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _create(path: Path, content: bytes) -> None:
    """Create a file with all its content at once, so that no process ever reads half a key.

    An existing file isn't even opened: closing it would drop the locks that SQLite holds on it in
    another thread.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, content)
        os.link(draft, path)
    except FileExistsError:
        return  # another process created it first
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, _FILE_MODE)
        file.write(content)
        file.flush()
        os.fsync(handle)


def _settle(home: Path) -> None:
    """Let the names in a folder reach the disk."""
    handle = os.open(home, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _set_mode(path: Path, mode: int) -> None:
    if path.stat().st_mode & _PRIVATE != mode:
        path.chmod(mode)


def _unwritable(home: Path, error: OSError) -> StoreUnwritable:
    return StoreUnwritable(
        f"Optback can't use the log folder {home}: {error.strerror}",
        remedy="Set OPTBACK_HOME to a folder that the user who runs Optback owns and can write to.",
    )
