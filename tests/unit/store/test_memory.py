"""What is remembered about records: seen opted out, cleared by a person."""

from datetime import timedelta

import pytest

from lib.store import memory, undone
from lib.store.large import table
from lib.store.undone import UndoneRecord

SCOPE = "default/00D000000000001EAA"
ADA = ("Contact", "003000000000001", "ada@example.org")
BEN = ("Lead", "00Q000000000002", "ben@example.org")


def test_rule_3_1_a_record_is_remembered_with_its_address_and_time(store, clock):
    memory.seen_opted_out(store, SCOPE, "run1", [ADA, BEN])

    known = memory.recall(store, SCOPE, [ADA[1], "003000000000009"])

    assert known == {
        ADA[1]: memory.Remembered(ADA[1], *ADA[::2], clock.now, None, None, "run1"),
    }
    assert memory.recall(store, "default/other", [ADA[1]]) == {}


def test_rule_3_2_a_clearing_keeps_the_time_it_was_first_seen(store, clock):
    memory.seen_opted_out(store, SCOPE, "run1", [ADA])
    first = clock.go(days=1)
    memory.cleared(store, SCOPE, "run2", [(*ADA, first, memory.KEPT)])

    edited = first + timedelta(days=3)
    memory.cleared(store, SCOPE, "run3", [(*ADA, edited, memory.UNSETTLED)])

    known = memory.recall(store, SCOPE, [ADA[1]])[ADA[1]]
    assert (known.cleared_at, known.verdict, known.run_id) == (first, "unsettled", "run3")


def test_rule_3_4_a_changed_address_counts_as_never_seen_so_its_clearing_gets_a_new_date(
    store, clock
):
    memory.cleared(store, SCOPE, "run1", [(*ADA, clock.now, memory.KEPT)])
    later = clock.go(days=1)

    memory.cleared(store, SCOPE, "run2", [(*ADA[:2], "new@example.org", later, memory.KEPT)])

    known = memory.recall(store, SCOPE, [ADA[1]])[ADA[1]]
    assert (known.address, known.cleared_at) == ("new@example.org", later)


def test_setting_a_box_again_forgets_the_clearing(store, clock):
    memory.cleared(store, SCOPE, "run1", [(*ADA, clock.now, memory.KEPT)])

    memory.seen_opted_out(store, SCOPE, "run2", [ADA])

    known = memory.recall(store, SCOPE, [ADA[1]])[ADA[1]]
    assert (known.cleared_at, known.verdict) == (None, None)


def test_only_the_unsettled_and_the_unsure_need_a_hand(store, clock):
    rows = [
        (*ADA, clock.now, memory.KEPT),
        (*BEN, clock.now, memory.UNSETTLED),
        ("Lead", "00Q000000000003", "cy@example.org", clock.go(days=1), memory.UNSURE),
    ]
    memory.cleared(store, SCOPE, "run1", rows)

    assert [record.address for record in memory.needing_hand(store, SCOPE)] == [
        "cy@example.org",
        "ben@example.org",
    ]


def test_a_single_record_can_be_noted_as_cleared(store, clock):
    memory.note_cleared(store, SCOPE, "run1", BEN[1], BEN[0], BEN[2], clock.now, memory.KEPT)

    assert memory.of_addresses(store, SCOPE, [BEN[2]])[0].verdict == "kept"
    assert memory.of_addresses(store, SCOPE, [ADA[2]]) == []


def test_lists_ask_only_for_the_records_of_their_org_that_a_run_noted_as_kept(store, clock):
    rows = [(*ADA, clock.now, memory.KEPT), (*BEN, clock.now, memory.UNSETTLED)]
    memory.cleared(store, SCOPE, "run1", rows)
    memory.cleared(store, "default/other", "run1", [(*BEN, clock.now, memory.KEPT)])

    assert [record.record_id for record in memory.kept(store, SCOPE)] == [ADA[1]]


def test_rule_3_7_what_was_remembered_of_a_contact_goes_on_for_its_person_account(store, clock):
    cleared_at = clock.now
    memory.cleared(store, SCOPE, "run1", [(*ADA, cleared_at, memory.KEPT)])
    memory.cleared(store, "default/other", "run1", [(*ADA, cleared_at, memory.KEPT)])

    memory.move(store, SCOPE, [memory.Move(ADA[1], "001000000000001")])

    (moved,) = memory.recall(store, SCOPE, [ADA[1], "001000000000001"]).values()
    assert (moved.record_id, moved.sobject, moved.contact_id) == (
        "001000000000001",
        "Account",
        ADA[1],
    )
    assert (moved.address, moved.cleared_at, moved.verdict) == (ADA[2], cleared_at, memory.KEPT)
    assert list(memory.recall(store, "default/other", [ADA[1]])) == [ADA[1]]


def test_an_accounts_own_memory_stays_when_its_contacts_is_moved(store, clock):
    account = ("Account", "001000000000001", ADA[2])
    memory.cleared(store, SCOPE, "run1", [(*ADA, clock.now, memory.KEPT)])
    memory.seen_opted_out(store, SCOPE, "run2", [account])

    memory.move(store, SCOPE, [memory.Move(ADA[1], account[1])])

    (known,) = memory.recall(store, SCOPE, [ADA[1], account[1]]).values()
    assert (known.record_id, known.verdict, known.run_id) == (account[1], None, "run2")


