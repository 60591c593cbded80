"""Runs that fail are tried again by rule; a connection that can't work is left out."""

from datetime import UTC, datetime, time, timedelta

import pytest

from lib.services.schedules.claims import Turn, begin, claim_if_due, why_left_out
from lib.services.schedules.setting import expected_gap, switch_off, switch_on, upcoming
from lib.store import claims, connections, leases, runs, schedulers
from lib.store.schedulers import Scheduler
from lib.store.schedules import Schedule
from lib.sync import pause
from lib.values import Fault, RunResult, RunStatus
from tests.unit.services.schedules.conftest import NAME

DAILY = Schedule(time(7), "Europe/Zurich")
TURN = Turn(NAME, DAILY, "one")


@pytest.fixture
def start(log):
    """Starts a run if one is due; its ID, or None."""
    return lambda turn=TURN: claim_if_due(log, {}, turn)


@pytest.fixture
def end(log):
    """Ends a run with a status, and with the code of what ended it."""

    def close(run_id, status=RunStatus.SUCCEEDED, code=None):
        faults = (Fault(code, "It failed", "Wait."),) if code else ()
        runs.finish(log.store, run_id, RunResult(run_id, NAME, status, errors=faults))

    return close


@pytest.fixture
def at_seven(log, clock):
    """The schedule is on, and it is a minute after seven in Zurich on the next day."""
    switch_on(log, NAME, DAILY)
    clock.now = datetime(2026, 3, 3, 6, 1, tzinfo=UTC)


def test_a_schedule_that_was_just_switched_on_waits_for_its_time(log, start, clock):
    switch_on(log, NAME, DAILY)

    assert start() is None
    clock.go(hours=18)
    assert start() is None
    clock.go(hours=1, minutes=1)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_time_is_taken_care_of_once(log, start, end, clock):
    run_id = start()
    assert start() is None

    end(run_id)

    assert start() is None
    assert runs.get(log.store, run_id).started_by == "schedule"
    clock.go(days=1)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_times_missed_while_the_computer_slept_are_caught_up_with_one_run(start, end, clock):
    clock.go(days=5)

    end(start())

    assert start() is None


