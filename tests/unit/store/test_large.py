"""Sets and mappings that go to a temporary database once they're large."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.store.large import (
    LargeChanges,
    LargeMap,
    LargeSet,
    all_intervals,
    in_order,
    intervals,
    records,
)
from lib.values import Arrival, Change, Interval, Outcome, Record

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(st.lists(st.lists(KEYS)), st.lists(KEYS), st.integers(0, 5))
def test_a_large_set_has_what_a_set_has(added, others, few):
    expected, large = set(), LargeSet(few=few)
    for some in added:
        expected.update(some)
        large.add(iter(some))
        assert len(large) == len(expected)

    assert large == expected
    assert large.among(others) == expected.intersection(others)
    assert [text in large for text in others] == [text in expected for text in others]
    assert sorted(text for piece in large.pieces(2) for text in piece) == sorted(expected)
    assert (large | set(others), set(others) - large) == (
        expected | set(others),
        set(others) - expected,
    )


@given(st.lists(st.tuples(KEYS, st.binary(), st.booleans())), st.lists(KEYS), st.integers(0, 5))
def test_a_large_mapping_has_what_a_mapping_has(given_items, others, few):
    expected: dict[str, bytes] = {}
    large: LargeMap[bytes] = LargeMap(bytes, bytes, few=few)
    for key, value, is_new in given_items:
        if is_new:
            expected.setdefault(key, value)
            large.put_new([(key, value)])
        else:
            expected[key] = value
            large.put([(key, value)])

    assert large == expected
    assert len(large) == len(expected)
    assert large.among(others) == {key: expected[key] for key in others if key in expected}
    assert [key in large for key in others] == [key in expected for key in others]
    assert sorted(value for piece in large.pieces(2) for value in piece) == sorted(
        expected.values()
    )


@pytest.mark.parametrize("few", [1, 10])
def test_values_can_be_replaced_while_they_are_gone_through(few):
    large: LargeMap[bytes] = LargeMap(bytes, bytes, few=few)
    large.put((f"k{number}", b"old") for number in range(7))

    for number, piece in enumerate(large.pieces(2)):
        assert piece == [b"old"] * len(piece)
        large.put((f"k{each}", b"new") for each in range(2 * number, min(2 * number + 2, 7)))

    assert set(large.values()) == {b"new"}


@pytest.mark.parametrize("few", [0, 10])
def test_what_is_not_there_is_a_key_error(few):
    large: LargeMap[bytes] = LargeMap(bytes, bytes, few=few)
    large.put([("a", b"1")])

    with pytest.raises(KeyError):
        large["b"]
    assert 1 not in large
    assert 1 not in LargeSet(["a"], few=few)


def through_the_database(empty, value):
    """The value as it comes back from a mapping that is in a database."""
    large = LargeMap(empty._pack, empty._unpack, few=0)
    large.put([("key", value)])
    return large["key"]


FULL = Record(
    sobject="Contact",
    record_id="003000000000001AAA",
    address="änne@example.org",
    opted_out=False,
    modified_at=NOON,
    is_converted=True,
    is_person_account=True,
    created_at=NOON - timedelta(days=1),
    contact_id="003000000000002AAA",
    modified_by="005000000000001AAA",
    account_id="001000000000001AAA",
    unset=frozenset({"no_mail__c"}),
    is_partly_set=True,
)


@pytest.mark.parametrize("record", [FULL, Record("Lead", "00Q1", "a@b.example", None, NOON)])
def test_a_record_comes_back_as_it_was(record):
    assert through_the_database(records(), record) == record


@pytest.mark.parametrize("outcome", Outcome)
def test_a_change_comes_back_as_it_was(outcome):
    change = Change(
        sobject="Contact",
        record_id="003000000000001AAA",
        address="anna@example.org",
        outcome=outcome,
        reason="converted",
        message="Salesforce's words",
        modified_at=NOON,
        arrival=Arrival(NOON, is_new=True),
        contact_id="003000000000002AAA",
        account_id="001000000000001AAA",
        was_partly_set=True,
    )
    bare = Change("Lead", "00Q1", "a@b.example", outcome)

    assert through_the_database(LargeChanges(), change) == change
    assert through_the_database(LargeChanges(), bare) == bare
    assert through_the_database(LargeChanges(), change).outcome is outcome


def test_intervals_come_back_as_they_were():
    known, open_ = Interval(NOON - timedelta(days=1), NOON), Interval(None, NOON)

    assert through_the_database(intervals(), open_) == open_
    assert through_the_database(all_intervals(), (known, open_)) == (known, open_)


@given(st.lists(st.tuples(KEYS, KEYS)), st.integers(0, 5))
def test_texts_come_in_the_order_of_others(pairs, few):
    found = list(in_order(iter(pairs), few=few))

    places = dict.fromkeys(sorted(place for place, _ in pairs))
    expected = [sorted(text for at, text in pairs if at == place) for place in places]
    taken = iter(found)
    assert [sorted(next(taken) for _ in group) for group in expected] == expected
    assert len(found) == len(pairs)


@pytest.mark.parametrize("few", [0, 10])
def test_planned_changes_are_pending_once_the_run_makes_them(monkeypatch, few):
    large = LargeChanges()
    large._most = few
    large.put(
        (outcome.value, Change("Lead", outcome.value, "a@b.example", outcome))
        for outcome in Outcome
    )

    large.intend()

    expected = {each: Outcome.PENDING if each is Outcome.PLANNED else each for each in Outcome}
    assert {each.record_id: each.outcome for each in large.values()} == expected
    large.clear()
    assert (len(large), list(large.values())) == (0, [])
