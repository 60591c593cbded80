"""A command that is killed, or whose log fails, at any statement, request, or answer.

A kill is an exception that nothing stops, after which nothing can be written or sent anymore
(tests/model/death.py). `TEST_SEARCH=1` takes every step instead of some.
"""

import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest

from lib.practice.acts.control import do_text
from tests.journeys.faults.judge import judge
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place, sqlite_error
from tests.journeys.faults.scenes import Case, Scene
from tests.model.house import Ended
from tests.sampling import SEARCHING

WRITING = ("insert", "update", "delete", "replace", "begin immediate", "commit", "create")
NAMES = [scene.name for scene in SCENES]
What = Callable[[str], None]
BY_NAME = {scene.name: scene for scene in SCENES}


def steps(first: int, every: int) -> Callable[[int], int]:
    """The next step that is struck after one."""
    return lambda step: first if step == 0 else step + (1 if SEARCHING else every)


def disk_full(statement: str) -> None:
    """What a statement meets on a full disk."""
    if statement.strip().lower().startswith(WRITING):
        raise sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full")


def carry_out(place: Place, scene: Scene, case: Case, step: int, what: What | None) -> Ended:
    """Carry out the scene's command with something happening from this step on."""
    place.strike.what = what
    try:
        with scene.during():
            return place.house.command(*case.command, dies_at=step)
    finally:
        place.strike.what = None


@pytest.mark.parametrize("name", NAMES)
def test_a_command_killed_at_any_step_loses_nothing_and_does_nothing_twice(
    place: Place, name: str
) -> None:
    _strike_each_step(place, BY_NAME[name], None, steps(1 + NAMES.index(name), 131))


@pytest.mark.parametrize("name", ["daily run", "file run", "undo"])
def test_a_full_disk_at_any_step_is_reported_and_the_next_run_finishes(
    place: Place, name: str
) -> None:
    _strike_each_step(place, BY_NAME[name], disk_full, steps(2 + NAMES.index(name), 101))


@pytest.mark.parametrize("name", ["first run", "lost answer", "undo"])
def test_a_log_that_another_process_keeps_locked_is_reported_and_the_next_run_finishes(
    place: Place, name: str
) -> None:
    def locked(statement: str) -> None:
        if statement.strip().lower().startswith("begin immediate"):
            raise sqlite_error(sqlite3.SQLITE_BUSY, "database is locked")

    _strike_each_step(place, BY_NAME[name], locked, steps(3 + NAMES.index(name), 101))


@pytest.mark.parametrize("name", ["first run", "daily run", "undo"])
def test_a_computer_asleep_for_a_day_goes_on_where_it_was(place: Place, name: str) -> None:
    def sleeps(_what: str) -> None:
        place.strike.expect(0)
        place.house.clock.go(days=1)

    _strike_each_step(place, BY_NAME[name], sleeps, steps(4, 101))


@pytest.mark.parametrize("hours", [-1, 1, -26])
@pytest.mark.parametrize("name", ["first run", "daily run", "undo"])
def test_salesforces_clock_may_be_wrong(place: Place, name: str, hours: int) -> None:
    scene = BY_NAME[name]
    case = scene.begin(place)
    before = place.rows()
    place.world.clock.advance(timedelta(hours=hours))

    ended = carry_out(place, scene, case, 0, None)

    assert ended.code == 0
    judge(place, case, before, ended)


@pytest.mark.parametrize("hours", [-5, -4, 1, 2])
def test_jangomails_clock_may_be_in_another_zone_and_go_over_to_summer_time(
    place: Place, hours: int
) -> None:
    scene = BY_NAME["daily run"]
    case = scene.begin(place)
    before = place.rows()
    do_text(place.world, f"mail-service?utc_offset={hours}")
    ended = carry_out(place, scene, case, 0, None)
    do_text(place.world, f"mail-service?utc_offset={hours + 1}")

    assert ended.code == 0
    judge(place, case, before, ended)


def _strike_each_step(
    place: Place, scene: Scene, what: What | None, next_step: Callable[[int], int]
) -> None:
    step = next_step(0)
    while True:
        case = scene.begin(place)
        before = place.rows()
        ended = carry_out(place, scene, case, step, what)
        has_struck = place.strike.came
        try:
            judge(place, case, before, ended)
        except AssertionError as error:
            raise AssertionError((scene.name, step, ended)) from error
        if not has_struck:
            break
        step = next_step(step)
    assert step > 40