@pytest.mark.usefixtures("at_seven")
@pytest.mark.parametrize(
    "code", ["salesforce_unreachable", "source_unreachable", "api_limit_reached", "interrupted"]
)
def test_what_may_pass_is_tried_again_within_the_hour_at_growing_distances(start, end, clock, code):
    began, tried = clock.now, []
    for _ in range(24 * 60 + 1):
        if run_id := start():
            tried.append((clock.now - began) // timedelta(minutes=1))
            end(run_id, RunStatus.FAILED, code)
        clock.go(minutes=1)

    assert tried[:4] == [0, 5, 15, 35]
    assert len(tried) == 5  # and then at seven on the next day


@pytest.mark.usefixtures("at_seven")
@pytest.mark.parametrize(
    "code",
    [
        "credentials_refused",
        "source_credentials_refused",
        "paused",
        "usage",
        "settings",
        "sign_in_refused",
        "permission_missing",
        "stopped",
        "error",
    ],
)
def test_what_needs_someone_is_not_tried_again_before_the_next_time(start, end, clock, code):
    end(start(), RunStatus.FAILED, code)

    for _ in range(60):
        clock.go(minutes=23)
        assert start() is None


@pytest.mark.usefixtures("at_seven")
@pytest.mark.parametrize("status", [RunStatus.PARTIAL, RunStatus.OVER_LIMIT])
def test_a_run_that_did_what_it_could_is_not_tried_again(start, end, clock, status):
    end(start(), status, "UNABLE_TO_LOCK_ROW")
    clock.go(hours=1)

    assert start() is None


@pytest.mark.usefixtures("at_seven")
def test_a_run_that_met_another_one_is_tried_again_since_that_may_have_been_a_preview(
    start, end, clock
):
    end(start(), RunStatus.BUSY, "busy")
    clock.go(minutes=5)

    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_run_that_someone_did_by_hand_in_the_meantime_ends_the_tries(log, start, end, clock):
    end(start(), RunStatus.FAILED, "salesforce_unreachable")
    clock.go(minutes=2)
    by_hand = runs.start(
        log.store, connection=NAME, started_by="dashboard", dry_run=False, source="jangomail"
    )
    end(by_hand)
    clock.go(minutes=10)

    assert start() is None


@pytest.mark.usefixtures("at_seven")
def test_no_run_starts_while_another_one_holds_the_lease(log, start, clock):
    leases.take(log.store, NAME, "someone", "other")

    assert start() is None
    leases.release(log.store, NAME, "someone")
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_scheduler_that_was_killed_before_its_run_began_is_made_up_for(start, clock):
    assert start() is not None  # and then it was killed

    clock.go(minutes=4)
    assert start() is None
    clock.go(minutes=2)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_run_that_its_scheduler_stopped_is_made_up_for_by_the_next_scheduler(
    log, start, end, clock
):
    run_id = start()
    end(run_id, RunStatus.FAILED, "stopped")
    claims.give_back(log.store, run_id)

    again = start()

    assert again is not None
    end(again)
    clock.go(hours=1)
    assert start() is None


def test_a_command_catches_up_what_an_earlier_one_missed_but_nothing_before_the_first(
    log, start, end, clock
):
    begin(log, TURN)
    assert start() is None

    clock.go(days=3)  # it was killed, and is started again
    begin(log, TURN)

    end(start())
    assert start() is None


def test_every_n_minutes_begins_with_a_run_and_keeps_its_distance(start, end, clock, log):
    turn = Turn(NAME, Schedule(None, "UTC", 15), "one")
    clock.go(seconds=40)
    begin(log, turn)
    end(start(turn))

    assert start(turn) is None
    clock.go(minutes=14)
    assert start(turn) is None
    clock.go(minutes=2)
    end(start(turn))
    assert start(turn) is None


@pytest.mark.usefixtures("at_seven")
def test_a_paused_connection_is_left_out_and_caught_up_once_it_works_again(log, start):
    login = connections.load(log.store, log.vault, NAME).salesforce
    mark = pause.fingerprint(log.vault, login)
    connections.pause(log.store, NAME, fingerprint=mark, code="X", message="No", remedy="Fix it")

    assert start() is None
    assert "refused the credentials" in why_left_out(log, {}, NAME)
    assert upcoming(log, {}, NAME).at is None
    connections.unpause(log.store, NAME)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_connection_that_a_person_paused_is_left_out_until_a_person_resumes_it(log, start):
    connections.halt(log.store, NAME, "Ann")

    assert start() is None
    assert why_left_out(log, {}, NAME) == "Paused by Ann"
    assert upcoming(log, {}, NAME).at is None
    connections.resume(log.store, NAME)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_connection_without_usable_credentials_is_left_out(log, start):
    connections.forget(log.store, NAME)

    assert start() is None
    assert "no connection named acme" in why_left_out(log, {}, NAME)
    assert why_left_out(log, {}, "environment") is not None


@pytest.mark.usefixtures("at_seven")
@pytest.mark.parametrize(
    ("began", "status", "is_done"),
    [
        (timedelta(0), RunStatus.SUCCEEDED, True),
        (timedelta(0), RunStatus.PARTIAL, True),
        (timedelta(minutes=-2), RunStatus.SUCCEEDED, False),
        (timedelta(0), RunStatus.FAILED, False),
        (timedelta(0), RunStatus.DRY_RUN, False),
    ],
)
def test_a_time_after_which_any_run_did_the_work_has_no_second_run(
    log, start, clock, began, status, is_done
):
    now, clock.now = clock.now, clock.now + began
    run_id = runs.start(
        log.store, connection=NAME, started_by="script of cron", dry_run=False, source="jangomail"
    )
    clock.now = now
    runs.finish(log.store, run_id, RunResult(run_id, NAME, status))

    assert (start() is None) == is_done
    clock.go(days=1)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_a_clock_that_was_set_back_by_days_keeps_no_run_waiting_for_days(start, end, clock):
    end(start())
    clock.go(days=-30)

    assert start() is None
    clock.go(days=1)
    assert start() is not None


@pytest.mark.usefixtures("at_seven")
def test_two_hosts_whose_clocks_differ_do_not_take_turns(log, start, end, clock):
    end(start())
    behind = Turn(NAME, DAILY, "two")
    clock.go(days=-3)
    assert start(behind) is None
    clock.go(days=3)

    assert start() is None
    assert start(behind) is None


@pytest.mark.usefixtures("at_seven")
def test_what_comes_next_is_said_as_people_set_it(log, start, end, clock):
    assert upcoming(log, {}, NAME).at == clock.now  # due
    end(start(), RunStatus.FAILED, "salesforce_unreachable")
    assert upcoming(log, {}, NAME).at == clock.now + timedelta(minutes=5)
    clock.go(minutes=5)
    end(start())

    assert upcoming(log, {}, NAME).at == datetime(2026, 3, 4, 6, tzinfo=UTC)
    switch_off(log, NAME)
    assert upcoming(log, {}, NAME) is None


def test_the_expected_gap_is_what_the_schedule_leaves_between_runs(log, clock):
    assert expected_gap(log, NAME) is None
    switch_on(log, NAME, DAILY)
    assert expected_gap(log, NAME) == timedelta(days=1)
    clock.now = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert expected_gap(log, NAME) == timedelta(hours=25)
    switch_on(log, NAME, Schedule(None, "UTC", 30))
    assert expected_gap(log, NAME) == timedelta(minutes=30)
    switch_off(log, NAME)
    assert expected_gap(log, NAME) is None


def test_the_silence_of_a_command_that_was_killed_counts_for_days_and_a_clean_end_does_not(
    log, clock
):
    command = Scheduler("x", "command", "one", NAME, DAILY)
    schedulers.announce(log.store, command)
    clock.go(days=2)
    assert expected_gap(log, NAME) == timedelta(days=1)
    assert upcoming(log, {}, NAME) is None

    schedulers.leave(log.store, "x")

    assert expected_gap(log, NAME) is None
