"""A private key and its certificate for JWT bearer sign-in, made here for a person.

The private key never leaves this computer: it is stored encrypted and never shown. Salesforce gets
only the certificate. Source: Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server
Integration" (RS256, an X.509 certificate, RSA keys).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from lib.services.log import Log
from lib.store import made_keys
from lib.store.made_keys import MadeKey

DRAFT = ""
"""The name under which a key waits for a connection that isn't stored yet."""

_BITS = 2048
_EXPONENT = 65537
_VALID = timedelta(days=5 * 365)
_CLOCKS_DIFFER = timedelta(days=1)
_LONGEST_NAME = 64  # of a certificate's common name


@dataclass(frozen=True, slots=True)
class Keys:
    """The certificates of a connection: of the key in use, and of a new key that waits."""

    in_use: "Certificate | None"
    waiting: "Certificate | None"

    @property
    def shown(self) -> "Certificate | None":
        """The certificate that Salesforce should have."""
        return self.waiting or self.in_use


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as people see it."""

    pem: str
    made_at: datetime
    valid_until: datetime
    fingerprint: str  # SHA-256, as Salesforce and openssl write it


def keys_of(log: Log, connection: str, private_key: str = "") -> Keys:
    """What was made for a connection whose stored key is `private_key`."""
    used, waiting = (
        made_keys.find(log.store, connection, is_waiting=waits) for waits in (False, True)
    )
    is_used = used is not None and _belongs(used.certificate, private_key)
    return Keys(
        _read(used) if used and is_used else None,
        _read(waiting) if waiting and waiting_key(log, connection) else None,
    )


def make(log: Log, connection: str) -> None:
    """Make a key that waits until the connection is saved. Takes about a tenth of a second."""
    key = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
    certificate = _certificate(key, f"Optback {connection}".strip(), log.store.now())
    made_keys.put(log.store, log.vault, connection, certificate, pem)


def discard(log: Log, connection: str) -> None:
    """Delete the key that waits; the connection keeps the key it has."""
    made_keys.forget(log.store, connection, is_waiting=True)


def waiting_key(log: Log, connection: str) -> str:
    """The private key that waits, for a test or for saving; empty without one."""
    return made_keys.waiting_private_key(log.store, log.vault, connection)


def settle(log: Log, draft: str, connection: str, private_key: str) -> None:
    """After a connection was saved: which certificate belongs to its private key now.

    `draft` is the name it was edited under. A certificate of any other key is forgotten.
    """
    if private_key and waiting_key(log, draft) == private_key:
        made_keys.use(log.store, draft, connection)
        return
    in_use = made_keys.find(log.store, connection, is_waiting=False)
    if in_use is not None and not _belongs(in_use.certificate, private_key):
        made_keys.forget(log.store, connection, is_waiting=False)


def _certificate(key: rsa.RSAPrivateKey, name: str, now: datetime) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_NAME])])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _read(key: MadeKey) -> Certificate:
    certificate = x509.load_pem_x509_certificate(key.certificate.encode("ascii"))
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(key.certificate, key.made_at, certificate.not_valid_after_utc, fingerprint)


def _belongs(certificate: str, private_key: str) -> bool:
    """Whether a certificate is of this private key."""
    try:
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError):
        return False
    ours = x509.load_pem_x509_certificate(certificate.encode("ascii")).public_key()
    return _public(key.public_key()) == _public(ours)


def _public(key: object) -> bytes:
    assert isinstance(key, rsa.RSAPublicKey)  # noqa: S101 - we make no other
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
