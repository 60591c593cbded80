"""The largest tables keep numbers for texts and times; views show them as they were before."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.clock import from_text, to_text
from lib.store import changes, connection_ends, ledger, memory, runs
from lib.store.db import Store
from lib.store.migrations import MIGRATIONS, m0024_smaller_rows
from lib.store.terms import from_number, to_number
from lib.values import Change, Outcome, Reading, Sighting

EARLIER = MIGRATIONS[: MIGRATIONS.index(m0024_smaller_rows)]
TABLES = ("event", "change", "memory", "file_sighting")
SCOPE = "default/00D"
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))

EARLIER_ROWS = """
    insert into run (id, connection, status, started_by, source, dry_run, started_at, beat_at)
        values ('r1', 'default', 'running', 'cron', 'file', 0, :old, :new);
    insert into event (id, scope, source, kind, entry, shown, is_domain, not_before, not_after,
        raw_date, first_seen_at, last_seen_at, brought_by, state, reopened_at, reported_at,
        resubscribed_at)
        values (3, 'default/00D', 'file', 'unsubscribe', 'ada@x.org', 'Ada@X.org', 0, null, :new,
            '2026-01-05', :old, :new, 'r1', 'done', :new, :old, :new),
        (7, 'other/00D', 'jangomail:x@y', 'bounce', 'x.org', 'x.org', 1, :old, :old, null, :new,
            :new, 'p1', 'held', null, null, null);
    insert into change (id, run_id, scope, sobject, record_id, address, outcome, reason, message,
        modified_at, planned_at, sent_at, settled_at, arrived_at, arrived_new, is_undo,
        was_partly_set)
        values (2, 'r1', 'default/00D', 'Contact', '003A', 'ada@x.org', 'updated', null, null,
            :old, :new, :new, :new, null, null, 0, 0),
        (9, 'r1', 'default/00D', 'Widget__c', '003B', 'bob@x.org', 'failed', 'CODE', 'why', null,
            :old, null, :new, :old, 1, 1, 1);
    insert into memory (scope, record_id, sobject, address, seen_at, cleared_at, verdict, run_id,
        boxes, contact_id)
        values ('default/00D', '003A', 'Contact', 'ada@x.org', :new, null, null, 'r1',
            'hasoptedoutofemail no_mail__c', ''),
        ('other/00D', '001C', 'Account', 'cat@y.org', :old, :new, 'kept', 'gone', '', '003C');
    insert into file_sighting (event_id, run_id, not_before, not_after, raw_date, seen_at)
        values (3, 'r1', null, :new, '2026-01-05', :old);
"""

MANY_EARLIER_ROWS = """
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 10000)
    insert into memory (scope, record_id, sobject, address, seen_at, run_id)
        select 'default/00D000000000001EAA', printf('003%015d', n), 'Contact',
            printf('person.%05d@example.org', n), :now, '1m8cbpbwfrfzf4' from numbers
