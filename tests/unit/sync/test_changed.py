"""Records changed since the last run: cleared boxes and late arrivals (rules.md, 3.2 and 3.4)."""

from datetime import timedelta

import pytest

from lib.addresses import compared
from lib.practice.serve import running
from lib.practice.world import Size, new_world
from lib.salesforce import bulk_query, costs
from lib.salesforce.access import Access, access
from lib.salesforce.door import Door
from lib.settings import credentials_from
from lib.store import ledger, memory
from lib.sync import changed, mailable
from lib.sync.converted import ConvertedLeads
from lib.sync.mailable import NeedsALook
from lib.values import Arrival, Reading
from tests.unit.salesforce.wire import Answer
from tests.unit.sync.examples import ANNA, BEN, CLARA, JANGOMAIL, SCOPE, dated


def look_once(store, door, rights, pending=frozenset()):
    """Look at what changed since the mark, as a run does."""
    return changed.look(
        store,
        SCOPE,
        door,
        rights,
        pending=pending,
        converted=ConvertedLeads(door),
        waiting=lambda: None,
    )


@pytest.fixture
def look(store, org):
    """Looks at what changed since the mark, with the access of the practice org's user."""
    rights = access(org.door)

    def once(rights=rights, pending=frozenset()):
        return look_once(store, org.door, rights, pending)

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
        ledger.mark(store, SCOPE, changed.STREAM, clock.now)

    return now


def found(looked):
    return {record.record_id for record in looked.found.records}


def test_the_first_run_of_a_connection_looks_at_nothing(org, look, seen):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    org.update(anna, HasOptedOutOfEmail=False)
    before = org.door.calls

    looked = look()

    assert looked == changed.ChangedRecords(NeedsALook(), is_complete=True)
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
    assert {
        (record.sobject, record.record_id, record.address) for record in looked.found.records
    } == {
        ("Contact", anna.record_id, ANNA),
        ("Lead", ben.record_id, BEN),
    }
    assert {record.modified_at for record in looked.found.records} == {clock.now}


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
    [record] = look().found.records
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
    ledger.mark(store, SCOPE, changed.STREAM, clock.now + timedelta(days=30))
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


def test_a_search_longer_than_a_batch_finds_each_record_once(
    org, look, seen, mark, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mailable, "_BATCH", 2)
    records = [org.contact(f"p{number}@example.org", opted_out=True) for number in range(5)]
    seen(*records)
    mark()
    org.go(hours=1)
    for record in records:
        org.update(record, HasOptedOutOfEmail=False)

    looked = look()

    assert sorted(record.record_id for record in looked.found.records) == sorted(
        record.record_id for record in records
    )


def test_a_search_that_the_org_refuses_is_incomplete(store, wire, door, mark, clock):
    mark()
    refused = Answer(400, [{"errorCode": "OPERATION_TOO_LARGE", "message": "too many rows"}])
    wire.on("POST", "composite$", refused)
    wire.on("GET", "query", refused)
    rights = {"Contact": Access("Contact", readable=True, email_visible=True, opt_out_visible=True)}

    looked = look_once(store, door, rights)

    assert looked == changed.ChangedRecords(NeedsALook(), is_complete=False)


@pytest.fixture
def unsubscribed(store, clock):
    """Puts addresses into the ledger, as handled by an earlier run, or still pending."""

    def take(*addresses, is_done=True):
        reading = Reading("report", None, clock.now)
        reading.sightings = iter([dated(address, clock.now) for address in addresses])
        ledger.take(store, SCOPE, reading, source=JANGOMAIL, run_id="run1")
        if is_done:
            ledger.settle(store, SCOPE, addresses)

    return take


def test_rule_3_4_records_that_came_after_the_unsubscribe_are_late_arrivals(
    org, look, mark, unsubscribed, clock
):
    unsubscribed(ANNA, BEN)
    mark()
    org.go(hours=1)
    anna, ben = org.contact(ANNA.upper()), org.lead(BEN)
    org.contact(CLARA)

    looked = look()

    arrival = Arrival(clock.now, is_new=True)
    assert looked.found.arrivals == {anna.record_id: arrival, ben.record_id: arrival}
    assert looked.found.arrived() == {ANNA: clock.now, BEN: clock.now}


def test_rule_3_4_a_record_whose_address_is_changed_to_an_unsubscribed_one_is_late(
    org, look, seen, mark, unsubscribed, clock
):
    anna = org.contact(CLARA, opted_out=True)
    seen(anna)
    org.go(hours=1)
    unsubscribed(ANNA)
    mark()
    org.go(hours=1)
    org.update(anna, Email=ANNA, HasOptedOutOfEmail=False)

    assert look().found.arrivals == {anna.record_id: Arrival(clock.now, is_new=False)}


