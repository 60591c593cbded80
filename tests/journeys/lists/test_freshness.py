"""Who on a pulled list opted out since: checked before each download and each hand-over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.errors import CredentialsRefused, PausedError, UsageError
from lib.services.connections.chosen import choose
from lib.services.lists.freshness import Checked, NotFresh, check, read_unsubscribes
from lib.services.lists.pulls import PullOrder, pull_once
from lib.services.log import Log, open_log
from lib.settings import credentials_from
from lib.store import connections, freshness, leases, pull_rows, pulls
from tests.journeys.runs.conftest import House

NAME = "default"
ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@other.example"


@pytest.fixture
def log(house: House) -> Iterator[Log]:
    """The house's log, with the connection stored."""
    with open_log(house.home, {}) as opened:
        connections.save(
            opened.store, opened.vault, NAME, credentials_from(house.practice.environment)
        )
        yield opened


@pytest.fixture
def pull(house: House, log: Log) -> Callable[[], str]:
    """Pulls all Contacts; the pull's id."""

    def pull_one() -> str:
        pull_id = pulls.start(
            log.store,
            connection=NAME,
            soql="SELECT Email FROM Contact",
            options={},
            pulled_by="Ann",
        )
        pull_once(log, choose(log, {}, NAME), PullOrder("", "", pull_id=pull_id))
        return pull_id

    return pull_one


@pytest.fixture
def pulled(house: House, pull: Callable[[], str]) -> str:
    """A pull of Ann, Bob, and Cat."""
    for address in (ANN, BOB, CAT):
        house.contact(address)
    return pull()


def out(log: Log, pull_id: str) -> dict[str, str]:
    """Who is noted as opted out since, and why."""
    return {one.address: one.reason for one in freshness.noted(log.store, pull_id)}


def ask(log: Log, pull_id: str, *, strictly: bool = False) -> Checked:
    return check(log, {}, NAME, [pull_id], strictly=strictly)


def test_no_one_is_noted_if_nothing_happened(log, pulled):
    told = ask(log, pulled, strictly=True)

    assert out(log, pulled) == {}
    assert told.warnings == ()
    assert freshness.last_check(log.store, pulled).as_of == told.as_of


def test_unsubscribes_boxes_and_whole_domains_are_found_together(house, log, pulled):
    house.unsubscribe(ANN, "other.example")
    house.act("tick-box", record=house_record(log, pulled, BOB))

    ask(log, pulled, strictly=True)

    assert out(log, pulled) == {ANN: "unsubscribed", BOB: "opted_out", CAT: "held_domain"}


def house_record(log: Log, pull_id: str, address: str) -> str:
    """The id of the record behind an address."""
    [found] = [one for one in pull_rows.listed(log.store, pull_id) if one.address == address]
    return found.record_id


def test_an_address_opted_out_on_a_lead_since_removes_the_contact(house, log, pulled):
    lead = house.lead("Ann@Example.org")
    house.act("tick-box", record=lead)

    ask(log, pulled)

    assert out(log, pulled) == {ANN: "opted_out"}


def test_a_record_whose_box_was_cleared_stays_on_the_list(house, log, pull):
    record = house.contact(ANN)
    house.unsubscribe(ANN, asked="2020-01-01T00:00:00Z")
    house.sync("run")
    house.act("clear-box", record=record)
    house.sync("run")
    pull_id = pull()
    assert [one.address for one in pull_rows.listed(log.store, pull_id)] == [ANN]

    ask(log, pull_id, strictly=True)

    assert out(log, pull_id) == {}


def test_new_unsubscribes_count_while_a_run_is_under_way(house, log, pulled):
    house.unsubscribe(ANN)
    leases.take(log.store, NAME, "a run", "r1")

    ask(log, pulled, strictly=True)

    assert out(log, pulled) == {ANN: "unsubscribed"}


def test_without_jangomail_a_check_warns_and_still_asks_salesforce(house, log, pulled):
    house.unsubscribe(ANN)
    house.act("tick-box", record=house_record(log, pulled, BOB))
    house.act("mail-outage")

    told = ask(log, pulled)

    assert out(log, pulled) == {BOB: "opted_out"}
    assert "Optback doesn't know of newer ones" in told.warnings[0]
    with pytest.raises(NotFresh):
        ask(log, pulled, strictly=True)
    with pytest.raises(NotFresh):
        read_unsubscribes(log, {}, NAME)


def test_unsubscribes_can_be_read_without_a_check(house, log, pulled):
    house.unsubscribe(ANN)

    told = read_unsubscribes(log, {}, NAME)

    assert told.as_of is not None
    freshness.note_unsubscribed(
        log.store,
        pulls.get(log.store, pulled).scope,
        pulled,
        pulls.get(log.store, pulled).started_at,
    )
    assert out(log, pulled) == {ANN: "unsubscribed"}


def test_refused_credentials_pause_the_connection_and_are_offered_once(house, log, pulled):
    house.act("change-password")

    with pytest.raises(CredentialsRefused):
        ask(log, pulled)
    with pytest.raises(PausedError):
        ask(log, pulled)


def test_a_pull_that_is_not_in_the_log_is_a_usage_error(log):
    with pytest.raises(UsageError):
        ask(log, "nothing")


def test_a_pull_larger_than_a_page_is_checked_completely(house, log, pull, monkeypatch):
    monkeypatch.setattr("lib.services.lists.freshness._ROWS_AT_ONCE", 2)
    people = [f"person{number}@example.org" for number in range(5)]
    for one in people:
        house.contact(one)
    pull_id = pull()
    house.unsubscribe(people[4])

    ask(log, pull_id)

    assert out(log, pull_id) == {people[4]: "unsubscribed"}


def test_other_users_cannot_read_copies_of_a_list(log, pulled):
    folder: Path = log.store.home / "lists"

    assert folder.stat().st_mode & 0o077 == 0
