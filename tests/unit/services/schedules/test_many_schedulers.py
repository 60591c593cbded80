"""Many schedulers, two hosts with different clocks, sleep, and kills: no time is run twice."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.services.log import Log, open_log
from lib.services.schedules import timetable
from lib.services.schedules.claims import Turn, claim_if_due
from lib.services.schedules.due import TRIED_AGAIN_AFTER
from lib.services.schedules.setting import switch_on
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store import claims, connections, runs
from lib.store.schedules import Schedule
from lib.values import Fault, RunResult, RunStatus
from tests.clocks import HandClock
from tests.unit.services.schedules.conftest import MONDAY, NAME

ROOT = Path(__file__).resolve().parents[4]
BEFORE_SUMMER_TIME = datetime(2026, 3, 27, 12, tzinfo=UTC)
BEFORE_WINTER_TIME = datetime(2026, 10, 23, 12, tzinfo=UTC)
ENDS = {
    "good": (RunStatus.SUCCEEDED, None),
    "passing": (RunStatus.FAILED, "salesforce_unreachable"),
    "refused": (RunStatus.FAILED, "credentials_refused"),
}


class World:
    """Two hosts on one log, and what becomes of the runs they start."""

    def __init__(self, hosts: list[Log], clock: HandClock, schedule: Schedule) -> None:
        self.hosts = hosts
        self.clock = clock
        self.schedule = schedule
        self.ended: Counter[tuple[datetime, str]] = Counter()
        self.open_run: tuple[str, datetime] | None = None

    def look(self, host: int, end: str) -> None:
        """One look of a host; the run it may start ends in this way, at once or never."""
        log = self.hosts[host]
        run_id = claim_if_due(log, {}, Turn(NAME, self.schedule, f"host {host}"))
        if run_id is None:
            return
        claim = claims.find(log.store, NAME)
        assert claim is not None
        self.ended[claim.due_at, end] += 1
        if end != "killed":
            status, code = ENDS[end]
            faults = (Fault(code, "It failed", "Wait."),) if code else ()
            runs.finish(log.store, run_id, RunResult(run_id, NAME, status, errors=faults))

    def newest(self) -> datetime:
        """The last scheduled time, jitter over."""
        found = timetable.newest_time(
            self.schedule,
            after=self.clock.now - timedelta(days=3),
            until=self.clock.now - timedelta(minutes=2),
        )
        assert found is not None
        return found


@contextmanager
def world(begins: datetime, schedule: Schedule, ahead: timedelta) -> Iterator[World]:
    """The second host's clock is ahead by a little, or behind."""
    clock = HandClock(MONDAY)
    clock.now = begins
    with TemporaryDirectory() as folder, ExitStack() as opened:
        home = Path(folder) / "home"
        hosts = [
            opened.enter_context(open_log(home, {}, clock=clock)),
            opened.enter_context(open_log(home, {}, clock=lambda: clock.now + ahead)),
        ]
        login = SalesforceLogin(username="optback@acme.example", password="made-up")
        credentials = Credentials(login, JangoMailLogin(username="acme", password="made-up"))
        connections.save(hosts[0].store, hosts[0].vault, NAME, credentials)
        switch_on(hosts[0], NAME, schedule)
        yield World(hosts, clock, schedule)


looks = some.lists(
    some.tuples(
        some.one_of(some.integers(1, 20), some.integers(1, 1700)),  # minutes, also of sleep
        some.integers(0, 1),
        some.sampled_from(["good", "good", "passing", "refused", "killed"]),
    ),
    min_size=5,
    max_size=60,
)


