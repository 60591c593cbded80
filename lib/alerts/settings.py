"""How alerts are sent: the mail server, the webhook, the watchdog, and how long people may wait.

Source: contract.md, "Environment variables". Every error names its variable, and never a secret.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from lib.errors import SettingsError
from lib.settings import ALERT_VARIABLES, check_address, check_text, is_loopback

DEFAULT_DASHBOARD = "http://localhost:8501"
_EXAMPLE = "smtp://user:password@mail.example.com:587"
_PORTS = {"smtp": 587, "smtps": 465}
_DEADLINE = re.compile(r"(\d{1,3}) ?(h|d|bd)")
_LONGEST = {"h": 240, "d": 30, "bd": 20}
_SATURDAY = 5
_TEAMS = (
    ".logic.azure.com",
    ".webhook.office.com",
    ".powerplatform.com",
    ".powerautomate.com",
    "flow.microsoft.com",
)
_SLACK = ("hooks.slack.com", "hooks.slack-gov.com")


class Security(StrEnum):
    """How a connection to a mail server is encrypted; certificates are always verified."""

    TLS = "tls"  # from the first byte
    STARTTLS = "starttls"  # before anything is said, or not at all
    IF_OFFERED = "if_offered"  # this computer only: STARTTLS before a password, if there is one


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; without a user name, no one signs in."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)


class WebhookKind(StrEnum):
    """Whose shape a webhook's message has."""

    SLACK = "slack"
    TEAMS = "teams"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where alerts are posted; its address is a secret too."""

    url: str = field(repr=False)
    kind: WebhookKind
    secret: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """What people may read of it: its host."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long an unsubscribe may wait; business days are Monday to Friday, in UTC."""

    amount: int = 2
    unit: str = "d"  # "h", "d" or "bd"

    @property
    def shown(self) -> str:
        """`24 hours`, `2 days`, `8 business days`."""
        names = {"h": "hour", "d": "day", "bd": "business day"}
        return f"{self.amount} {names[self.unit]}{'' if self.amount == 1 else 's'}"

    @property
    def shortest(self) -> timedelta:
        """How long it is at least."""
        return timedelta(**{"hours" if self.unit == "h" else "days": self.amount})

    def latest_start(self, end: datetime) -> datetime:
        """Who asked at this moment or earlier has waited this long at `end`."""
        if self.unit != "bd":
            return end - self.shortest
        left, day = self.amount, end
        into_weekend = end.weekday() - _SATURDAY
        if into_weekend >= 0:  # the hours of a weekend don't count
            saturday = end - timedelta(days=into_weekend)
            day = saturday.replace(hour=0, minute=0, second=0, microsecond=0)
        while left:
            day -= timedelta(days=1)
            left -= day.weekday() < _SATURDAY
        return day


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Everything that alerts need; `server` and `webhook` are None where they aren't set."""

    server: MailServer | None = None
    sender: str = ""
    receivers: tuple[str, ...] = ()
    webhook: Webhook | None = None
    heartbeat_url: str = field(default="", repr=False)
    dashboard_url: str = DEFAULT_DASHBOARD
    deadline: Deadline = field(default_factory=Deadline)


def alert_settings_from(environment: Mapping[str, str]) -> AlertSettings:
    """The alert settings in the environment. Raises SettingsError for a value that is unusable."""
    texts = {name: environment.get(name, "").strip() for name in ALERT_VARIABLES}
    for name, text in texts.items():
        check_text(text, name)
    server = _server(texts["OPTBACK_SMTP_URL"])
    return AlertSettings(
        server=server,
        sender=_sender(texts["OPTBACK_ALERT_FROM"], server),
        receivers=receivers_from(texts["OPTBACK_ALERT_TO"], "OPTBACK_ALERT_TO"),
        webhook=_webhook(texts["OPTBACK_WEBHOOK_URL"], texts["OPTBACK_WEBHOOK_SECRET"]),
        heartbeat_url=_web_address(texts["OPTBACK_HEARTBEAT_URL"], "OPTBACK_HEARTBEAT_URL"),
        dashboard_url=_web_address(texts["OPTBACK_DASHBOARD_URL"], "OPTBACK_DASHBOARD_URL")
        or DEFAULT_DASHBOARD,
        deadline=_deadline(texts["OPTBACK_DEADLINE"]),
    )


