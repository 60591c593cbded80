"""Look at a connection, tell people what changed, and send what is due. Called after every run.

Nothing here ever fails a run: a message that can't leave waits in the log and is tried again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from lib.alerts import mail, words
from lib.alerts.causes import ALWAYS_TOLD, causes_of
from lib.alerts.episodes import Step, reminders_by, steps
from lib.alerts.heartbeat import beat
from lib.alerts.settings import AlertSettings, alert_settings_from
from lib.alerts.webhook import post
from lib.errors import OptbackError, SecretsUnreadable, SettingsError
from lib.services.alerts.silence import is_silent
from lib.services.alerts.situation import situation_of
from lib.services.log import Log
from lib.settings import environment
from lib.store import alerts, connections
from lib.store.alerts import AlertText, Channel, Message, MessageKind
from lib.values import CARRIED_OUT, Fault, RunStatus

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_REFUSED_PAUSE = timedelta(hours=1)  # to look again whether the settings have changed
_DOUBLINGS = 9
_REFUSED_BEFORE = (
    "The mail server refused this password before, so it isn't tried again. Set OPTBACK_SMTP_URL "
    "to the right one, or send a test email"
)
Receiver = tuple[Channel, str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the messages that were due; the reasons are for people."""

    sent: int = 0
    waiting: int = 0
    reasons: tuple[str, ...] = field(default=())


def after_run(log: Log, connection: str, status: RunStatus, *, dry_run: bool = False) -> str:
    """Everything that follows a run; what went wrong with it, in a sentence, or an empty text."""
    if status in CARRIED_OUT and not dry_run:
        _beat()
    return look_again(log, connection)


def look_again(log: Log, connection: str, *, expected_every: timedelta | None = None) -> str:
    """Look, tell and send, without ever raising; a schedule calls it every few minutes too.

    `expected_every` is how often the schedule wants a run. Returns what went wrong, in a sentence.
    """
    try:
        settings = alert_settings_from(environment())
        delivery = look(log, connection, settings, expected_every=expected_every)
    except OptbackError as error:
        return f"Alerts: {error.message}. {error.remedy}"
    except Exception as error:  # noqa: BLE001 - a run is done, whatever happens to its alerts
        return f"Alerts: stopped at a fault of their own ({type(error).__name__})."
    return f"Alerts: {'. '.join(delivery.reasons)}." if delivery.reasons else ""


def _beat() -> None:
    try:
        url = alert_settings_from(environment()).heartbeat_url
    except SettingsError:
        return  # look_again says so
    if url:
        beat(url)


def after_test(log: Log, connection: str) -> None:
    """What a test or new credentials changed; why it couldn't be sent is shown on the pages."""
    try:
        look(log, connection, alert_settings_from(environment()))
    except OptbackError:
        return


def look(
    log: Log,
    connection: str,
    settings: AlertSettings,
    *,
    expected_every: timedelta | None = None,
) -> Delivery:
    """Compare a connection with its open alerts, queue what is new, and send what is due.

    `expected_every` is how often its schedule wants a run; without it, earlier runs say.
    """
    ways = receivers_of(log, connection, settings)
    with log.store.writing():
        seen = situation_of(log.store, connection, settings.deadline, expected_every)
        seen = replace(seen, unreadable=_unreadable(log, connection))
        known = alerts.open_alerts(log.store, connection)
        off = alerts.switched_off(log.store, connection) - ALWAYS_TOLD
        for step in steps(known, causes_of(seen), seen, can_tell=bool(ways), off=off):
            if step.kind is MessageKind.RECOVERED:
                text = words.recovery_of(step.cause, seen, settings)
            else:
                kind = step.kind or MessageKind.CHANGED
                text = words.text_of(kind, step.cause, seen, settings)
            _take(log, connection, step, text, ways)
    return deliver(log, settings)


def _unreadable(log: Log, connection: str) -> Fault | None:
    """What to say if the stored credentials can't be decrypted: then no run can begin."""
    try:
        connections.load(log.store, log.vault, connection)
    except SecretsUnreadable as error:
        return Fault(error.code, error.message, error.remedy)
    return None


def look_at_start(log: Log, connection: str) -> None:
    """Before a run: tell if no run had finished for too long, which the run itself would hide."""
    try:
        if is_silent(log.store, connection):
            look(log, connection, alert_settings_from(environment()))
    except OptbackError:
        return  # it is said after the run


def receivers_of(log: Log, connection: str, settings: AlertSettings) -> list[Receiver]:
    """Where alerts about a connection go; empty if there is no way to tell anyone."""
    found: list[Receiver] = []
    if settings.server is not None:
        own = alerts.receivers(log.store, connection)
        chosen = settings.receivers if own is None else own
        found += [(Channel.EMAIL, address) for address in chosen]
    if settings.webhook is not None:
        found.append((Channel.WEBHOOK, settings.webhook.shown))
    return found


