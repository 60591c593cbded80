"""Which domains a run looks for, and which of their records it lists (rules.md, 4.4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lib.errors import SalesforceUnreachable
from lib.practice.acts import services
from lib.salesforce import bulk_query, costs
from lib.salesforce.access import Access, access
from lib.store import domains, ledger, memory
from lib.store.domains import Verdict
from lib.sync import domains as domain_records
from lib.sync.domains import DomainSearch
from lib.sync.intake import Intake
from lib.values import Change, Interval, Outcome, Reading, RunStatus, Sighting
from tests.unit.salesforce.wire import Answer
from tests.unit.sync.examples import SCOPE

DOMAIN = "example.com"


@pytest.fixture
def approved(store, clock):
    """A domain that a person approved and a run has searched since."""
    reading = Reading("report", None, clock.now, iter([Sighting(DOMAIN)]))
    ledger.take(store, SCOPE, reading, source="jangomail", run_id="run")
    domains.decide(store, SCOPE, DOMAIN, Verdict.APPROVED, "ann")
    domain_records.mark_searched(store, SCOPE, {DOMAIN}, clock.now, [])
    return Intake(approved_domains=frozenset({DOMAIN}))


@pytest.fixture
def find(open_run, org, approved):
    """Looks for what's new at the domain, which is listed since a certain time."""

    rights = access(org.door)

    def once(*listed):
        intake = replace(approved, asked={DOMAIN: listed})
        found = domain_records.find(open_run, SCOPE, org.door, intake, rights)
        return [record.record_id for record in found.records]

    return once


def test_a_run_looks_for_what_is_new_at_a_domain_that_was_searched(store, approved):
    found = domain_records.search_of(store, SCOPE, approved, from_file=False)

    assert found == DomainSearch(frozenset(), frozenset({DOMAIN}))


def test_a_domain_that_is_approved_with_this_run_is_searched_in_full(store, approved):
    intake = Intake(approved_domains=frozenset({DOMAIN, "example.net"}))

    found = domain_records.search_of(store, SCOPE, intake, from_file=False)

    assert found == DomainSearch(frozenset({"example.net"}), frozenset({DOMAIN}))


def test_rule_1_8_a_run_with_a_file_looks_for_the_domains_in_the_file(store, approved):
    assert domain_records.search_of(store, SCOPE, approved, from_file=True) == DomainSearch()


def test_rule_4_4_a_record_that_comes_later_is_new(find, org):
    late = org.contact("zoe@example.com")
    org.contact("zoe@mail.example.com")

    assert find() == [late.record_id]


def test_a_record_that_is_as_the_log_remembers_it_is_not_listed_again(find, org, store):
    done = org.contact("anna@example.com", opted_out=True)
    rows = [(done.sobject, done.record_id, done.address)]
    memory.seen_opted_out(store, SCOPE, "run", rows)

    assert find() == []

    org.update(done, HasOptedOutOfEmail=False)
    assert find() == [done.record_id]  # cleared since then


def test_rule_3_2_a_box_that_is_known_to_be_kept_is_listed_again_if_the_domain_is(
    find, org, store, clock
):
    kept = org.contact("anna@example.com")
    memory.note_cleared(
        store,
        SCOPE,
        "run",
        kept.record_id,
        kept.sobject,
        kept.address,
        kept.modified_at,
        memory.KEPT,
    )

    hour = timedelta(hours=1)
    assert find(Interval(None, clock.now - hour)) == []
    assert find(Interval(None, kept.modified_at)) == [kept.record_id]
    assert find(Interval(clock.now + hour, clock.now + 2 * hour)) == [kept.record_id]


def test_rule_3_1_a_box_that_someone_else_set_is_listed_once_to_be_remembered(find, org):
    theirs = org.lead("anna@example.com", opted_out=True)

    assert find() == [theirs.record_id]


@pytest.fixture
def too_large(org, monkeypatch: pytest.MonkeyPatch):
    """Salesforce gives up on a search by the end of an address, once."""
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.01)
    return lambda: org.refuse_queries_once("QUERY_TIMEOUT")


