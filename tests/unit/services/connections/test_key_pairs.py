"""Keys that Optback makes: real RSA keys and certificates, in use only once they are saved."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from lib.services import lifecycle
from lib.services.connections import key_pairs, rotation
from lib.services.connections.stored import save, stored
from lib.services.log import open_log
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store import connections

NAME = "acme"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def log(tmp_path: Path):
    with open_log(tmp_path / "home", {}) as opened:
        yield opened


def credentials(private_key: str) -> Credentials:
    login = SalesforceLogin(username="u@example.org", consumer_key="key", private_key=private_key)
    return Credentials(login, JangoMailLogin())


def save_with(log, private_key: str, *, name: str = NAME, draft: str | None = None) -> None:
    save(log, name, credentials(private_key), None, draft=draft)


def test_the_certificate_is_the_private_keys_own_and_signed_by_it(log):
    key_pairs.make(log, NAME)

    key = load_pem_private_key(key_pairs.waiting_key(log, NAME).encode(), password=None)
    shown = key_pairs.keys_of(log, NAME).waiting
    certificate = x509.load_pem_x509_certificate(shown.pem.encode())

    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size >= 2048
    assert certificate.public_key() == key.public_key()
    certificate.verify_directly_issued_by(certificate)
    key.public_key().verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )
    assert certificate.subject.rfc4514_string() == f"CN=Optback {NAME}"
    assert certificate.not_valid_before_utc < log.store.now()
    assert shown.valid_until > log.store.now() + timedelta(days=4 * 365)


def test_the_private_key_is_nowhere_readable_in_the_home(log):
    key_pairs.make(log, NAME)
    secret = key_pairs.waiting_key(log, NAME).splitlines()[3].encode()
    save_with(log, key_pairs.waiting_key(log, NAME))

    for path in log.store.home.rglob("*"):
        if path.is_file():
            assert secret not in path.read_bytes()
            assert b"PRIVATE KEY" not in path.read_bytes()


def test_a_key_waits_until_the_connection_is_saved_with_it(log):
    key_pairs.make(log, NAME)
    first = key_pairs.waiting_key(log, NAME)
    save_with(log, first)
    assert key_pairs.keys_of(log, NAME, first).in_use is not None
    assert key_pairs.waiting_key(log, NAME) == ""

    key_pairs.make(log, NAME)
    keys = key_pairs.keys_of(log, NAME, first)

    assert keys.in_use is not None
    assert keys.waiting is not None
    assert keys.shown == keys.waiting
    assert stored(log, NAME).salesforce.private_key == first
    save_with(log, key_pairs.waiting_key(log, NAME))
    now = stored(log, NAME).salesforce.private_key
    assert now != first
    assert key_pairs.keys_of(log, NAME, now).in_use == keys.waiting


def test_a_key_made_for_a_new_connection_goes_to_the_name_it_is_saved_under(log):
    key_pairs.make(log, key_pairs.DRAFT)
    key = key_pairs.waiting_key(log, key_pairs.DRAFT)

    save_with(log, key, draft=key_pairs.DRAFT)

    assert key_pairs.keys_of(log, NAME, key).in_use is not None
    assert key_pairs.keys_of(log, key_pairs.DRAFT) == key_pairs.Keys(None, None)


def test_a_discarded_key_is_gone_and_the_one_in_use_stays(log):
    key_pairs.make(log, NAME)
    key = key_pairs.waiting_key(log, NAME)
    save_with(log, key)
    key_pairs.make(log, NAME)

    key_pairs.discard(log, NAME)

    assert key_pairs.keys_of(log, NAME, key).waiting is None
    assert key_pairs.keys_of(log, NAME, key).in_use is not None


def test_the_certificate_of_a_key_that_is_no_longer_used_is_not_shown(log):
    key_pairs.make(log, NAME)
    save_with(log, key_pairs.waiting_key(log, NAME))
    key_pairs.make(log, "other")
    own = key_pairs.waiting_key(log, "other")

    save_with(log, own)

    assert key_pairs.keys_of(log, NAME, own).in_use is None
    assert key_pairs.keys_of(log, NAME, "no key at all").in_use is None


def test_keys_follow_a_rename_and_go_with_the_credentials(log):
    key_pairs.make(log, NAME)
    key = key_pairs.waiting_key(log, NAME)
    save_with(log, key)
    key_pairs.make(log, NAME)
    waiting = key_pairs.waiting_key(log, NAME)

    lifecycle.rename(log, NAME, "new")
    assert key_pairs.waiting_key(log, "new") == waiting
    assert key_pairs.keys_of(log, "new", key).in_use is not None

    lifecycle.delete_credentials(log, "new")
    assert key_pairs.keys_of(log, "new", key) == key_pairs.Keys(None, None)


def test_a_new_encryption_key_reads_a_key_that_waits(tmp_path):
    with open_log(tmp_path, {"OPTBACK_KEY": OLD}) as log:
        key_pairs.make(log, NAME)
        made = key_pairs.waiting_key(log, NAME)
        connections.save(log.store, log.vault, NAME, credentials(made))
    with open_log(tmp_path, {"OPTBACK_KEY": f"{NEW},{OLD}"}) as log:
        rotation.rotate(log, {})

    with open_log(tmp_path, {"OPTBACK_KEY": NEW}) as log:
        assert key_pairs.waiting_key(log, NAME) == made


def test_a_key_that_waits_and_cannot_be_read_any_more_is_as_good_as_none(tmp_path):
    with open_log(tmp_path, {"OPTBACK_KEY": OLD}) as log:
        key_pairs.make(log, NAME)

    with open_log(tmp_path, {"OPTBACK_KEY": NEW}) as log:
        assert key_pairs.waiting_key(log, NAME) == ""
        assert key_pairs.keys_of(log, NAME).waiting is None
        rotation.rotate(log, {})
