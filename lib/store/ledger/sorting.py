"""One answer of a source on its way into the ledger: from lines to events. No database here."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lib.addresses import compared, is_domain
from lib.store.ledger.merge import HELD, PENDING, WITHDRAWN, Event, later, merge
from lib.values import NO_ADDRESS, EventKind, Interval, Reading, Sighting

MARGIN = timedelta(days=1)  # what "since" means to a source whose clock we do not know

Shelves = dict[str, list[Event]]  # by address or domain: the events known of it


@dataclass(slots=True)
class Taken:
    """What an answer held. Addresses and domains are in their compared form.

    `intervals` has for each address when its latest sighting was asked. These grow with the
    answer; nothing else does.
    """

    seen: int = 0
    new_events: int = 0
    addresses: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    intervals: dict[str, Interval] = field(default_factory=dict)


@dataclass(slots=True)
class Sorting:
    """The work on one answer; `covering` is the time of an earlier one about the same time."""

    scope: str
    source: str
    run_id: str
    reading: Reading
    covering: datetime | None
    is_known_file: bool
    taken: Taken = field(default_factory=Taken)

    def entries_of(self, sightings: Iterable[Sighting]) -> list[tuple[str, Sighting]]:
        """The sightings with the address or domain they name, without those that name none."""
        named = ((self._entry(sighting), sighting) for sighting in sightings)
        return [(entry, sighting) for entry, sighting in named if entry]

    def sort(self, entries: Iterable[tuple[str, Sighting]], shelves: Shelves) -> list[Event]:
        """Put every sighting on the shelf of its address; the events that must be stored."""
        touched: dict[tuple[str, int], Event] = {}
        for entry, sighting in entries:
            shelf = shelves.setdefault(entry, [])
            seen = self._event(entry, sighting, shelf)
            if not seen.is_domain:
                self._note_interval(entry, seen.asked)
            merged = merge(shelf, seen)
            if self._brings_nothing(merged.place, shelf):
                continue
            shelf[merged.place : merged.place + 1] = [merged.event]
            touched[entry, merged.place] = merged.event
            self.taken.new_events += merged.is_new
        return list(touched.values())

    def _entry(self, sighting: Sighting) -> str:
        self.taken.seen += 1
        if _is_storable(sighting.entry):
            entry = compared(sighting.entry)
            if is_domain(entry):
                entry = entry.removeprefix("@")
                self.taken.domains.add(entry)
                return entry
            if "@" in entry:  # be it odd: a source took it for an address (rules.md, 2)
                self.taken.addresses.add(entry)
                return entry
        self._note_unreadable(sighting)
        return ""

    def _event(self, entry: str, sighting: Sighting, shelf: list[Event]) -> Event:
        names_domain = "@" not in entry
        return Event(
            id=0,
            scope=self.scope,
            source=self.source,
            kind=EventKind.UNSUBSCRIBE,
            entry=entry,
            shown=sighting.entry.strip(),
            is_domain=names_domain,
            asked=self._asked(sighting, shelf),
            raw_date=sighting.raw_date,
            first_seen_at=self.reading.read_at,
            last_seen_at=self.reading.read_at,
            brought_by=self.run_id,
            state=HELD if names_domain else PENDING,
        )

    def _asked(self, sighting: Sighting, shelf: list[Event]) -> Interval:
        """When it was asked; nobody can have asked after it was read, whatever a date says.

        A date beyond the reading comes from a clock set differently: it tells nothing.
        """
        dated, read_at = sighting.asked, self.reading.read_at
        if dated is None or dated.is_wholly_after(read_at):
            return self._undated(shelf)
        return replace(dated, not_after=min(dated.not_after, read_at))

    def _undated(self, shelf: list[Event]) -> Interval:
        """When an entry without a date can have been asked (rules.md, 1.1)."""
        since = self.reading.since
        bounds = [since - MARGIN] if since is not None else []
        if self.covering is not None and all(one.last_seen_at < self.covering for one in shelf):
            bounds.append(self.covering)  # that answer would have named it
        return Interval(max(bounds, default=None), self.reading.read_at)

    def _brings_nothing(self, place: int, shelf: list[Event]) -> bool:
        """Whether a file seen before would add an event beside a living one (rules.md, 1.3)."""
        adds = place == len(shelf)
        return self.is_known_file and adds and any(one.state != WITHDRAWN for one in shelf)

    def _note_interval(self, address: str, asked: Interval) -> None:
        known = self.taken.intervals.get(address)
        self.taken.intervals[address] = later(known, asked) if known else asked

    def _note_unreadable(self, sighting: Sighting) -> None:
        text = sighting.entry.encode(errors="replace").decode()
        self.reading.refuse(sighting.line, text, NO_ADDRESS)


def _is_storable(text: str) -> bool:
    """Whether the text can be written as UTF-8 (half a surrogate pair cannot)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
