"""A month of daily runs on the practice org, in less than 20 seconds.

The runs are real: the same engine, over HTTP, into the same log. Only the clocks are moved: the
org's through its control addresses, and the log's as an argument. The month ends now, so that
nothing is in the future afterwards. That's why it starts with a new practice org.
"""

import argparse
import csv
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lib import settings
from lib.clock import Clock, month_and_day, to_text, utc_now
from lib.errors import OptbackError
from lib.fields import EMAIL, OPT_OUT
from lib.services.connections.chosen import PRACTICE, choose
from lib.services.log import open_log
from lib.services.practice import month_process, process
from lib.services.practice.month_process import DAYS, Rehearsal
from lib.services.practice.world import PracticeWorld
from lib.services.runs.order import RunOrder, run_once
from lib.services.started_by import PRACTICE_MONTH

_LAST_RUN_AGO = timedelta(minutes=10)
_OPENED_BEFORE = timedelta(hours=6)  # how long before its first run the org was created
_HOURS_BEFORE_A_RUN = (19, 11, 3)
_NEWSLETTER_WEEKDAY = 1  # Tuesday: many unsubscribe then
_WEEKEND = (5, 6)
_FILE_DAY = 4
_MAIL_DOWN = (8, 9)
_REFUSED_DAY = 21
_CLEARED_DAY = 13
_NO_RUN_DAY = 16
_SALESFORCE_DOWN_DAY = 19
_IN_APPROVAL_DAY = 11
_BROKEN_OFF_DAY = 26
_LONG = 3600
"""Seconds. A run doesn't wait for an hour, so it ends at once, and the month passes quickly."""
_DOWN: Mapping[str, Any] = {"kind": "status", "times": 99, "retry_after": _LONG}


class Month:
    """The month as it passes: what happens outside, and a run each day."""

    def __init__(
        self, home: Path, environment: Mapping[str, str], world: PracticeWorld, now: datetime
    ) -> None:
        self._home = home
        self._environment = environment
        self._world = world
        self._first = now - _LAST_RUN_AGO - timedelta(days=DAYS - 1)
        self._random = Random(now.toordinal())  # noqa: S311 - made-up people, no secrets
        self._acts: Mapping[int, Callable[[], None]] = {
            _FILE_DAY: self._import_file,
            _REFUSED_DAY: self._forbid_a_record,
            _CLEARED_DAY: self._clear_a_box,
            _IN_APPROVAL_DAY: self._put_a_record_in_approval,
            _IN_APPROVAL_DAY + 1: self._end_the_approval,
        }
        self._in_approval = ""

    @property
    def begins(self) -> datetime:
        """When the practice org must have been created."""
        return self._first - _OPENED_BEFORE

    def pass_days(self, tell: Callable[[int, str], None]) -> None:
        """Play all of it, day by day; `tell` gets how many days have passed, and what happens."""
        for day in range(DAYS):
            moment = self._first + timedelta(days=day)
            tell(day, f"{month_and_day(moment)}: {_words(day)}")
            self._people_unsubscribe(day, moment)
            self._move_to(moment)
            self._acts.get(day, _nothing)()
            if day != _NO_RUN_DAY:
                with self._trouble_of(day):
                    self._run(RunOrder(PRACTICE_MONTH))

    def _people_unsubscribe(self, day: int, moment: datetime) -> None:
        if day == 0:
            return  # the first run finds the people of the past
        for hours in _HOURS_BEFORE_A_RUN:
            count = self._how_many(moment)
            if count:
                self._move_to(moment - timedelta(hours=hours))
                self._world.act("unsubscribe-some", count=count)

    def _how_many(self, moment: datetime) -> int:
        if moment.weekday() == _NEWSLETTER_WEEKDAY:
            return self._random.randint(4, 9)
        return self._random.randint(0, 1 if moment.weekday() in _WEEKEND else 4)

    def _run(self, order: RunOrder) -> None:
        with open_log(self._home, self._environment, clock=self._clock()) as log:
            run_once(log, choose(log, self._environment, PRACTICE), order)

    def _clock(self) -> Clock:
        """A clock that goes on from the current point of the story."""
        behind = utc_now() - self._now
        return lambda: utc_now() - behind

    def _move_to(self, moment: datetime) -> None:
        self._now = moment
        self._world.act("set-time", to=to_text(moment))

    @contextmanager
    def _trouble_of(self, day: int) -> Iterator[None]:
        """What is broken during the run of this day."""
        if day in _MAIL_DOWN:
            self._world.act("mail-outage", retry_after=_LONG)
        elif day == _SALESFORCE_DOWN_DAY:
            self._world.act("fault", area="any", path="^/services", **_DOWN)
        elif day == _BROKEN_OFF_DAY:
            self._world.act("fault", call="save", **_DOWN)
        try:
            yield
        finally:
            self._world.act("clear-faults")

    def _import_file(self) -> None:
        """Eight visitors of a trade fair became Leads, and their unsubscribes come as a file."""
        addresses = [f"visitor{number}@fair.example.org" for number in range(1, 9)]
        for address in addresses:
            self._make("Lead", address)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "trade-fair.csv"
            _write_csv(path, addresses)
            self._run(RunOrder(PRACTICE_MONTH, file=path))

    def _forbid_a_record(self) -> None:
        """A validation rule of the org refuses changes to a record, to this day."""
        record = self._make("Contact", "vera.validated@example.org")
        rule = {"field": OPT_OUT, "value": True, "record": record}
        self._world.act("validation-rule", sobject="Contact", **rule)
        self._world.act("unsubscribe", entry="vera.validated@example.org")

    def _put_a_record_in_approval(self) -> None:
        """A record waits for an approval for a day, and is locked until then."""
        self._in_approval = self._make("Lead", "paula.pending@example.org")
        self._world.act("in-approval", record=self._in_approval)
        self._world.act("unsubscribe", entry="paula.pending@example.org")

    def _end_the_approval(self) -> None:
        self._world.act("in-approval", record=self._in_approval, on=False)

    def _clear_a_box(self) -> None:
        """A colleague clears a box that a run has set, and it stays cleared from then on."""
        self._world.act("clear-box")

    def _make(self, sobject: str, address: str) -> str:
        first, _, last = address.partition("@")[0].partition(".")
        values = {"FirstName": first.title(), "LastName": last.title() or "Fair", EMAIL: address}
        if sobject == "Lead":
            values["Company"] = "Trade fair"
        return str(self._world.act("create-record", sobject=sobject, values=values)["id"])


