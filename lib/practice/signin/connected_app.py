"""The connected app of a practice org: consumer key, consumer secret, and key pair for JWTs."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from lib.practice.org import PracticeOrg

_NOTE = "app_key"
_CERTIFICATE = "app_certificate"


@dataclass(frozen=True, slots=True)
class ConnectedApp:
    """The app of an org. Its private key is created when first needed, then stored."""

    org: PracticeOrg

    @property
    def consumer_key(self) -> str:
        """OAuth's client_id; each org has its own, as in Salesforce."""
        return f"3MVG9.Practice.{self.org.id}"

    @property
    def consumer_secret(self) -> str:
        """OAuth's client_secret."""
        return hashlib.sha256(self.consumer_key.encode()).hexdigest().upper()

    @property
    def private_key(self) -> str:
        """The key that signs JWTs, in PEM format."""
        with self.org.transaction():
            text = self.org.tables.note(_NOTE) or _new_key()
            self.org.tables.put_note(_NOTE, text)
        return str(text)

    @property
    def public_key(self) -> str:
        """The key that is registered with the org, in PEM: of an uploaded certificate, if any."""
        certificate = self.org.tables.note(_CERTIFICATE)
        if certificate:
            return _public_key_of(str(certificate))
        key = load_pem_private_key(self.private_key.encode(), password=None)
        shown = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return shown.decode()

    def upload_certificate(self, certificate: str) -> None:
        """Let JWTs be signed by the certificate's key alone. Raises ValueError if it isn't RSA."""
        _public_key_of(certificate)
        with self.org.transaction():
            self.org.tables.put_note(_CERTIFICATE, certificate)

    def signature(self, text: str) -> str:
        """The `signature` of a token response: HMAC-SHA256 with the consumer secret, in Base64."""
        digest = hmac.new(self.consumer_secret.encode(), text.encode(), "sha256").digest()
        return base64.b64encode(digest).decode()

    def knows(self, consumer_key: str, consumer_secret: str) -> bool:
        """Whether consumer key and secret are correct."""
        pairs = ((consumer_key, self.consumer_key), (consumer_secret, self.consumer_secret))
        return all(hmac.compare_digest(given.encode(), other.encode()) for given, other in pairs)


def _new_key() -> str:
    key: RSAPrivateKey = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_key_of(certificate: str) -> str:
    """Salesforce accepts RSA keys only."""
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the certificate has no RSA key")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
