"""What to do with each record of a run that is taken back. Pure functions, like lib/sync/plan.py.

A box goes back only if that run set it, it's still set, nothing has changed the record since, and
no other unsubscribe would set it. If any of this is in doubt, it stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from lib.clock import MONTHS
from lib.store.ledger import Event
from lib.store.undone import UndoneRecord, counting
from lib.sync.plan import CHANGED_SINCE, GONE, UNDONE
from lib.values import Change, Outcome, Record

ALSO_UNSUBSCRIBED = "also_unsubscribed"
PERHAPS_UNSUBSCRIBED = "perhaps_unsubscribed"
CLEARED_SINCE = "cleared_since"
SET_BY_OTHER = "set_by_other"
SET_AGAIN = "set_again"
SET_BEFORE = "set_before"
NEVER_WRITTEN = "never_written"
STILL_LISTED = "still_listed"
"""The reason of a record that goes back although its address is on the source's list."""

SLACK = timedelta(minutes=2)
_LONGEST_CALL = timedelta(minutes=15)
_DATED = timedelta(days=2)  # an interval up to this wide is a date: a day, in any time zone


class Since(Enum):
    """What later runs found of a record that this run opted out."""

    NOTHING = "nothing"
    SET_AGAIN = "set again"  # another run opted it out again
    WAS_OFF = "was off"  # cleared by a person, or set back by an undo
    SET_BY_OTHER = "set by other"  # was off, and then set, but by no run


@dataclass(frozen=True, slots=True)
class Undoing:
    """A record that the run set, or wanted to set.

    `sent_at` and `settled_at` are the times of its write, on our clock; `None` if the run didn't
    set the box. `cleared_at` is when a person had cleared the box before the run.
    """

    change: Change
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    cleared_at: datetime | None = None
    since: Since = Since.NOTHING
    is_back: bool = False  # an earlier undo set it back

    @property
    def was_set(self) -> bool:
        """Whether the run set the box."""
        return self.settled_at is not None


@dataclass(frozen=True, slots=True)
class UndoKnowledge:
    """Everything the plan knows, as if the run had never been.

    `events` has the other unsubscribes of each address, and `files` the names of the files that
    brought them, by run. `marks` has earlier undos of each record. `left_out` are the run's own
    unsubscribes. `listed` are the addresses on the source's list. `user_id` is the user the run
    signed in as. `ahead` is how far Salesforce's clock is ahead of ours.
    """

    events: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Sequence[UndoneRecord]] = field(default_factory=dict)
    left_out: Mapping[str, UndoneRecord] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    user_id: str = ""
    ahead: timedelta = timedelta()


def plan_undo(
    undoing: Iterable[Undoing], records: Mapping[str, Record | None], known: UndoKnowledge
) -> list[Change]:
    """A change for each record the run set, and for each it only wanted to set.

    Records to set back have `Outcome.PLANNED`, the others are skipped with a reason. A record that
    was never written and that another unsubscribe is about isn't in the result: that one goes on.
    """
    found = (
        _decide(each, records.get(each.change.record_id), known)
        if each.was_set
        else _give_up(each, known)
        for each in undoing
    )
    return [change for change in found if change is not None]


def _decide(undoing: Undoing, record: Record | None, known: UndoKnowledge) -> Change:
    if record is None:
        return _stays(undoing, GONE)
    reason = _reason_of_box(undoing, record)
    if reason is not None:
        return _stays(undoing, reason)
    asked = _asked_otherwise(undoing, known)
    if asked is not None:
        return _stays(undoing, ALSO_UNSUBSCRIBED, _in_words(asked, known))
    if _may_have_asked(undoing, known):
        return _stays(undoing, PERHAPS_UNSUBSCRIBED)
    if undoing.since is Since.SET_AGAIN:
        return _stays(undoing, SET_AGAIN)
    if undoing.since is not Since.NOTHING:
        return _stays(undoing, SET_BY_OTHER)
    if not _is_untouched(undoing, record, known):
        return _stays(undoing, CHANGED_SINCE)
    listed = undoing.change.address in known.listed
    planned = _change(undoing, Outcome.PLANNED, STILL_LISTED if listed else None)
    return replace(planned, modified_at=record.modified_at)


