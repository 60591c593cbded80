"""Send a pull to JangoMail as a new group, batch by batch, and continue where it stopped.

It never goes into an existing group: all members would be emailed together, and no one knows
which of them have opted out. Nothing here emails anyone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lib.errors import OptbackError, StoppedError
from lib.lists.pulled_file import Line, PulledFile, gone
from lib.sources.jangomail.groups import Groups, Unanswered, field_names, name_taken
from lib.store import freshness, hand_overs
from lib.store.db import Store
from lib.store.hand_overs import HandOver, ListedRow
from lib.values import Fault
from lib.words import people

BATCH = 1_000  # rows of the list; JangoMail publishes no limit

Fence = Callable[[], None]


@dataclass(frozen=True, slots=True)
class HandOverParts:
    """What a hand-over needs: the log, JangoMail's groups, the pull's file.

    `check_freshness` notes who has opted out since the pull, and raises if it can't tell. Its
    result isn't used. `fence` raises StoppedError once another process has taken over.
    """

    store: Store
    groups: Groups
    file: PulledFile
    check_freshness: Callable[[], object]
    fence: Fence


def hand_over(parts: HandOverParts, hand_over_id: str) -> HandOver | None:
    """Carry out a hand-over or continue it. Returns its new state, None if it was already done.

    Raises what stopped it. The log has noted that, and the hand-over can be continued.
    """
    order = hand_overs.take_up(parts.store, hand_over_id)
    if order is None:
        return None
    try:
        members = _carried_out(parts, order)
    except StoppedError:
        raise  # another process continues it
    except OptbackError as error:
        fault = Fault(error.code, error.message, error.remedy)
        hand_overs.finish(parts.store, order.id, "failed", error=fault)
        raise
    _close(parts, order, members)
    return hand_overs.get(parts.store, order.id)


def _carried_out(parts: HandOverParts, order: HandOver) -> int:
    """How many members the group has in the end."""
    _check_file(parts, order)
    parts.check_freshness()
    left_out = freshness.addresses(parts.store, order.pull_id)
    _count(parts, order, left_out)
    _make(parts, order)
    fields = field_names(order.columns)
    for field in fields:
        parts.groups.add_field(order.group_name, field)
    if order.sent_to:
        _take_out(parts, order, left_out)
    done_to = _settle(parts, order, fields, left_out)
    for batch in _batches(parts, order, done_to):
        _send(parts, order, fields, batch.without(left_out))
    return parts.groups.count(order.group_name)


def _check_file(parts: HandOverParts, order: HandOver) -> None:
    """Check that the file is the pull's, because otherwise an empty group would be left behind."""
    _places(parts.file.titles(), order.columns)
    if not parts.file.is_in_step():
        raise gone()


def _count(parts: HandOverParts, order: HandOver, left_out: frozenset[str]) -> None:
    total = hand_overs.people_of(parts.store, order.pull_id, left_out)
    done = hand_overs.people_of(parts.store, order.pull_id, left_out, until=order.done_to)
    out, _ = freshness.count(parts.store, order.pull_id)
    hand_overs.set_counts(parts.store, order.id, total=total, done=done, left_out=out)


def _make(parts: HandOverParts, order: HandOver) -> None:
    """Create the group, unless this hand-over has already created it.

    After a lost answer an empty group with that name is ours: there was none just before.
    """
    if order.made_at is not None:
        return
    found = parts.groups.find(order.group_name)
    if found is not None and (order.making_at is None or found.members):
        raise name_taken(order.group_name)
    if found is None:
        with parts.store.writing():
            parts.fence()
            hand_overs.making(parts.store, order.id)
        try:
            parts.groups.make(order.group_name)
        except Unanswered:
            if parts.groups.find(order.group_name) is None:
                raise
    hand_overs.made(parts.store, order.id)


