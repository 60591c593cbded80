"""Alerts in the log: what needs attention, and what was sent or is waiting to be sent, to whom."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import moment

_OPEN = """
    select id, connection, cause, mark, text, opened_at, told_at, last_told_at, reminders,
        acknowledged_until, closed_at,
        (select min(sent_at) from alert_message where alert_id = alert.id) as first_sent_at,
        (select max(sent_at) from alert_message where alert_id = alert.id) as last_sent_at
    from alert
    where connection = :connection and closed_at is null
    order by opened_at, id
"""
_LISTED = """
    select id, connection, cause, mark, text, opened_at, told_at, last_told_at, reminders,
        acknowledged_until, closed_at,
        (select min(sent_at) from alert_message where alert_id = alert.id) as first_sent_at,
        (select max(sent_at) from alert_message where alert_id = alert.id) as last_sent_at
    from alert
    where :connection is null or connection = :connection
    order by closed_at is not null, opened_at desc, id desc
    limit :last
"""
_ADD = """
    insert into alert (connection, cause, mark, text, opened_at)
    values (:connection, :cause, :mark, :text, :now)
    returning id
"""
_UPDATE = "update alert set mark = :mark, text = :text where id = :id"
_MARK = "update alert set mark = :mark where id = :id"
_TOLD = """
    update alert
    set told_at = coalesce(told_at, :now), last_told_at = :now, reminders = :reminders
    where id = :id
"""
_CLOSE = "update alert set closed_at = :now where id = :id and closed_at is null"
_ACKNOWLEDGE = """
    update alert
    set acknowledged_until = :until, acknowledged_by = :by
    where connection = :connection and cause = :cause and closed_at is null
"""
_QUEUE = """
    insert into alert_message (alert_id, connection, kind, channel, receiver, text, queued_at,
        next_try_at)
    values (:alert_id, :connection, :kind, :channel, :receiver, :text, :now, :now)
    returning id
"""
_DROP = """
    update alert_message
    set dropped_at = :now, next_try_at = null
    where alert_id = :alert_id and next_try_at is not null
"""
_REACHED = """
    select distinct channel, receiver from alert_message
    where alert_id = :alert_id and sent_at is not null
"""
_MESSAGES = """
    select id, alert_id, connection, kind, channel, receiver, text, queued_at, tries, next_try_at,
        sent_at, dropped_at, error
    from alert_message
    where :connection is null or connection = :connection
    order by id desc
    limit :last
"""
_WAITING = """
    select id, alert_id, connection, kind, channel, receiver, text, queued_at, tries, next_try_at,
        sent_at, dropped_at, error
    from alert_message
    where next_try_at <= :now and (:only is null or id = :only)
    order by id
    limit 100
"""
_CLAIM = "update alert_message set next_try_at = :until where id = :id and next_try_at <= :now"
_SENT = """
    update alert_message
    set sent_at = :now, next_try_at = null, tries = tries + 1, error = null
    where id = :id and sent_at is null
"""
_FAILED = """
    update alert_message
    set tries = tries + 1, next_try_at = :next, error = :error
    where id = :id and sent_at is null and dropped_at is null
"""
_POSTPONE = """
    update alert_message
    set next_try_at = :next, error = :error
    where id = :id and sent_at is null and dropped_at is null
"""
_DROP_ONE = """
    update alert_message
    set dropped_at = :now, next_try_at = null
    where id = :id and sent_at is null
"""
_RECEIVERS = "select receivers from alert_receivers where connection = :connection"
_SET_RECEIVERS = """
    insert into alert_receivers (connection, receivers) values (:connection, :receivers)
    on conflict (connection) do update set receivers = excluded.receivers
"""
_UNSET_RECEIVERS = "delete from alert_receivers where connection = :connection"
_REFUSAL = "select mark, message, refused_at from alert_refusal where channel = :channel"
_REFUSE = """
    insert into alert_refusal (channel, mark, message, refused_at)
    values (:channel, :mark, :message, :now)
    on conflict (channel) do update
    set mark = excluded.mark, message = excluded.message, refused_at = excluded.refused_at