def _reason_of_box(undoing: Undoing, record: Record) -> str | None:
    """Why there's nothing to set back, by the record alone."""
    if not record.opted_out:
        return UNDONE if undoing.is_back else CLEARED_SINCE
    if record.address != undoing.change.address:
        return CHANGED_SINCE
    return SET_BEFORE if undoing.change.was_partly_set else None


def _give_up(undoing: Undoing, known: UndoKnowledge) -> Change | None:
    """A record that was never written isn't tried again, unless someone asked otherwise."""
    if _asked_otherwise(undoing, known) is not None:
        return None
    return _stays(undoing, NEVER_WRITTEN)


def _asked_otherwise(undoing: Undoing, known: UndoKnowledge) -> Event | None:
    """The newest unsubscribe for which the record would be opted out without the run."""
    counts = [
        event
        for event in _counting(undoing, known)
        if all(event.asked.is_wholly_after(moment) for moment in _cleared(undoing, known))
    ]
    return max(counts, key=lambda event: event.asked.not_after, default=None)


def _may_have_asked(undoing: Undoing, known: UndoKnowledge) -> bool:
    """Whether someone may have asked after a person had cleared the box: it isn't certain."""
    cleared = max(_cleared(undoing, known), default=None)
    return cleared is not None and any(
        event.asked.not_after >= cleared for event in _counting(undoing, known)
    )


def _counting(undoing: Undoing, known: UndoKnowledge) -> list[Event]:
    change = undoing.change
    own = known.left_out.get(change.record_id)
    marks = [*known.marks.get(change.record_id, ()), *([own] if own else [])]
    return counting(known.events.get(change.address, ()), marks)


def _cleared(undoing: Undoing, known: UndoKnowledge) -> list[datetime]:
    """When people had cleared the box before this run, or before a run that was undone earlier."""
    marks = known.marks.get(undoing.change.record_id, ())
    found = [undoing.cleared_at, *(mark.cleared_at for mark in marks)]
    return [moment for moment in found if moment is not None]


def _is_untouched(undoing: Undoing, record: Record, known: UndoKnowledge) -> bool:
    """Whether the last change of the record can only be this run's (rules.md, 0).

    Salesforce says when a record was changed last and by which user, but not which field. So a
    record that anything else has changed since then stays as it is.
    """
    if known.user_id and record.modified_by and record.modified_by != known.user_id:
        return False
    if undoing.sent_at is None or undoing.settled_at is None:
        return False
    latest = min(undoing.settled_at, undoing.sent_at + _LONGEST_CALL)
    return any(
        undoing.sent_at - SLACK <= record.modified_at - ahead <= latest + SLACK
        for ahead in (timedelta(), known.ahead)
    )


def _in_words(event: Event, known: UndoKnowledge) -> str:
    """Why a box stays, such as `also unsubscribed on Mar 3, 2026`."""
    if event.is_domain:
        return f"everyone at {event.entry} is opted out, because someone approved that domain"
    if event.source == "file":
        name = known.files.get(event.brought_by)
        return f"also in {name}" if name else "also in another file"
    asked = event.asked
    if asked.not_before is None or asked.not_after - asked.not_before > _DATED:
        return "also on JangoMail's unsubscribe list"
    day = asked.not_after
    return f"also unsubscribed on {MONTHS[day.month - 1]} {day.day}, {day.year}"


def _stays(undoing: Undoing, reason: str, message: str | None = None) -> Change:
    return replace(_change(undoing, Outcome.SKIPPED, reason), message=message)


def _change(undoing: Undoing, outcome: Outcome, reason: str | None) -> Change:
    planned = undoing.change
    return Change(planned.sobject, planned.record_id, planned.address, outcome, reason)
