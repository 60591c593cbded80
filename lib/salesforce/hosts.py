"""Kinds of web addresses: those of sandboxes, and those that are safe to send a token to."""

from urllib.parse import urlsplit

from lib.errors import SignInRefused
from lib.settings import is_loopback

_SANDBOX = ".sandbox.my.salesforce.com"


def is_sandbox_address(login_url: str) -> bool:
    """Whether a login address is for sandboxes."""
    host = urlsplit(login_url).hostname or ""
    return host == "test.salesforce.com" or host.endswith(_SANDBOX)


def origin(address: str) -> str:
    """scheme://host[:port] of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def safe_origin(address: str, login_url: str) -> str:
    """scheme://host[:port] of an address that Salesforce returned.

    It must be https, or loopback if the login address is loopback (rules.md, 7). Raises
    SignInRefused.
    """
    if _is_safe(address, login_url):
        return origin(address)
    raise SignInRefused(
        "The sign-in answer names an address that isn't safe to send a token to",
        remedy="Check SALESFORCE_LOGIN_URL. It must lead to an https address.",
        vendor_code="unsafe_address",
    )


def _is_safe(address: str, login_url: str) -> bool:
    try:
        parts, login = urlsplit(address), urlsplit(login_url)
        has_place = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    stays_here = is_loopback(parts.hostname) and is_loopback(login.hostname)
    return has_place and (parts.scheme == "https" or (parts.scheme == "http" and stays_here))
