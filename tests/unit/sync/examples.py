"""Short ways to make the values of a run, and a source that gives the answer it was made with."""

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
    """The id of the Contact with this number."""
    return f"003{number:012}AAA"


def lead_id(number: int) -> str:
    """The id of the Lead with this number."""
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
    """What a run does with the Contact of this number."""
    return Change("Contact", contact_id(number), address, outcome, reason, message, modified_at)


def of_lead(number: int, *, address: str = ANNA) -> Change:
    """An intent to tick the Lead of this number."""
    return Change("Lead", lead_id(number), address, Outcome.PENDING, modified_at=NOON)


def intent(record: Record) -> Change:
    """An intent to tick this record, planned as it is now."""
    return Change(
        record.sobject,
        record.record_id,
        record.address,
        Outcome.PENDING,
        modified_at=record.modified_at,
    )


def at(moment: datetime) -> Interval:
    """A date that is known to the second."""
    return Interval(moment, moment)


def dated(entry: str, moment: datetime) -> Sighting:
    """A line that names an address and when it was asked."""
    return Sighting(entry, moment.isoformat(), at(moment))


class Scripted:
    """A source that answers with the same entries each time, and notes what it was asked.

    `fails` is raised in the middle of the answer, after its first lines.
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
        self._sightings = [Sighting(one) if isinstance(one, str) else one for one in sightings]
        self._fails = fails
        self._details = details

    def reading(self, since: datetime | None) -> Reading:
        """The answer; only one of the kind "since" is about a part of the time."""
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
    """A run of this source; it never signs in."""
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
    """Where a run of this source learns."""
    return Learning.of_run(store, SCOPE, request(source, dated_source, dry_run=dry_run), run_id)
