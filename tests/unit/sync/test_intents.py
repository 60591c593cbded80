"""The changes that a run is to make, in memory or too many for it."""

from dataclasses import replace

import pytest

from lib.store.large import LargeChanges, table
from lib.sync import intents
from lib.sync.intents import Intents, by_id, counts, record_ids
from lib.values import Outcome
from tests.unit.sync.examples import change, contact_id, lead_id, of_lead

ACME, GLOBEX = "001000000000001AAA", "001000000000002AAA"


@pytest.fixture(params=["few", "many"])
def made(request, monkeypatch):
    """Five Contacts of two accounts and two Leads; one more is already done."""
    if request.param == "many":
        monkeypatch.setattr(table, "FEW", 0)
        monkeypatch.setattr(intents, "_AT_ONCE", 2)
    accounts = [GLOBEX, ACME, GLOBEX, ACME, ""]
    contacts = [replace(change(at), account_id=each) for at, each in enumerate(accounts)]
    changes = [*contacts, of_lead(1), of_lead(2), change(9, Outcome.ALREADY)]
    return LargeChanges(changes), request.param == "many"


def test_only_what_is_pending_and_may_be_written_counts(made):
    changes, is_large = made
    all_of_them, writable = Intents(changes, frozenset()), Intents(changes, frozenset({"Lead"}))

    assert all_of_them.is_large is is_large
    assert counts(all_of_them) == {"Contact": 5, "Lead": 2}
    assert (len(all_of_them), len(writable), len(list(writable))) == (7, 5, 5)
    assert of_lead(1) in all_of_them
    assert of_lead(1) not in writable
    assert change(9, Outcome.ALREADY) not in all_of_them


def test_some_of_them_are_chosen_by_their_ids(made):
    some = Intents(made[0], frozenset({"Lead"})).only({contact_id(1), lead_id(1)})

    assert [each.record_id for each in some] == [contact_id(1)]
    assert counts(some) == {"Contact": 1}


def test_numbers_that_are_known_are_not_counted_again(made):
    assert len(Intents(made[0], frozenset(), counts={"Contact": 70})) == 70


def test_parts_have_their_size_and_keep_accounts_together(made):
    parts = Intents(made[0], frozenset()).in_parts([("Contact", 3), ("Contact", 2)])

    first, second = [list(part) for part in parts]

    assert [each.account_id for each in first] == ["", ACME, ACME]
    assert [each.account_id for each in second] == [GLOBEX, GLOBEX]


def test_a_part_is_read_by_place_by_slice_and_by_id(made):
    (part,) = Intents(made[0], frozenset()).in_parts([("Lead", 2)])
    known = by_id(part)

    assert (len(part), list(record_ids(part))) == (2, [lead_id(1), lead_id(2)])
    assert part[1] == of_lead(2)
    assert list(part[1:]) == [of_lead(2)]
    assert (list(known), len(known)) == ([lead_id(1), lead_id(2)], 2)
    assert known[lead_id(2)] == of_lead(2)


def test_a_list_of_changes_is_read_the_same_way():
    changes = [change(1), of_lead(1)]

    assert list(record_ids(changes)) == [contact_id(1), lead_id(1)]
    assert by_id(changes) == {contact_id(1): change(1), lead_id(1): of_lead(1)}
    assert counts(changes) == {"Contact": 1, "Lead": 1}