"""


def rows(store: Store, table: str) -> list[tuple[object, ...]]:
    return sorted((tuple(row) for row in store.query(f"select * from {table}")), key=repr)  # noqa: S608


def columns(store: Store, table: str) -> set[str]:
    return {row["name"] for row in store.query(f"pragma table_info({table})")}


def test_a_log_from_before_has_the_same_rows_and_columns_afterward(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = "0001-01-02T00:00:00.000000Z", "2026-11-26T16:20:59.999999Z"
    with monkeypatch.context() as earlier:
        earlier.setattr("lib.store.db.MIGRATIONS", EARLIER)
        with Store.open(home) as store:
            for statement in filter(str.strip, EARLIER_ROWS.split(";")):
                store.execute(statement, {"old": old, "new": new})
            before = {table: rows(store, table) for table in TABLES}
            names = {table: columns(store, table) for table in TABLES}

    with Store.open(home) as store:
        assert {table: columns(store, table) for table in TABLES} == names
        for table in TABLES:
            listed = ", ".join(row["name"] for row in _in_order(table))
            shown = store.query(f"select {listed} from {table}")  # noqa: S608
            assert sorted(map(tuple, shown), key=repr) == before[table]
        assert store.query("pragma foreign_key_check") == []
        assert [event.shown for event in ledger.events_of(store, SCOPE, ["ada@x.org"])["ada@x.org"]]


def _in_order(table: str) -> list[sqlite3.Row]:
    """The columns of a table in the order they had before."""
    with sqlite3.connect(":memory:") as db:
        db.row_factory = sqlite3.Row
        for migration in EARLIER:
            migration(db)
        return db.execute(f"pragma table_info({table})").fetchall()


def test_a_large_log_says_so_before_it_is_brought_up_to_date_and_becomes_smaller(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []
    monkeypatch.setattr("lib.store.db._LARGE_MB", 1)
    with monkeypatch.context() as earlier:
        earlier.setattr("lib.store.db.MIGRATIONS", EARLIER)
        with Store.open(home, large_update=said.append) as store:
            store.execute(MANY_EARLIER_ROWS, {"now": "2026-11-26T16:20:59.999999Z"})
    before = (home / "optback.sqlite").stat().st_size
    assert said == []

    with Store.open(home, large_update=said.append):
        pass
    with Store.open(home, large_update=said.append):
        pass

    assert said == [round(before / 1e6)]
    assert (home / "optback.sqlite").stat().st_size < before


def test_a_time_is_the_same_as_a_number_and_written_out_by_a_view() -> None:
    with sqlite3.connect(":memory:") as db:
        for migration in MIGRATIONS:
            migration(db)
        db.execute("insert into address (text) values ('a@x.org')")
        db.execute("insert into memory_row values (1, '003', 1, 1, 0, null, null, 1, 1, '')")
        check_times(db)


@given(MOMENTS)
def check_times(db: sqlite3.Connection, moment: datetime) -> None:
    number = to_number(moment)
    db.execute("update memory_row set seen_at = ?", [number])
    [(text,)] = db.execute("select seen_at from memory").fetchall()
    assert text == to_text(moment)
    assert from_text(text) == from_number(number) == moment


def test_a_changed_record_adds_at_most_600_bytes_to_the_log(home: Path) -> None:
    people = 3_000
    with Store.open(home) as store:
        store.empty_journal()
        size = (home / "optback.sqlite").stat().st_size
        carry_out_a_run(store, [f"some.person.{number:06}@example.org" for number in range(people)])
        store.empty_journal()
        grown = (home / "optback.sqlite").stat().st_size - size

    assert grown / people < 600


def carry_out_a_run(store: Store, people: list[str]) -> None:
    run_id = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )
    sightings = [Sighting(person, "2026-10-27T20:07:08") for person in people]
    reading = Reading("report", None, store.now(), iter(sightings))
    ledger.take(store, SCOPE, reading, source="jangomail:name@example.com", run_id=run_id)
    planned = [
        Change("Contact", f"003{number:015}", person, Outcome.PENDING, modified_at=store.now())
        for number, person in enumerate(people)
    ]
    with store.writing():
        changes.announce(store, run_id, SCOPE, planned)
        changes.sending(store, run_id, [change.record_id for change in planned])
    answers = [(change.record_id, Outcome.UPDATED, None, None) for change in planned]
    seen = [(change.sobject, change.record_id, change.address) for change in planned]
    with store.writing():
        changes.settle(store, run_id, answers)
        memory.seen_opted_out(store, SCOPE, run_id, seen)
        ledger.settle(store, SCOPE, people)


def test_no_address_stays_behind_once_nothing_is_known_about_it(store: Store) -> None:
    for name in ("default", "other"):
        run_id = runs.start(
            store, connection=name, started_by="cron", dry_run=False, source="jangomail"
        )
        store.execute("update run set scope = ? where id = ?", [f"{name}/00D", run_id])
        people = [("Contact", "003A", "both@x.org"), ("Lead", "00QA", f"{name}@x.org")]
        memory.seen_opted_out(store, f"{name}/00D", run_id, people)

    connection_ends.forget_everything(store, "other")

    known = {row["text"] for row in store.query("select text from address")}
    assert known == {"both@x.org", "default@x.org"}
