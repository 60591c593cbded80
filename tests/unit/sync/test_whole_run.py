"""A run from its first call to its last row in the log: what it writes, says, and leaves behind."""

import re
from datetime import timedelta
from functools import partial

import pytest

from lib.call_cap import CallCap
from lib.errors import SourceUnreachable, StoreUnwritable
from lib.fields import OptOutField
from lib.practice.acts import administration, people, services
from lib.practice.acts.custom_fields import custom_field
from lib.salesforce import boxes
from lib.store import changes, connections, domains, ledger, operations, people_counts, runs
from lib.sync import call_size, changed, full_when, throttle
from lib.sync.lease import leased
from lib.sync.safety_limit import Allowance
from lib.values import DomainPart, RunStatus
from tests.unit.store.conftest import MONDAY
from tests.unit.sync.examples import ANNA, BEN, CLARA, JANGOMAIL, intent
from tests.unit.sync.office import BOX, codes

DONE = RunStatus.SUCCEEDED
VARIES = re.compile(r", [\d.]+ seconds|99,99\d of ")


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_a_run_writes_what_it_found_and_says_so_in_numbers(office, org, sizes):
    contact, lead = org.contact(ANNA), org.lead(ANNA)
    was_out = org.contact(BEN, opted_out=True)

    result = office.run(ANNA, BEN, CLARA)

    assert (result.status, result.errors, result.connection) == (DONE, (), "default")
    assert (result.events_read, result.addresses, result.records) == (3, 3, 3)
    assert (result.updated, result.already_opted_out, result.unmatched) == (2, 1, 1)
    assert (result.planned, result.left_out, result.who_asked, result.full) == (
        None,
        None,
        None,
        False,
    )
    assert all(office.is_out(record) for record in (contact, lead, was_out))
    assert list(ledger.pending(office.store, office.scope)) == []


def test_a_run_is_done_even_if_the_disk_is_full_before_its_counts_are_kept(
    office, org, monkeypatch
):
    def full(*_: object) -> None:
        raise StoreUnwritable("The disk is full", remedy="Make room.")

    org.contact(ANNA)
    monkeypatch.setattr(people_counts, "keep", full)

    result = office.run(ANNA)

    assert (result.status, office.row_of(result).status) == (DONE, DONE)
    assert people_counts.count(office.store, office.scope).opted_out == 1


def test_the_log_has_the_numbers_of_a_run_its_org_and_every_call(office, org):
    org.contact(ANNA)

    result = office.run(ANNA, allowance=Allowance(usual=10))

    row = office.row_of(result)
    assert (row.status, row.updated, row.api_calls) == (DONE, 1, result.api_calls)
    assert (row.scope, row.org_name, row.user_id) == (
        office.scope,
        "Practice Company",
        org.door.session.user_id,
    )
    assert (row.safety_limit, row.limit_source, row.finished_at is not None) == (
        10,
        "connection",
        True,
    )
    assert 0 < row.org_calls_used < row.org_calls_limit
    steps = operations.of_run(office.store, result.run_id)
    assert {"sign_in", "matching", "writing"} <= {step.step for step in steps}
    assert sum(step.calls for step in steps) == result.api_calls > 0
    assert (row.forecast.records, row.forecast.fits) == (1, 1)


def test_a_run_reports_each_step_in_words(office, org):
    org.contact(ANNA)

    office.run(ANNA)

    text = "\n".join(office.said)
    assert "Signed in to " in text
    assert "Read 1 unsubscribe from" in text
    assert "1 address to look for, no lines not understood." in text
    assert "1 record has one of these addresses." in text
    assert {"signing in", "reading", "matching", "writing"} <= set(office.phases)


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_rule_1_6_a_dry_run_plans_the_same_and_keeps_nothing(office, org, sizes):
    contact = org.contact(ANNA)

    result = office.run(ANNA, BEN, dry_run=True)

    assert (result.status, result.planned, result.updated) == (RunStatus.DRY_RUN, 1, None)
    assert (result.unmatched, result.forecast.records) == (1, 1)
    assert not office.is_out(contact)
    assert list(ledger.pending(office.store, office.scope)) == []
    assert ledger.marked(office.store, office.scope, changed.STREAM) is None