def receivers_from(text: str, name: str) -> tuple[str, ...]:
    """The addresses in a text, separated by commas, each once. Raises SettingsError."""
    found = [_address(one.strip(), name) for one in text.split(",") if one.strip()]
    return tuple(dict.fromkeys(found))


def _server(text: str) -> MailServer | None:
    if not text:
        return None
    parts = _split_server(text)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(username) != bool(password):
        raise _unusable("needs both a user name and a password, or neither of them")
    if not (username + password).isprintable():
        raise _unusable("has a user name or password with control characters")
    security = Security.TLS
    if parts.scheme == "smtp":
        security = Security.IF_OFFERED if is_loopback(parts.hostname) else Security.STARTTLS
    port = parts.port or _PORTS[parts.scheme]
    return MailServer(parts.hostname or "", port, security, username, password)


def _split_server(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # a port that isn't a number, or a broken IPv6 address
        raise _unusable("isn't the address of a mail server") from None
    if parts.scheme not in _PORTS:
        raise _unusable("must begin with smtp:// or smtps://")
    if not parts.hostname or port == 0 or re.search(r"\s", text):
        raise _unusable("isn't the address of a mail server")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _unusable("has something after the port (a / or # in a password is %2F or %23)")
    return parts


def _unusable(why: str) -> SettingsError:
    return SettingsError(
        f"OPTBACK_SMTP_URL {why}",
        remedy=f"Set it like {_EXAMPLE} (STARTTLS), smtps://… (TLS), or smtp://127.0.0.1:1025 for "
        "a relay on this computer. Write special characters of a password as %40 and the like.",
    )


def _sender(text: str, server: MailServer | None) -> str:
    if text:
        return _address(text, "OPTBACK_ALERT_FROM", with_name=True)
    if server is None:
        return ""
    raise SettingsError(
        "OPTBACK_ALERT_FROM isn't set, so alert emails have no sender",
        remedy="Set it to an address your mail server may send from, such as optback@example.com.",
    )


def _address(text: str, name: str, *, with_name: bool = False) -> str:
    shown, found = parseaddr(text)
    is_plain = found.isascii() and found.isprintable() and "@" in found and " " not in found
    try:
        parts = Address(addr_spec=found) if is_plain else None
    except (ValueError, MessageError, IndexError):
        parts = None
    if parts is None or not parts.domain or (not with_name and found != text):
        raise SettingsError(
            f"{name} has something that isn't an email address",
            remedy="Use plain addresses such as ops@example.com, with commas in between.",
        )
    return str(Address(shown, addr_spec=found)) if shown else found


def _webhook(url: str, secret: str) -> Webhook | None:
    if not url:
        return None
    check_address(url, "OPTBACK_WEBHOOK_URL")
    kind = _kind_of(urlsplit(url).hostname or "")
    if kind is WebhookKind.OTHER and not secret:
        raise SettingsError(
            "OPTBACK_WEBHOOK_SECRET isn't set, so its receiver couldn't tell who sent an alert",
            remedy="Set it to a long random text, and check the signature where alerts arrive.",
        )
    return Webhook(url, kind, secret)


def _kind_of(host: str) -> WebhookKind:
    if host in _SLACK:
        return WebhookKind.SLACK
    return WebhookKind.TEAMS if host.endswith(_TEAMS) else WebhookKind.OTHER


def _web_address(text: str, name: str) -> str:
    if text:
        check_address(text, name)
    return text.rstrip("/") if name == "OPTBACK_DASHBOARD_URL" else text


def _deadline(text: str) -> Deadline:
    if not text:
        return Deadline()
    found = _DEADLINE.fullmatch(text)
    if found is None or not 0 < int(found[1]) <= _LONGEST[found[2]]:
        raise SettingsError(
            "OPTBACK_DEADLINE isn't a number of hours, days, or business days",
            remedy="Use 24h, 2d, or 8bd (business days); at most 240h, 30d, or 20bd.",
        )
    return Deadline(int(found[1]), found[2])
