"""What pages and the command line show of alerts, and what people do with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lib.alerts import words
from lib.alerts.causes import ALWAYS_TOLD
from lib.alerts.settings import AlertSettings, receivers_from
from lib.errors import SettingsError, UsageError
from lib.services.alerts import watch
from lib.services.alerts.watch import Delivery, deliver, receivers_of, settings_now
from lib.services.log import Log
from lib.store import alerts, connection_keys
from lib.store.alerts import Channel, Message, MessageKind, OpenAlert, Refusal

_SMTP = "smtp://user:password@mail.example.com:587"


@dataclass(frozen=True, slots=True)
class AlertsView:
    """The alerts of a connection; `problem` is what's wrong with the settings of this process.

    `off` are the causes that no one is told about. `receivers` are where alerts go, shown; `own`
    are the connection's own, None for the default.
    """

    connection: str
    problem: SettingsError | None = None
    has_server: bool = False
    receivers: tuple[str, ...] = ()
    own: tuple[str, ...] | None = None
    default: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()
    open: tuple[OpenAlert, ...] = ()
    messages: tuple[Message, ...] = ()
    refusal: Refusal | None = None

    @property
    def stuck(self) -> tuple[Message, ...]:
        """Messages that couldn't be sent so far."""
        return tuple(one for one in self.messages if one.next_try_at and one.error)


def view(log: Log, connection: str, *, last: int = 50) -> AlertsView:
    """Everything about the alerts of a connection, from the log and the environment alone."""
    found = settings_now()
    settings = AlertSettings() if isinstance(found, SettingsError) else found
    return AlertsView(
        connection,
        problem=found if isinstance(found, SettingsError) else None,
        has_server=settings.server is not None,
        receivers=tuple(shown(way) for way in receivers_of(log, connection, settings)),
        own=alerts.receivers(log.store, connection),
        default=settings.receivers,
        off=alerts.switched_off(log.store, connection),
        open=tuple(alerts.open_alerts(log.store, connection)),
        messages=tuple(alerts.messages(log.store, connection, last=last)),
        refusal=alerts.refusal(log.store, Channel.EMAIL),
    )


def shown(way: tuple[Channel, str]) -> str:
    """A receiver as people read it."""
    channel, receiver = way
    return f"webhook at {receiver}" if channel is Channel.WEBHOOK else receiver


def send_test(log: Log, connection: str) -> Delivery:
    """Send a test to everyone who gets alerts about a connection, also after a refusal, once.

    Raises SettingsError if there's no one to send to, or no way.
    """
    settings = settings_now()
    if isinstance(settings, SettingsError):
        raise settings
    ways = receivers_of(log, connection, settings)
    if not ways:
        raise _no_way(settings)
    text = words.test_text(connection, settings, connection_keys.key_of(log.store, connection))
    with log.store.writing():
        ids = [alerts.queue(log.store, connection, MessageKind.TEST, way, text) for way in ways]
    found = [deliver(log, settings, only=one) for one in ids]
    reasons = tuple(dict.fromkeys(reason for one in found for reason in one.reasons))
    return Delivery(sum(one.sent for one in found), sum(one.waiting for one in found), reasons)


def choose_receivers(log: Log, connection: str, text: str | None) -> None:
    """Store the receivers of one connection; None: those of OPTBACK_ALERT_TO.

    Raises SettingsError for something that isn't an address.
    """
    wanted = None if text is None else receivers_from(text, "The list of receivers")
    alerts.set_receivers(log.store, connection, wanted)


def choose_kinds(log: Log, connection: str, off: Iterable[str]) -> None:
    """Choose the causes that no one is told about; the pages show them all the same.

    Raises UsageError for those that can't be switched off.
    """
    wanted = frozenset(off)
    needed = sorted(words.title_of(kind) for kind in wanted & ALWAYS_TOLD)
    if needed:
        raise UsageError(
            f'"{needed[0]}" can\'t be switched off',
            remedy="Without someone who acts, no one would be opted out in time.",
        )
    alerts.switch_off(log.store, connection, wanted)
    watch.look_again(log, connection)


def acknowledge(log: Log, connection: str, cause: str, until: date, by: str) -> datetime:
    """Say nothing about an open alert before a day begins here; when that is.

    Raises UsageError if there is no such alert, or if the day has begun.
    """
    ends = datetime.combine(until, time()).astimezone()
    if ends <= log.store.now():
        raise UsageError(
            f"{until.isoformat()} has already begun",
            remedy="Choose a later day. Optback reminds you on that day if nothing has changed.",
        )
    if ends > log.store.now() + timedelta(days=366):
        raise UsageError(
            f"{until.isoformat()} is more than a year away",
            remedy="Choose an earlier day, so that the alert isn't forgotten.",
        )
    if not alerts.acknowledge(log.store, connection, cause, ends, by):
        raise UsageError(
            f"Connection {connection} has no open alert {cause!r}",
            remedy=f"Open alerts: {_open(log, connection) or 'none'}.",
        )
    return ends


def _open(log: Log, connection: str) -> str:
    return ", ".join(alert.cause for alert in alerts.open_alerts(log.store, connection))


def _no_way(settings: AlertSettings) -> SettingsError:
    if settings.server is None:
        return SettingsError(
            "Alerts can't be sent, because no mail server and no webhook are set",
            remedy=f"Set OPTBACK_SMTP_URL (such as {_SMTP}), OPTBACK_ALERT_FROM, and "
            "OPTBACK_ALERT_TO, or set OPTBACK_WEBHOOK_URL.",
        )
    return SettingsError(
        "Alerts have no receiver",
        remedy="Set OPTBACK_ALERT_TO, or enter receivers on the Connection page.",
    )
