"""People on a pulled list who have opted out since, by the ledger and by Salesforce's records."""

import re
from datetime import timedelta

import pytest

from lib.store import freshness, ledger, memory
from lib.store.terms import to_number
from lib.values import Reading, Sighting

SCOPE = "default/00D"
PULL = "p1"


@pytest.fixture
def pulled(store, clock):
    """A pull: ann (twice), bob (removed), cat at another domain, and a row without an address."""
    store.execute(
        "insert into pull (id, connection, soql, status, pulled_by, started_at, beat_at)"
        " values (?, 'default', 'SELECT Email FROM Contact', 'running', 'Ann', 'now', 'now')",
        [PULL],
    )
    people = [
        ("003A", "ann@x.org", None),
        ("003B", "bob@x.org", "unsubscribed"),
        ("00QA", "ann@x.org", None),
        ("003C", "cat@y.org", None),
        ("003N", "", None),
    ]
    store.execute_many(
        "insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)"
        " values (?, ?, 'Contact', ?, ?, ?, ?)",
        [
            (PULL, place, record_id, at, at, why)
            for place, (record_id, at, why) in enumerate(people, start=1)
        ],
    )
    pulled_at = clock()
    clock.go(days=1)
    return pulled_at


def unsubscribe(store, *entries, read_at=None):
    reading = Reading(
        "report", None, read_at or store.now(), iter([Sighting(entry) for entry in entries])
    )
    ledger.take(store, SCOPE, reading, source="jangomail:a", run_id="r1")


def noted(store):
    return [(row.position, row.reason) for row in freshness.noted(store, PULL)]


def test_all_rows_of_someone_who_unsubscribed_since_are_out(store, pulled):
    unsubscribe(store, "ANN@x.org", "stranger@x.org", "bob@x.org")

    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == [(1, "unsubscribed"), (3, "unsubscribed")]
    assert freshness.count(store, PULL) == (1, 2)
    assert freshness.addresses(store, PULL) == {"ann@x.org"}
    assert freshness.positions(store, PULL) == {1, 3}


def test_an_unsubscribe_in_another_org_does_not_count(store, pulled):
    unsubscribe(store, "ann@x.org")

    freshness.note_unsubscribed(store, "sandbox/00D", PULL, pulled)

    assert noted(store) == []


def test_a_reading_that_was_running_when_the_pull_began_counts(store, pulled):
    unsubscribe(store, "cat@y.org", read_at=pulled - timedelta(minutes=10))

    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == [(4, "unsubscribed")]


def test_only_a_newer_event_takes_out_a_kept_record(store, pulled, clock):
    memory.note_cleared(store, SCOPE, "r0", "003C", "Contact", "cat@y.org", pulled, "kept")
    unsubscribe(store, "cat@y.org", read_at=pulled - timedelta(minutes=10))
    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)
    assert noted(store) == []

    store.execute("update event_row set first_seen_at = ?", [to_number(pulled)])
    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == [(4, "unsubscribed")]


def test_a_whole_domain_takes_off_only_its_own_people(store, pulled):
    unsubscribe(store, "x.org")

    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == [(1, "held_domain"), (3, "held_domain")]


def test_the_domain_of_an_address_is_after_its_last_at_sign(store, pulled):
    store.execute("update pull_row set address = '\"a@y.org\"@x.org' where position = 4")
    unsubscribe(store, "x.org")

    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == [(1, "held_domain"), (3, "held_domain"), (4, "held_domain")]


def test_a_short_list_is_looked_up_in_a_long_ledger_with_the_same_result(store, pulled):
    store.execute("update pull set rows = 1")  # fewer than there are new events
    unsubscribe(store, "ann@x.org", "cat@y.org", "else@z.org")

    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == [(1, "unsubscribed"), (3, "unsubscribed"), (4, "unsubscribed")]


def test_withdrawn_events_count_as_never_seen(store, pulled):
    unsubscribe(store, "ann@x.org", "y.org")
    store.execute("update event_row set state = 'withdrawn'")

    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)

    assert noted(store) == []


@pytest.mark.parametrize(
    ("opted", "found"),
    [
        (("003C", "other@z.org"), [4]),  # the same record, even if its address changed
        (("003X", "ann@x.org"), [1, 3]),  # another record with the same address
        (("003N", ""), [5]),
        (("003B", "bob@x.org"), []),  # wasn't on the list
    ],
)
def test_opted_out_records_are_found_by_id_and_by_address(store, pulled, opted, found):
    freshness.note_opted_out(store, PULL, [opted])

    assert noted(store) == [(position, "opted_out") for position in found]


def test_people_found_once_stay_found_with_the_first_reason(store, pulled, clock):
    unsubscribe(store, "cat@y.org")
    freshness.note_unsubscribed(store, SCOPE, PULL, pulled)
    first = clock()
    clock.go(hours=1)

    freshness.note_opted_out(store, PULL, [("003C", "cat@y.org")])

    [row] = freshness.noted(store, PULL)
    assert (row.reason, row.found_at, row.shown) == ("unsubscribed", first, "cat@y.org")


def test_the_last_check_says_when_the_unsubscribes_were_read(store, pulled, clock):
    assert freshness.last_check(store, PULL) is None

    freshness.note_checked(store, PULL, pulled)

    last = freshness.last_check(store, PULL)
    assert (last.checked_at, last.as_of) == (clock(), pulled)


@pytest.mark.parametrize(
    "statement",
    ["_UNSUBSCRIBED", "_OF_RECORDS", "_OF_ADDRESSES", "_COUNT", "_ADDRESSES"],
)
def test_a_query_about_a_few_people_does_not_scan_the_whole_list(store, statement):
    given = {"opted": "[]", "positions": "[]", "since": "", "until": "", "reason": "", "now": ""}
    parameters = {"pull_id": PULL, "scope": SCOPE, **given}

    plan = store.query(f"explain query plan {getattr(freshness, statement)}", parameters)

    whole = re.compile(r"(pull_row|found|twin)\b.* \(pull_id=\?\)$")
    assert [step["detail"] for step in plan if whole.search(step["detail"])] == []
