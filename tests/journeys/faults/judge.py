"""What must be true after any fault, at the org's side and in what the program says."""

import re
from collections import Counter

from tests.journeys.faults.place import Place, Rows, Save
from tests.journeys.faults.products import judge_product
from tests.journeys.faults.scenes import Case
from tests.model.house import Ended

BOXES = frozenset({"HasOptedOutOfEmail", "PersonHasOptedOutOfEmail"})
_MOVES = BOXES | {"LastModifiedDate", "LastModifiedById", "SystemModstamp"}
_OUTCOMES = ("updated", "already_opted_out", "kept", "skipped", "failed", "pending")
_STATUSES = {"succeeded": 0, "failed": 1, "partial": 3, "guarded": 4, "busy": 5}
_PYTHON = re.compile(
    r"Traceback|\b\w+(Error|Exception)\b(?!:)|object at 0x|\bNone\b|requests\.|urllib3|HTTPSConn|"
    r"HTTPConn|\bsqlite3?\.|Errno|<class"
)


def judge(place: Place, case: Case, before: Rows, struck: Ended) -> None:
    """Judge a command that was struck; then carry out the one after it, and judge that.

    No address is lost, nothing is saved twice, only the box is saved, the numbers add up, the exit
    code and the words are right, and the second command finishes.
    """
    _judge_one(place, case, struck)
    last = place.house.command(*case.then)
    _judge_one(place, case, last)
    assert not last.killed
    assert last.code == 0 or _was_done_before(last), (last, struck)
    _judge_saves(place, case)
    _judge_rows(place, case, before)
    _judge_history(place, case)


def _judge_one(place: Place, case: Case, ended: Ended) -> None:
    if not ended.killed:
        _judge_words(ended)
        _judge_numbers(ended)
    judge_product(place, case, ended)


def _was_done_before(last: Ended) -> bool:
    """An undo has nothing left to do if the one that was struck did all of it."""
    return last.code == 2 and last.told["errors"][0]["code"] == "not_undoable"


def _judge_words(ended: Ended) -> None:
    assert _PYTHON.search(ended.errors) is None, ended.errors
    errors = ended.told.get("errors", [])
    assert errors or ended.code == 0 or "checks" in ended.told or _says_why(ended), ended
    for check in ended.told.get("checks", []):
        found = _PYTHON.search(f"{check['detail']} {check['remedy'] or ''}")
        assert found is None, check
    for error in errors:
        assert error["message"], error
        assert error["remedy"], error
        found = _PYTHON.search(f"{error['message']} {error['remedy']}")
        assert found is None, error


def _says_why(ended: Ended) -> bool:
    """Whether a command that prints no JSON says what to do."""
    return not ended.told and "What to do: " in ended.errors


def _judge_numbers(ended: Ended) -> None:
    told = ended.told
    if "status" not in told:  # no run
        assert ended.code in (0, 1) or (ended.code == 2 and told["errors"]), ended
        return
    assert ended.code == _STATUSES[told["status"]], ended
    assert told["records"] == sum(told[name] for name in _OUTCOMES if name in told), told
    if told["status"] == "succeeded":
        assert (told["failed"], told["pending"]) == (0, 0), told


def _judge_saves(place: Place, case: Case) -> None:
    for save in place.saves[case.saves_before :]:
        assert save.values, save
        assert BOXES.issuperset(save.values), save
        assert set(save.values.values()) == {case.sets}, save
    times = Counter(save.record_id for save in _saves_like(place, case))
    assert [each for each, count in times.items() if count > 1] == []


def _saves_like(place: Place, case: Case) -> list[Save]:
    """All that were made since the place was started over and set the box as this command does."""
    return [save for save in place.saves if set(save.values.values()) == {case.sets}]


def _judge_rows(place: Place, case: Case, before: Rows) -> None:
    after = place.rows()
    assert after.keys() == before.keys()
    for record_id, row in after.items():
        changed = {name for name, value in row.items() if before[record_id].get(name) != value}
        allowed = frozenset() if record_id in case.alone else _MOVES
        assert changed <= allowed, (record_id, changed)
    boxes = {record_id: row["HasOptedOutOfEmail"] for record_id, row in after.items()}
    assert [each for each in case.out if not boxes[each]] == []
    assert [each for each in case.mailable if boxes[each]] == []


def _judge_history(place: Place, case: Case) -> None:
    """The runs in the log together say exactly what the org saved, and none seems to go on."""
    place.house.clock.go(minutes=1)
    runs = place.house.command("history", "--last", "50").told["runs"]
    assert {run["status"] for run in runs} <= _STATUSES.keys() | {"dry_run"}, runs
    kind = [run for run in runs if bool(run["undoes"]) is not case.sets]
    updated = sum(run.get("updated") or 0 for run in kind if case.sets is not None)
    assert updated == len(_saves_like(place, case)), (updated, place.saves)
