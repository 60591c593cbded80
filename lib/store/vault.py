"""Encryption of stored secrets. The key is OPTBACK_KEY, or a file created when first needed."""

import hashlib
import hmac
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lib.errors import SecretsUnreadable, SettingsError
from lib.store import key_file

_PURPOSE = b"optback: which credentials are these\0"


class Vault:
    """Encrypts with the newest key, decrypts with any of the keys.

    `keys_text` is OPTBACK_KEY: Fernet keys separated by commas, the newest first. Without it the
    key is the file `optback.key` in `home`, made (0600) when it is first needed. The file is read
    each time: another process may change the key.
    """

    def __init__(self, home: Path, keys_text: str | None) -> None:
        """Raises SettingsError when OPTBACK_KEY isn't a valid Fernet key."""
        self.home = home
        self._keys = _keys_in(keys_text or "")
        for key in self._keys:
            _check(key)

    @property
    def uses_key_file(self) -> bool:
        """Whether the key is in the home's file, not in OPTBACK_KEY."""
        return not self._keys

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
                remedy="Set OPTBACK_KEY to the key they were stored with (or put back the old "
                f"{key_file.NAME}). If that key is lost, run sync.py connect NAME, or enter the "
                "credentials again on the Connection page. The history stays.",
            ) from error

    def encrypt_again(self, token: str) -> str | None:
        """The token under the newest key; None when no key of ours made it."""
        try:
            return self._fernet().rotate(token).decode("ascii")
        except InvalidToken:
            return None

    def fingerprint(self, text: str) -> str:
        """A text that identifies credentials without revealing them. It changes with the key."""
        return self.fingerprints(text)[0]

    def fingerprints(self, text: str) -> list[str]:
        """The fingerprint under each key, the newest first: a mark may be older than the key."""
        return [_fingerprint(key, text) for key in self._all_keys()]

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._all_keys()])

    def _all_keys(self) -> list[bytes]:
        return self._keys or key_file.keys_of(self.home)


def _fingerprint(key: bytes, text: str) -> str:
    secret = hashlib.sha256(_PURPOSE + key).digest()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


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
