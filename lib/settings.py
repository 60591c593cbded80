"""The settings from the environment: read once, and checked before any service is contacted.

Source: contract.md, "Environment variables". Every error names what is missing or contradictory,
and never shows a secret.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from lib.errors import SettingsError
from lib.fields import OPT_OUT_LABEL, OptOutField

DEFAULT_LOGIN_URL = "https://login.salesforce.com"
DEFAULT_JANGOMAIL_URL = "https://api.jangomail.com"
DEFAULT_HOME = Path(__file__).resolve().parent.parent / "data"

FULL_EVERY = timedelta(days=7)
"""How often a run compares everything, unless OPTBACK_FULL_EVERY says otherwise."""

FROM_VARIABLES = "environment"
"""The name of the connection that the variables describe."""

SALESFORCE_VARIABLES = (
    "SALESFORCE_LOGIN_URL",
    "SALESFORCE_USERNAME",
    "SALESFORCE_PASSWORD",
    "SALESFORCE_SECURITY_TOKEN",
    "SALESFORCE_CONSUMER_KEY",
    "SALESFORCE_CONSUMER_SECRET",
    "SALESFORCE_PRIVATE_KEY_FILE",
    "SALESFORCE_OPT_OUT_FIELD",
)
JANGOMAIL_VARIABLES = (
    "JANGOMAIL_URL",
    "JANGOMAIL_USERNAME",
    "JANGOMAIL_PASSWORD",
    "JANGOMAIL_UTC_OFFSET",
)
OWN_VARIABLES = (
    "OPTBACK_HOME",
    "OPTBACK_KEY",
    "OPTBACK_FULL_EVERY",
    "OPTBACK_CALLS_A_DAY",
    "OPTBACK_CALLS_A_RUN",
)
ALERT_VARIABLES = (  # read and checked by lib/alerts/settings.py
    "OPTBACK_SMTP_URL",
    "OPTBACK_ALERT_FROM",
    "OPTBACK_ALERT_TO",
    "OPTBACK_WEBHOOK_URL",
    "OPTBACK_WEBHOOK_SECRET",
    "OPTBACK_HEARTBEAT_URL",
    "OPTBACK_DASHBOARD_URL",
    "OPTBACK_DEADLINE",
)
VARIABLES = SALESFORCE_VARIABLES + JANGOMAIL_VARIABLES + OWN_VARIABLES + ALERT_VARIABLES

_FLOWS = (
    "SALESFORCE_USERNAME + SALESFORCE_CONSUMER_KEY + SALESFORCE_PRIVATE_KEY_FILE (JWT bearer), "
    "SALESFORCE_CONSUMER_KEY + SALESFORCE_CONSUMER_SECRET (client credentials), "
    "or SALESFORCE_USERNAME + SALESFORCE_PASSWORD (+ SALESFORCE_SECURITY_TOKEN)"
)
_DAYS = re.compile(r"([1-9]\d?) ?d")
_PERCENT = re.compile(r"(100|[1-9]\d?) ?%?")
_WIDEST_OFFSET = 14.0
_CUSTOM_FIELD = re.compile(r"=?[A-Za-z](?:_?[A-Za-z0-9])*(?:__[A-Za-z](?:_?[A-Za-z0-9])*)?__[cC]")


@dataclass(frozen=True, slots=True)
class SalesforceLogin:
    """How to sign in to an org. Which values are filled in decides the flow.

    It is the first complete flow of: private key, consumer secret, password (contract.md).
    """

    login_url: str = DEFAULT_LOGIN_URL
    username: str = ""
    password: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    consumer_key: str = ""
    consumer_secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)  # PEM text

    @property
    def flow(self) -> str:
        """`jwt`, `client_credentials` or `password`; empty if no flow is complete."""
        if self.username and self.consumer_key and self.private_key:
            return "jwt"
        if self.consumer_key and self.consumer_secret:
            return "client_credentials"
        if self.username and self.password:
            return "password"
        return ""

    def checked(self) -> "SalesforceLogin":
        """This login, if it is complete. Otherwise raises SettingsError with what is missing."""
        check_address(self.login_url, "SALESFORCE_LOGIN_URL")
        if not self.flow:
            raise SettingsError(
                f"Salesforce sign-in is incomplete: {self._what_is_missing()}",
                remedy=f"Set one of these: {_FLOWS}.",
            )
        if self.flow == "client_credentials":
            self._check_my_domain()
        return self

    def _check_my_domain(self) -> None:
        host = urlsplit(self.login_url).hostname or ""
        if host in ("login.salesforce.com", "test.salesforce.com"):
            raise SettingsError(
                f"Signing in with client credentials doesn't work at {host}",
                remedy="Set SALESFORCE_LOGIN_URL to the org's My Domain address, such as "
                "https://yourcompany.my.salesforce.com (Setup > My Domain).",
            )

    def _what_is_missing(self) -> str:
        if self.private_key:
            absent = [
                name
                for name, value in (
                    ("SALESFORCE_USERNAME", self.username),
                    ("SALESFORCE_CONSUMER_KEY", self.consumer_key),
                )
                if not value
            ]
            return f"a private key also needs {' and '.join(absent)}"
        if self.consumer_secret:
            return "a consumer secret also needs SALESFORCE_CONSUMER_KEY"
        if self.username:
            return f"no password, secret, or key is set for {self.username}"
        if self.password:
            return "a password also needs SALESFORCE_USERNAME"
        return "no user name, password, secret, or key is set"


@dataclass(frozen=True, slots=True)
class JangoMailLogin:
    """The JangoMail account to read unsubscribes from; `utc_offset` is in hours ahead of UTC."""

    url: str = DEFAULT_JANGOMAIL_URL
    username: str = ""
    password: str = field(default="", repr=False)
    utc_offset: float = 0.0

    @property
    def is_set(self) -> bool:
        """Whether there is an account to try."""
        return bool(self.username and self.password)

    def checked(self) -> "JangoMailLogin":
        """This login, if it is complete. Otherwise raises SettingsError with what is missing."""
        check_address(self.url, "JANGOMAIL_URL")
        absent = [
            name
            for name, value in (
                ("JANGOMAIL_USERNAME", self.username),
                ("JANGOMAIL_PASSWORD", self.password),
            )
            if not value
        ]
        if absent:
            verb = "isn't" if len(absent) == 1 else "aren't"
            raise SettingsError(
                f"JangoMail sign-in is incomplete: {' and '.join(absent)} {verb} set",
                remedy="Set JANGOMAIL_USERNAME and JANGOMAIL_PASSWORD, "
                "or read the unsubscribes from a file with run --file PATH.",
            )
        return self


@dataclass(frozen=True, slots=True)
class Credentials:
    """Both accounts of a connection, and the org's own opt-out field as it was entered."""

    salesforce: SalesforceLogin
    jangomail: JangoMailLogin
    opt_out_field: str = ""

    @property
    def own_field(self) -> OptOutField | None:
        """The org's own opt-out field, if any. Raises SettingsError for an unusable name."""
        return OptOutField.of(check_opt_out_field(self.opt_out_field))


