"""Hand a pull over to JangoMail as a new group: batch by batch, and on from where it stopped.

Never into a group that is there: its members would be mailed together, and nobody knows who of
them has opted out. Nothing here mails anybody.
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
class Handing:
    """What a hand-over needs: the log, the group's door, the pull's file.

    `check_freshness` notes who has opted out since the pull; it raises where it cannot tell.
    `fence` raises StoppedError once another process has taken over.
    """

    store: Store
    groups: Groups
    file: PulledFile
    check_freshness: Callable[[], object]
    fence: Fence


def hand_over(handing: Handing, hand_over_id: str) -> HandOver | None:
    """Carry a hand-over out, or go on with it; as it stands then, None when it is done already.

    Raises what stopped it; the log has noted that, and it can be taken up again.
    """
    order = hand_overs.take_up(handing.store, hand_over_id)
    if order is None:
        return None
    try:
        members = _carried_out(handing, order)
    except StoppedError:
        raise  # another process goes on with it
    except OptbackError as error:
        fault = Fault(error.code, error.message, error.remedy)
        hand_overs.finish(handing.store, order.id, "failed", error=fault)
        raise
    _close(handing, order, members)
    return hand_overs.get(handing.store, order.id)


def _carried_out(handing: Handing, order: HandOver) -> int:
    """How many members the group has in the end."""
    _check_file(handing, order)
    handing.check_freshness()
    left_out = freshness.addresses(handing.store, order.pull_id)
    _count(handing, order, left_out)
    _make(handing, order)
    fields = field_names(order.columns)
    for field in fields:
        handing.groups.add_field(order.group_name, field)
    if order.sent_to:
        _take_out(handing, order, left_out)
    done_to = _settle(handing, order, fields, left_out)
    for batch in _batches(handing, order, done_to):
        _send(handing, order, fields, batch.without(left_out))
    return handing.groups.count(order.group_name)


def _check_file(handing: Handing, order: HandOver) -> None:
    """Whether the file is the pull's: else an empty group would be left behind."""
    _places(handing.file.titles(), order.columns)
    if not handing.file.is_in_step():
        raise gone()


def _count(handing: Handing, order: HandOver, left_out: frozenset[str]) -> None:
    total = hand_overs.people_of(handing.store, order.pull_id, left_out)
    done = hand_overs.people_of(handing.store, order.pull_id, left_out, until=order.done_to)
    out, _ = freshness.count(handing.store, order.pull_id)
    hand_overs.counted(handing.store, order.id, total=total, done=done, left_out=out)


def _make(handing: Handing, order: HandOver) -> None:
    """Make the group, unless this hand-over has made it before.

    After a lost answer an empty group of that name is ours: none bore it just before.
    """
    if order.made_at is not None:
        return
    found = handing.groups.find(order.group_name)
    if found is not None and (order.making_at is None or found.members):
        raise name_taken(order.group_name)
    if found is None:
        with handing.store.writing():
            handing.fence()
            hand_overs.making(handing.store, order.id)
        try:
            handing.groups.make(order.group_name)
        except Unanswered:
            if handing.groups.find(order.group_name) is None:
                raise
    hand_overs.made(handing.store, order.id)


def _take_out(handing: Handing, order: HandOver, left_out: frozenset[str]) -> None:
    """Whoever opted out after he was handed over leaves the group again."""
    for position in sorted(freshness.positions(handing.store, order.pull_id)):
        if position > order.sent_to:
            break
        [row] = hand_overs.listed_rows(handing.store, order.pull_id, after=position - 1, last=1)
        if row.is_first and row.address in left_out:
            handing.groups.take_out(order.group_name, row.shown)


def _settle(
    handing: Handing, order: HandOver, fields: Sequence[str], left_out: frozenset[str]
) -> int:
    """Answer the question that a dead process left: who of its last batch is in the group?"""
    if order.sent_to <= order.done_to:
        return order.done_to
    for batch in _batches(handing, order, order.done_to, until=order.sent_to):
        _send(handing, order, fields, batch.without(left_out), asked_before=True)
    return order.sent_to


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of the list up to a position: addresses as compared, and what JangoMail is given."""

    until: int
    people: dict[str, tuple[str, ...]]

    def without(self, left_out: frozenset[str]) -> "_Batch":
        kept = {one: row for one, row in self.people.items() if one not in left_out}
        return _Batch(self.until, kept)


def _send(
    handing: Handing,
    order: HandOver,
    fields: Sequence[str],
    batch: _Batch,
    *,
    asked_before: bool = False,
) -> None:
    """Put a batch into the group, noted before and after; a lost answer is looked up."""
    with handing.store.writing():
        handing.fence()
        hand_overs.sending(handing.store, order.id, batch.until)
    missing = _missing(handing, order, batch) if asked_before else batch
    try:
        if missing.people:
            handing.groups.put(order.group_name, fields, missing.people.values())
    except Unanswered:
        if asked_before:
            raise
        _send(handing, order, fields, batch, asked_before=True)
        return
    with handing.store.writing():
        handing.fence()
        hand_overs.answered(handing.store, order.id, batch.until, len(batch.people))


def _missing(handing: Handing, order: HandOver, batch: _Batch) -> _Batch:
    """Who of a batch is not in the group; reads the whole group as a stream."""
    missing = dict(batch.people)
    for address in handing.groups.members(order.group_name):
        missing.pop(address, None)
    return _Batch(batch.until, missing)


def _batches(
    handing: Handing, order: HandOver, after: int, *, until: int | None = None
) -> Iterator[_Batch]:
    """The list behind a position, in batches."""
    places = _places(handing.file.titles(), order.columns)
    for page in handing.file.pages(BATCH):
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
        return [titles.index(one) for one in wanted]
    except ValueError as error:
        raise gone() from error


def _close(handing: Handing, order: HandOver, members: int) -> None:
    """Done; beside it a word where JangoMail counts other people than were handed over."""
    now = hand_overs.get(handing.store, order.id)
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
    hand_overs.finish(handing.store, order.id, "done", members=members, error=fault)
