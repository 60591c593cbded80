"""The vault: where its key comes from, and what happens with a different key."""

import stat

import pytest
from cryptography.fernet import Fernet

from lib.errors import SecretsUnreadable, SettingsError, StoreUnwritable
from lib.store.vault import Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_the_key_file_is_created_when_first_needed_and_only_its_owner_can_open_it(home):
    vault = Vault(home, None)
    assert not home.exists()

    token = vault.encrypt("secret")

    key_file = home / "optback.key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [path.name for path in home.iterdir()] == ["optback.key"]
    assert Vault(home, "").decrypt(token) == "secret"


def test_the_newest_key_encrypts_and_every_key_decrypts(home):
    token = Vault(home, OLD).encrypt("secret")
    both = Vault(home, f" {NEW} , {OLD},")

    assert both.decrypt(token) == "secret"
    assert Vault(home, NEW).decrypt(both.encrypt("other")) == "other"
    assert not home.exists()


@pytest.mark.parametrize(
    "keys", ["secret", f"{NEW},secret", "é", NEW[:-2]], ids=["word", "second", "accent", "cut"]
)
def test_an_invalid_fernet_key_is_a_usage_error_that_does_not_repeat_it(home, keys):
    with pytest.raises(SettingsError) as caught:
        Vault(home, keys)

    assert keys not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_different_key_is_an_error_with_a_message(home):
    token = Vault(home, OLD).encrypt("secret")

    with pytest.raises(SecretsUnreadable, match="a different key"):
        Vault(home, NEW).decrypt(token)


def test_a_damaged_key_file_is_reported_and_not_changed(home):
    home.mkdir()
    (home / "optback.key").write_text("spoilt")

    with pytest.raises(SecretsUnreadable, match="doesn't contain a Fernet key"):
        Vault(home, None).encrypt("secret")

    assert (home / "optback.key").read_text() == "spoilt"


def test_a_key_file_that_cannot_be_created_is_reported(home):
    home.write_text("a file in the way")

    with pytest.raises(StoreUnwritable):
        Vault(home, None).encrypt("secret")


def test_a_fingerprint_is_stable_while_the_key_stays_and_reveals_nothing(home):
    vault = Vault(home, OLD)

    assert vault.fingerprint("secret") == Vault(home, OLD).fingerprint("secret")
    assert vault.fingerprint("secret") != vault.fingerprint("Secret")
    assert vault.fingerprint("secret") != Vault(home, NEW).fingerprint("secret")
    assert "secret" not in vault.fingerprint("secret")