def credentials_from(environment: Mapping[str, str]) -> Credentials:
    """The accounts in the environment, not yet checked for completeness.

    Raises SettingsError for a key file that can't be read, an offset that isn't a number of hours,
    an opt-out field that can't be a custom field, or a value that isn't UTF-8.
    """
    for name in SALESFORCE_VARIABLES + JANGOMAIL_VARIABLES + OWN_VARIABLES:
        check_text(environment.get(name, ""), name)
    own = check_opt_out_field(environment.get("SALESFORCE_OPT_OUT_FIELD", "").strip())
    return Credentials(_salesforce_from(environment), _jangomail_from(environment), own)


def check_opt_out_field(text: str) -> str:
    """The text: empty, or a custom field (`Both__c`, `=Only__c`). Raises SettingsError."""
    if text and not _CUSTOM_FIELD.fullmatch(text):
        raise SettingsError(
            "SALESFORCE_OPT_OUT_FIELD isn't the API name of a custom field",
            remedy="Use the field's API name, which ends in __c, such as No_Mail__c. "
            f"Use =No_Mail__c if the field replaces {OPT_OUT_LABEL}.",
        )
    return text


def names_salesforce(environment: Mapping[str, str]) -> bool:
    """Whether at least one of our SALESFORCE_* variables is set."""
    return any(environment.get(name) for name in SALESFORCE_VARIABLES)


def home_from(environment: Mapping[str, str], override: str | None = None) -> Path:
    """The folder of the log: `--home`, else OPTBACK_HOME, else data/ next to app.py."""
    chosen = override or environment.get("OPTBACK_HOME", "").strip()
    return Path(chosen).expanduser().absolute() if chosen else DEFAULT_HOME


def check_address(address: str, name: str) -> None:
    """Refuse an address we can't safely send credentials to (plain http is for loopback only).

    Raises SettingsError with the name of the variable.
    """
    parts = _split(address, name)
    if parts.username or parts.password:
        raise SettingsError(
            f"{name} can't contain a user name or password",
            remedy=f"Remove everything before the @ in {name}, and use the variables instead.",
        )
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return
    if parts.scheme == "http":
        raise SettingsError(
            f"{name} uses plain http, so anyone on the way could read the password",
            remedy=f"Use https:// in {name}. Plain http works for this computer only.",
        )
    raise SettingsError(
        f"{name} isn't a web address. It must begin with https://",
        remedy=f"Set {name} to a full address such as {DEFAULT_LOGIN_URL}.",
    )