def test_a_person_accounts_contact_and_boxes_are_remembered(store):
    seen = memory.OptedOutRecord("Account", "001000000000001", ADA[2], ("A__c", "B__c"), ADA[1])
    memory.seen_opted_out(store, SCOPE, "run1", [seen])

    memory.seen_opted_out(store, SCOPE, "run2", [seen._replace(boxes=("A__c",), contact_id="")])

    (known,) = memory.recall(store, SCOPE, ["001000000000001"]).values()
    assert (known.boxes, known.contact_id, known.run_id) == ({"A__c"}, ADA[1], "run2")


def test_rule_5_a_box_that_an_undo_cleared_is_not_found_again_as_cleared_by_a_person(store, clock):
    memory.seen_opted_out(store, SCOPE, "run1", [ADA, BEN])
    memory.seen_opted_out(store, "default/other", "run1", [ADA])
    undone_at = clock.go(days=1)
    memory.undone(store, SCOPE, [ADA[1]])
    clock.go(days=1)
    memory.undone(store, SCOPE, [ADA[1]])

    known = memory.recall(store, SCOPE, [ADA[1], BEN[1]])
    assert (known[ADA[1]].cleared_at, known[ADA[1]].verdict) == (undone_at, None)
    assert known[BEN[1]].cleared_at is None
    assert memory.recall(store, "default/other", [ADA[1]])[ADA[1]].cleared_at is None


def test_rule_5_a_box_that_is_seen_set_again_ends_the_undo_of_its_record_only(store, clock):
    cy = ("Lead", "00Q000000000003", "cy@example.org")
    marks = [
        UndoneRecord(
            record_id, kind, address, "run1", "jangomail", clock.now, 1, None, "u1", clock.now
        )
        for kind, record_id, address in (ADA, BEN)
    ]
    undone.note(store, SCOPE, marks)
    undone.note(store, "default/other", marks)
    seen_at = clock.go(days=1)

    memory.seen_opted_out(store, SCOPE, "run2", [cy, ADA])

    ended = {
        mark.record_id: mark.ended_at for mark in undone.of_records(store, SCOPE, [ADA[1], BEN[1]])
    }
    (other,) = undone.of_records(store, "default/other", [ADA[1]])
    assert ended == {ADA[1]: seen_at, BEN[1]: None}
    assert other.is_current


def test_an_org_has_person_accounts_once_one_of_its_own_is_remembered(store):
    account = ("Account", "001000000000001", "ada@example.org")
    memory.seen_opted_out(store, SCOPE, "run1", [ADA, BEN])
    memory.seen_opted_out(store, "default/other", "run1", [account])
    assert not memory.has_person_accounts(store, SCOPE)

    memory.seen_opted_out(store, SCOPE, "run1", [account])

    assert memory.has_person_accounts(store, SCOPE)


def test_the_records_whose_box_is_off_are_all_found_a_page_at_a_time(store, clock, monkeypatch):
    monkeypatch.setattr(memory, "_CHUNK", 2)
    off = [("Lead", f"00Q00000000000{number}", "x@example.org") for number in range(5)]
    memory.seen_opted_out(store, SCOPE, "run1", [ADA])
    rows = [(*each, clock.now, memory.KEPT) for each in off]
    memory.cleared(store, SCOPE, "run1", rows)
    memory.cleared(store, "default/other", "run1", [(*BEN, clock.now, memory.KEPT)])

    found = list(memory.all_cleared(store, SCOPE))

    assert [known.record_id for known in found] == [record_id for _, record_id, _ in off]
    assert {known.address for known in memory.of_addresses(store, SCOPE, ["x@example.org"])} == {
        "x@example.org"
    }


@pytest.mark.parametrize("few", [0, 30_000])
def test_what_is_remembered_can_wait_in_a_large_map_unchanged(store, clock, monkeypatch, few):
    monkeypatch.setattr(table, "FEW", few)
    account = memory.OptedOutRecord("Account", "001000000000001", ADA[2], ("A__c", "B__c"), ADA[1])
    memory.seen_opted_out(store, SCOPE, "run1", [account, BEN])
    cleared_at = clock.go(days=1)
    memory.cleared(store, SCOPE, "run2", [(*BEN, cleared_at, memory.UNSURE)])
    known = memory.recall(store, SCOPE, [account.record_id, BEN[1]])

    waiting = memory.remembered_records()
    waiting.put(known.items())

    assert waiting == known
    assert (known[BEN[1]].cleared_at, known[BEN[1]].verdict) == (cleared_at, memory.UNSURE)


def test_more_records_than_a_statement_takes_are_all_remembered(store, monkeypatch):
    monkeypatch.setattr(memory, "_CHUNK", 2)
    people = [("Lead", f"00Q00000000000{number}", f"p{number}@example.org") for number in range(5)]
    ids, addresses = [one[1] for one in people], [one[2] for one in people]
    memory.seen_opted_out(store, SCOPE, "run1", people)

    memory.undone(store, SCOPE, ids)

    assert sorted(memory.recall(store, SCOPE, ids)) == ids
    found = memory.of_addresses(store, SCOPE, addresses)
    assert [one.address for one in found] == addresses
    assert all(one.cleared_at for one in found)


def test_nothing_to_remember_changes_nothing(store):
    before = store.revision()

    memory.seen_opted_out(store, SCOPE, "run1", [])
    memory.cleared(store, SCOPE, "run1", [])

    assert store.revision() == before
