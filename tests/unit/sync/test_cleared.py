"""Boxes that someone cleared since the last run (rules.md, 3.2)."""

from datetime import timedelta

import pytest

from lib.salesforce.access import Access, access
from lib.store import ledger, memory
from lib.sync import cleared
from tests.unit.salesforce.wire import Answer
from tests.unit.sync.examples import ANNA, BEN, CLARA, SCOPE


@pytest.fixture
def look(store, org):
    """Looks for boxes cleared since the mark, with the access of the practice org's user."""
    rights = access(org.door)

    def once(rights=rights):
        return cleared.newly_cleared(store, SCOPE, org.door, rights)

    return once


@pytest.fixture
def seen(store):
    """Remembers records as seen opted out."""

    def remember(*records):
        rows = [(record.sobject, record.record_id, record.address) for record in records]
        memory.seen_opted_out(store, SCOPE, "run1", rows)

    return remember


@pytest.fixture
def mark(store, clock):
    """Notes that Salesforce has been read up to now."""

    def now():
        ledger.mark(store, SCOPE, cleared.STREAM, clock.now)

    return now


def found(looked):
    return {record.record_id for record in looked.records}


def test_the_first_run_of_a_connection_looks_at_nothing(org, look, seen):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    org.update(anna, HasOptedOutOfEmail=False)
    before = org.door.calls

    looked = look()

    assert looked == cleared.ClearedRecords([], is_complete=True)
    assert org.door.calls == before


def test_rule_3_2_boxes_cleared_since_the_mark_are_found_on_contacts_and_leads(
    org, look, seen, mark, clock
):
    anna, ben = org.contact(ANNA, opted_out=True), org.lead(BEN, opted_out=True)
    seen(anna, ben)
    mark()
    org.go(hours=1)
    for record in (anna, ben):
        org.update(record, HasOptedOutOfEmail=False)

    looked = look()

    assert looked.is_complete
    assert {(record.sobject, record.record_id, record.address) for record in looked.records} == {
        ("Contact", anna.record_id, ANNA),
        ("Lead", ben.record_id, BEN),
    }
    assert {record.modified_at for record in looked.records} == {clock.now}


def test_a_box_that_is_still_set_is_not_cleared(org, look, seen, mark):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    mark()
    org.go(hours=1)
    org.update(anna, LastName="Renamed")

    assert found(look()) == set()


def test_a_box_that_was_never_seen_set_is_not_cleared(org, look, mark):
    mark()
    org.contact(ANNA)

    assert found(look()) == set()


def test_rule_3_4_a_changed_address_counts_as_never_seen(org, look, seen, mark):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    mark()
    org.go(hours=1)
    org.update(anna, HasOptedOutOfEmail=False, Email=CLARA)

    assert found(look()) == set()


def test_a_clearing_that_a_run_has_recorded_is_not_found_again(store, org, look, seen, mark):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    mark()
    org.go(hours=1)
    org.update(anna, HasOptedOutOfEmail=False)
    [record] = look().records
    row = (record.sobject, record.record_id, record.address, record.modified_at, memory.KEPT)
    memory.cleared(store, SCOPE, "run2", [row])

    assert found(look()) == set()


@pytest.mark.parametrize(("minutes", "is_found"), [(15, True), (16, False)])
def test_the_search_starts_15_minutes_before_the_mark(org, look, seen, mark, minutes, is_found):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    org.update(anna, HasOptedOutOfEmail=False)
    org.go(minutes=minutes)
    mark()

    assert found(look()) == ({anna.record_id} if is_found else set())


def test_a_mark_in_the_future_hides_nothing_that_changes_now(store, org, look, seen, clock):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    ledger.mark(store, SCOPE, cleared.STREAM, clock.now + timedelta(days=30))
    org.go(hours=1)
    org.update(anna, HasOptedOutOfEmail=False)

    assert found(look()) == {anna.record_id}


def test_an_sobject_whose_box_is_hidden_is_not_searched(org, look, seen, mark):
    anna, ben = org.contact(ANNA, opted_out=True), org.lead(BEN, opted_out=True)
    seen(anna, ben)
    mark()
    org.go(hours=1)
    for record in (anna, ben):
        org.update(record, HasOptedOutOfEmail=False)

    contacts_only = {"Contact": access(org.door)["Contact"], "Lead": Access("Lead")}

    assert found(look(contacts_only)) == {anna.record_id}


def test_a_search_longer_than_a_chunk_finds_each_record_once(
    org, look, seen, mark, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cleared, "_CHUNK", 2)
    records = [org.contact(f"p{number}@example.org", opted_out=True) for number in range(5)]
    seen(*records)
    mark()
    org.go(hours=1)
    for record in records:
        org.update(record, HasOptedOutOfEmail=False)

    looked = look()

    assert sorted(record.record_id for record in looked.records) == sorted(
        record.record_id for record in records
    )


def test_a_search_that_the_org_refuses_is_incomplete(store, wire, door, mark, clock):
    mark()
    refused = Answer(400, [{"errorCode": "OPERATION_TOO_LARGE", "message": "too many rows"}])
    wire.on("POST", "composite$", refused)
    wire.on("GET", "query", refused)
    rights = {"Contact": Access("Contact", readable=True, email_visible=True, opt_out_visible=True)}

    looked = cleared.newly_cleared(store, SCOPE, door, rights)

    assert looked == cleared.ClearedRecords([], is_complete=False)
