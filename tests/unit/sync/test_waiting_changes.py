"""How many records go into each call, and where it ends."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sync.call_size import CallSizes
from lib.sync.waiting_changes import WaitingChanges, per_call
from tests.unit.sync.examples import change, of_lead


def calls_of(changes, sizes=None):
    waiting, sizes = WaitingChanges(changes), sizes or CallSizes()
    found = []
    while batches := waiting.take(sizes):
        found.append(batches)
    return found


def contacts(*accounts):
    return [replace(change(number), account_id=each) for number, each in enumerate(accounts)]


@pytest.mark.parametrize(
    ("count", "calls"),
    [(0, 0), (1, 1), (200, 1), (201, 2), (600, 3), (1000, 3), (5000, 7), (8000, 8), (20000, 22)],
)
def test_calls_work_at_once_for_at_most_two_more_than_the_fewest(count, calls):
    assert len(calls_of([change(number) for number in range(count)])) == calls


def test_rule_4_5_near_the_cap_each_call_is_full():
    waiting = WaitingChanges([change(number) for number in range(2001)], packed=True)

    calls = [waiting.take(CallSizes()) for _ in range(3)]

    assert [[len(batch) for batch in call] for call in calls] == [[200] * 5, [200] * 5, [1]]


@given(st.integers(1, 60_000))
def test_a_call_never_has_more_than_a_thousand_records_and_costs_at_most_two_more(count):
    records = per_call(count)

    assert 1 <= records <= 1000
    assert -(-count // records) <= -(-count // 1000) + 2


def test_the_groups_of_a_call_are_even():
    (first, *_), *_ = calls_of([change(number) for number in range(1500)])

    assert len(first) == 188  # 1,500 records in 4 calls of 2 groups


def test_a_call_ends_with_an_account_if_there_is_room():
    accounts = [f"{number // 7:03}" for number in range(450)]  # 7 records each

    calls = calls_of(contacts(*accounts))

    ends = [{each.account_id for batch in call for each in batch.changes} for call in calls]
    assert len(calls) == 3
    assert not ends[0] & ends[1]
    assert not ends[1] & ends[2]


def test_an_account_that_is_too_large_for_a_group_is_split():
    calls = calls_of(contacts(*["one"] * 450))

    assert max(len(batch) for call in calls for batch in call) <= 200
    assert sum(len(batch) for call in calls for batch in call) == 450


@given(
    count=st.integers(1, 900),
    of_contacts=st.integers(1, 200),
    together=st.integers(1, 5),
    accounts=st.integers(1, 300),
)
def test_every_change_is_in_one_call_of_the_size_that_passes(
    count, of_contacts, together, accounts
):
    sizes = CallSizes(together=together)
    sizes.failed("Contact", of_contacts * 2, is_fresh=True)
    changes = contacts(*(str(number % accounts) for number in range(count // 2)))
    changes += [of_lead(number) for number in range(count - count // 2)]

    calls = calls_of(changes, sizes)

    assert all(len(call) <= together for call in calls)
    batches = [batch for call in calls for batch in call]
    for batch in batches:
        assert len(batch) <= sizes.size(each.sobject for each in batch.changes)
    taken = [each.record_id for batch in batches for each in batch.changes]
    assert sorted(taken) == sorted(each.record_id for each in changes)
