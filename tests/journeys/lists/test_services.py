"""What the page uses: a pull in its own process, a preview, and why someone isn't on a list."""

import os
from collections.abc import Iterator

import pytest

from lib.lists.values import Options, Removed
from lib.services.lists import pulls as pulling
from lib.services.lists.pulls import PullOrder
from lib.services.log import Log, open_log
from lib.store import lists as saved_lists
from lib.store import pull_rows, pulls
from tests.journeys.lists.conftest import CONTACTS, Lists
from tests.processes import processes_of
from tests.waiting import wait_until

ANNA = "anna@example.org"
BERT = "bert@example.org"
CARA = "cara@example.org"
CONNECTION = "environment"


@pytest.fixture
def log(lists: Lists) -> Iterator[Log]:
    """The log of the house."""
    with open_log(lists.house.home, os.environ) as log:
        yield log


def pulled(log: Log, soql: str = CONTACTS, *, list_id: str | None = None) -> pulls.Pull:
    """A pull that was started and whose process has ended: it tidies up after its last word."""
    order = PullOrder(CONNECTION, soql, pulled_by="a person", list_id=list_id)
    pull_id = pulling.start_pull(log, os.environ, order)

    def has_ended() -> bool:
        found = pulls.get(log.store, pull_id)
        return found is not None and found.is_finished and not processes_of(log.store.home)

    wait_until(has_ended)
    found = pulls.get(log.store, pull_id)
    assert found is not None
    return found


def test_a_started_pull_is_followed_in_the_log_to_its_file_and_people(
    lists: Lists, log: Log
) -> None:
    lists.house.contact(ANNA)
    lists.house.contact(BERT)
    lists.house.contact(CARA, HasOptedOutOfEmail=True)
    lists.house.unsubscribe(BERT)

    pull = pulled(log)

    assert (pull.status, pull.fetched, pull.rows) == ("done", 2, 1)
    assert (pull.matching, pull.opted_out, pull.removed) == (3, 1, {"unsubscribed": 1})
    assert pull.as_of is not None
    file = pulling.file_of(log, pull)
    assert file is not None
    assert ANNA in file.read_text()
    assert oct(file.parent.stat().st_mode & 0o777) == "0o700"
    assert [one.address for one in pull_rows.listed(log.store, pull.id)] == [ANNA]
    assert [one.address for one in pull_rows.left_out(log.store, pull.id, "unsubscribed")] == [BERT]


def test_a_refused_query_closes_its_pull_with_the_reason(lists: Lists, log: Log) -> None:
    pull = pulled(log, "SELECT Name FROM Contact WHERE HasOptedOutOfEmail = true")

    assert (pull.status, pull.file) == ("failed", None)
    assert pull.error is not None
    assert pull.error.code == "soql"


def test_the_files_of_the_last_two_pulls_of_a_list_stay(lists: Lists, log: Log) -> None:
    lists.house.contact(ANNA)
    saved = saved_lists.save(log.store, CONNECTION, "All", CONTACTS, options={}, by="a person")

    made = [pulled(log, list_id=saved) for _ in range(3)]

    files = sorted(path.stem for path in (log.store.home / "lists").iterdir())
    assert files == sorted(one.id for one in made[1:])


def test_a_list_can_leave_out_people_on_another_list(lists: Lists, log: Log) -> None:
    lists.house.contact(ANNA)
    saved = saved_lists.save(log.store, CONNECTION, "First", CONTACTS, options={}, by="a person")
    pulled(log, list_id=saved)
    lists.house.contact(BERT)

    second = lists.pull(CONTACTS, "--not-on-list", "first")
    unknown = lists.pull(CONTACTS, "--not-on-list", "another")

    assert (second.addresses, second.told["removed"]) == ([BERT], {"on_another_list": 1})
    assert (unknown.code, unknown.told["errors"][0]["code"]) == (2, "usage")


def test_a_preview_has_numbers_cost_and_first_rows(lists: Lists, log: Log) -> None:
    lists.house.contact(ANNA, FirstName="Anna")
    lists.house.contact(BERT)
    lists.house.contact(CARA, HasOptedOutOfEmail=True)
    lists.house.unsubscribe(BERT)
    lists.pull(CONTACTS)  # the ledger knows Bert now

    seen = pulling.look(log, os.environ, CONNECTION, "SELECT FirstName FROM Contact", Options())

    assert (seen.matching, seen.opted_out, seen.fetched) == (3, 1, 2)
    assert (seen.titles, seen.rows) == (("FirstName",), (("Anna",),))
    assert (seen.removed, seen.way) == ({Removed.UNSUBSCRIBED: 1}, "rest")
    assert seen.conditions == ("HasOptedOutOfEmail = false",)
    assert (
        seen.guarded == "SELECT FirstName, Email, Id FROM Contact WHERE HasOptedOutOfEmail = false"
    )
    assert 0 < seen.calls < 10