def test_a_run_while_copying_is_off_says_so(office, org):
    contact = org.contact(ANNA)

    result = office.run(ANNA, dry_run=True, copying_off=True)

    assert (result.status, codes(result)) == (RunStatus.DRY_RUN, ["copying_off"])
    assert office.row_of(result).copying_off
    assert not office.is_out(contact)


def test_invariant_7_a_run_over_the_limit_writes_nothing_and_its_people_wait(office, org):
    records = [org.contact(ANNA), org.contact(BEN)]

    result = office.run(ANNA, BEN, allowance=Allowance(max_changes=1))

    assert (result.status, result.planned, codes(result)) == (RunStatus.OVER_LIMIT, 2, ["guarded"])
    assert not any(office.is_out(record) for record in records)
    assert set(ledger.pending(office.store, office.scope)) == {ANNA, BEN}
    assert office.run(allowance=Allowance(max_changes=2)).updated == 2


def test_rule_4_1_the_limit_follows_from_the_records_that_can_be_emailed(office, org):
    addresses = [f"p{number}@example.org" for number in range(50)]
    for number, address in enumerate([*addresses, CLARA]):
        (org.contact if number % 2 else org.lead)(address)
    org.contact(ANNA, opted_out=True)
    org.contact("")

    result = office.run(*addresses)

    row = office.row_of(result)
    assert (result.status, result.planned) == (RunStatus.OVER_LIMIT, 50)
    assert (row.mailable, row.safety_limit, row.limit_source) == (51, 49, None)


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_rule_1_6_a_file_that_the_limit_stops_leaves_only_its_run(office, org, sizes):
    contact, others = org.contact(ANNA), org.contact(BEN)
    office.run(CLARA)
    org.go(hours=1)

    stopped = office.run(ANNA, kind="file", allowance=Allowance(max_changes=0))
    kept = list(ledger.pending(office.store, office.scope))
    told = {"left_out": 4, "who_asked": "Everyone in the file asked."}
    result = office.run(ANNA, kind="file", details=told, file_name="people.csv")

    assert (stopped.status, kept) == (RunStatus.OVER_LIMIT, [])
    assert "Check who is in the file" in stopped.errors[0].remedy
    assert (result.status, result.updated, result.left_out) == (DONE, 1, 4)
    assert result.who_asked in office.said
    assert (office.row_of(result).file_name, office.row_of(result).source) == ("people.csv", "file")
    shown = office.last_seen
    assert (shown.who_asked, shown.left_out, shown.addresses) == (result.who_asked, 4, 1)
    assert (office.is_out(contact), office.is_out(others)) == (True, False)
    assert ANNA in ledger.events_of(office.store, office.scope, [ANNA])


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_rule_3_4_a_record_that_came_later_is_written_by_the_next_run(office, org, sizes):
    office.run(ANNA)
    org.go(hours=1)
    contact, lead, other = org.contact(ANNA.upper()), org.lead(ANNA), org.contact(BEN)
    org.go(hours=1)

    result = office.run()

    assert (result.status, result.updated, result.unmatched) == (DONE, 2, 0)
    assert all(office.is_out(each) for each in (contact, lead))
    assert not office.is_out(other)
    assert any("2 records came to have an address" in line for line in office.said)
    org.go(hours=1)
    again = office.run()
    assert (again.addresses, again.records, again.updated) == (0, 0, 0)


