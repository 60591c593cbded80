"""An undo that is killed, loses answers, is refused or stopped can be finished or run again."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.sync.undo import steps
from tests.journeys.runs.killing import Command, killable_commands
from tests.sampling import SEARCHING, every

ROOT = Path(__file__).resolve().parents[3]
KILLED = 9
PEOPLE = 3


EXHAUSTIVE = pytest.mark.skipif(
    not SEARCHING, reason="tests/journeys/faults kills an undo at each step, in one process"
)


@pytest.fixture
def command() -> Iterator[Command]:
    """Runs a command with a home, the statement to die at, and options; returns the status."""
    with killable_commands() as command:
        yield command


@pytest.fixture
def after_look_up(monkeypatch) -> list[Callable[[], object]]:
    """What happens in the org after an undo has looked the records up, before it writes."""
    acts: list[Callable[[], object]] = []
    look_up = steps.SignedInUndo._look_up

    def then(self, undoing):
        found = look_up(self, undoing)
        for act in acts:
            act()
        return found

    monkeypatch.setattr(steps.SignedInUndo, "_look_up", then)
    return acts


def file_of(tmp_path: Path, count: int = PEOPLE) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(
        "\n".join(["email", *(f"person{number}@example.org" for number in range(count))])
    )
    return path


def people_of(house, count: int = PEOPLE) -> list[str]:
    return [house.contact(f"person{number}@example.org") for number in range(count)]


@pytest.mark.parametrize(
    ("then", "from_file"),
    [
        pytest.param("undo", True, marks=EXHAUSTIVE),
        pytest.param("undo", False, marks=EXHAUSTIVE),
        pytest.param("run", True, marks=EXHAUSTIVE),
        ("run", False),
    ],
)
def test_an_undo_killed_at_any_statement_can_be_run_again(
    house, command, tmp_path, from_file, then
):
    """After a kill, a sync may come first; then the undo still ends with everyone mailable."""
    ids = people_of(house)
    file = file_of(tmp_path)
    if not from_file:
        house.unsubscribe(*(f"person{number}@example.org" for number in range(PEOPLE)))
    options = ["--file", str(file)] if from_file else []
    statement = 3
    while True:
        home = tmp_path / f"{then}{statement}"
        assert command(home, None, "run", *options) == 0
        run_id = str(query(home, "select max(id) from run"))
        if command(home, statement, "undo", run_id, "--yes") != KILLED:
            break
        assert query(home, "pragma integrity_check") == "ok"

        if then == "run":
            assert command(home, None, "run") == 0
        code = command(home, None, "undo", run_id, "--yes")

        assert code in (0, 2 << 8), f"after a kill at statement {statement}"  # 2: it was done
        assert not any(house.is_opted_out(record_id) for record_id in ids), statement
        assert command(home, None, "run") == 0
        assert not any(house.is_opted_out(record_id) for record_id in ids), statement
        assert query(home, "select count(*) from memory where verdict = 'kept'") == 0, statement
        statement += every(61)
    assert statement > 20


def test_a_lost_answer_is_looked_up_and_counted_once(house, tmp_path):
    ids = people_of(house)
    _, ran = house.sync("run", "--file", str(file_of(tmp_path)))
    house.act("fault", kind="reset", method="PATCH", times=1)

    code, result = house.sync("undo", ran["run_id"], "--yes")

    assert (code, result["updated"]) == (0, PEOPLE)
    assert not any(house.is_opted_out(record_id) for record_id in ids)


def test_the_next_run_looks_up_the_lost_answers_of_an_undo(house, tmp_path, after_look_up):
    ids = people_of(house)
    _, ran = house.sync("run", "--file", str(file_of(tmp_path)))
    after_look_up.append(lambda: house.act("fault", kind="reset_after", method="PATCH", times=1))
    after_look_up.append(
        lambda: house.act(
            "fault", kind="status", status=503, path="composite/sobjects/Contact", times=50
        )
    )
    _, first = house.sync("undo", ran["run_id"], "--yes")
    house.act("clear-faults")
    after_look_up.clear()

    _, synced = house.sync("run")

    changes = house.changes(first["run_id"])
    assert first["status"] == "failed"
    assert {change["outcome"] for change in changes} == {"updated"}
    assert (synced["kept"], synced["updated"]) == (0, 0)
    assert not any(house.is_opted_out(record_id) for record_id in ids)
    code, again = house.sync("undo", ran["run_id"], "--yes")
    assert (code, again["errors"][0]["code"]) == (2, "not_undoable")


def test_an_expired_session_is_renewed_in_the_middle_of_an_undo(house, tmp_path, after_look_up):
    ids = people_of(house)
    _, ran = house.sync("run", "--file", str(file_of(tmp_path)))
    after_look_up.append(lambda: house.act("expire-sessions"))

    code, result = house.sync("undo", ran["run_id"], "--yes")

    assert (code, result["updated"]) == (0, PEOPLE)
    assert not any(house.is_opted_out(record_id) for record_id in ids)


def test_rule_5_a_box_that_someone_sets_again_during_the_undo_stays(
    house, tmp_path, after_look_up, monkeypatch
):
    monkeypatch.setattr(steps, "_LOOK_AGAIN_S", 0.0)
    ids = people_of(house)
    _, ran = house.sync("run", "--file", str(file_of(tmp_path)))

    def set_again() -> None:
        after_look_up.clear()
        house.act("pass-time", minutes=1)
        house.act("clear-box", record=ids[0])
        house.act("tick-box", record=ids[0])

    after_look_up.append(set_again)

    code, result = house.sync("undo", ran["run_id"], "--yes")

    assert (code, result["updated"], result["skipped"]) == (0, 2, 1)
    assert [house.is_opted_out(record_id) for record_id in ids] == [True, False, False]


def test_refused_records_are_reported_and_can_be_taken_back_later(house, tmp_path):
    ids = people_of(house)
    _, ran = house.sync("run", "--file", str(file_of(tmp_path)))
    house.act("in-approval", record=ids[0])

    code, result = house.sync("undo", ran["run_id"], "--yes")

    assert (code, result["status"], result["updated"], result["failed"]) == (3, "partial", 2, 1)
    assert result["errors"][0]["remedy"]
    assert house.is_opted_out(ids[0])
    house.act("in-approval", record=ids[0], on=False)
    code, result = house.sync("undo", ran["run_id"], "--yes")
    assert (code, result["updated"], result["skipped"]) == (0, 1, 2)
    assert not any(house.is_opted_out(record_id) for record_id in ids)


def query(home: Path, sql: str):
    database = sqlite3.connect(home / "optback.sqlite")
    try:
        row = database.execute(sql).fetchone()
        return row[0] if row else None
    finally:
        database.close()
