"""People who opt out while a list is fetched aren't on it, and the numbers still add up."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lib.lists.decisions import Sieved
from lib.lists.list_file import file_at
from lib.lists.pull import Work, pull
from lib.lists.pull_log import LoggedPull, Silent
from lib.lists.pull_plan import make_plan
from lib.lists.pulled_file import PulledFile
from lib.lists.values import Options, PullResult, Removed
from lib.services.connections.chosen import choose
from lib.services.lists.list_work import at_work
from lib.services.log import Log, open_log
from lib.store import pull_rows, pulls
from tests.journeys.lists.conftest import CONTACTS, Lists

ANNA, BERT, CARA = "anna@example.org", "bert@example.org", "cara@example.org"


@dataclass
class Opened:
    """The house's connection, opened for lists."""

    log: Log
    work: Work
    out: Path

    def pull(self, soql: str, listener: Silent | LoggedPull) -> PullResult:
        """Pull with a listener, which is called when the rows are there."""
        plan = make_plan(self.work.org, soql, Options())
        return pull(self.work, plan, lambda titles: file_at(self.out, titles), listener, None)

    def addresses(self) -> list[str]:
        """The first cell of each line."""
        lines = self.out.read_text(encoding="utf-8").splitlines()[1:]
        return [line.partition(",")[0] for line in lines]


@pytest.fixture
def opened(lists: Lists) -> Iterator[Opened]:
    """Anna, Bert, and Cara may be emailed when the pull starts."""
    for one in (ANNA, BERT, CARA):
        lists.house.contact(one)
    with open_log(lists.house.home, os.environ) as log:
        chosen = choose(log, os.environ, "environment")
        with at_work(log, chosen, Options(), reads_news=True) as work:
            yield Opened(log, work, lists.out)


class Meanwhile(Silent):
    """Does something when the first rows are there."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def people(self, sieved: Sieved) -> None:  # noqa: ARG002 - as every listener
        self._act()


def test_nothing_new_leaves_the_file_as_it_was_written(opened: Opened) -> None:
    result = opened.pull("SELECT Email FROM Contact ORDER BY Email", Silent())

    assert (opened.addresses(), result.removed) == ([ANNA, BERT, CARA], {})


@pytest.mark.parametrize(
    ("entry", "removed", "left"),
    [
        (BERT.upper(), Removed.UNSUBSCRIBED, [ANNA, CARA]),
        ("example.org", Removed.HELD_DOMAIN, []),
    ],
)
def test_an_unsubscribe_during_the_fetch_removes_its_rows(
    opened: Opened, lists: Lists, entry: str, removed: Removed, left: list[str]
) -> None:
    listener = Meanwhile(lambda: lists.house.unsubscribe(entry))

    result = opened.pull("SELECT Email FROM Contact ORDER BY Email", listener)

    assert opened.addresses() == left
    assert (result.fetched, result.rows, result.removed) == (3, len(left), {removed: 3 - len(left)})


def test_a_box_ticked_during_the_fetch_removes_its_rows(opened: Opened, lists: Lists) -> None:
    listener = Meanwhile(lambda: lists.house.act("tick-box", address=BERT))

    result = opened.pull("SELECT Email, Id FROM Contact ORDER BY Email", listener)

    assert opened.addresses() == [ANNA, CARA]
    assert (result.rows, result.removed) == (2, {Removed.OPTED_OUT: 1})


def test_a_row_of_a_subquery_is_removed_alone(opened: Opened, lists: Lists) -> None:
    account = lists.house.act("create-record", sobject="Account", values={"Name": "Home"})["id"]
    lists.house.contact("dora@example.org", AccountId=account)
    lists.house.contact("emil@example.org", AccountId=account)
    listener = Meanwhile(lambda: lists.house.unsubscribe("dora@example.org"))
    soql = "SELECT (SELECT Email FROM Contacts) FROM Account WHERE Name = 'Home'"

    result = opened.pull(soql, listener)

    assert opened.addresses() == ["emil@example.org"]
    assert (result.removed, result.removed_below) == ({}, {Removed.UNSUBSCRIBED: 1})


def test_the_log_and_the_file_of_a_pull_stay_in_step(opened: Opened, lists: Lists) -> None:
    class Logged(LoggedPull):
        def people(self, sieved: Sieved) -> None:
            super().people(sieved)
            lists.house.unsubscribe(ANNA, CARA)

    store = opened.log.store
    pull_id = pulls.start(
        store, connection="environment", soql=CONTACTS, options={}, pulled_by="", list_id=None
    )
    soql = "SELECT Email FROM Contact ORDER BY Email"

    opened.pull(soql, Logged(store, pull_id))

    assert [one.address for one in pull_rows.listed(store, pull_id)] == opened.addresses() == [BERT]
    assert [one.address for one in pull_rows.left_out(store, pull_id, "unsubscribed")] == [
        ANNA,
        CARA,
    ]
    assert PulledFile(store, pull_id, opened.out).is_in_step()


def test_an_unreachable_jangomail_at_the_end_is_a_warning(opened: Opened, lists: Lists) -> None:
    listener = Meanwhile(lambda: lists.house.act("mail-outage", times=20, status=503))

    result = opened.pull(CONTACTS, listener)

    assert result.rows == 3
    assert any("last read" in one for one in result.warnings)
