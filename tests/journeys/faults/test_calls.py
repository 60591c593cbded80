"""Every fault at every kind of call: nothing is lost, nothing is done twice, the next run finishes.

The faults are in faults.py, what is being done in scenes.py, and what must be true in judge.py. A
fixed sample is struck here; `TEST_SEARCH=1` strikes everything.
"""

import ast
from pathlib import Path

import pytest

from lib.practice.faults.calls import CALLS
from lib.practice.faults.kinds import JOB_KINDS, KINDS
from tests.journeys.faults.faults import EVERY, Fault
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place
from tests.journeys.faults.strikes import Call, chosen, strike

BY_NAME = {scene.name: scene for scene in SCENES}
LIB = Path(__file__).resolve().parents[3] / "lib"
ROOMS = ("salesforce", "sync", "lists", "sources")
NEVER_MADE = {"ingest_job_end"}  # Salesforce deletes them after a week
KINDS_OF_PATHS = {
    "jobs/query": {kind for kind in CALLS if kind.startswith("query_job")},
    "jobs/ingest": {kind for kind in CALLS if kind.startswith("ingest_")} - NEVER_MADE,
    "composite": {"queries", "save", "look_up"},
    "GetUnsubscribeList": {"unsubscribes"},
    "Reports_GetUnsubscribesAll": {"report"},
}


@pytest.mark.parametrize("fault", EVERY, ids=[fault.name for fault in EVERY])
def test_whatever_goes_wrong_nothing_is_lost_and_the_next_run_finishes(
    place: Place, calls: dict[str, list[Call]], fault: Fault
) -> None:
    struck = [
        strike(place, fault, call, at) for call, at in chosen(calls, fault, EVERY.index(fault))
    ]

    assert struck


@pytest.mark.parametrize(
    ("name", "scene", "kind"),
    [
        ("another dialect", "list in bulk", "query_job_rows"),
        ("without Email", "list", "queries"),
        ("without Id", "permissions", "queries"),
    ],
)
def test_invariant_4_an_answer_is_read_by_its_names_and_one_without_them_is_not_used(
    place: Place, name: str, scene: str, kind: str
) -> None:
    """Someone who is opted out on another record stays off a list, whatever the answer is like."""
    fault = next(fault for fault in EVERY if fault.name == name)

    strike(place, fault, Call(kind, BY_NAME[scene], 1), 1)


def test_a_kind_of_call_that_the_program_makes_is_struck(calls: dict[str, list[Call]]) -> None:
    """If you add a kind of call to the program, add a scene that makes it (scenes.py)."""
    named = {
        path
        for room in ROOMS
        for file in (LIB / room).rglob("*.py")
        for text in _texts_in(file)
        for path in KINDS_OF_PATHS
        if text == path or text.startswith((f"{path}/", f"{path}_"))
    }
    wanted = set().union(*(KINDS_OF_PATHS[path] for path in named))

    assert wanted - calls.keys() == set()
    assert "other" not in calls


def test_every_kind_of_fault_is_struck() -> None:
    elsewhere = {"slow", *JOB_KINDS}  # nothing goes wrong, or in lib/salesforce's own tests
    struck = {text.partition(",")[0] for fault in EVERY for text in fault.texts}

    assert set(KINDS) - struck - elsewhere == set()


def _texts_in(file: Path) -> list[str]:
    """The texts in a file of code; of an f-string, its parts."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        node.value.lstrip("/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
