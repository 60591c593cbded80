"""Short ways to build the values of a run, and a source with scripted answers."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from lib.errors import SourceError
from lib.settings import SalesforceLogin
from lib.sources.protocol import Source
from lib.store.db import Store
from lib.sync.intake import Learning
from lib.sync.request import RunRequest
from lib.values import Change, Interval, Outcome, Reading, ReadingKind, Record, Sighting

SCOPE = "default/00D000000000001EAA"
ANNA, BEN, CLARA = "anna@example.org", "ben@example.org", "clara@example.org"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
JANGOMAIL = "jangomail:jango@api.example.org"


def contact_id(number: int) -> str:
    """The ID of the Contact with this number."""
    return f"003{number:012}AAA"


def lead_id(number: int) -> str:
    """The ID of the Lead with this number."""
    return f"00Q{number:012}EAA"


def change(
    number: int = 1,
    outcome: Outcome = Outcome.PENDING,
    reason: str | None = None,
    *,
    address: str = ANNA,
    message: str | None = None,
    modified_at: datetime | None = NOON,
) -> Change:
    """A change of the Contact with this number."""
    return Change("Contact", contact_id(number), address, outcome, reason, message, modified_at)


def of_lead(number: int, *, address: str = ANNA) -> Change:
    """A pending change of the Lead with this number."""
    return Change("Lead", lead_id(number), address, Outcome.PENDING, modified_at=NOON)


def intent(record: Record) -> Change:
    """A pending change of this record, planned as it is now."""
    return Change(
        record.sobject,
        record.record_id,
        record.address,
        Outcome.PENDING,
        modified_at=record.modified_at,
    )


def at(moment: datetime) -> Interval:
    """A date known to the second."""
    return Interval(moment, moment)


def dated(entry: str, moment: datetime) -> Sighting:
    """A line with an address and the time of its unsubscribe."""
    return Sighting(entry, moment.isoformat(), at(moment))


class Scripted:
    """A source that gives the same entries each time, and notes when it was asked.

    `fails` is raised after the entries.
    """

    def __init__(
        self,
        store: Store,
        kind: ReadingKind,
        sightings: Sequence[Sighting | str] = (),
        *,
        name: str = JANGOMAIL,
        fails: SourceError | None = None,
        **details: int | str,
    ) -> None:
        self.name = "file" if kind == "file" else name
        self.asked: list[datetime | None] = []
        self.unreadable: list[str] = []
        self._store = store
        self._kind = kind
        self._sightings = [
            Sighting(entry) if isinstance(entry, str) else entry for entry in sightings
        ]
        self._fails = fails
        self._details = details

    def reading(self, since: datetime | None) -> Reading:
        """The answer. Only the kind "since" covers just a part of the time."""
        self.asked.append(since)
        reading = Reading(self._kind, since if self._kind == "since" else None, self._store.now())
        for name, value in self._details.items():
            setattr(reading, name, value)
        for text in self.unreadable:
            reading.refuse(3, text, "it holds more than one address")
        reading.sightings = self._lines()
        return reading

    def _lines(self) -> Iterator[Sighting]:
        yield from self._sightings
        if self._fails is not None:
            raise self._fails


def request(
    source: Source,
    dated_source: Source | None = None,
    *,
    dry_run: bool = False,
) -> RunRequest:
    """The request of a run with this source. The run never signs in."""
    login = SalesforceLogin("http://127.0.0.1:9", "ana@example.org", "secret", "token")
    return RunRequest("default", login, source, dated_source, "cron", dry_run=dry_run)


def learning(
    store: Store,
    run_id: str,
    source: Source,
    dated_source: Source | None = None,
    *,
    dry_run: bool = False,
) -> Learning:
    """What a run with this source learns from."""
    return Learning.of_run(store, SCOPE, request(source, dated_source, dry_run=dry_run), run_id)