def deliver(log: Log, settings: AlertSettings, *, only: int | None = None) -> Delivery:
    """Send every message that is due; `only` is the id of one, for a test by a person."""
    due = alerts.claim_due(log.store, only=only)
    mails = [one for one in due if one.channel is Channel.EMAIL]
    posts = [one for one in due if one.channel is Channel.WEBHOOK]
    reasons = {
        **_send_mails(log, settings, mails, by_person=only is not None),
        **{one.id: _post(log, settings, one) for one in posts},
    }
    sent = sum(reason is None for reason in reasons.values())
    told = tuple(dict.fromkeys(reason for reason in reasons.values() if reason is not None))
    return Delivery(sent, len(reasons) - sent, told)


def _take(log: Log, connection: str, step: Step, text: AlertText, ways: list[Receiver]) -> None:
    """Write a step into the log, with a message to everyone who should hear of it."""
    store, cause, alert = log.store, step.cause, step.alert
    if alert is None:
        alert_id = alerts.add(store, connection, cause.kind.value, cause.mark, text)
    else:
        alert_id = alert.id
    if step.kind is None:
        alerts.update(store, alert_id, cause.mark)
        return
    if step.kind is MessageKind.RECOVERED:
        told = alerts.reached(store, alert_id)
        alerts.drop_waiting(store, alert_id)
        alerts.close(store, alert_id)
        _queue(log, connection, step, text, alert_id, [way for way in ways if way in told])
        return
    alerts.drop_waiting(store, alert_id)
    alerts.update(store, alert_id, cause.mark, text)
    _queue(log, connection, step, text, alert_id, ways)
    if ways:
        began = alert.told_at if alert else None
        due = reminders_by(began, store.now()) if began else 0
        alerts.told(store, alert_id, reminders=due)


def _queue(
    log: Log,
    connection: str,
    step: Step,
    text: AlertText,
    alert_id: int,
    ways: list[Receiver],
) -> None:
    for way in ways:
        alerts.queue(
            log.store, connection, step.kind or MessageKind.CHANGED, way, text, alert_id=alert_id
        )


def _send_mails(
    log: Log, settings: AlertSettings, messages: list[Message], *, by_person: bool
) -> Mapping[int, str | None]:
    if not messages:
        return {}
    server = settings.server
    if server is None:
        return _all_wait(log, messages, "OPTBACK_SMTP_URL isn't set, so emails can't be sent")
    mark = log.vault.fingerprint(repr((server.host, server.username, server.password)))
    known = alerts.refusal(log.store, Channel.EMAIL)
    if known is not None and known.mark == mark and not by_person:
        return _all_wait(log, messages, _REFUSED_BEFORE)
    found = mail.send_all(server, settings.sender, messages)
    refused = next((one for one in found.values() if one is not None and one.is_refused), None)
    if refused is not None:
        alerts.refuse(log.store, Channel.EMAIL, mark, refused.why)
    elif any(one is None for one in found.values()):
        alerts.accept(log.store, Channel.EMAIL)
    why = {key: None if one is None else one.why for key, one in found.items()}
    for message in messages:
        _settle(log, message, why[message.id])
    return why


def _post(log: Log, settings: AlertSettings, message: Message) -> str | None:
    if settings.webhook is None:
        why: str | None = "OPTBACK_WEBHOOK_URL isn't set, so alerts can't be posted"
    else:
        why = post(settings.webhook, message, log.store.now())
    _settle(log, message, why)
    return why


def _settle(log: Log, message: Message, why: str | None) -> None:
    if why is None:
        alerts.sent(log.store, message.id)
    elif message.kind is MessageKind.TEST:  # the person who asked for it is there to read why
        alerts.failed(log.store, message.id, why, log.store.now())
        alerts.drop(log.store, message.id)
    else:
        pause = _FIRST_PAUSE * 2 ** min(message.tries, _DOUBLINGS)
        alerts.failed(log.store, message.id, why, log.store.now() + min(pause, _LONGEST_PAUSE))


def _all_wait(log: Log, messages: list[Message], why: str) -> Mapping[int, str | None]:
    later = log.store.now() + _REFUSED_PAUSE
    for message in messages:
        if message.kind is MessageKind.TEST:
            _settle(log, message, why)
        else:
            alerts.failed(log.store, message.id, why, later, is_try=False)
    return {message.id: why for message in messages}


def settings_now() -> AlertSettings | SettingsError:
    """The alert settings of this process, or what is wrong with them."""
    try:
        return alert_settings_from(environment())
    except SettingsError as error:
        return error