def test_invariant_2_a_change_without_an_answer_is_looked_up_before_anything_else(office, org):
    first = office.run(CLARA)
    anna, ben = org.contact(ANNA, opted_out=True), org.contact(BEN)
    intents = [intent(record) for record in (anna, ben)]
    changes.announce(office.store, first.run_id, office.scope, intents)
    changes.sending(office.store, first.run_id, [each.record_id for each in intents])

    second = office.run()

    assert "Looked up 2 unanswered changes of earlier runs." in office.said
    row = office.row_of(first)
    assert (row.updated, row.pending) == (1, 1)
    steps = {step.step: step for step in operations.of_run(office.store, second.run_id)}
    assert (steps["looking_up"].records, steps["looking_up"].calls) == (2, 1)


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_rule_3_2_a_box_that_someone_cleared_is_kept(office, org, sizes):
    contact = org.contact(ANNA)
    office.run(ANNA)
    org.go(hours=1)
    org.update(contact, **{BOX: False})
    org.go(hours=1)

    result = office.run()

    assert (result.status, result.kept, result.updated) == (DONE, 1, 0)
    assert not office.is_out(contact)


def test_rule_3_4_a_full_comparison_is_marked_and_done_again_after_a_week(office, org):
    office.run(ANNA)
    org.go(days=6)
    usual = office.run(ANNA)
    org.go(days=2)
    weekly = office.run(ANNA)
    phases, said = office.phases, office.said
    org.go(hours=1)

    assert (usual.full, weekly.full, office.run(ANNA).full) == (False, True, False)
    assert "comparing" in phases
    assert any("1 address, no records mailable" in line for line in said)
    assert ledger.marked(office.store, office.scope, full_when.stream(None)) is not None


def test_a_full_comparison_that_salesforce_does_not_answer_is_tried_again_after_a_day(office, org):
    office.run(ANNA)
    org.go(hours=1)
    org.refuse_bulk()
    org.refuse_queries()

    result = office.run(full=True)
    is_due = [full_when.is_due(office.store, office.scope, timedelta(days=1))]
    org.go(days=2)
    is_due += [full_when.is_due(office.store, office.scope, timedelta(days=1))]

    assert (result.full, codes(result)) == (False, ["comparison_unfinished"])
    assert is_due == [False, True]


def test_rule_3_8_the_orgs_own_field_is_written_and_a_new_one_compares_everything(office, org):
    custom_field(org.world, field="No_Mail__c")
    contact, other = org.contact(ANNA), org.contact(BEN, opted_out=True)
    org.update(other, No_Mail__c=True)
    office.run(ANNA)
    org.go(hours=1)

    result = office.run(ANNA, BEN, own_field=OptOutField.of("No_Mail__c"))

    row = org.world.org.tables.rows("Contact")[contact.record_id]
    assert (result.full, result.updated, row["No_Mail__c"]) == (True, 1, True)
    assert office.row_of(result).opt_out_field == "No_Mail__c"
    org.go(hours=1)
    for record in (contact, other):
        org.update(record, No_Mail__c=False)
    org.go(hours=1)
    again = office.run(ANNA, own_field=OptOutField.of("No_Mail__c"))
    assert (again.full, again.kept, again.updated) == (False, 2, 0)


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_rule_4_4_a_domain_is_approved_with_the_run_that_writes_its_records(office, org, sizes):
    record, other = org.contact("zoe@x.example"), org.contact("zoe@sub.x.example")

    preview = office.run("x.example", dry_run=True)
    assert (preview.skipped, preview.records) == (1, 1)
    held = office.run("x.example")
    was_out = office.is_out(record)
    org.go(hours=1)
    result = office.run(approve_domain="x.example")

    assert (held.skipped, was_out) == (1, False)
    assert (result.updated, result.domain) == (1, DomainPart("x.example", 1, 1))
    unlisted = office.run(approve_domain="y.example")
    assert unlisted.domain == DomainPart("y.example", 0, 0)
    assert (office.is_out(record), office.is_out(other)) == (True, False)
    assert set(domains.approved(office.store, office.scope)) == {"x.example"}
    org.go(hours=1)
    later = org.lead("anna@x.example")
    assert office.run(BEN, kind="file").records == 0
    assert office.run().updated == 1
    assert office.is_out(later)