"""
_ACCEPT = "delete from alert_refusal where channel = :channel"

_MOMENTS = (
    "told_at",
    "last_told_at",
    "acknowledged_until",
    "closed_at",
    "first_sent_at",
    "last_sent_at",
)

CLAIMED_FOR = timedelta(minutes=10)
"""A message that is being sent isn't sent by another process meanwhile."""


class MessageKind(StrEnum):
    """Why a message is sent."""

    OPENED = "opened"
    CHANGED = "changed"
    REMINDER = "reminder"
    RECOVERED = "recovered"
    TEST = "test"


class Channel(StrEnum):
    """The way a message takes."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class AlertText:
    """The words of an alert: what happened, the effect in people, the next step, and where."""

    subject: str
    cause: str
    effect: str
    remedy: str
    button: str
    link: str
    about: str  # the connection and its org


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as the log has it; `closed_at` is None while it is open.

    It is told when messages are queued, and sent when the first of them has left.
    """

    id: int
    connection: str
    cause: str
    mark: str
    text: AlertText
    opened_at: datetime
    told_at: datetime | None = None
    last_told_at: datetime | None = None
    reminders: int = 0
    acknowledged_until: datetime | None = None
    closed_at: datetime | None = None
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one receiver; it waits while `next_try_at` is there."""

    id: int
    alert_id: int | None
    connection: str
    kind: MessageKind
    channel: Channel
    receiver: str
    text: AlertText
    queued_at: datetime
    tries: int
    next_try_at: datetime | None
    sent_at: datetime | None
    dropped_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mail server that refused credentials: they aren't tried again (rules.md, 7)."""

    mark: str
    message: str
    refused_at: datetime


def open_alerts(store: Store, connection: str) -> list[OpenAlert]:
    """The open alerts of a connection, oldest first."""
    return [_alert(row) for row in store.query(_OPEN, {"connection": connection})]


def listed(store: Store, connection: str | None, *, last: int = 50) -> list[OpenAlert]:
    """The alerts of a connection (None: of all), open ones first, then newest first."""
    rows = store.query(_LISTED, {"connection": connection, "last": last})
    return [_alert(row) for row in rows]


def add(store: Store, connection: str, cause: str, mark: str, text: AlertText) -> int:
    """Open an alert; its id. Call it inside the transaction in which no open one was found."""
    row = store.first_row(
        _ADD,
        {
            "connection": connection,
            "cause": cause,
            "mark": mark,
            "text": _json(text),
            "now": to_text(store.now()),
        },
    )
    assert row is not None  # noqa: S101 - `returning` always has the row
    return int(row["id"])


def update(store: Store, alert_id: int, mark: str, text: AlertText | None = None) -> None:
    """Keep what an alert is about, and its words if they are new."""
    if text is None:
        store.execute(_MARK, {"id": alert_id, "mark": mark})
    else:
        store.execute(_UPDATE, {"id": alert_id, "mark": mark, "text": _json(text)})


def told(store: Store, alert_id: int, *, reminders: int) -> None:
    """Note that messages about an alert are on their way, and how many reminders that makes."""
    store.execute(_TOLD, {"id": alert_id, "now": to_text(store.now()), "reminders": reminders})


def close(store: Store, alert_id: int) -> None:
    """Close an alert whose cause is over."""
    store.execute(_CLOSE, {"id": alert_id, "now": to_text(store.now())})


def acknowledge(store: Store, connection: str, cause: str, until: datetime, by: str) -> bool:
    """Silence an open alert for a time; False if there is none with this cause."""
    row = {"connection": connection, "cause": cause, "until": to_text(until), "by": by}
    with store.writing():
        return store.execute(_ACKNOWLEDGE, row) > 0


def queue(
    store: Store,
    connection: str,
    kind: MessageKind,
    to: tuple[Channel, str],
    text: AlertText,
    *,
    alert_id: int | None = None,
) -> int:
    """A message to one receiver, due now; its id."""
    row = store.first_row(
        _QUEUE,
        {
            "alert_id": alert_id,
            "connection": connection,
            "kind": kind.value,
            "channel": to[0].value,
            "receiver": to[1],
            "text": _json(text),
            "now": to_text(store.now()),
        },
    )
    assert row is not None  # noqa: S101 - `returning` always has the row
    return int(row["id"])


