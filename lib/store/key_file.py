"""The key file of a home: Fernet keys, a line each, the newest first.

There is one key, or two while a rotation is on its way: a process that is killed in between
leaves a file that reads what was stored before and after.
"""

from pathlib import Path

from cryptography.fernet import Fernet

from lib.errors import SecretsUnreadable, StoreUnwritable
from lib.store import folder

NAME = "optback.key"


def keys_of(home: Path) -> list[bytes]:
    """The keys in the file, which is made (0600) if there is none.

    Raises StoreUnwritable, and SecretsUnreadable if the file has no usable key.
    """
    path = home / NAME
    try:
        folder.prepare(home)
        folder.prepare_file(path, Fernet.generate_key())
        keys = path.read_bytes().split()
        for key in keys or [b""]:
            Fernet(key)
    except OSError as error:
        raise StoreUnwritable(
            f"The key file {path} can't be read or created: {error.strerror}",
            remedy="Let the user who runs Optback read it, or set OPTBACK_KEY.",
        ) from error
    except ValueError as error:
        raise SecretsUnreadable(
            f"The key file {path} doesn't contain a Fernet key",
            remedy="Put back the old file. If it's lost, move this file away and run "
            "sync.py connect NAME for each connection, or enter the credentials on the "
            "Connection page. The history stays.",
        ) from error
    return keys


def add_newest(home: Path) -> None:
    """Put a new key before the keys that are there, whole or not at all."""
    keys = [Fernet.generate_key(), *keys_of(home)]
    folder.replace_file(home / NAME, b"\n".join(keys))


def keep_newest(home: Path) -> None:
    """Drop all keys but the newest, once nothing needs them."""
    folder.replace_file(home / NAME, keys_of(home)[0])
