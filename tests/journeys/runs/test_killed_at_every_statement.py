"""Really kill a run at any statement: the log is intact, and the next run finishes the work.

Each statement costs two runs, so the tests take a sample of them. `TEST_SEARCH=1` takes all.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.runs.killing import killable_commands
from tests.sampling import SEARCHING, every

ROOT = Path(__file__).resolve().parents[3]
KILLED = 9
PEOPLE = 3

EXHAUSTIVE = pytest.mark.skipif(
    not SEARCHING, reason="tests/journeys/faults kills these at each step, in one process"
)

Run = Callable[..., int]


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs `sync.py run` with a home, the statement to die at, and options; returns the status."""
    with killable_commands() as command:
        yield lambda home, kill_at, *more: command(home, kill_at, "run", *more)


@pytest.mark.parametrize("most", [200, pytest.param(1, marks=EXHAUSTIVE)], ids=["whole", "halved"])
def test_a_run_killed_at_any_statement_loses_nothing_and_does_nothing_twice(
    house, run, tmp_path, most
):
    house.act(
        "fault",
        kind="status",
        status=400,
        code="REQUEST_RUNNING_TOO_LONG",
        method="PATCH",
        more_than=most,
        times=None,
    )
    ids = [house.contact(f"person{number}@example.org") for number in range(PEOPLE)]
    house.unsubscribe(*(f"person{number}@example.org" for number in range(PEOPLE)))
    statement = 1
    while run(tmp_path / str(statement), statement) == KILLED:
        home = tmp_path / str(statement)
        assert is_sound(home)

        assert run(home, None) == 0, f"after a kill at statement {statement}"

        assert all(house.is_opted_out(record_id) for record_id in ids), statement
        assert updated_in_all_runs(home) == PEOPLE, statement
        forget(house, ids)
        statement += every(61)
    assert statement > 20


@EXHAUSTIVE
def test_a_run_with_a_file_killed_at_any_statement_changes_only_its_people(house, run, tmp_path):
    named = [house.contact(f"person{number}@example.org") for number in range(PEOPLE)]
    waiting = house.contact("waiting@example.org")
    house.unsubscribe("waiting@example.org")
    file = tmp_path / "list.csv"
    file.write_text(
        "\n".join(["email", *(f"person{number}@example.org" for number in range(PEOPLE))])
    )
    statement = 1
    while run(tmp_path / str(statement), statement, "--file", str(file)) == KILLED:
        home = tmp_path / str(statement)
        assert is_sound(home)

        assert run(home, None, "--file", str(file)) == 0, f"after a kill at statement {statement}"

        assert all(house.is_opted_out(record_id) for record_id in named), statement
        assert not house.is_opted_out(waiting), statement
        assert updated_in_all_runs(home) == PEOPLE, statement
        forget(house, named)
        statement += every(23)
    assert statement > 20


@EXHAUSTIVE
@pytest.mark.parametrize("options", [(), ("--full",)], ids=["daily", "full"])
def test_invariant_2_a_run_killed_at_any_statement_loses_no_late_arrival(
    house, run, tmp_path, options
):
    house.contact("person0@example.org")
    house.unsubscribe("person0@example.org", asked="2025-01-05T09:00:00Z")
    before = tmp_path / "before"
    assert run(before, None) == 0
    house.act("pass-time", hours=1)
    late = house.contact("PERSON0@example.org")
    statement = 1
    while run(shutil.copytree(before, tmp_path / str(statement)), statement, *options) == KILLED:
        home = tmp_path / str(statement)

        assert run(home, None) == 0, f"after a kill at statement {statement}"

        assert house.is_opted_out(late), statement
        assert updated_in_all_runs(home) == 2, statement
        forget(house, [late])
        statement += every(27)
    assert statement > 20


def test_rule_4_4_an_approval_killed_at_any_statement_counts_with_its_writes_or_not_at_all(
    house, run, tmp_path
):
    there = [house.contact(f"person{number}@example.com") for number in range(PEOPLE)]
    house.unsubscribe("example.com")
    before = tmp_path / "before"
    assert run(before, None) == 0
    approve = ("--approve-domain", "example.com")
    approved, statement = set(), 1
    while run(shutil.copytree(before, tmp_path / str(statement)), statement, *approve) == KILLED:
        home = tmp_path / str(statement)
        counts = bool(query(home, "select count(*) from domain_decision"))
        approved.add(counts)

        assert run(home, None) == 0, f"after a kill at statement {statement}"

        assert [house.is_opted_out(one) for one in there] == [counts] * PEOPLE, statement
        if counts:
            assert updated_in_all_runs(home) == PEOPLE, statement
            forget(house, there)
        statement += every(47)
    assert statement > 20
    assert approved == {False, True}


def is_sound(home: Path) -> bool:
    return query(home, "pragma integrity_check") in ("ok", None)


def updated_in_all_runs(home: Path) -> int:
    return int(query(home, "select sum(updated) from run"))


def query(home: Path, sql: str):
    database = sqlite3.connect(home / "optback.sqlite")
    try:
        row = database.execute(sql).fetchone()
        return row[0] if row else None
    finally:
        database.close()


def forget(house, ids: list[str]) -> None:
    """Make everyone mailable again, as if the run hadn't happened."""
    org = house.practice.world.org
    with org.transaction():
        for record_id in ids:
            row = org.tables.rows("Contact")[record_id]
            org.tables.put("Contact", {**row, "HasOptedOutOfEmail": False})
