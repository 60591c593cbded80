"""The scripted server from the Salesforce tests, an empty log, and an empty practice org."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.fernet import Fernet

from lib.practice.acts import people, services
from lib.practice.bulk import ingest_jobs
from lib.practice.clock import PracticeClock
from lib.practice.serve import Practice, running
from lib.practice.world import Size, World, new_world
from lib.salesforce import bulk_query, costs, everyone
from lib.salesforce.door import Door
from lib.settings import credentials_from
from lib.store import runs
from lib.store.db import Store
from lib.store.large import table
from lib.store.ledger import readings
from lib.store.vault import Vault
from lib.sync import (
    announcement,
    budget,
    engine,
    estimator,
    intake,
    intents,
    journal,
    mailable,
    planning,
    showing,
)
from lib.sync.bulk import settling, starting, writing
from lib.sync.early import EarlyReading
from lib.sync.findings import OpenRun
from lib.sync.request import RunHooks, RunRequest
from lib.sync.signed_in import SignedInRun, sign_in
from lib.values import Record
from tests.clocks import HandClock
from tests.unit.salesforce.conftest import door, login, slept, wire
from tests.unit.store.conftest import clock, empty_log, home, store
from tests.unit.sync.examples import Scripted, request
from tests.unit.sync.office import Office

__all__ = ["clock", "door", "empty_log", "home", "login", "slept", "store", "wire"]

_SHOWN = "select * from shown order by rowid"
_AT_ONCE: Sequence[tuple[ModuleType, str]] = [
    (announcement, "PIECE"),
    (engine, "_MANY"),
    (estimator, "_ASKED_AT_ONCE"),
    (estimator, "_COMPARED_AT_ONCE"),
    (estimator, "_PUT_AT_ONCE"),
    (budget, "_AT_ONCE"),
    (intake, "_AT_ONCE"),
    (intents, "_AT_ONCE"),
    (journal, "_PIECE"),
    (mailable, "_BATCH"),
    (planning, "PIECE"),
    (readings, "_PIECE"),
    (settling, "AT_ONCE"),
    (settling, "_SETTLED_AT_ONCE"),
    (starting, "_NOTED_AT_ONCE"),
    (writing, "AT_ONCE"),
]


@pytest.fixture
def run_id(store: Store) -> str:
    """The ID of a run that has just started."""
    return runs.start(
        store,
        connection="default",
        started_by="cron",
        dry_run=False,
        source="jangomail",
        status="running",
    )


class PracticeOrg:
    """A practice org with a clock that tests move, and a door to it."""

    def __init__(self, practice: Practice, door: Door, clock: HandClock) -> None:
        self.door = door
        self._practice = practice
        self._clock = clock

    @property
    def world(self) -> World:
        """The data of the org, which the acts in lib/practice/acts change."""
        return self._practice.world

    def contact(self, address: str, *, opted_out: bool = False) -> Record:
        """Create a Contact with this address, and return it as Salesforce would."""
        return self._record("Contact", {"Email": address, "HasOptedOutOfEmail": opted_out})

    def lead(self, address: str, *, opted_out: bool = False) -> Record:
        """Create a Lead with this address, and return it as Salesforce would."""
        values = {"Email": address, "Company": "Example", "HasOptedOutOfEmail": opted_out}
        return self._record("Lead", values)

    def update(self, record: Record, **values: object) -> None:
        """Change fields of a record, as a colleague would."""
        people.update_record(self.world, record.record_id, dict(values))

    def delete(self, record: Record) -> None:
        """Delete a record, as a colleague would."""
        people.delete_record(self.world, record.record_id)

    def go(self, **by: float) -> None:
        """Let time pass, in the org and in the log."""
        self.world.clock.set_to(self._clock.go(**by))

    def refuse_bulk(self) -> None:
        """Refuse every Bulk 2.0 job, as for a user without access to it."""
        self._refuse("jobs/query", 400, "FEATURENOTENABLED")

    def refuse_queries(self) -> None:
        """Refuse every query, as in an org that is too large for it."""
        self._refuse("query|composite", 400, "OPERATION_TOO_LARGE")

    def refuse_queries_once(self, code: str) -> None:
        """Refuse the next call with queries."""
        self._refuse("composite", 400, code, times=1)

    def _refuse(self, path: str, status: int, code: str, times: int | None = None) -> None:
        services.fault(self.world, kind="status", path=path, status=status, code=code, times=times)

    def _record(self, sobject: str, values: dict[str, object]) -> Record:
        filled = {"LastName": "Made Up", **values}
        record_id = str(people.create_record(self.world, sobject, filled)["id"])
        opted_out, address = bool(values["HasOptedOutOfEmail"]), str(values["Email"])
        return Record(sobject, record_id, address, opted_out, self.world.clock())


@pytest.fixture
def org(clock: HandClock) -> Iterator[PracticeOrg]:
    """A practice org without people, at the time on the log's clock."""
    time = PracticeClock()
    time.stop()
    time.set_to(clock.now)
    with running(new_world(Size(contacts=0, leads=0, unsubscribes=0), clock=time)) as practice:
        login = credentials_from(practice.environment).salesforce
        with Door.open(login, sleep=lambda _: None) as door:
            yield PracticeOrg(practice, door, clock)