@pytest.mark.parametrize("way", ["pages", "bulk"])
def test_rule_4_4_in_an_org_too_large_to_search_everyone_is_read(
    find, org, store, too_large, monkeypatch: pytest.MonkeyPatch, way
):
    if way == "bulk":
        monkeypatch.setattr(costs, "_BULK_BEGINS_S", -1000.0)
    store.execute("delete from watermark")
    wanted = [org.contact("zoe@example.com"), org.lead("Zoe@EXAMPLE.com ")]
    wanted.append(org.contact("anna@example.com", opted_out=True))
    org.contact("zoe@mail.example.com")
    too_large()

    assert sorted(find()) == sorted(record.record_id for record in wanted)


@pytest.mark.parametrize(
    ("left", "is_read"),
    [(None, False), (Outcome.UPDATED, False), (Outcome.FAILED, True), (Outcome.PENDING, True)],
)
def test_rule_4_4_in_a_large_org_settled_records_are_not_read_again(
    find, org, store, too_large, clock, left, is_read
):
    before = org.contact("anna@example.com")
    changes = [Change("Contact", before.record_id, before.address, left)] if left else []
    store.execute("delete from watermark")
    org.go(days=1)
    domain_records.mark_searched(store, SCOPE, {DOMAIN}, clock.now, changes)
    org.go(hours=1)
    late = org.lead("zoe@example.com")
    too_large()

    assert sorted(find()) == sorted([late.record_id, *([before.record_id] if is_read else [])])


def test_in_a_large_org_the_people_of_a_domain_on_hold_are_counted_once_a_day(
    open_run, org, store, too_large, clock
):
    held = org.contact("anna@example.com")
    intake = Intake(held_domains=frozenset({DOMAIN}))

    rights = access(org.door)

    def look():
        too_large()
        found = domain_records.find(open_run, SCOPE, org.door, intake, rights)
        domain_records.mark_searched(store, SCOPE, found.searched, clock.now, [])
        return [record.record_id for record in found.records]

    assert look() == [held.record_id]
    org.go(hours=23)
    assert look() == []
    org.go(hours=1)
    assert look() == [held.record_id]


def test_an_org_too_large_to_search_or_read_is_a_fault_of_the_run(open_run, wire, door, approved):
    refused = Answer(400, [{"errorCode": "QUERY_TIMEOUT", "message": "too long"}])
    wire.on("POST", "composite$", refused)
    wire.on("GET", "query", refused)
    rights = {"Contact": Access("Contact", readable=True, email_visible=True, opt_out_visible=True)}

    found = domain_records.find(open_run, SCOPE, door, approved, rights)

    assert (found.records, found.searched) == ((), frozenset())
    assert open_run.found.status is RunStatus.FAILED
    [fault] = open_run.found.faults
    assert (fault.code, DOMAIN in fault.message) == (domain_records.NOT_SEARCHED, True)


@pytest.mark.parametrize(
    ("asked", "approved", "stored"),
    [(DOMAIN, {DOMAIN}, [DOMAIN]), (DOMAIN, {"other.example"}, []), (None, {DOMAIN}, [])],
)
def test_rule_4_4_only_the_domain_that_the_run_was_asked_to_approve_is_approved(
    open_run, store, clock, asked, approved, stored
):
    reading = Reading("report", None, clock.now, iter([Sighting(DOMAIN)]))
    ledger.take(store, SCOPE, reading, source="jangomail", run_id="run")
    run = replace(open_run, request=replace(open_run.request, approve_domain=asked))

    with store.writing():
        domain_records.store_approval(run, SCOPE, approved)

    assert list(domains.approved(store, SCOPE)) == stored


def test_a_domain_is_not_searched_in_another_way_if_salesforce_does_not_answer(find, org):
    services.fault(org.world, "reset", times=None)
    before = org.door.calls

    with pytest.raises(SalesforceUnreachable):
        find()

    assert org.door.calls - before == org.door.patience.tries
