"""Locked records wait together with those of the same account."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lib.sync.locked_rows import LockedRows
from tests.unit.sync.examples import change, contact_id, of_lead

ACME, GLOBEX = "001000000000001AAA", "001000000000002AAA"


def of_account(number, account):
    return replace(change(number), account_id=account)


def numbers(taken):
    return [each.record_id for each in taken[1]]


def test_the_records_of_an_account_stay_together():
    rows = LockedRows()
    rows.add([of_account(1, ACME), of_account(2, GLOBEX), of_account(3, ACME)], 1)

    assert numbers(rows.take(2, set())) == [contact_id(1), contact_id(3)]
    assert numbers(rows.take(2, set())) == [contact_id(2)]
    assert rows.take(2, set()) is None
    assert not rows


def test_no_account_is_taken_while_one_of_its_records_is_under_way():
    rows = LockedRows()
    rows.add([of_account(1, ACME), of_account(2, GLOBEX)], 1)

    assert numbers(rows.take(10, {ACME})) == [contact_id(2)]
    assert rows.take(10, {ACME}) is None
    assert rows
    assert numbers(rows.take(10, set())) == [contact_id(1)]


def test_records_without_a_known_account_hold_no_one_up():
    rows = LockedRows()
    rows.add([change(1), change(2)], 1)

    assert numbers(rows.take(10, {"", ACME})) == [contact_id(1), contact_id(2)]


def test_records_with_fewer_tries_go_first_and_not_together_with_others():
    rows = LockedRows()
    rows.add([change(1)], 2)
    rows.add([change(2)], 1)

    assert rows.take(10, set()) == (1, [change(2)])
    assert rows.take(10, set()) == (2, [change(1)])


def test_contacts_and_leads_go_in_different_calls():
    rows = LockedRows()
    rows.add([change(1), of_lead(2)], 1)

    assert len(numbers(rows.take(10, set()))) == 1


def test_an_account_with_too_many_records_is_taken_in_parts():
    rows = LockedRows()
    rows.add([of_account(number, ACME) for number in range(5)], 1)

    assert [len(numbers(rows.take(2, set()))) for _ in range(3)] == [2, 2, 1]


@given(
    accounts=st.lists(st.sampled_from(["", ACME, GLOBEX]), max_size=30),
    most=st.integers(1, 7),
)
def test_each_record_is_taken_once(accounts, most):
    rows = LockedRows()
    rows.add([of_account(number, account) for number, account in enumerate(accounts)], 1)

    taken = []
    while (some := rows.take(most, set())) is not None:
        assert len(some[1]) <= most
        taken += numbers(some)

    assert sorted(taken) == sorted(contact_id(number) for number in range(len(accounts)))


def test_a_call_is_filled_with_whole_accounts():
    rows = LockedRows()
    rows.add([of_account(1, ACME), of_account(2, ACME), of_account(3, GLOBEX)], 1)

    assert len(numbers(rows.take(3, set()))) == 3
