"""Hand-overs in the log: each batch is noted before and after, so that a dead one can go on."""

import pytest

from lib.store import hand_overs
from lib.values import Fault

PULL = "p1"


@pytest.fixture
def pull(store):
    """A pull of five rows: ann, bob removed, ann again, one without an address, and cat."""
    store.execute(
        "insert into pull (id, connection, soql, status, pulled_by, started_at, beat_at)"
        " values (?, 'default', 'SELECT Email FROM Contact', 'running', 'Ann', 'now', 'now')",
        [PULL],
    )
    rows = [("ann@x.org", None), ("bob@x.org", "unsubscribed"), ("ann@x.org", None), ("", None)]
    store.execute_many(
        "insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)"
        " values (?, ?, 'Contact', ?, ?, ?, ?)",
        [
            (PULL, place, f"003{place}", address, address.title(), removed)
            for place, (address, removed) in enumerate([*rows, ("cat@x.org", None)], start=1)
        ],
    )
    return PULL


@pytest.fixture
def started(store, pull):
    return hand_overs.start(
        store,
        connection="default",
        pull_id=pull,
        group_name="Spring",
        columns=["FirstName"],
        by="Ann",
    )


def test_a_hand_over_begins_as_a_row_that_can_be_followed(store, clock, started):
    [found] = hand_overs.of_connection(store, "default")

    assert (found.id, found.status, found.group_name) == (started, "starting", "Spring")
    assert (found.columns, found.handed_by, found.started_at) == (("FirstName",), "Ann", clock())
    assert not found.is_finished


def test_of_rows_with_one_address_the_first_is_handed_over_and_removed_ones_are_not(store, pull):
    rows = hand_overs.listed_rows(store, pull, after=0, limit=10)

    assert [(one.position, one.shown, one.is_first) for one in rows] == [
        (1, "Ann@X.Org", True),
        (3, "Ann@X.Org", False),
        (4, "", False),
        (5, "Cat@X.Org", True),
    ]


def test_rows_are_read_on_from_a_position(store, pull):
    rows = hand_overs.listed_rows(store, pull, after=1, limit=2)

    assert [one.position for one in rows] == [3, 4]


def test_people_are_distinct_addresses_without_those_left_out(store, pull):
    assert hand_overs.people_of(store, pull, []) == 2
    assert hand_overs.people_of(store, pull, ["cat@x.org"]) == 1
    assert hand_overs.people_of(store, pull, [], until=4) == 1


def test_a_batch_is_noted_before_and_after(store, started):
    hand_overs.take_up(store, started)
    hand_overs.set_counts(store, started, total=2, done=0, left_out=1)

    hand_overs.sending(store, started, 3)
    before = hand_overs.get(store, started)
    hand_overs.answered(store, started, 3, 1)
    after = hand_overs.get(store, started)

    assert (before.sent_to, before.done_to, before.done) == (3, 0, 0)
    assert (after.sent_to, after.done_to, after.done) == (3, 3, 1)
    assert (after.total, after.left_out) == (2, 1)


def test_a_failed_hand_over_can_be_taken_up_again_and_a_done_one_cannot(store, started):
    trouble = Fault("source_unreachable", "JangoMail does not answer", "Try again.")
    hand_overs.finish(store, started, "failed", error=trouble)
    assert hand_overs.get(store, started).error == trouble

    again = hand_overs.take_up(store, started)
    assert (again.status, again.error, again.is_finished) == ("running", None, False)

    hand_overs.finish(store, started, "done", members=2)
    assert hand_overs.take_up(store, started) is None
    assert hand_overs.get(store, started).members == 2


def test_what_has_ended_is_not_ended_otherwise_by_a_latecomer(store, started):
    hand_overs.finish(store, started, "done", members=2)

    hand_overs.finish(store, started, "failed")

    assert hand_overs.get(store, started).status == "done"


def test_another_name_can_be_chosen_until_the_group_is_made(store, started):
    hand_overs.making(store, started)
    assert hand_overs.rename(store, started, "Spring 2")
    assert hand_overs.get(store, started).making_at is None

    hand_overs.made(store, started)

    assert not hand_overs.rename(store, started, "Spring 3")
    assert hand_overs.get(store, started).group_name == "Spring 2"


def test_what_nobody_wrote_cannot_be_taken_up(store):
    assert hand_overs.take_up(store, "nothing") is None


def test_the_first_row_of_an_address_is_found_by_the_index_of_addresses(store, pull):
    parameters = {"pull_id": pull, "after": 0, "limit": 10}

    plan = store.query(f"explain query plan {hand_overs._ROWS}", parameters)

    assert any("earlier USING INDEX pull_row_by_address" in one["detail"] for one in plan)