def test_invariant_6_a_second_run_ends_busy_and_changes_nothing(office, org):
    contact = org.contact(ANNA)
    with leased(office.store, "default", "another run"):
        result = office.run(ANNA)

    assert (result.status, codes(result), result.api_calls) == (RunStatus.BUSY, ["busy"], 0)
    assert not office.is_out(contact)


def test_invariant_6_a_run_that_lost_its_lease_writes_nothing_more(office, org):
    contact = org.contact(ANNA)

    def take_over(line: str) -> None:
        if "has one of these addresses" in line:
            office.store.execute("update lease set holder = 'someone else'")

    office.heard = take_over
    result = office.run(ANNA)

    assert (result.status, codes(result)) == (RunStatus.FAILED, ["stopped"])
    assert not office.is_out(contact)
    assert list(ledger.pending(office.store, office.scope)) == [ANNA]


def test_rule_7_refused_credentials_pause_the_connection(office, org):
    services.change_password(org.world, password="another")

    first, second = office.run(ANNA), office.run(ANNA)

    assert (first.status, second.status) == (RunStatus.FAILED, RunStatus.FAILED)
    assert codes(second) == ["paused"]
    assert connections.state(office.store, "default").paused_message == first.errors[0].message


def test_a_source_that_does_not_answer_fails_the_run_after_it_entered_the_org(office, org):
    fails = SourceUnreachable("JangoMail doesn't answer", remedy="Try again.")

    result = office.run(ANNA, details={"fails": fails})

    assert (result.status, codes(result)) == (RunStatus.FAILED, [fails.code])
    assert office.row_of(result).org_name
    assert list(ledger.pending(office.store, office.scope)) == []


def test_a_bug_closes_the_run_as_failed_and_is_raised(office):
    with pytest.raises(ZeroDivisionError):
        office.run(ANNA, details={"fails": ZeroDivisionError()})

    (row,) = runs.latest(office.store)
    assert (row.status, row.is_finished) == (RunStatus.FAILED, True)
    assert "a bug (ZeroDivisionError)" in row.errors[0].message


@pytest.mark.parametrize("asked", range(1, 5))
def test_invariant_2_a_run_that_is_stopped_loses_no_one(office, org, asked):
    contact = org.contact(ANNA)
    times = iter(range(asked))
    office.stop = lambda: next(times, None) is None

    stopped = office.run(ANNA)
    office.stop = lambda: False
    org.go(hours=1)
    result = office.run(ANNA)

    assert (stopped.status, codes(stopped)) in [(RunStatus.FAILED, ["stopped"]), (DONE, [])]
    assert result.status is DONE
    assert office.is_out(contact)


def test_rule_4_5_what_does_not_fit_below_the_cap_waits_for_the_next_run(office, org):
    administration.api_limit(org.world, maximum=100)
    contact = org.contact(ANNA)

    result = office.run(ANNA, call_cap=CallCap(a_day=80, a_run=4))
    is_out = office.is_out(contact)
    org.go(days=1, hours=1)

    assert result.status in (RunStatus.PARTIAL, DONE)
    assert result.api_calls <= 4
    assert (result.status is DONE) == is_out
    assert office.run(ANNA).status is DONE
    assert office.is_out(contact)


def test_rule_4_5_a_file_that_reaches_the_cap_while_it_is_written_is_finished_by_the_next_run(
    office, org
):
    office.run(CLARA)
    org.go(hours=1)
    administration.api_limit(org.world, used=0, maximum=100)
    contact = org.contact(ANNA)
    services.fault(org.world, "status", status=503, call="save", times=None)

    result = office.run(ANNA, kind="file", call_cap=CallCap(a_day=80, a_run=4))
    services.clear_faults(org.world)
    org.go(hours=1)

    assert (result.status, codes(result), result.api_calls) == (
        RunStatus.PARTIAL,
        ["call_cap"],
        4,
    )
    assert (result.records, result.pending) == (1, 1)
    assert office.run().updated == 1
    assert office.is_out(contact)


