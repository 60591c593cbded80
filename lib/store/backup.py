"""A copy of the log as it is at one moment, whole or not at all, even while a run writes to it."""

import os
import secrets
import sqlite3
from pathlib import Path

from lib.errors import FileUnwritable, UsageError
from lib.store import folder
from lib.store.db import Store

_COPY = "vacuum into :path"


def copy_to(store: Store, path: Path) -> int:
    """Write the copy (0600) and return its size in bytes. The key file isn't part of it.

    Raises UsageError if the path is taken or its folder isn't there, and FileUnwritable.
    """
    _check(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        folder.prepare_file(draft)
        store.conn.execute(_COPY, {"path": str(draft)})
        _settle(draft)
        os.link(draft, path)  # fails if another process was faster
        return path.stat().st_size
    except FileExistsError:
        raise _taken(path) from None
    except (OSError, sqlite3.OperationalError) as error:
        raise FileUnwritable(
            f"The backup {path} can't be written: {getattr(error, 'strerror', None) or error}",
            remedy="Choose a folder with enough free space that the user who runs Optback can "
            "write to. Nothing was left there.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _check(path: Path) -> None:
    if path.is_dir() or not path.name:
        raise UsageError(
            f"{path} is a folder",
            remedy=f"Give the name of a file, such as {path / 'optback-backup.sqlite'}.",
        )
    if os.path.lexists(path):
        raise _taken(path)
    if not path.parent.is_dir():
        raise UsageError(
            f"The folder {path.parent} doesn't exist",
            remedy="Create it, or choose another folder.",
        )


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"{path} is already there, and a backup never replaces a file",
        remedy="Choose another name, or move that file away.",
    )


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