@pytest.fixture
def open_run(store: Store, run_id: str, home: Path) -> OpenRun[RunRequest]:
    """An open run that reads JangoMail."""
    vault = Vault(home, Fernet.generate_key().decode())
    return OpenRun(store, vault, request(Scripted(store, "report")), RunHooks(), run_id)


@pytest.fixture
def signed(open_run: OpenRun[RunRequest], org: PracticeOrg) -> SignedInRun:
    """The same run, signed in to the practice org."""
    return sign_in(open_run, org.door, lambda: None, EarlyReading(open_run))


@pytest.fixture
def office(store: Store, home: Path, org: PracticeOrg, short_pauses: None) -> Office:
    """Runs of an empty practice org, and undos of them."""
    return Office(store, home, org)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run does one by one what it usually does for thousands at a time, and nothing in memory."""
    for module, name in _AT_ONCE:
        monkeypatch.setattr(module, name, 1)
    monkeypatch.setattr(table, "FEW", 0)


@pytest.fixture
def sizes(request: pytest.FixtureRequest) -> None:
    """Runs of a few people, or as if they were many."""
    if request.param == "many":
        request.getfixturevalue("many")


@pytest.fixture
def shown(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[tuple[str, int, int]]]:
    """Each progress in a run's row, without repetitions: the phase, how many are done, of all."""
    monkeypatch.setattr(showing, "_EVERY_S", 0.0)
    monkeypatch.setattr(showing, "_LOOK_EVERY", 1)
    store.execute("create temp table shown (phase, done, total)")
    store.execute(
        "create temp trigger show after update of phase on main.run begin "
        "insert into shown values (new.phase, new.phase_done, new.phase_total); end"
    )

    def read() -> list[tuple[str, int, int]]:
        rows = [(row[0], row[1], row[2]) for row in store.query(_SHOWN)]
        return [row for at, row in enumerate(rows) if row != rows[at - 1] or not at]

    return read


@pytest.fixture
def in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk jobs and queries are cheaper for any number of records."""
    monkeypatch.setattr(costs, "_INGEST_CALLS", 0)
    monkeypatch.setattr(costs, "INGEST_BEGINS_S", 0.0)
    monkeypatch.setattr(budget, "_MANY", 1)
    monkeypatch.setattr(ingest_jobs, "_AT_ONCE", 2)
    monkeypatch.setattr(estimator, "is_small", lambda _: False)
    monkeypatch.setattr(everyone, "cost", lambda _: costs.NOTHING)
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.01)