def drop_waiting(store: Store, alert_id: int) -> None:
    """Don't send what still waits about an alert: something newer is said instead."""
    store.execute(_DROP, {"alert_id": alert_id, "now": to_text(store.now())})


def drop(store: Store, message_id: int) -> None:
    """Don't send one message anymore."""
    with store.writing():
        store.execute(_DROP_ONE, {"id": message_id, "now": to_text(store.now())})


def reached(store: Store, alert_id: int) -> set[tuple[Channel, str]]:
    """Who has got a message about an alert, and by which way."""
    rows = store.query(_REACHED, {"alert_id": alert_id})
    return {(Channel(row["channel"]), row["receiver"]) for row in rows}


def messages(store: Store, connection: str | None, *, last: int = 50) -> list[Message]:
    """The newest messages of a connection (None: of all), newest first."""
    rows = store.query(_MESSAGES, {"connection": connection, "last": last})
    return [_message(row) for row in rows]


def claim_due(store: Store, *, only: int | None = None) -> list[Message]:
    """The messages to send now, which no other process sends meanwhile; `only` is an id."""
    now = store.now()
    with store.writing():
        due = store.query(_WAITING, {"now": to_text(now), "only": only})
        claim = {"now": to_text(now), "until": to_text(now + CLAIMED_FOR)}
        for row in due:
            store.execute(_CLAIM, {**claim, "id": row["id"]})
    return [_message(row) for row in due]


def sent(store: Store, message_id: int) -> None:
    """Note that a message has left."""
    with store.writing():
        store.execute(_SENT, {"id": message_id, "now": to_text(store.now())})


def failed(
    store: Store, message_id: int, error: str, next_try: datetime, *, is_try: bool = True
) -> None:
    """Note why a message hasn't left, and when to try again."""
    row = {"id": message_id, "error": error, "next": to_text(next_try)}
    with store.writing():
        store.execute(_FAILED if is_try else _POSTPONE, row)


def receivers(store: Store, connection: str) -> tuple[str, ...] | None:
    """The receivers of one connection; None: those of OPTBACK_ALERT_TO."""
    row = store.first_row(_RECEIVERS, {"connection": connection})
    return tuple(json.loads(row["receivers"])) if row else None


def set_receivers(store: Store, connection: str, wanted: Sequence[str] | None) -> None:
    """Choose the receivers of one connection; None: those of OPTBACK_ALERT_TO again."""
    row = {"connection": connection, "receivers": json.dumps(list(wanted or ()))}
    with store.writing():
        if wanted is None:
            store.execute(_UNSET_RECEIVERS, {"connection": connection})
        else:
            store.execute(_SET_RECEIVERS, row)


def refusal(store: Store, channel: Channel) -> Refusal | None:
    """The credentials that a mail server refused last, if it did."""
    row = store.first_row(_REFUSAL, {"channel": channel.value})
    return Refusal(row["mark"], row["message"], from_text(row["refused_at"])) if row else None


def refuse(store: Store, channel: Channel, mark: str, message: str) -> None:
    """Remember that these credentials were refused."""
    row = {"channel": channel.value, "mark": mark, "message": message}
    with store.writing():
        store.execute(_REFUSE, {**row, "now": to_text(store.now())})


def accept(store: Store, channel: Channel) -> None:
    """Forget a refusal: the credentials work."""
    if refusal(store, channel) is not None:
        with store.writing():
            store.execute(_ACCEPT, {"channel": channel.value})


def _json(text: AlertText) -> str:
    return json.dumps(asdict(text), ensure_ascii=False)


def _alert(row: sqlite3.Row) -> OpenAlert:
    values = dict(row)
    values["text"] = AlertText(**json.loads(values["text"]))
    values["opened_at"] = from_text(values["opened_at"])
    for name in _MOMENTS:
        values[name] = moment(values[name])
    return OpenAlert(**values)


def _message(row: sqlite3.Row) -> Message:
    values = dict(row)
    values["text"] = AlertText(**json.loads(values["text"]))
    values["kind"], values["channel"] = MessageKind(values["kind"]), Channel(values["channel"])
    values["queued_at"] = from_text(values["queued_at"])
    for name in ("next_try_at", "sent_at", "dropped_at"):
        values[name] = moment(values[name])
    return Message(**values)
