"""Decides which event a sighting belongs to (rules.md, 1.2 and 1.3). No database and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lib.values import EventKind, Interval

PENDING = "pending"  # no run has finished it yet
DONE = "done"
HELD = "held"  # a whole domain, until a person approves it
WITHDRAWN = "withdrawn"  # the run of its file was undone: counts as never seen


@dataclass(frozen=True, slots=True)
class Event:
    """Someone asked not to be emailed. `id` is 0 until the ledger has stored the event."""

    id: int
    scope: str
    source: str
    kind: EventKind
    entry: str  # an address or a domain, in the compared form
    shown: str  # in the source's spelling
    is_domain: bool
    asked: Interval
    raw_date: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    brought_by: str  # run id
    state: str
    reported_at: datetime | None = None  # when a complete report last had it
    resubscribed_at: datetime | None = None  # when a later report no longer had the address

    @property
    def counts(self) -> bool:
        """Whether the person is still unsubscribed because of it."""
        return self.state != WITHDRAWN and self.resubscribed_at is None


@dataclass(frozen=True, slots=True)
class Merged:
    """The result for a sighting: `event` goes to `place` among the known events, or after them."""

    event: Event
    place: int
    is_new: bool


def merge(known: Sequence[Event], seen: Event) -> Merged:
    """Find the place of a sighting among the known events of its source, kind and address.

    `seen` is the sighting as an event, as if nothing were known yet.
    """
    if not known:  # most of a first reading
        return Merged(seen, 0, is_new=True)
    living = [place for place, event in enumerate(known) if event.state != WITHDRAWN]
    same = _same_as(seen, known, living)
    if same is not None:
        return Merged(_joined(known[same], seen), same, is_new=False)
    withdrawn = [place for place, event in enumerate(known) if event.state == WITHDRAWN]
    place = _same_as(seen, known, withdrawn)
    if place is None:
        place = len(known)
    else:
        seen = replace(seen, id=known[place].id)
    if any(
        known[each].counts and known[each].asked.is_wholly_after(seen.asked.not_after)
        for each in living
    ):
        state = HELD if seen.is_domain else DONE  # a separate, older event: done by now
        return Merged(replace(seen, state=state), place, is_new=False)
    return Merged(seen, place, is_new=True)


def later(first: Interval, second: Interval) -> Interval:
    """The interval that ends later."""
    return max(first, second, key=_sort_key)


def _same_as(seen: Event, known: Sequence[Event], places: Sequence[int]) -> int | None:
    newest_first = sorted(places, key=lambda place: _sort_key(known[place].asked), reverse=True)
    if seen.raw_date is not None:
        for place in newest_first:
            if known[place].raw_date == seen.raw_date:
                return place
    for place in newest_first:
        if known[place].asked.touches(seen.asked):
            return place
    return None


def _joined(known: Event, seen: Event) -> Event:
    # Same date text but separate intervals: the source's clock setting was changed in between.
    touches = known.asked.touches(seen.asked)
    joined = replace(
        known,
        asked=known.asked.common_with(seen.asked) if touches else known.asked,
        raw_date=known.raw_date if known.raw_date is not None else seen.raw_date,
        last_seen_at=max(known.last_seen_at, seen.last_seen_at),
        reported_at=seen.reported_at or known.reported_at,
    )
    return joined if known.resubscribed_at is None else _back(joined, seen)


def _back(known: Event, seen: Event) -> Event:
    """An event that is on the list again after it was taken off. It has to be carried out again."""
    return replace(
        known,
        shown=seen.shown,
        first_seen_at=seen.first_seen_at,
        last_seen_at=seen.last_seen_at,
        brought_by=seen.brought_by,
        state=seen.state,
        resubscribed_at=None,
    )


def _sort_key(asked: Interval) -> tuple[datetime, bool, datetime]:
    return asked.not_after, asked.not_before is not None, asked.not_before or asked.not_after
