"""Connections that can't be made, and what no other try can help.

Salesforce and JangoMail are judged alike here. A connection that breaks while it's being made,
TLS included, has sent nothing, so the call can be made again. A certificate that isn't trusted and
a proxy that wants a password are for a person to fix, and a proxy may lock a user who keeps trying.
"""

import ssl
from collections.abc import Callable

from requests import exceptions as http
from urllib3 import exceptions as pool
from urllib3.connection import HTTPConnection
from urllib3.util.ssl_match_hostname import CertificateError

from lib.connection_words import (
    CANT_SEND,
    CERTIFICATE_REMEDY,
    PROXY_ASKS,
    PROXY_REMEDY,
    PROXY_STATUS,
    UNTRUSTED,
)

_TUNNEL_REFUSED = f"Tunnel connection failed: {PROXY_STATUS}"


class _Untrusted(pool.SSLError):
    """The certificate was refused here, or what it's checked against can't be read."""


class _ProxyAsks(pool.ProxyError):
    """The proxy didn't open a tunnel, because it wants a user name and a password."""


def made(connection: HTTPConnection, connect: Callable[[], None]) -> None:
    """Connect with TLS. Any other failure than those for a person is a connection never made."""
    try:
        connect()
    except (ssl.SSLCertVerificationError, CertificateError, pool.SSLError) as error:
        raise _Untrusted(error) from error
    except OSError as error:
        if str(error).startswith(_TUNNEL_REFUSED):
            raise _ProxyAsks(PROXY_ASKS, error) from error
        raise pool.NewConnectionError(connection, "the connection broke at its start") from error


def for_a_person(error: Exception) -> tuple[str, str] | None:
    """Why an error of requests isn't worth another try, and its remedy; None if it is."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, _ProxyAsks):
        return PROXY_ASKS, PROXY_REMEDY
    if isinstance(reason, _Untrusted):
        return UNTRUSTED, CERTIFICATE_REMEDY
    if isinstance(error, OSError) and not isinstance(error, http.RequestException):
        return CANT_SEND, CERTIFICATE_REMEDY
    return None
