"""Runs and undos whose process died are closed when someone looks, and no one else's are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.services.log import Log, open_log
from lib.services.runs import dead
from lib.services.runs.overview import live_run
from lib.store import changes, leases, runs
from lib.store.run import Run
from lib.values import Change, Org, Outcome, Progress, RunStatus
from tests.clocks import HandClock

SCOPE = "00D000000000001EAA"
NAME = "default"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 3, 2, 7, tzinfo=UTC))


@pytest.fixture
def log(tmp_path: Path, clock: HandClock) -> Iterator[Log]:
    dead._seen.clear()
    with open_log(tmp_path, {}, clock=clock) as log:
        yield log


@pytest.fixture
def is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that doesn't change from one look to the next belongs to a dead process."""
    monkeypatch.setattr(leases, "SILENCE_S", 0.0)


def running(log: Log, undoes: str | None = None) -> str:
    """A run in progress, with its lease."""
    run_id = runs.start(
        log.store,
        connection=NAME,
        started_by="Ann",
        dry_run=False,
        source="file",
        undoes=undoes,
        status=RunStatus.RUNNING,
    )
    runs.set_scope(log.store, run_id, SCOPE, Org(SCOPE, "Example", "production", "ann@example.org"))
    leases.take(log.store, NAME, "its process", run_id)
    return run_id


def write(log: Log, run_id: str, *outcomes: Outcome) -> None:
    """Its records, announced together and then settled as they are now."""
    rows = [
        Change("Contact", f"003{n:015}", f"p{n}@example.org", Outcome.PENDING)
        for n in range(len(outcomes))
    ]
    changes.announce(log.store, run_id, SCOPE, rows)
    runs.progress(log.store, run_id, Progress("writing", 1, 2))
    settled = zip(rows, outcomes, strict=True)
    changes.settle(log.store, run_id, [(row.record_id, out, None, None) for row, out in settled])


def found(log: Log, run_id: str) -> Run:
    run = runs.get(log.store, run_id)
    assert run is not None
    return run


@pytest.mark.usefixtures("is_certain")
def test_an_undo_killed_after_its_last_write_is_done(log: Log, clock: HandClock) -> None:
    undo = running(log, undoes="another")
    write(log, undo, Outcome.UPDATED, Outcome.SKIPPED)
    clock.go(minutes=1)

    dead.close_all_silent(log, [NAME])

    run = found(log, undo)
    assert (run.status, run.errors, run.updated, run.skipped) == ("succeeded", (), 1, 1)
    assert leases.sign_of(log.store, NAME) is None


@pytest.mark.usefixtures("is_certain")
@pytest.mark.parametrize("left", [Outcome.PENDING, Outcome.FAILED])
def test_an_undo_killed_before_its_last_write_was_only_taken_back_in_part(
    log: Log, clock: HandClock, left: Outcome
) -> None:
    undo = running(log, undoes="another")
    write(log, undo, Outcome.UPDATED, left)
    clock.go(minutes=1)

    dead.close_all_silent(log, [NAME])

    run = found(log, undo)
    assert (run.status, run.errors[0].code) == ("failed", "interrupted")
    assert "only taken back in part" in run.errors[0].message


@pytest.mark.usefixtures("is_certain")
def test_a_run_killed_after_its_last_write_is_interrupted(log: Log, clock: HandClock) -> None:
    run_id = running(log)
    write(log, run_id, Outcome.UPDATED)
    clock.go(minutes=1)

    dead.close_all_silent(log, [NAME])

    assert found(log, run_id).errors[0].code == "interrupted"


def test_a_run_is_left_alone_while_its_process_lives(log: Log, clock: HandClock) -> None:
    run_id = running(log)
    clock.go(minutes=1)
    assert leases.held_by(log.store, NAME, "its process")

    dead.close_all_silent(log, [NAME])

    assert dead.notice(log, NAME) is False
    assert found(log, run_id).status == "running"
    assert leases.held_by(log.store, NAME, "its process")


def test_a_page_waits_for_a_second_look(
    log: Log, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = running(log)
    clock.go(minutes=1)

    assert live_run(log, NAME) is None
    assert dead.notice(log, NAME) is False  # too early
    monkeypatch.setattr(leases, "SILENCE_S", 0.0)
    assert dead.notice(log, NAME) is True

    assert found(log, run_id).status == "failed"
    assert leases.sign_of(log.store, NAME) is None


def test_a_process_that_wakes_up_between_two_looks_keeps_its_run(
    log: Log, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = running(log)
    clock.go(hours=8)  # the computer was asleep
    assert dead.notice(log, NAME) is False
    leases.held_by(log.store, NAME, "its process")
    clock.go(minutes=1)  # and the clock was set in the meantime
    monkeypatch.setattr(leases, "SILENCE_S", 0.0)

    assert dead.notice(log, NAME) is False

    assert found(log, run_id).status == "running"
    assert leases.held_by(log.store, NAME, "its process")