@settings(max_examples=40)
@given(
    some.sampled_from([BEFORE_SUMMER_TIME, BEFORE_WINTER_TIME]),
    some.sampled_from([time(0, 30), time(2, 30), time(7), time(23, 59)]),
    some.sampled_from(["Europe/Zurich", "America/New_York", "UTC"]),
    some.integers(-600, 600),
    looks,
)
def test_each_time_is_done_once_whatever_happens(begins, at, zone, ahead_s, looks):
    with world(begins, Schedule(at, zone), timedelta(seconds=ahead_s)) as all_of_it:
        for minutes, host, end in looks:
            all_of_it.clock.go(minutes=minutes)
            all_of_it.look(host, end)

        tries: Counter[datetime] = Counter()
        for (moment, _), count in all_of_it.ended.items():
            tries[moment] += count
        assert all(count <= 1 + len(TRIED_AGAIN_AFTER) for count in tries.values())
        assert all(
            count == 1 for (_, end), count in all_of_it.ended.items() if end in ("good", "refused")
        )
        local = Counter(moment.astimezone(ZoneInfo(zone)).date() for moment in tries)
        assert set(local.values()) <= {1}


@settings(max_examples=20)
@given(
    some.sampled_from([BEFORE_SUMMER_TIME, BEFORE_WINTER_TIME]),
    some.sampled_from([time(2, 30), time(7)]),
    looks,
)
def test_whatever_happened_before_the_last_time_is_done_within_two_quiet_days(begins, at, looks):
    with world(begins, Schedule(at, "Europe/Zurich"), timedelta(0)) as all_of_it:
        for minutes, host, end in looks:
            all_of_it.clock.go(minutes=minutes)
            all_of_it.look(host, end)
        for _ in range(2 * 24 * 4):
            all_of_it.clock.go(minutes=15)
            all_of_it.look(0, "good")

        assert all_of_it.ended[all_of_it.newest(), "good"] == 1


CLAIM = """
import sys; from pathlib import Path; from datetime import time
from lib.services.log import open_log; from lib.services.schedules.claims import *
from lib.store.schedules import Schedule
print("ready", flush=True); sys.stdin.readline()
with open_log(Path(sys.argv[1]), {}) as log:
    turn = Turn("acme", Schedule(None, "UTC", 60), sys.argv[2])
    found = [claim_if_due(log, {}, turn) for _ in range(5)]
    print(sum(one is not None for one in found))
"""


def test_of_processes_that_look_at_the_same_moment_one_gets_the_run(log, home):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM, str(home), str(number)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"

    printed = [child.communicate("go\n", timeout=120)[0] for child in children]

    assert sorted(map(int, printed)) == [0, 0, 0, 1]


def test_a_scheduler_that_is_killed_at_any_statement_leaves_one_run_to_do(log, home, clock):
    switch_on(log, NAME, Schedule(None, "UTC", 600))
    log.store.close()
    clock.go(minutes=601)

    killed_at = subprocess.run(
        [sys.executable, "-m", "tests.unit.services.schedules.dying", home.parent, str(clock.now)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert len(killed_at) > 15
    for statement in killed_at:
        assert runs_after(home.parent / statement, clock.now) == 1, statement


def runs_after(home: Path, now: datetime) -> int:
    """How many runs are done by the schedulers that follow in the next hours; all work."""
    done = 0
    for minutes in range(0, 120, 7):
        with open_log(home, {}, clock=lambda: now + timedelta(minutes=minutes)) as log:  # noqa: B023
            assert log.store.query("pragma integrity_check")[0][0] == "ok"
            run_id = claim_if_due(log, {}, Turn(NAME, Schedule(None, "UTC", 600), "two"))
            if run_id is not None:
                result = RunResult(run_id, NAME, RunStatus.SUCCEEDED)
                runs.finish(log.store, run_id, result)
                done += 1
    return done


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe"])
def test_a_year_of_a_daily_schedule_has_a_run_a_day(zone):
    schedule = Schedule(time(2, 30), zone)
    with world(datetime(2026, 1, 1, 12, tzinfo=UTC), schedule, timedelta(seconds=5)) as year:
        for number in range(365 * 3):
            year.clock.go(hours=8)
            year.look(number % 2, "good")

        days = [moment.astimezone(ZoneInfo(zone)).date() for moment, _ in year.ended]
        assert set(year.ended.values()) == {1}
        assert days == [days[0] + timedelta(days=number) for number in range(365)]