def play(home: Path, environment: Mapping[str, str]) -> None:
    """Create a new practice org, and play the month that ends now.

    First, this deletes everything the log has of the practice connection. Raises OptbackError.
    """
    with open_log(home, environment) as log:
        world = process.ensure(log, environment)
        month = Month(home, environment, world, utc_now())
        process.start_over(log, world, at=to_text(month.begins))
    try:
        month.pass_days(lambda day, doing: month_process.note(home, Rehearsal(day, doing)))
    finally:
        world.act("clear-faults")
        world.act("set-time")  # the real time again
    month_process.note(home, Rehearsal(DAYS, "30 days have passed"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Play it, and write down the error that ended it early, if any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", required=True, type=Path)
    home = parser.parse_args(arguments).home
    try:
        play(home, settings.environment())
    except OptbackError as error:
        so_far = month_process.progress(home) or Rehearsal(0, "")
        month_process.note(home, Rehearsal(so_far.day, so_far.doing, trouble=error.message))
        return error.exit_code
    return 0


def _words(day: int) -> str:
    """What is special about a day, in the words that the page shows."""
    special = {
        0: "the first run finds everyone who unsubscribed before",
        _FILE_DAY: "a file from a trade fair is imported",
        _MAIL_DOWN[0]: "JangoMail doesn't answer",
        _MAIL_DOWN[1]: "JangoMail still doesn't answer",
        _MAIL_DOWN[1] + 1: "JangoMail answers again, and no one is missed",
        _REFUSED_DAY: "a validation rule refuses one record",
        _CLEARED_DAY: "a colleague clears a box",
        _NO_RUN_DAY: "the computer is off, so there's no run",
        _SALESFORCE_DOWN_DAY: "Salesforce doesn't answer",
        _IN_APPROVAL_DAY: "an approval locks a record",
        _BROKEN_OFF_DAY: "Salesforce breaks off before anything is written",
        _BROKEN_OFF_DAY + 1: "the next run writes what was left",
    }
    return special.get(day, "an ordinary day")


def _write_csv(path: Path, addresses: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Email", "Stand"])
        writer.writerows([address, "B 12"] for address in addresses)


def _nothing() -> None:
    """A day on which nothing special happens."""


if __name__ == "__main__":
    raise SystemExit(main())
