"""The full comparison: when it is due, and what it finds in which way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lib.fields import OptOutField
from lib.salesforce import bulk_query, costs
from lib.salesforce.access import access
from lib.store import ledger, memory, runs
from lib.sync import changed, full, full_when
from lib.sync.converted import ConvertedLeads
from lib.values import Reading, RunResult, RunStatus
from tests.unit.sync.examples import ANNA, BEN, CLARA, JANGOMAIL, SCOPE, Scripted, dated, request

WEEK = timedelta(days=7)


@pytest.fixture
def unsubscribed(store, clock):
    """Puts addresses into the ledger, as handled by an earlier run."""

    def take(*addresses):
        reading = Reading("report", None, clock.now)
        reading.sightings = iter([dated(address, clock.now) for address in addresses])
        ledger.take(store, SCOPE, reading, source=JANGOMAIL, run_id="run1")
        ledger.settle(store, SCOPE, addresses)

    return take


@pytest.fixture
def compare(store, org):
    """Compares everything, as a run does."""
    rights = access(org.door)

    def once(waiting=lambda: None, pending=frozenset()):
        return full.compare(
            store,
            SCOPE,
            org.door,
            rights,
            pending=pending,
            converted=ConvertedLeads(org.door),
            waiting=waiting,
        )

    return once


@pytest.fixture(params=["asked", "pages", "bulk", "bulk refused"])
def way(request, org, monkeypatch: pytest.MonkeyPatch):
    """Each way to compare is the cheapest one, and a user who may not use Bulk 2.0."""
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.01)
    monkeypatch.setattr(bulk_query, "PAGE_ROWS", 2)
    if request.param == "asked":
        monkeypatch.setattr(costs, "_ASKED_CALL_S", -1000.0)
    if request.param == "pages":
        monkeypatch.setattr(costs, "_ASKED_CALL_S", 1000.0)
    if request.param.startswith("bulk"):
        monkeypatch.setattr(costs, "_ASKED_CALL_S", 1000.0)
        monkeypatch.setattr(costs, "_BULK_BEGINS_S", -1000.0)
    if request.param == "bulk refused":
        org.refuse_bulk()
    return request.param


def found(looked):
    return sorted(record.record_id for record in looked.found.records)


def test_rule_3_4_a_full_comparison_finds_what_no_change_shows(
    store, org, compare, unsubscribed, way, clock
):
    hidden = [org.contact(ANNA), org.lead(f" {ANNA.upper()}"), org.lead(BEN)]
    cleared = org.contact(CLARA, opted_out=True)
    memory.seen_opted_out(store, SCOPE, "run1", [("Contact", cleared.record_id, CLARA)])
    org.update(cleared, HasOptedOutOfEmail=False)
    org.contact("bystander@example.org")
    org.contact(BEN, opted_out=True)
    org.go(days=30)
    unsubscribed(ANNA, BEN, CLARA)
    ledger.mark(store, SCOPE, changed.STREAM, clock.now)
    org.go(hours=1)

    looked = compare()

    assert looked.is_complete
    assert found(looked) == sorted(record.record_id for record in [*hidden, cleared])
    assert sorted(looked.found.arrivals) == sorted(record.record_id for record in hidden)


def test_rule_3_4_a_full_comparison_knows_which_records_came_after_the_unsubscribe(
    org, compare, unsubscribed, way, clock
):
    before = org.contact(ANNA)
    org.go(days=1)
    unsubscribed(ANNA)
    org.go(days=1)
    after = org.lead(ANNA)

    arrivals = compare().found.arrivals

    assert (arrivals[before.record_id].is_new, arrivals[after.record_id].is_new) == (False, True)
    assert arrivals[after.record_id].at == clock.now


def test_a_comparison_that_salesforce_refuses_is_incomplete(org, compare, unsubscribed):
    unsubscribed(ANNA)
    org.refuse_queries()

    assert not compare().is_complete


def test_a_small_ledger_is_asked_for_and_a_small_org_is_read(org, compare, unsubscribed):
    unsubscribed(*(f"person{number}@example.org" for number in range(9_000)))
    late = org.contact("person77@example.org")
    before = org.door.calls

    assert found(compare()) == [late.record_id]
    assert (
        org.door.calls - before == 3
    )  # for converted Leads, to count, and a page of each object in one call


@pytest.mark.parametrize(
    ("days", "every", "is_due"),
    [(6, WEEK, False), (6.95, WEEK, True), (8, WEEK, True), (8, None, False), (2, WEEK / 7, True)],
)
def test_a_full_comparison_is_due_once_a_week_or_as_set(store, clock, days, every, is_due):
    for stream in (changed.STREAM, full_when.stream(None)):
        ledger.mark(store, SCOPE, stream, clock.now)
    clock.go(days=days)

    assert full_when.is_due(store, SCOPE, every) is is_due


@pytest.mark.parametrize(("hours", "is_due"), [(7 * 24 - 3, False), (7 * 24 - 2, True)])
def test_a_daily_run_that_starts_a_little_earlier_still_compares_everything(
    store, clock, hours, is_due
):
    for stream in (changed.STREAM, full_when.stream(None)):
        ledger.mark(store, SCOPE, stream, clock.now)
    clock.go(hours=hours)

    assert full_when.is_due(store, SCOPE, WEEK) is is_due


def test_a_full_comparison_is_not_due_in_the_first_run_but_in_the_first_after_an_update(
    store, clock
):
    assert not full_when.is_due(store, SCOPE, WEEK)

    ledger.mark(store, SCOPE, changed.STREAM, clock.now)

    assert full_when.is_due(store, SCOPE, WEEK)


def test_a_refused_comparison_is_tried_again_after_a_day(store, clock):
    ledger.mark(store, SCOPE, changed.STREAM, clock.now)
    full_when.note_unfinished(store, SCOPE)
    clock.go(hours=23)
    assert not full_when.is_due(store, SCOPE, WEEK)

    clock.go(hours=1)

    assert full_when.is_due(store, SCOPE, WEEK)


def test_rule_3_8_with_another_field_no_comparison_counts_as_done(store, clock):
    own = OptOutField.of("No_Mail__c")
    for stream in (changed.STREAM, full_when.stream(None)):
        ledger.mark(store, SCOPE, stream, clock.now)
    assert full_when.is_due(store, SCOPE, WEEK, own)

    ledger.mark(store, SCOPE, full_when.stream(own), clock.now)

    assert not full_when.is_due(store, SCOPE, WEEK, own)


@pytest.mark.parametrize("status", [RunStatus.DRY_RUN, RunStatus.OVER_LIMIT])
def test_what_a_preview_or_a_stopped_run_compared_the_next_run_compares_again(
    store, run_id, status, org
):
    store.execute("update run set scope = :scope", {"scope": SCOPE})
    runs.finish(store, run_id, RunResult(run_id, "default", status, full=True))

    assert full_when.is_due(store, SCOPE, None)


def test_the_choice_is_told_with_its_reason_and_every_estimate(org, store, unsubscribed):
    unsubscribed(ANNA, BEN)
    org.contact("one@example.org")
    told = []
    full.compare(
        store,
        SCOPE,
        org.door,
        access(org.door),
        pending=frozenset(),
        converted=ConvertedLeads(org.door),
        waiting=lambda: None,
        deciding=lambda *choice: told.append(choice),
    )

    ((way, why, ways),) = told
    assert why == "2 addresses, 1 record mailable."
    assert [each.name for each in ways] == ["ledger", "mailable"]
    assert way == min(ways, key=lambda each: each.seconds).name
    assert all(each.calls for each in ways)


@pytest.mark.parametrize(
    ("kind", "values", "is_wanted"),
    [
        ("since", {}, True),
        ("since", {"full": True, "copying_off": True}, True),
        ("since", {"copying_off": True}, False),
        ("file", {}, False),
        ("since", {"full_every": None}, False),
    ],
)
def test_a_run_with_a_file_or_while_copying_is_off_compares_everything_only_on_request(
    store, clock, kind, values, is_wanted
):
    ledger.mark(store, SCOPE, changed.STREAM, clock.now)
    asked = replace(request(Scripted(store, kind)), **values)

    assert full_when.is_wanted(store, SCOPE, asked) is is_wanted
