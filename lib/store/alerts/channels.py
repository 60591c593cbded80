"""Who gets which alerts of a connection, and a mail server that refused our credentials."""

import json
from collections.abc import Iterable, Sequence

from lib.clock import from_text, to_text
from lib.store.alerts.values import Channel, Refusal
from lib.store.db import Store

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
_OFF = "select cause from alert_off where connection = :connection"
_ALL_ON = "delete from alert_off where connection = :connection"
_SWITCH_OFF = "insert into alert_off (connection, cause) values (:connection, :cause)"
_ACCEPT = "delete from alert_refusal where channel = :channel"


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


def switched_off(store: Store, connection: str) -> frozenset[str]:
    """The causes that no one is told about, as a person chose for one connection."""
    rows = store.query(_OFF, {"connection": connection})
    return frozenset(row["cause"] for row in rows)


def switch_off(store: Store, connection: str, causes: Iterable[str]) -> None:
    """Choose the causes that no one is told about, instead of those chosen before."""
    rows = [{"connection": connection, "cause": cause} for cause in sorted(causes)]
    with store.writing():
        store.execute(_ALL_ON, {"connection": connection})
        store.execute_many(_SWITCH_OFF, rows)


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
