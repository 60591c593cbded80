"""The practice org as a process of its own, and a month of runs on it. Real processes."""

import os
import signal
from collections import Counter
from datetime import time, timedelta

import pytest

from lib.clock import utc_now
from lib.errors import BusyError
from lib.services.connections.chosen import choose
from lib.services.log import open_log
from lib.services.practice import month, month_process
from lib.services.practice import process as practising
from lib.services.practice.world import PracticeError
from lib.services.runs.order import RunOrder, run_once
from lib.services.schedules.setting import setting_of, switch_on, upcoming
from lib.store import connections, leases, runs, sums
from lib.store.schedules import Schedule
from lib.values import Outcome
from tests.processes import processes_of, signal_to, stop_processes_of
from tests.waiting import wait_until

HERE = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}


@pytest.fixture
def log(tmp_path, short_pauses):
    """The log of an empty home; a practice org that was started there is stopped at the end."""
    home = tmp_path / "home"
    with open_log(home, HERE) as opened:
        yield opened
    stop_processes_of(home)


@pytest.fixture
def at_noon(monkeypatch):
    """A month that ends at the last noon: no run of it begins before midnight and ends after."""
    now = utc_now()
    behind = (now - now.replace(hour=12, minute=0, second=0)) % timedelta(days=1)
    monkeypatch.setattr(month, "utc_now", lambda: utc_now() - behind)


def test_it_is_started_once_and_found_again_by_its_address(log):
    assert practising.find(log) is None

    started = practising.ensure(log, HERE)
    again = practising.ensure(log, HERE)

    assert again.url == started.url
    assert len(processes_of(log.store.home)) == 1
    assert connections.public(log.store, "practice")["login_url"] == started.url


def test_it_is_not_in_the_process_group_of_its_starter(log):
    practising.ensure(log, HERE)

    [process] = processes_of(log.store.home)

    assert os.getpgid(process) == process


def test_a_restart_finds_the_same_people_at_the_same_address(log):
    before = practising.ensure(log, HERE)
    before.act("unsubscribe", entry="somebody@example.org")
    stop_processes_of(log.store.home)
    assert practising.is_asleep(log)

    after = practising.ensure(log, HERE)

    assert after.url == before.url
    assert after.state["org_id"] == before.state["org_id"]
    assert after.state["unsubscribes"] == before.state["unsubscribes"] + 1


def test_a_restart_keeps_the_password_that_a_person_stored(log):
    before = practising.ensure(log, HERE)
    before.act("change-password")
    stop_processes_of(log.store.home)

    practising.ensure(log, HERE)

    stored = connections.load(log.store, log.vault, "practice")
    assert stored.salesforce.password == before.state["password"]


def test_only_their_owner_can_read_its_files(log):
    practising.ensure(log, HERE)

    modes = {path.name: path.stat().st_mode & 0o777 for path in log.store.home.iterdir()}

    assert set(modes.values()) == {0o600}


def test_starting_over_makes_new_people_and_deletes_only_its_own_log(log):
    world = practising.ensure(log, HERE)
    run_once(log, choose(log, HERE, "practice"), RunOrder("test"))
    of_others = runs.start(
        log.store, connection="default", started_by="test", dry_run=False, source="jangomail"
    )

    fresh = practising.start_over(log, world)

    assert fresh.state["org_id"] != world.state["org_id"]
    assert [run.id for run in runs.latest(log.store)] == [of_others]
    assert run_once(log, choose(log, HERE, "practice"), RunOrder("test")).updated


def test_starting_over_keeps_the_schedule_that_a_person_set(log):
    world = practising.ensure(log, HERE)
    daily = Schedule(time(7), "Europe/Zurich")
    switch_on(log, "practice", daily)

    practising.start_over(log, world)

    kept = setting_of(log, "practice")
    assert kept is not None
    assert (kept.schedule, kept.is_on) == (daily, True)
    coming = upcoming(log, HERE, "practice")
    assert coming is not None
    assert coming.at is not None
    assert coming.at > log.store.now()  # it begins again: nothing is made up for


def test_a_refusal_is_reported(log):
    world = practising.ensure(log, HERE)

    with pytest.raises(PracticeError, match="no record"):
        world.act("clear-box", record="003000000000000AAA")


def test_a_month_does_not_start_while_a_run_is_in_progress(log):
    leases.take(log.store, "practice", "someone", "run")

    with pytest.raises(BusyError):
        month_process.start(log, HERE)

    assert not month_process.is_running(log.store.home)


def test_a_month_is_known_to_have_ended_when_its_process_was_killed(log):
    month_process.start(log, HERE)
    assert month_process.progress(log.store.home).is_running
    with pytest.raises(BusyError):
        month_process.start(log, HERE)

    def is_killed() -> bool:
        # Again and again: a process that is just being started has no arguments to be found by.
        signal_to(processes_of(log.store.home), signal.SIGKILL)
        return not month_process.is_running(log.store.home)

    wait_until(is_killed)
    so_far = month_process.progress(log.store.home)
    assert not so_far.is_running
    assert not so_far.is_complete


def test_a_month_leaves_something_for_every_chart(log, at_noon):
    began = utc_now()

    month.play(log.store.home, HERE)

    found = runs.latest(log.store, connection="practice", limit=100)
    outcomes = Counter(outcome for run in found for outcome in sums.outcomes(log.store, run.id))
    days = {run.started_at.date() for run in found}
    assert {run.connection for run in runs.latest(log.store, limit=100)} == {"practice"}
    assert {"succeeded", "partial", "failed"} <= {run.status for run in found}
    assert {Outcome.UPDATED, Outcome.KEPT, Outcome.FAILED, Outcome.SKIPPED} <= set(outcomes)
    assert {run.source for run in found} == {"jangomail", "file"}
    assert len(days) == month_process.DAYS - 1  # there is a day without a run
    assert max(run.started_at for run in found) < utc_now()
    assert found[0].failed == 1  # still refused at the end
    assert month_process.progress(log.store.home).is_complete
    assert abs((practising.find(log).now - utc_now()).total_seconds()) < 60
    assert (utc_now() - began).total_seconds() < 120


def test_a_run_after_the_month_writes_nothing_more(log, monkeypatch):
    monkeypatch.setattr(month, "DAYS", 3)
    month.play(log.store.home, HERE)

    result = run_once(log, choose(log, HERE, "practice"), RunOrder("test"))

    assert (result.status, result.updated) == ("succeeded", 0)
