"""The steps of a run: each call and each second belong to one step."""

import pytest

from lib.errors import RequestRefused
from lib.practice.acts import services
from lib.store.operations import Operation, Way
from lib.sync.operations import all_steps, operation


@pytest.fixture
def said(open_run):
    """What the run reports."""
    lines: list[str] = []
    object.__setattr__(open_run.hooks, "report", lines.append)
    return lines


def test_a_step_has_its_calls_and_its_choice_and_is_reported(open_run, org, said):
    ways = [Way("queries", 1, 3.0)]

    with operation(open_run, org.door, "matching") as doing:
        org.door.get("limits")
        doing.decide("queries", "Few.", ways, {"Contact": 7})
        doing.records = 5

    (done,) = open_run.found.operations
    assert done == Operation(
        step="matching",
        way="queries",
        why="Few.",
        ways=tuple(ways),
        counts={"Contact": 7},
        calls=1,
        records=5,
        seconds=done.seconds,
    )
    assert 0 < done.seconds < 60
    assert len(said) == 1


def test_a_call_counts_for_the_innermost_step_only(open_run, org, said):
    with operation(open_run, org.door, "opening"):
        org.door.get("limits")
        with operation(open_run, org.door, "looking_up"):
            org.door.get("limits")
            org.door.get("limits")
        org.door.get("limits")

    steps = open_run.found.operations
    assert [(step.step, step.calls) for step in steps] == [("looking_up", 2), ("opening", 2)]
    assert all(step.seconds >= 0 for step in steps)


def test_a_step_without_calls_is_noted_only_if_it_made_a_choice(open_run, org, said):
    with operation(open_run, org.door, "domains"):
        pass
    with operation(open_run, org.door, "writing") as doing:
        doing.decide("collections", "", [])

    assert [(step.step, step.calls) for step in open_run.found.operations] == [("writing", 0)]


def test_a_step_that_fails_is_noted_too(open_run, org, said):
    services.fault(org.world, "status", status=400)

    with pytest.raises(RequestRefused), operation(open_run, org.door, "matching"):
        org.door.get("limits")

    assert [(step.step, step.calls) for step in open_run.found.operations] == [("matching", 1)]


@pytest.mark.parametrize(("calls", "others"), [(3, 0), (4, 1), (2, 0)])
def test_calls_outside_of_every_step_are_a_step_of_their_own(open_run, calls, others):
    found = open_run.found
    found.operations = [Operation("matching", calls=2), Operation("writing", calls=1)]
    found.api_calls = calls

    steps = all_steps(found)

    assert steps[:2] == found.operations
    assert [(step.step, step.calls) for step in steps[2:]] == [("other", others)] * bool(others)