def test_rule_3_4_a_record_whose_address_is_changed_away_is_left_alone(
    org, look, mark, unsubscribed
):
    anna = org.contact(ANNA)
    unsubscribed(ANNA)
    mark()
    org.go(hours=1)
    org.update(anna, Email=CLARA)

    assert found(look()) == set()


def test_rule_3_4_a_record_of_a_pending_address_is_not_late(org, look, mark, unsubscribed):
    unsubscribed(ANNA, is_done=False)
    mark()
    org.go(hours=1)
    org.contact(ANNA)

    assert found(look(pending=frozenset({ANNA}))) == set()


def test_rule_3_4_a_record_that_was_seen_opted_out_under_this_address_is_cleared_and_not_late(
    org, look, seen, mark, unsubscribed
):
    anna = org.contact(ANNA, opted_out=True)
    seen(anna)
    unsubscribed(ANNA)
    mark()
    org.go(hours=1)
    org.update(anna, HasOptedOutOfEmail=False)

    looked = look()

    assert found(looked) == {anna.record_id}
    assert looked.found.arrivals == {}


def test_rule_3_4_a_withdrawn_unsubscribe_makes_no_late_arrival(
    store, org, look, mark, unsubscribed
):
    unsubscribed(ANNA, is_done=False)
    ledger.settle(store, SCOPE, [ANNA], ledger.WITHDRAWN)
    mark()
    org.go(hours=1)
    org.contact(ANNA)

    assert found(look()) == set()


@pytest.mark.parametrize("hours", [-1, 1])
def test_rule_3_4_a_clock_of_ours_that_is_an_hour_off_hides_no_late_arrival(
    store, org, look, unsubscribed, clock, hours
):
    unsubscribed(ANNA)
    access(org.door)
    ledger.mark(store, SCOPE, changed.STREAM, org.door.server_now)
    clock.go(hours=hours)
    anna = org.contact(ANNA)

    assert found(look()) == {anna.record_id}


def test_rule_3_4_late_arrivals_cost_the_pages_of_changed_records_whatever_the_ledger_holds(
    store, org, look, mark, unsubscribed
):
    unsubscribed(*(f"person{number}@example.org" for number in range(9_000)))
    mark()
    org.go(hours=1)
    late = org.lead("person77@example.org")
    for number in range(4_100):
        org.contact(f"other{number}@example.org")
    before = org.door.calls

    looked = look()

    assert found(looked) == {late.record_id}
    assert org.door.calls - before == 3  # 4,101 records in pages of 2,000


@pytest.mark.parametrize("kind", ["many records", "a query that is too much for REST"])
def test_a_mass_update_is_read_by_a_bulk_query(
    store, org, look, mark, unsubscribed, monkeypatch: pytest.MonkeyPatch, kind
):
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.01)
    unsubscribed(ANNA)
    mark()
    org.go(hours=1)
    late = org.contact(ANNA)
    for number in range(30):
        org.contact(f"other{number}@example.org")
    if kind == "many records":
        monkeypatch.setattr(costs, "_BULK_BEGINS_S", -9.0)
    else:
        org.refuse_queries_once("QUERY_TIMEOUT")

    looked = look()

    assert looked.is_complete
    assert found(looked) == {late.record_id}


def test_rule_3_4_20_000_changed_records_cost_their_pages(store, clock):
    with running(new_world(Size(contacts=14_000, leads=6_000, unsubscribes=0))) as practice:
        login = credentials_from(practice.environment).salesforce
        with Door.open(login) as door:
            rights = access(door)
            rows = practice.world.org.tables.rows("Contact").values()
            mailable = [row for row in rows if row.get("Email") and not row["HasOptedOutOfEmail"]]
            addresses = [compared(row["Email"]) for row in mailable[::1000]]
            reading = Reading("report", None, clock.now)
            reading.sightings = iter([dated(address, clock.now) for address in addresses])
            ledger.take(store, SCOPE, reading, source=JANGOMAIL, run_id="run1")
            ledger.settle(store, SCOPE, addresses)
            ledger.mark(store, SCOPE, changed.STREAM, clock.now - timedelta(days=5000))
            before = door.calls

            looked = look_once(store, door, rights)

            assert looked.found.arrived().keys() == set(addresses)
            assert door.calls - before <= 10
