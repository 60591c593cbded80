"""Hand-overs in the log: each batch is noted before and after, so that sending can resume."""

import pytest

from lib.store import hand_overs, lists
from lib.values import Fault

PULL = "p1"


@pytest.fixture
def pull(store):
    """A pull with five rows: ann, bob (removed), ann again, a row without an address, and cat."""
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


def test_a_hand_over_begins_with_a_row_in_the_log(store, clock, started):
    [found] = hand_overs.of_connection(store, "default")

    assert (found.id, found.status, found.group_name) == (started, "starting", "Spring")
    assert (found.columns, found.handed_by, found.started_at) == (("FirstName",), "Ann", clock())
    assert not found.is_finished


def test_the_first_of_several_rows_with_an_address_is_sent_and_removed_rows_are_not(store, pull):
    rows = hand_overs.listed_rows(store, pull, after=0, limit=10)

    assert [(row.position, row.shown, row.is_first) for row in rows] == [
        (1, "Ann@X.Org", True),
        (3, "Ann@X.Org", False),
        (4, "", False),
        (5, "Cat@X.Org", True),
    ]


def test_reading_rows_continues_after_a_position(store, pull):
    rows = hand_overs.listed_rows(store, pull, after=1, limit=2)

    assert [row.position for row in rows] == [3, 4]


def test_people_are_distinct_addresses_except_those_left_out(store, pull):
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


def test_a_failed_hand_over_can_be_resumed_and_a_finished_hand_over_cannot(store, started):
    trouble = Fault("source_unreachable", "JangoMail does not answer", "Try again.")
    hand_overs.finish(store, started, "failed", error=trouble)
    assert hand_overs.get(store, started).error == trouble

    again = hand_overs.take_up(store, started)
    assert (again.status, again.error, again.is_finished) == ("running", None, False)

    hand_overs.finish(store, started, "done", members=2)
    assert hand_overs.take_up(store, started) is None
    assert hand_overs.get(store, started).members == 2


def test_a_finished_hand_over_does_not_change_when_it_is_finished_again(store, started):
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


def test_an_unknown_hand_over_cannot_be_resumed(store):
    assert hand_overs.take_up(store, "nothing") is None


def test_finding_the_first_row_of_an_address_uses_the_index_of_addresses(store, pull):
    parameters = {"pull_id": pull, "after": 0, "limit": 10}

    plan = store.query(f"explain query plan {hand_overs._ROWS}", parameters)

    assert any("earlier USING INDEX pull_row_by_address" in step["detail"] for step in plan)


def test_a_saved_list_knows_when_it_was_last_sent_to_the_end(store, clock, pull, started):
    list_id = lists.save(store, "default", "Spring", "SELECT Email FROM Contact", options={}, by="")
    lists.take_in(store, list_id, pull)
    assert hand_overs.last_of_lists(store, "default") == {}

    hand_overs.finish(store, started, "done")

    assert hand_overs.last_of_lists(store, "default") == {list_id: clock()}
