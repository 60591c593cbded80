"""What the log says about alerts: an alert, its words, a message, a mail server's refusal."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


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


def text_to_json(text: AlertText) -> str:
    """The words as they are stored."""
    return json.dumps(asdict(text), ensure_ascii=False)


def text_from_json(text: str) -> AlertText:
    """The stored words."""
    return AlertText(**json.loads(text))
