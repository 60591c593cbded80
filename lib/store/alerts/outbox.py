"""Messages about alerts, one for each receiver: waiting, sent or dropped."""

import sqlite3
from datetime import datetime, timedelta

from lib.clock import from_text, to_text
from lib.store.alerts.values import (
    AlertText,
    Channel,
    Message,
    MessageKind,
    text_from_json,
    text_to_json,
)
from lib.store.db import Store
from lib.store.sql_values import moment

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

CLAIMED_FOR = timedelta(minutes=10)
"""A message that is being sent isn't sent by another process meanwhile."""


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
            "text": text_to_json(text),
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


def _message(row: sqlite3.Row) -> Message:
    values = dict(row)
    values["text"] = text_from_json(values["text"])
    values["kind"], values["channel"] = MessageKind(values["kind"]), Channel(values["channel"])
    values["queued_at"] = from_text(values["queued_at"])
    for name in ("next_try_at", "sent_at", "dropped_at"):
        values[name] = moment(values[name])
    return Message(**values)
