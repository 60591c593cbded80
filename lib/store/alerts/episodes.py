"""The alerts of a connection: opened, changed, acknowledged, closed."""

import sqlite3
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.alerts.values import AlertText, OpenAlert, text_from_json, text_to_json
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

_MOMENTS = (
    "told_at",
    "last_told_at",
    "acknowledged_until",
    "closed_at",
    "first_sent_at",
    "last_sent_at",
)


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
            "text": text_to_json(text),
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
        store.execute(_UPDATE, {"id": alert_id, "mark": mark, "text": text_to_json(text)})


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


def _alert(row: sqlite3.Row) -> OpenAlert:
    values = dict(row)
    values["text"] = text_from_json(values["text"])
    values["opened_at"] = from_text(values["opened_at"])
    for name in _MOMENTS:
        values[name] = moment(values[name])
    return OpenAlert(**values)