def _take_out(parts: HandOverParts, order: HandOver, left_out: frozenset[str]) -> None:
    """Remove people from the group who opted out after they were sent."""
    for position in sorted(freshness.positions(parts.store, order.pull_id)):
        if position > order.sent_to:
            break
        [row] = hand_overs.listed_rows(parts.store, order.pull_id, after=position - 1, limit=1)
        if row.is_first and row.address in left_out:
            parts.groups.take_out(order.group_name, row.shown)


def _settle(
    parts: HandOverParts, order: HandOver, fields: Sequence[str], left_out: frozenset[str]
) -> int:
    """Settle what a dead process left open: who of its last batch is in the group?"""
    if order.sent_to <= order.done_to:
        return order.done_to
    for batch in _batches(parts, order, order.done_to, until=order.sent_to):
        _send(parts, order, fields, batch.without(left_out), asked_before=True)
    return order.sent_to


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of the list up to a position: compared addresses, and what JangoMail gets for each."""

    until: int
    people: dict[str, tuple[str, ...]]

    def without(self, left_out: frozenset[str]) -> "_Batch":
        kept = {address: row for address, row in self.people.items() if address not in left_out}
        return _Batch(self.until, kept)


def _send(
    parts: HandOverParts,
    order: HandOver,
    fields: Sequence[str],
    batch: _Batch,
    *,
    asked_before: bool = False,
) -> None:
    """Put a batch into the group, noted before and after. A lost answer is looked up."""
    with parts.store.writing():
        parts.fence()
        hand_overs.sending(parts.store, order.id, batch.until)
    missing = _missing(parts, order, batch) if asked_before else batch
    try:
        if missing.people:
            parts.groups.put(order.group_name, fields, missing.people.values())
    except Unanswered:
        if asked_before:
            raise
        _send(parts, order, fields, batch, asked_before=True)
        return
    with parts.store.writing():
        parts.fence()
        hand_overs.answered(parts.store, order.id, batch.until, len(batch.people))


def _missing(parts: HandOverParts, order: HandOver, batch: _Batch) -> _Batch:
    """The people of a batch who aren't in the group. Reads the whole group as a stream."""
    missing = dict(batch.people)
    for address in parts.groups.members(order.group_name):
        missing.pop(address, None)
    return _Batch(batch.until, missing)


def _batches(
    parts: HandOverParts, order: HandOver, after: int, *, until: int | None = None
) -> Iterator[_Batch]:
    """The list after a position, in batches."""
    places = _places(parts.file.titles(), order.columns)
    for page in parts.file.pages(BATCH):
        position = page[-1][0].position
        if position > after:
            people = dict(_people(page, places, after))
            yield _Batch(position if until is None else min(position, until), people)
        if until is not None and position >= until:
            return


def _people(
    page: Sequence[tuple[ListedRow, Line]], places: Sequence[int], after: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row, line in page:
        if row.is_first and row.position > after:
            yield row.address, (row.shown, *(line[place] for place in places))


def _places(titles: Sequence[str], wanted: Sequence[str]) -> list[int]:
    try:
        return [titles.index(title) for title in wanted]
    except ValueError as error:
        raise gone() from error


def _close(parts: HandOverParts, order: HandOver, members: int) -> None:
    """Close the hand-over, with a warning if JangoMail's count differs from what was sent."""
    now = hand_overs.get(parts.store, order.id)
    total = now.total if now else 0
    fault = None
    if members < total:
        fault = Fault(
            "members_missing",
            f"JangoMail counts {people(members)} on this list, {total - members:,} fewer than "
            "Optback sent",
            "JangoMail skips addresses it considers invalid. No one else was added.",
            total - members,
        )
    elif members > total:
        fault = Fault(
            "members_added",
            f"JangoMail counts {people(members)} on this list, {members - total:,} more than "
            "Optback sent",
            "Someone else has added people. Check the list before you email it, because they may "
            "have opted out.",
            members - total,
        )
    hand_overs.finish(parts.store, order.id, "done", members=members, error=fault)