def test_rule_4_5_an_org_beyond_the_cap_only_has_its_source_read(office, org):
    contact = org.contact(ANNA)
    administration.api_limit(org.world, used=90, maximum=100)

    result, preview = office.run(ANNA), office.run(BEN, dry_run=True)

    assert (result.status, preview.status) == (RunStatus.PARTIAL, RunStatus.FAILED)
    assert codes(result) == codes(preview) == ["call_cap"]
    assert (result.unmatched, office.is_out(contact)) == (0, False)
    assert list(ledger.pending(office.store, office.scope)) == [ANNA]


def test_a_box_that_this_user_may_not_set_fails_the_run_and_the_other_object_is_written(
    office, org
):
    administration.field_access(org.world, access="read_only", sobject="Lead")
    contact, lead = org.contact(ANNA), org.lead(ANNA)

    result = office.run(ANNA)

    assert (result.status, result.updated, result.pending) == (RunStatus.FAILED, 1, 1)
    assert (office.is_out(contact), office.is_out(lead)) == (True, False)
    assert list(ledger.pending(office.store, office.scope)) == [ANNA]


def test_rule_1_5_a_report_without_an_address_says_so(office, org):
    office.run(ANNA, BEN)
    org.go(days=8)

    result = office.run(BEN)

    assert "1 entry was taken off the unsubscribe list since the last report." in office.said
    assert (result.addresses, result.unmatched) == (0, 0)


def test_rule_3_5_many_boxes_cleared_at_once_are_asked_about(office, org):
    addresses = [f"p{number}@example.org" for number in range(25)]
    records = [org.contact(address) for address in addresses]
    office.run(*addresses)
    org.go(hours=1)
    for record in records:
        org.update(record, **{BOX: False})
    org.go(hours=1)

    result = office.run()

    (fault,) = result.errors
    assert (fault.code, fault.count) == ("mass_clearing", 25)
    assert "--confirm-cleared 25" in fault.remedy


def test_a_run_whose_row_the_page_wrote_takes_it_over(office, org):
    written = runs.start(
        office.store,
        connection="default",
        started_by="page",
        dry_run=False,
        source="jangomail",
        status=RunStatus.STARTING,
    )

    first, second = office.run(ANNA, run_id=written), office.run(ANNA, run_id=written)

    assert (first.run_id, first.status, second.status) == (written, DONE, DONE)
    assert second.run_id != written


@pytest.mark.parametrize(("call", "status"), [("queries", "failed"), ("save", "partial")])
def test_a_run_that_uses_up_the_orgs_calls_is_partial_only_if_it_may_have_written(
    office, org, monkeypatch, call, status
):
    monkeypatch.setattr(boxes, "MOST_GROUPS", 1)
    monkeypatch.setattr(boxes, "MOST_IN_GROUP", 1)
    monkeypatch.setattr(call_size, "LARGEST", 1)
    monkeypatch.setattr(throttle, "Throttle", partial(throttle.Throttle, width=1))
    records = [org.contact(ANNA), org.contact(BEN)]
    services.fault(
        org.world,
        "status",
        status=403,
        code="REQUEST_LIMIT_EXCEEDED",
        message="TotalRequests Limit exceeded.",
        call=call,
        at=2 if call == "save" else 1,
        times=None,
    )

    result = office.run(ANNA, BEN)

    assert (result.status, codes(result)) == (RunStatus(status), ["api_limit_reached"])
    assert [office.is_out(record) for record in records].count(True) == (call == "save")