def test_a_preview_shows_at_most_fifty_rows(lists: Lists, log: Log) -> None:
    for number in range(60):
        lists.house.contact(f"p{number}@example.org")

    seen = pulling.look(log, os.environ, CONNECTION, CONTACTS, Options())

    assert (len(seen.rows), seen.matching) == (50, 60)


@pytest.mark.parametrize(
    ("address", "soql", "on_list", "told"),
    [
        (ANNA, CONTACTS, True, [(True, False, None)]),
        (ANNA, f"{CONTACTS} WHERE FirstName = 'Nobody'", False, [(False, False, None)]),
        (ANNA, f"{CONTACTS} LIMIT 1", None, [(True, False, None)]),
        (BERT, CONTACTS, False, [(True, False, Removed.UNSUBSCRIBED)]),
        (CARA, CONTACTS, False, [(True, True, Removed.OPTED_OUT)]),
        ("nobody@example.org", CONTACTS, False, []),
    ],
)
def test_why_someone_is_on_a_list_or_not(
    lists: Lists,
    log: Log,
    address: str,
    soql: str,
    on_list: bool | None,
    told: list[tuple[bool, bool, Removed | None]],
) -> None:
    lists.house.contact(ANNA)
    lists.house.contact(BERT)
    lists.house.contact(CARA, HasOptedOutOfEmail=True)
    lists.house.unsubscribe(BERT)
    lists.pull(CONTACTS)

    why = pulling.why(log, os.environ, CONNECTION, soql, Options(), f" {address.upper()}")

    assert why.on_list is on_list
    assert [(one.matches, one.opted_out, one.removed) for one in why.records] == told
    assert [event.entry for event in why.events] == ([BERT] if address == BERT else [])


def test_a_lead_of_the_same_address_does_not_make_a_list_of_contacts_uncertain(
    lists: Lists, log: Log
) -> None:
    lists.house.contact(CARA, HasOptedOutOfEmail=True)
    lists.house.lead(CARA)

    why = pulling.why(log, os.environ, CONNECTION, CONTACTS, Options(), CARA)

    assert [one.matches for one in why.records] == [True, False]
    assert why.on_list is False


def test_why_a_duplicate_is_not_on_the_list(lists: Lists, log: Log) -> None:
    lists.house.contact(ANNA)
    lists.house.contact(ANNA)

    why = pulling.why(log, os.environ, CONNECTION, CONTACTS, Options(no_duplicates=True), ANNA)

    assert [one.removed for one in why.records] == [None, Removed.DUPLICATE]
    assert why.on_list is True


def test_the_conditions_that_a_record_fails_are_named_one_by_one(lists: Lists, log: Log) -> None:
    lists.house.contact(ANNA, MailingCity="Bern", Title="CEO")
    soql = (
        "SELECT Email FROM Contact WHERE MailingCity = 'Thun' "
        "AND (Title = 'CEO' OR Title = 'CFO') AND LastName = 'Nobody'"
    )

    why = pulling.why(log, os.environ, CONNECTION, soql, Options(), ANNA)

    assert [one.unmet for one in why.records] == [("MailingCity = 'Thun'", "LastName = 'Nobody'")]


def test_with_a_limit_no_one_can_tell_which_of_the_matching_records_it_takes(
    lists: Lists, log: Log
) -> None:
    lists.house.contact(ANNA)

    why = pulling.why(log, os.environ, CONNECTION, f"{CONTACTS} LIMIT 5", Options(), ANNA)

    assert (why.on_list, why.is_cut) == (None, True)


def test_explaining_prints_the_query_alone_and_fetches_nothing(lists: Lists, capsys) -> None:
    lists.house.contact(ANNA)

    import sync

    code = sync.main(
        ["list", "SELECT Name FROM Contact FOR VIEW", "--explain", "--home", str(lists.house.home)]
    )

    printed = capsys.readouterr()
    assert code == 0
    assert printed.out == ("SELECT Name, Email, Id FROM Contact WHERE HasOptedOutOfEmail = false\n")
    for told in (
        "opt-out filter: HasOptedOutOfEmail = false",
        "not sent: FOR VIEW",
        "REST, page by page",
    ):
        assert told in printed.err


def test_a_refused_query_is_shown_with_its_place(lists: Lists) -> None:
    refused = lists.pull("SELECT Email\nFROM Contact\nWHERE Name == 'x'")
    unknown = lists.pull("SELECT Email,\n  Nonsense FROM Contact")

    assert (refused.code, unknown.code) == (2, 2)
    for pull, place in ((refused, (3, 13)), (unknown, (2, 3))):
        error = pull.told["errors"][0]
        assert (error["line"], error["column"]) == place
        assert error["remedy"]
