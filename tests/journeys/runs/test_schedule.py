"""Runs on schedule against a practice org: real processes, and days that pass at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path

import pytest

from lib.clock import utc_now
from lib.services.child_process import start_sync
from lib.services.log import open_log
from lib.services.schedules.setting import switch_on
from lib.services.schedules.starter import Starter, new_command, new_dashboard, new_timer
from lib.store.schedulers import Scheduler
from lib.store.schedules import Schedule
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
ANNA = "anna@example.org"
NAME = "acme"
DAILY = Schedule(time(7), "Europe/Zurich")


class Days:
    """A scheduler of the stored schedules whose days pass as fast as its runs end."""

    def __init__(self, house, scheduler: Scheduler | None = None) -> None:
        self.passed = timedelta(0)
        self.starter = Starter(
            house.home,
            os.environ,
            scheduler or new_dashboard(),
            start_sync,
            ["--quiet"],
            clock=lambda: utc_now() + self.passed,
        )

    def pass_days(self, days: int) -> None:
        """Look once in each hour; wait for the run that it starts."""
        for _ in range(24 * days):
            self.passed += timedelta(hours=1)
            self.starter.look()
            wait_until(lambda: not self.starter.is_busy)


@pytest.fixture
def days(house):
    """Days with a daily schedule for the stored connection `acme`."""
    assert house.sync("connect", NAME)[0] == 0
    with open_log(house.home, {}) as log:
        switch_on(log, NAME, DAILY)
    return Days(house)


@contextmanager
def scheduled(house, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`sync.py schedule` as a process; killed at the end if it is still there."""
    command = [sys.executable, "sync.py", "schedule", "--home", str(house.home), *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def runs(house):
    return house.sync("history", "--last", "100")[1]["runs"]


def check(house):
    return house.sync("schedule", "--check")


def test_each_day_has_a_run_and_each_run_does_the_work(house, days):
    anna = house.contact(ANNA)
    house.unsubscribe(ANNA)

    days.pass_days(3)

    assert [(run["status"], run["started_by"]) for run in runs(house)] == [
        ("succeeded", "schedule")
    ] * 3
    assert house.is_opted_out(anna)


def test_a_running_schedule_command_follows_a_renamed_connection(house):
    assert house.sync("connect", NAME)[0] == 0
    days = Days(house, new_command(NAME, DAILY))
    days.pass_days(1)

    assert house.sync("rename", NAME, "Acme Ltd")[0] == 0
    days.pass_days(1)

    assert [(run["connection"], run["status"]) for run in runs(house)] == [
        ("Acme Ltd", "succeeded")
    ] * 2


def test_a_connection_that_a_person_paused_is_caught_up_once_after_it_is_resumed(house, days):
    assert house.sync("pause", NAME)[0] == 0
    days.pass_days(3)
    assert runs(house) == []

    assert house.sync("resume", NAME)[0] == 0
    days.starter.look()
    wait_until(lambda: not days.starter.is_busy)

    assert [run["status"] for run in runs(house)] == ["succeeded"]


def test_a_wrong_password_over_five_scheduled_days_makes_one_attempt(house, days):
    house.act("change-password")

    days.pass_days(5)

    username = house.practice.environment["SALESFORCE_USERNAME"]
    account = house.practice.world.signin.account(username)
    assert account.wrong_tries == 1
    assert [run["errors"][0]["code"] for run in runs(house)] == ["credentials_refused"]


def test_a_service_that_is_down_is_asked_again_three_times_and_then_on_the_next_day(house, days):
    house.act("mail-outage", retry_after=3600)  # so no run waits for it
    days.pass_days(1)
    failed = len(runs(house))
    house.act("clear-faults")
    days.pass_days(1)

    assert failed == 4
    assert runs(house)[0]["status"] == "succeeded"


def test_a_run_that_is_stopped_with_its_schedule_is_made_up_for_at_the_next_start(house):
    ids = [house.contact(f"person{number}@example.org") for number in range(30)]
    house.unsubscribe(*(f"person{number}@example.org" for number in range(30)))
    house.act("fault", kind="slow", method="PATCH", seconds=1)
    with scheduled(house, "--every", "600") as process:
        wait_until(lambda: any(run["status"] == "running" for run in runs(house)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    house.act("clear-faults")
    stopped = runs(house)[0]

    with scheduled(house, "--every", "600"):
        wait_until(lambda: all(house.is_opted_out(one) for one in ids))

    assert stopped["finished_at"] is not None


def test_a_schedule_that_was_killed_leaves_the_rest_to_the_next_one(house, short_silence):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    with scheduled(house, "--every", "600") as process:
        wait_until(lambda: any(run["finished_at"] for run in runs(house)))
        process.kill()

    assert check(house)[1]["running"][0]["kind"] == "command"  # for some minutes
    with scheduled(house, "--every", "600"):
        wait_until(lambda: len(check(house)[1]["running"]) == 2)
        assert len(runs(house)) == 1  # its time was taken care of


def test_all_connections_run_by_their_own_schedules(house, days):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    assert house.sync("connect", "other")[0] == 0
    with open_log(house.home, {}, clock=lambda: utc_now() - timedelta(days=2)) as log:
        switch_on(log, NAME, DAILY)
        switch_on(log, "other", Schedule(None, "UTC", 600))

    with scheduled(house, "--all") as process:
        wait_until(lambda: len([run for run in runs(house) if run["finished_at"]]) == 2)
        code, found = check(house)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0

    assert {run["connection"] for run in runs(house)} == {NAME, "other"}
    assert (code, found["ok"]) == (0, True)
    assert [one["next_run"] is not None for one in found["schedules"]] == [True, True]


def test_a_dashboard_starts_what_is_due_without_a_visitor_and_its_end_ends_no_run(house, days):
    anna = house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.act("fault", kind="slow", method="PATCH", seconds=3)
    with open_log(house.home, {}, clock=lambda: utc_now() - timedelta(days=2)) as log:
        switch_on(log, NAME, DAILY)
    options = ["--server.headless=true", "--server.port=0"]
    dashboard = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        env={**os.environ, "OPTBACK_HOME": str(house.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    wait_until(lambda: any(run["status"] == "running" for run in runs(house)))
    dashboard.send_signal(signal.SIGTERM)

    assert dashboard.wait(timeout=30) in (0, -signal.SIGTERM)
    wait_until(lambda: all(run["finished_at"] for run in runs(house)))
    assert [(run["status"], run["started_by"]) for run in runs(house)] == [
        ("succeeded", "schedule")
    ]
    assert house.is_opted_out(anna)


@pytest.fixture
def overdue(house, days):
    """Two connections whose times have passed: `acme` daily, and `other` every ten hours."""
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    assert house.sync("connect", "other")[0] == 0
    with open_log(house.home, {}, clock=lambda: utc_now() - timedelta(days=2)) as log:
        switch_on(log, NAME, DAILY)
        switch_on(log, "other", Schedule(None, "UTC", 600))


def test_a_timer_that_looks_again_and_again_starts_what_is_due_once(house, overdue):
    code, found = house.sync("schedule", "--once")
    again = house.sync("schedule", "--once")

    assert code == 0
    assert [(run["connection"], run["exit_code"]) for run in found["runs"]] == [
        (NAME, 0),
        ("other", 0),
    ]
    assert again == (0, {"runs": []})
    assert {(run["connection"], run["started_by"]) for run in runs(house)} == {
        (NAME, "schedule"),
        ("other", "schedule"),
    }


def test_two_timers_at_the_same_moment_start_a_run_once(house, overdue):
    with scheduled(house, "--once") as one, scheduled(house, "--once") as two:
        assert (one.wait(timeout=60), two.wait(timeout=60)) == (0, 0)

    assert sorted(run["connection"] for run in runs(house)) == [NAME, "other"]


def test_a_timer_can_be_for_one_connection(house, overdue):
    found = house.sync("schedule", "--once", "--connection", "other")[1]

    assert [run["connection"] for run in found["runs"]] == ["other"]
    assert house.sync("schedule", "--once", "--connection", "nobody")[0] == 2


def test_a_timer_says_how_its_runs_ended_and_tries_again_by_the_same_rules(house, overdue):
    house.act("mail-outage")

    assert house.sync("schedule", "--once")[0] == 1
    assert house.sync("schedule", "--once") == (0, {"runs": []})  # not within five minutes

    house.act("clear-faults")
    later = Days(house, new_timer())
    later.passed = timedelta(minutes=6)
    later.starter.look()
    wait_until(lambda: not later.starter.is_busy)
    assert [run["status"] for run in runs(house)][:2] == ["succeeded", "succeeded"]


def test_a_timer_that_looks_counts_as_something_that_starts_runs(house, overdue):
    house.sync("schedule", "--once")

    code, found = check(house)

    assert (code, found["ok"]) == (0, True)
    assert [one["kind"] for one in found["running"]] == ["timer"]


def test_a_connection_that_a_person_paused_is_no_failure_of_the_check(house, overdue):
    house.sync("schedule", "--once")
    house.sync("pause", NAME)

    code, found = check(house)

    assert (code, found["schedules"][0]["next_run"]) == (0, None)
    assert found["schedules"][0]["why_not"].startswith("Paused by ")


def test_a_paused_connection_that_nothing_would_start_still_fails_the_check(house, days):
    house.sync("pause", NAME)

    assert check(house)[0] == 1


def test_the_check_fails_while_nobody_watches_a_schedule(house, days):
    code, found = check(house)

    assert (code, found["ok"], found["running"]) == (1, False, [])
    assert found["schedules"] == [
        {
            "connection": NAME,
            "schedule": "every day at 7:00 AM in Europe/Zurich",
            "set_in": "page",
            "next_run": None,
            "why_not": "no dashboard, no `sync.py schedule --all`, and no timer is running",
        }
    ]


def test_the_check_fails_if_nothing_is_set_up_and_starts_nothing(house):
    code, found = check(house)

    assert (code, found["schedules"]) == (1, [])
    assert runs(house) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--every", "5", "--zone", "UTC"], "--zone needs --at"),
        (["--at", "07:00", "--zone", "Mars/Olympus"], "no time zone named Mars/Olympus"),
        (["--all", "--connection", "x"], "can't be used together"),
        (["--at", "7"], "time of day"),
        ([], "required"),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_a_usage_error(house, options, words):
    code, found = house.sync("schedule", *options)

    assert code == 2
    assert words in found["errors"][0]["message"]