def test_a_run_is_stopped_while_salesforce_signs_in(office, org):
    services.fault(org.world, "slow", seconds=0.4, call="sign_in")
    org.contact(ANNA)
    office.stop = lambda: True

    result = office.run(ANNA)

    assert (result.status, codes(result), result.api_calls) == (RunStatus.FAILED, ["stopped"], 0)


def test_a_run_says_in_words_what_it_does(office, org):
    org.contact(ANNA)
    org.contact(BEN, opted_out=True)
    office.run(CLARA)
    org.go(hours=1)
    org.lead(CLARA)
    org.go(hours=1)

    office.run(ANNA, BEN)

    freed = f"{MONDAY + timedelta(days=1):%Y-%m-%d} {MONDAY.astimezone():%H:%M}"
    assert [VARIES.sub("", line) for line in office.said] == [
        f"Read 2 unsubscribes from {JANGOMAIL}: 2 addresses to look for, no lines not understood.",
        "Signed in to Practice Company (practice) as practice@example.org.",
        "Asking about the org and rights: 1 API call.",
        "Finding the addresses by queries for these addresses: 1 API call, 2 records. Estimates: "
        "queries for these addresses (1 API call), all records with an address (wouldn't take "
        "fewer), and what the log remembers (can't tell which records are new).",
        "3 records have one of these addresses.",
        "1 record came to have an address that unsubscribed before.",
        "The run takes about 3 API calls: 2 to find the records and about 1 to write 2 records.",
        "The org has 100,000 API calls left in 24 hours.",
        f"Used calls come back after 24 hours, the next ones at about {freed}.",
        "Opting out by calls of up to 1,000 records: 1 API call, 2 records. Estimates: calls of up "
        "to 1,000 records (1 API call).",
    ]


SIXTY = [f"p{number}@example.org" for number in range(60)]


@pytest.mark.parametrize(
    ("entries", "values", "calls"),
    [
        ((), {}, 1),
        ((ANNA,), {}, 3),
        ((ANNA,), {"dry_run": True}, 2),
        ((ANNA,), {"kind": "file"}, 3),
        ((ANNA,), {"full": True}, 5),
        (SIXTY, {}, 3),
    ],
)
def test_a_run_makes_as_few_calls_as_it_can(office, org, entries, values, calls):
    for address in (*SIXTY, ANNA):
        org.contact(address)
    first = office.run(CLARA)
    org.go(hours=1)

    result = office.run(*entries, **values)

    assert (first.api_calls, result.api_calls) == (2, calls)


@pytest.mark.parametrize("may_edit", [False, True])
def test_rule_3_6_a_converted_lead_is_written_only_if_this_user_may_edit_it(office, org, may_edit):
    lead = org.lead(ANNA)
    people.convert_lead(org.world, lead.record_id)
    administration.user_permission(org.world, permission="AllowViewEditConvertedLeads", on=may_edit)

    result = office.run(ANNA)

    assert (result.updated, result.skipped) == ((2, 0) if may_edit else (1, 1))
    assert office.is_out(lead) is may_edit


def test_an_entry_of_the_list_that_is_no_address_is_a_fault_of_the_run(office, org):
    office.unreadable = ["someone", "someone else"]

    result = office.run(ANNA)

    (fault,) = result.errors
    assert (fault.code, fault.count) == ("lines_not_understood", 2)
    assert "1 address to look for, 2 lines not understood." in "\n".join(office.said)


def test_rule_1_5_many_entries_that_are_missing_at_once_are_a_fault_and_stay(office, org):
    office.run(*SIXTY)
    org.go(days=8)

    result = office.run(*SIXTY[:30])

    (fault,) = result.errors
    assert (fault.code, fault.count) == ("list_shrank", 30)


def test_rule_1_5_a_preview_knows_who_was_taken_off_the_list(office, org):
    office.run(ANNA)
    org.go(days=8)
    org.lead(ANNA)
    org.go(hours=1)

    preview = office.run(BEN, dry_run=True)

    assert (preview.planned, preview.records, preview.addresses) == (0, 0, 1)
