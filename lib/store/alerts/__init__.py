"""Alerts in the log: what needs attention, and what was sent or is waiting, and who gets it.

May import lib/store/db.py and sql_values.py, and what lib/store may import. Other rooms import
this package only. Open values.py first.
"""

from lib.store.alerts.channels import (
    accept,
    receivers,
    refusal,
    refuse,
    set_receivers,
    switch_off,
    switched_off,
)
from lib.store.alerts.episodes import acknowledge, add, close, listed, open_alerts, told, update
from lib.store.alerts.outbox import (
    CLAIMED_FOR,
    claim_due,
    drop,
    drop_waiting,
    failed,
    messages,
    queue,
    reached,
    sent,
)
from lib.store.alerts.values import AlertText, Channel, Message, MessageKind, OpenAlert, Refusal

__all__ = [
    "CLAIMED_FOR",
    "AlertText",
    "Channel",
    "Message",
    "MessageKind",
    "OpenAlert",
    "Refusal",
    "accept",
    "acknowledge",
    "add",
    "claim_due",
    "close",
    "drop",
    "drop_waiting",
    "failed",
    "listed",
    "messages",
    "open_alerts",
    "queue",
    "reached",
    "receivers",
    "refusal",
    "refuse",
    "sent",
    "set_receivers",
    "switch_off",
    "switched_off",
    "told",
    "update",
]
