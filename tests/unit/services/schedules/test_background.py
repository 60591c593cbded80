"""Runs on schedule inside a server: it starts without a visitor and ends without hanging."""

import asyncio
import time

from lib.services.log import open_log
from lib.services.schedules.background import carefully, runs_on_schedule
from lib.services.schedules.setting import switch_on
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store import connections, runs, schedulers
from lib.store.schedules import Schedule
from tests.unit.services.schedules.conftest import MONDAY, NAME
from tests.waiting import wait_until


async def serve(home, holds):
    """A server that ends as soon as something holds."""
    async with runs_on_schedule(home, {"OPTBACK_HOME": str(home)}):
        while not holds():
            await asyncio.sleep(0.02)


def test_what_is_due_is_started_without_a_visitor_and_the_end_is_noted(log, home):
    switch_on(log, NAME, Schedule(None, "UTC", 5))  # in March: long overdue
    nowhere = SalesforceLogin("http://127.0.0.1:9", "optback@acme.example", "made-up")
    without_jangomail = Credentials(nowhere, JangoMailLogin())  # so the run contacts nothing
    connections.save(log.store, log.vault, NAME, without_jangomail)

    asyncio.run(serve(home, lambda: runs.latest(log.store, connection=NAME)))

    wait_until(lambda: runs.latest(log.store, connection=NAME)[0].is_finished)
    [run] = runs.latest(log.store, connection=NAME)
    assert (run.started_by, run.started_at > MONDAY) == ("schedule", True)
    assert [fault.code for fault in run.errors] == ["settings"]
    assert schedulers.seen(log.store) == []


def test_while_it_serves_the_log_says_so(log, home):
    asyncio.run(serve(home, lambda: schedulers.seen(log.store)))


def test_a_log_that_cannot_be_opened_is_said_once_and_ends_nothing(tmp_path, capfd):
    home = tmp_path / "file"
    home.write_text("not a folder")
    looks = iter(range(3))

    asyncio.run(serve(home, lambda: next(looks, 3) == 3))

    assert "Schedule: " in capfd.readouterr().err


def test_the_same_trouble_is_printed_once(capfd):
    def fail():
        with open_log(None, {"OPTBACK_KEY": "not a key"}):
            raise AssertionError

    said = carefully(fail)
    assert said == carefully(fail, said)

    assert capfd.readouterr().err == said


def test_a_fault_of_our_own_is_shown_and_the_next_look_goes_on(capfd):
    def fail():
        raise ZeroDivisionError

    assert carefully(fail) == ""
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_the_end_does_not_wait_for_the_next_look(log, home):
    began = time.monotonic()

    asyncio.run(serve(home, lambda: True))

    assert time.monotonic() - began < 60
