"""What an undo knows: the records of the run, and the log as if the run had never been."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lib.store import changes, domains, ledger, undone, undos
from lib.store.changes import LoggedChange
from lib.store.db import Store
from lib.store.ledger import Event
from lib.store.run import Run
from lib.store.undone import NOTHING, UndoneRecord
from lib.store.undos import Seen
from lib.sync.after_undo import about
from lib.sync.undo.plan import Since, Undoing, UndoKnowledge
from lib.values import Outcome

_WANTED = (Outcome.UPDATED, Outcome.FAILED, Outcome.PENDING)


def undoing_of(store: Store, scope: str, run: Run) -> list[Undoing]:
    """The records the run set or wanted to set, with what happened to them before and after."""
    planned = changes.of_run(store, run.id, outcomes=_WANTED)
    ids = [logged.change.record_id for logged in planned]
    history = undos.history_of(store, scope, ids)
    back = undos.set_back(store, run.id)
    return [_undoing(logged, history.get(logged.change.record_id, ()), back) for logged in planned]


def gather(
    store: Store,
    scope: str,
    run: Run,
    undoing: Sequence[Undoing],
    *,
    undo_id: str,
    user_id: str,
    ahead: timedelta,
) -> UndoKnowledge:
    """Everything the plan needs. A file's events are withdrawn by now, in the same transaction."""
    addresses = {each.change.address for each in undoing}
    events = about(store, scope, addresses, _approved_otherwise(store, scope, run))
    marks: dict[str, list[UndoneRecord]] = {}
    for mark in undone.of_records(store, scope, (each.change.record_id for each in undoing)):
        if mark.run_id != run.id:
            marks.setdefault(mark.record_id, []).append(mark)
    return UndoKnowledge(
        events=events,
        files=undos.file_names(store, _brought_by(events.values())),
        marks=marks,
        left_out=_own_marks(store, scope, run, undoing, undo_id),
        listed=frozenset(
            address
            for address, found in events.items()
            if any(event.source != "file" and event.counts for event in found)
        ),
        user_id=run.user_id or user_id,
        ahead=ahead,
    )


def _approved_otherwise(store: Store, scope: str, run: Run) -> frozenset[str]:
    """The approved domains, without the one that the run itself approved."""
    return frozenset(domains.approved(store, scope)) - {run.approves_domain or ""}


def _own_marks(
    store: Store, scope: str, run: Run, undoing: Sequence[Undoing], undo_id: str
) -> dict[str, UndoneRecord]:
    """What is left out of the question for each record: what the run's source said by then."""
    read = ledger.read_by(store, scope, run.id)
    now = store.now()
    source, until = read if read and run.source != "file" else (NOTHING, now)
    last = ledger.last_id(store)
    return {
        each.change.record_id: UndoneRecord(
            record_id=each.change.record_id,
            sobject=each.change.sobject,
            address=each.change.address,
            run_id=run.id,
            source=source,
            known_until=until,
            known_event=last,
            cleared_at=each.cleared_at,
            undo_id=undo_id,
            undone_at=now,
        )
        for each in undoing
    }


def _undoing(logged: LoggedChange, history: Sequence[Seen], back: frozenset[str]) -> Undoing:
    change = logged.change
    was_set = change.outcome is Outcome.UPDATED
    before = [seen for seen in history if seen.id < logged.id and seen.address == change.address]
    after = [seen for seen in history if seen.id > logged.id]
    return Undoing(
        change=change,
        sent_at=logged.sent_at if was_set else None,
        settled_at=logged.settled_at if was_set else None,
        cleared_at=_cleared_before(logged, before),
        since=_since(after),
        is_back=change.record_id in back,
    )


def _cleared_before(logged: LoggedChange, before: Iterable[Seen]) -> datetime | None:
    """When a person had cleared the box, as the run knew it; None if no one had.

    A box that was seen set before and was off when the run planned it had been cleared.
    """
    was_set, cleared_at = False, None
    for seen in before:
        if seen.outcome is Outcome.KEPT:
            cleared_at = cleared_at or seen.at
        else:
            was_set, cleared_at = not seen.is_undo, None
    if was_set and cleared_at is None:
        return logged.change.modified_at or logged.planned_at
    return cleared_at


def _since(after: Iterable[Seen]) -> Since:
    found = Since.NOTHING
    for seen in after:
        if seen.outcome is Outcome.KEPT or seen.is_undo:
            found = Since.WAS_OFF
        elif seen.outcome is Outcome.UPDATED:
            found = Since.SET_AGAIN
        elif found is Since.WAS_OFF:
            found = Since.SET_BY_OTHER
    return found


def _brought_by(events: Iterable[Sequence[Event]]) -> set[str]:
    return {event.brought_by for found in events for event in found if event.source == "file"}
