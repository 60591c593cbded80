"""What changed between two pulls of a list: who joined, who left, and why."""

import pytest

from lib.store import freshness, pull_changes


@pytest.fixture
def put(store):
    """Stores a pull: `put("old", "ann@x.org", "bob@x.org=unsubscribed")`."""

    def put_one(pull_id, *people):
        store.execute(
            "insert into pull (id, connection, soql, status, pulled_by, started_at, beat_at)"
            " values (?, 'default', 'SELECT Email FROM Contact', 'running', 'Ann', 'now', 'now')",
            [pull_id],
        )
        rows = [person.partition("=") for person in people]
        store.execute_many(
            "insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)"
            " values (?, ?, 'Contact', ?, ?, ?, ?)",
            [
                (pull_id, place, f"003{place}", address, address, why or None)
                for place, (address, _, why) in enumerate(rows, start=1)
            ],
        )

    return put_one


def test_people_who_joined_or_left_are_counted_and_named_in_order(store, put):
    put("old", "ann@x.org", "bob@x.org", "cat@x.org")
    put("new", "dan@x.org", "cat@x.org", "bob@x.org=bounced", "eve@x.org", "fay@x.org=unsubscribed")

    changes = pull_changes.between(store, "old", "new")

    assert changes.joined == 2
    assert changes.who_joined == ("dan@x.org", "eve@x.org")
    assert changes.left == {"bounced": 1, "no_longer_matching": 1}
    assert changes.who_left == (("ann@x.org", "no_longer_matching"), ("bob@x.org", "bounced"))
    assert changes.gone == 2


def test_people_found_opted_out_between_two_pulls_left_for_that_reason(store, put):
    put("old", "ann@x.org", "bob@x.org")
    put("new", "bob@x.org")
    freshness.note_opted_out(store, "old", [("003X", "ann@x.org")])

    changes = pull_changes.between(store, "old", "new")

    assert changes.who_left == (("ann@x.org", "opted_out"),)


def test_someone_with_two_rows_is_a_single_person(store, put):
    put("old", "ann@x.org", "ann@x.org", "")
    put("new", "bob@x.org", "bob@x.org", "")

    changes = pull_changes.between(store, "old", "new")

    assert (changes.joined, changes.gone) == (1, 1)


def test_a_row_less_of_someone_who_stays_is_not_a_change(store, put):
    put("old", "ann@x.org", "ann@x.org")
    put("new", "ann@x.org", "ann@x.org=duplicate_address")

    changes = pull_changes.between(store, "old", "new")

    assert (changes.joined, changes.gone) == (0, 0)


def test_only_as_many_as_asked_for_are_named_and_all_are_counted(store, put):
    put("old", *(f"{number}@x.org" for number in range(5)))
    put("new")

    changes = pull_changes.between(store, "old", "new", limit=2)

    assert (len(changes.who_left), changes.gone) == (2, 5)
