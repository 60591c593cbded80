"""Many boxes cleared at once: what is in question, and what a person says (rules.md, 3.5)."""

from lib.errors import UsageError
from lib.services.alerts import watch
from lib.services.log import Log
from lib.store import connections, mass_clearings
from lib.words import by_count


def confirm(log: Log, connection: str, number: int, by: str) -> str:
    """Let the boxes stay cleared: from now on these people count as kept.

    Returns what went wrong with an alert about it, if anything. Raises UsageError unless the
    number is the present one.
    """
    scope = _scope(log, connection)
    present = mass_clearings.confirm(log.store, scope, number, by) if scope else 0
    _refuse_other(number, present)
    return watch.look_again(log, connection)


def refuse_other_number(log: Log, connection: str, number: int) -> None:
    """Raise UsageError unless this many boxes wait for a confirmation now."""
    scope = _scope(log, connection)
    boxes = mass_clearings.open_boxes(log.store, scope) if scope else []
    _refuse_other(number, len(boxes))


def _refuse_other(number: int, present: int) -> None:
    if not present:
        raise UsageError(
            "No boxes wait for a confirmation",
            remedy="Leave out --confirm-cleared. It's needed when a run finds many boxes cleared "
            "at once.",
        )
    if number != present:
        waiting = by_count(present, "", "1 box waits", "{n} boxes wait")
        raise UsageError(
            f"{waiting} for a confirmation, not {number:,}",
            remedy="Look at them on Overview or with history --run. If all of them are meant to "
            f"be cleared, give the present number: --confirm-cleared {present}",
        )


def _scope(log: Log, connection: str) -> str | None:
    state = connections.state(log.store, connection)
    return state.scope if state else None