def is_loopback(host: str | None) -> bool:
    """Whether a host is this computer: localhost, 127.0.0.0/8 or ::1."""
    if not host:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(address: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        if parts.port != 0 and parts.hostname:
            return parts
    except ValueError:
        pass  # a port that isn't a number, or a broken IPv6 address
    raise SettingsError(
        f"{name} isn't a web address",
        remedy=f"Set {name} to a full address such as {DEFAULT_LOGIN_URL}.",
    )


def _salesforce_from(environment: Mapping[str, str]) -> SalesforceLogin:
    return SalesforceLogin(
        login_url=_address(environment, "SALESFORCE_LOGIN_URL", DEFAULT_LOGIN_URL),
        username=environment.get("SALESFORCE_USERNAME", "").strip(),
        password=environment.get("SALESFORCE_PASSWORD", ""),
        security_token=environment.get("SALESFORCE_SECURITY_TOKEN", "").strip(),
        consumer_key=environment.get("SALESFORCE_CONSUMER_KEY", "").strip(),
        consumer_secret=environment.get("SALESFORCE_CONSUMER_SECRET", "").strip(),
        private_key=_private_key(environment.get("SALESFORCE_PRIVATE_KEY_FILE", "").strip()),
    )


def _jangomail_from(environment: Mapping[str, str]) -> JangoMailLogin:
    return JangoMailLogin(
        url=_address(environment, "JANGOMAIL_URL", DEFAULT_JANGOMAIL_URL),
        username=environment.get("JANGOMAIL_USERNAME", "").strip(),
        password=environment.get("JANGOMAIL_PASSWORD", ""),
        utc_offset=utc_offset_from(environment.get("JANGOMAIL_UTC_OFFSET", "")),
    )


def check_text(value: str, name: str) -> None:
    """Refuse a value that isn't UTF-8. Raises SettingsError that names the variable."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise SettingsError(
            f"{name} contains bytes that aren't UTF-8 text",
            remedy=f"Set {name} again from a terminal or file in UTF-8.",
        ) from None


def utc_offset_from(text: str) -> float:
    """Hours ahead of UTC, halves and quarters allowed. Raises SettingsError."""
    if not text.strip():
        return 0.0
    try:
        hours = float(text)
    except ValueError:
        hours = float("nan")
    if not -_WIDEST_OFFSET <= hours <= _WIDEST_OFFSET:
        raise SettingsError(
            "JANGOMAIL_UTC_OFFSET isn't a number of hours between -14 and 14",
            remedy="Set it to the hours JangoMail's clock is ahead of UTC, such as -5 or 5.5.",
        )
    return hours


def full_every_from(environment: Mapping[str, str]) -> timedelta | None:
    """How often a run compares everything; `None` is never. Raises SettingsError."""
    text = environment.get("OPTBACK_FULL_EVERY", "").strip().lower()
    if text in ("", "never"):
        return None if text else FULL_EVERY
    found = _DAYS.fullmatch(text)
    if found is None:
        raise SettingsError(
            "OPTBACK_FULL_EVERY isn't a number of days",
            remedy="Use 7d, any number of days from 1d to 99d, or never.",
        )
    return timedelta(days=int(found[1]))


def call_shares_from(environment: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The caps of API calls a day and a run, in percent; None: not set. Raises SettingsError."""
    return (
        _percent(environment, "OPTBACK_CALLS_A_DAY"),
        _percent(environment, "OPTBACK_CALLS_A_RUN"),
    )


def _percent(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "").strip()
    found = _PERCENT.fullmatch(text)
    if text and found is None:
        raise SettingsError(
            f"{name} isn't a whole number of percent from 1 to 100",
            remedy="Use a share of the org's API calls in 24 hours, such as 80%.",
        )
    return int(found[1]) if found else None


def _address(environment: Mapping[str, str], name: str, default: str) -> str:
    return environment.get(name, "").strip().rstrip("/") or default


def _private_key(path: str) -> str:
    if not path:
        return ""
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"SALESFORCE_PRIVATE_KEY_FILE can't be read: {path}",
            remedy="Give the path of the PEM file with the private key, "
            "and make sure this user can read it.",
        ) from error
    if "PRIVATE KEY" not in text:
        raise SettingsError(
            f"SALESFORCE_PRIVATE_KEY_FILE doesn't contain a private key: {path}",
            remedy="Give the PEM file that begins with -----BEGIN PRIVATE KEY-----.",
        )
    return text


def environment() -> Mapping[str, str]:
    """The environment of this process. Nothing else reads it."""
    return os.environ
