"""Turns the lines of a source's answer into events. No database here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lib.addresses import compared, is_domain
from lib.store.large import LargeMap, LargeSet, intervals
from lib.store.ledger.merge import HELD, PENDING, WITHDRAWN, Event, later, merge
from lib.values import NO_ADDRESS, EventKind, Interval, Reading, Sighting

MARGIN = timedelta(days=1)  # we don't know the clock that a source applies "since" with

KnownEvents = dict[str, list[Event]]  # by address or domain


@dataclass(slots=True)
class Taken:
    """What was in an answer. Addresses and domains are in the compared form.

    `intervals` says when each address or domain asked last. `resubscribed` are the addresses and
    domains that a complete report no longer has, and `vanished` counts those that it no longer has
    but that were too many at once (rules.md, 1.5). None of these takes more memory if there are
    more.
    """

    seen: int = 0
    new_events: int = 0
    addresses: LargeSet = field(default_factory=LargeSet)
    domains: set[str] = field(default_factory=set)
    intervals: LargeMap[Interval] = field(default_factory=intervals)
    resubscribed: LargeSet = field(default_factory=LargeSet)
    vanished: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """When an event was asked for, by one answer alone: another file may narrow it down."""

    asked: Interval
    raw_date: str | None


@dataclass(slots=True)
class Sorting:
    """The work on an answer; `covering` is when an earlier answer on the same period was read."""

    scope: str
    source: str
    run_id: str
    reading: Reading
    covering: datetime | None
    is_known_file: bool
    taken: Taken = field(default_factory=Taken)
    named: list[Named] = field(default_factory=list)

    def entries_of(self, sightings: Iterable[Sighting]) -> Iterator[tuple[str, Sighting]]:
        """The sightings that name an address or domain, with that name in the compared form."""
        for sighting in sightings:
            self.taken.seen += 1
            if entry := self._entry(sighting):
                yield entry, sighting

    def sort(self, entries: Iterable[tuple[str, Sighting]], known: KnownEvents) -> list[Event]:
        """Merge every sighting into `known`. Returns the events that must be stored.

        All sightings of an entry come at once. `named` then says for each of the events what this
        answer alone says about its time.
        """
        asked: dict[str, Interval] = {}
        touched: dict[tuple[str, int], Event] = {}
        named: dict[tuple[str, int], Named] = {}
        for entry, sighting in entries:
            events = known.setdefault(entry, [])
            seen = self._event(entry, sighting, events)
            asked[entry] = later(asked[entry], seen.asked) if entry in asked else seen.asked
            merged = merge(events, seen)
            if self._is_repeated(merged.place, events):
                continue
            events[merged.place : merged.place + 1] = [merged.event]
            touched[entry, merged.place] = merged.event
            named[entry, merged.place] = _named(named.get((entry, merged.place)), seen)
            self.taken.new_events += merged.is_new
        self.named = [named[key] for key in touched]
        self.taken.intervals.put(asked.items())
        self.taken.addresses.add(entry for entry in asked if "@" in entry)
        return list(touched.values())

    def _entry(self, sighting: Sighting) -> str:
        entry = entry_of(sighting.entry)
        if not entry:
            self._note_unreadable(sighting)
        elif "@" not in entry:
            self.taken.domains.add(entry)
        return entry

    def _event(self, entry: str, sighting: Sighting, known: list[Event]) -> Event:
        names_domain = "@" not in entry
        return Event(
            id=0,
            scope=self.scope,
            source=self.source,
            kind=EventKind.UNSUBSCRIBE,
            entry=entry,
            shown=sighting.entry.strip(),
            is_domain=names_domain,
            asked=self._asked(sighting, known),
            raw_date=sighting.raw_date,
            first_seen_at=self.reading.read_at,
            last_seen_at=self.reading.read_at,
            brought_by=self.run_id,
            state=HELD if names_domain else PENDING,
            reported_at=self.reading.read_at if self.reading.kind == "report" else None,
        )

    def _asked(self, sighting: Sighting, known: list[Event]) -> Interval:
        """When the person asked. No one can have asked after it was read, whatever the date says.

        A date after the reading comes from a wrong clock, so it counts as undated.
        """
        dated, read_at = sighting.asked, self.reading.read_at
        if dated is None or dated.is_wholly_after(read_at):
            return self._undated(known)
        return dated if dated.not_after <= read_at else replace(dated, not_after=read_at)

    def _undated(self, known: list[Event]) -> Interval:
        """When the person of an entry without a date can have asked (rules.md, 1.1)."""
        since = self.reading.since
        bounds = [since - MARGIN] if since is not None else []
        if self.covering is not None and all(event.last_seen_at < self.covering for event in known):
            bounds.append(self.covering)  # that answer would have had it
        return Interval(max(bounds, default=None), self.reading.read_at)

    def _is_repeated(self, place: int, known: list[Event]) -> bool:
        """Whether a file read before would add a second event to an address (rules.md, 1.3)."""
        adds = place == len(known)
        return self.is_known_file and adds and any(event.state != WITHDRAWN for event in known)

    def _note_unreadable(self, sighting: Sighting) -> None:
        text = sighting.entry.encode(errors="replace").decode()
        self.reading.refuse(sighting.line, text, NO_ADDRESS)


def entry_of(text: str) -> str:
    """The address or domain that a source's text names, in the compared form; "" if neither.

    An address has an @, even an odd one: the source takes it for an address (rules.md, 2). A domain
    has none.
    """
    entry = compared(text) if _is_storable(text) else ""
    if is_domain(entry):
        return entry.removeprefix("@")
    return entry if "@" in entry else ""


def _named(before: Named | None, seen: Event) -> Named:
    """What an answer says about an event's time, after one more line about it."""
    if before is None:
        return Named(seen.asked, seen.raw_date)
    touches = before.asked.touches(seen.asked)
    asked = before.asked.common_with(seen.asked) if touches else before.asked
    return Named(asked, before.raw_date or seen.raw_date)


def _is_storable(text: str) -> bool:
    """Whether the text can be written as UTF-8 (half a surrogate pair can't)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
