"""The next step of the practice story."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.services.practice import story
from lib.store import runs
from lib.store.db import Store
from lib.values import RunResult

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):
    """A log in which every run starts at noon."""
    with Store.open(tmp_path / "home", clock=lambda: NOON) as opened:
        yield opened


def a_run(store, status, **counts):
    """A finished run of the practice connection."""
    run_id = runs.start(
        store,
        connection="practice",
        started_by="test",
        dry_run=status == "dry_run",
        source="jangomail",
    )
    if status != "running":
        runs.finish(store, run_id, RunResult(run_id, "practice", status, **counts))
    return runs.get(store, run_id)


def step(found, *, acted_at=None, month_passed=False):
    return story.next_step(found, acted_at=acted_at, month_passed=month_passed)


def test_an_empty_log_starts_with_a_preview(store):
    assert step([]) is story.PREVIEW


def test_a_preview_that_is_still_running_does_not_count(store):
    assert step([a_run(store, "running")]) is story.PREVIEW


@pytest.mark.parametrize("status", ["dry_run", "failed", "guarded", "busy"])
def test_the_preview_is_the_next_step_until_a_run_has_written(store, status):
    assert step([a_run(store, status)]) is story.RUN


def test_after_the_first_run_people_unsubscribe(store):
    assert step([a_run(store, "succeeded", updated=150)]) is story.UNSUBSCRIBE


def test_something_outside_since_the_last_run_asks_for_another_run(store):
    done = [a_run(store, "partial")]

    assert step(done, acted_at=NOON + timedelta(seconds=1)) is story.RUN_AGAIN
    assert step(done, acted_at=NOON - timedelta(seconds=1)) is story.UNSUBSCRIBE


def test_then_a_box_is_cleared_and_then_a_month_passes(store):
    done = [a_run(store, "succeeded"), a_run(store, "succeeded")]
    assert step(done) is story.CLEAR

    assert step([a_run(store, "succeeded", kept=1), *done]) is story.MONTH


def test_after_the_month_comes_its_history(store):
    done = [a_run(store, "succeeded", kept=1) for _ in range(3)]

    assert step(done, month_passed=True) is story.HISTORY
