"""Encryption of stored secrets. The key is OPTBACK_KEY, or a file created when first needed."""

import hashlib
import hmac
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lib.errors import SecretsUnreadable, SettingsError, StoreUnwritable
from lib.store import folder

_KEY_FILE = "optback.key"
_PURPOSE = b"optback: which credentials are these\0"


class Vault:
    """Encrypts with the newest key, decrypts with any of the keys.

    `keys_text` is OPTBACK_KEY: Fernet keys separated by commas, newest first. Without it, the key
    is in the file `optback.key` in `home`, which is created (0600) when it is first needed.
    """

    def __init__(self, home: Path, keys_text: str | None) -> None:
        """Raises SettingsError if OPTBACK_KEY isn't a valid Fernet key."""
        self._home = home
        self._keys = _keys_in(keys_text or "")
        for key in self._keys:
            _check(key)

    def encrypt(self, text: str) -> str:
        """The text as a Fernet token."""
        return self._fernet().encrypt(text.encode()).decode("ascii")

    def decrypt(self, token: str) -> str:
        """The text of a token. Raises SecretsUnreadable if none of our keys made it."""
        try:
            return self._fernet().decrypt(token).decode()
        except InvalidToken as error:
            raise SecretsUnreadable(
                "The stored credentials were encrypted with a different key",
                remedy="Set OPTBACK_KEY to the key they were stored with (or put back "
                f"the old {_KEY_FILE}), or set up the connection again.",
            ) from error

    def fingerprint(self, text: str) -> str:
        """A text that identifies credentials without revealing them. It changes with the key."""
        secret = hashlib.sha256(_PURPOSE + self._all_keys()[0]).digest()
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._all_keys()])

    def _all_keys(self) -> list[bytes]:
        if not self._keys:
            self._keys = [_key_from_file(self._home)]
        return self._keys


def _keys_in(text: str) -> list[bytes]:
    return [key.strip().encode() for key in text.split(",") if key.strip()]


def _check(key: bytes) -> None:
    try:
        Fernet(key)
    except ValueError as error:
        raise SettingsError(
            "OPTBACK_KEY isn't a valid Fernet key",
            remedy="To create a key: python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'",
        ) from error


def _key_from_file(home: Path) -> bytes:
    path = home / _KEY_FILE
    try:
        folder.prepare(home)
        folder.prepare_file(path, Fernet.generate_key())
        key = path.read_bytes().strip()
    except OSError as error:
        raise StoreUnwritable(
            f"The key file {path} can't be read or created: {error.strerror}",
            remedy="Let the user who runs Optback read it, or set OPTBACK_KEY.",
        ) from error
    try:
        Fernet(key)
    except ValueError as error:
        raise SecretsUnreadable(
            f"The key file {path} doesn't contain a Fernet key",
            remedy="Put back the old file, or move this file away and set up the connections "
            "again.",
        ) from error
    return key
