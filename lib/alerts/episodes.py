"""What to send, and when: one message for each change of state, and one when it works again.

Pure. An alert is open from when its cause appears until it is surely over. Reminders come after 3
and 7 days. "I know, until Friday" silences an alert until then; if it's still there, that is told.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.alerts.causes import Cause, CauseKind, Situation, is_over
from lib.store.alerts import MessageKind, OpenAlert

REMIND_AFTER = (timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an alert; `alert` is None for a new one.

    `kind` is None where only the alert's mark is kept up to date and no one is told.
    """

    kind: MessageKind | None
    cause: Cause
    alert: OpenAlert | None = None


def steps(
    alerts: Sequence[OpenAlert],
    causes: Iterable[Cause],
    seen: Situation,
    *,
    can_tell: bool,
    off: Set[str] = frozenset(),
) -> list[Step]:
    """What changed since the alerts were last looked at, news before recoveries.

    `off` are the causes that no one is told about; their alerts are open all the same.
    """
    known = {alert.cause: alert for alert in alerts}
    there = {cause.kind.value: cause for cause in causes}
    found = [
        _unsaid(known.get(key), cause)
        if key in off
        else _of_cause(known.get(key), cause, seen, can_tell)
        for key, cause in there.items()
    ]
    gone = [alert for alert in alerts if alert.cause not in there]
    found += [_over(alert) for alert in gone if _is_over(alert, seen)]
    return [step for step in found if step is not None]


def _of_cause(
    alert: OpenAlert | None, cause: Cause, seen: Situation, can_tell: bool
) -> Step | None:
    if alert is None:
        return Step(MessageKind.OPENED, cause)
    if alert.told_at is None:
        return Step(MessageKind.OPENED, cause, alert) if can_tell else None
    if alert.mark != cause.mark:
        silent = _is_silenced(alert, seen.now)
        return Step(None if silent else MessageKind.CHANGED, cause, alert)
    return Step(MessageKind.REMINDER, cause, alert) if _is_due(alert, seen.now) else None


def _unsaid(alert: OpenAlert | None, cause: Cause) -> Step | None:
    """A cause that no one is told about; once it's switched on again, that is told as new."""
    if alert is None or alert.mark != cause.mark:
        return Step(None, cause, alert)
    return None


def _is_silenced(alert: OpenAlert, now: datetime) -> bool:
    return alert.acknowledged_until is not None and now < alert.acknowledged_until


def _is_due(alert: OpenAlert, now: datetime) -> bool:
    if alert.told_at is None or _is_silenced(alert, now):
        return False
    if alert.acknowledged_until is not None and (alert.last_told_at or now) < (
        alert.acknowledged_until
    ):
        return True
    return alert.reminders < reminders_by(alert.told_at, now)


def reminders_by(told_at: datetime, now: datetime) -> int:
    """How many reminders have had their time; several missed ones are sent as one."""
    return sum(now - told_at >= after for after in REMIND_AFTER)


def _is_over(alert: OpenAlert, seen: Situation) -> bool:
    try:
        kind = CauseKind(alert.cause)
    except ValueError:
        return False  # a newer Optback's cause
    return is_over(kind, alert.opened_at, seen)


def _over(alert: OpenAlert) -> Step:
    return Step(MessageKind.RECOVERED, Cause(CauseKind(alert.cause), alert.mark), alert)
