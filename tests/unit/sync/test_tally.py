"""A run's numbers must add up, or the run ends with an error."""

from collections import Counter
from dataclasses import replace

import pytest

from lib.errors import BalanceError
from lib.salesforce import refusals
from lib.sync.findings import Findings
from lib.sync.intake import Intake
from lib.sync.plan import HELD
from lib.sync.tally import check_balance, count_outcomes, faults_of, result_of
from lib.values import DomainPart, Fault, Outcome
from tests.unit.sync.examples import ANNA, BEN, CLARA, Scripted, change, request

LOCKED, RULE = "UNABLE_TO_LOCK_ROW", "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@pytest.fixture
def result(store):
    """The result of a run with these changes."""

    def of_run(changes=(), intake=None, *, kind="since", dry_run=False, status=None, faults=()):
        found = Findings(
            intake=intake or Intake(),
            changes=list(changes),
            status=status,
            faults=list(faults),
            api_calls=4,
        )
        order = request(Scripted(store, kind), dry_run=dry_run)
        return result_of(order, "run1", found, duration_s=1.23456)

    return of_run


def all_outcomes():
    return [change(number, outcome) for number, outcome in enumerate(Outcome)]


def test_every_outcome_is_counted():
    counts = count_outcomes([*all_outcomes(), change(90, Outcome.KEPT)])

    assert counts == Counter({outcome: 2 if outcome is Outcome.KEPT else 1 for outcome in Outcome})


def test_the_numbers_add_up_if_each_record_has_an_outcome():
    check_balance(3, {Outcome.PLANNED: 1, Outcome.KEPT: 2})


@pytest.mark.parametrize("records", [2, 4])
def test_numbers_that_do_not_add_up_are_an_error(records):
    with pytest.raises(BalanceError, match=f"{records} records matched, but 3 results"):
        check_balance(records, {Outcome.PLANNED: 1, Outcome.KEPT: 2})


def test_records_refused_for_the_same_reason_are_one_fault_with_their_number():
    changes = [change(n, Outcome.FAILED, LOCKED, message="locked") for n in range(3)]

    [fault] = faults_of(changes)

    words, remedy = refusals.words(LOCKED, "locked")
    assert fault == Fault(LOCKED, words, remedy, 3)


def test_the_most_frequent_cause_comes_first():
    changes = [
        change(1, Outcome.FAILED, LOCKED, message="locked"),
        change(2, Outcome.FAILED, RULE, message="Phone is needed"),
        change(3, Outcome.FAILED, RULE, message="Phone is needed"),
    ]

    assert [(fault.code, fault.count) for fault in faults_of(changes)] == [(RULE, 2), (LOCKED, 1)]


def test_messages_with_the_same_remedy_are_one_fault():
    changes = [
        change(number, Outcome.FAILED, LOCKED, message=f"record {number} is locked")
        for number in range(4)
    ]

    assert [(fault.code, fault.count) for fault in faults_of(changes)] == [(LOCKED, 4)]


def test_only_refused_records_make_faults():
    changes = [each for each in all_outcomes() if each.outcome is not Outcome.FAILED]

    assert faults_of(changes) == []


def test_a_refusal_without_a_code_is_reported_too():
    [fault] = faults_of([change(1, Outcome.FAILED)])

    assert (fault.code, fault.count) == ("UNKNOWN", 1)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.FAILED, "partial"),
        (Outcome.PENDING, "partial"),
        (Outcome.UPDATED, "succeeded"),
        (Outcome.ALREADY, "succeeded"),
        (Outcome.KEPT, "succeeded"),
        (Outcome.SKIPPED, "succeeded"),
    ],
)
def test_a_run_is_partial_if_a_record_still_has_to_be_written(result, outcome, status):
    changes = [change(1, Outcome.UPDATED), change(2, outcome)]

    assert result(changes).status == status


def test_a_run_without_records_succeeded(result):
    assert result().status == "succeeded"


def test_a_status_set_by_a_step_wins(result):
    assert result([change(1, Outcome.FAILED)], status="failed").status == "failed"


def test_the_counts_of_a_run_add_up_to_its_records(result):
    changes = [each for each in all_outcomes() if each.outcome is not Outcome.PLANNED]

    run = result(changes)

    assert (run.records, run.updated, run.planned) == (6, 1, None)
    others = (run.already_opted_out, run.kept, run.skipped, run.failed, run.pending)
    assert others == (1, 1, 1, 1, 1)


@pytest.mark.parametrize("stopped", [{"dry_run": True}, {"status": "guarded"}])
def test_if_nothing_was_written_planned_takes_the_place_of_updated(result, stopped):
    changes = [change(1, Outcome.PLANNED), change(2, Outcome.PLANNED), change(3, Outcome.KEPT)]

    run = result(changes, **stopped)

    assert (run.updated, run.planned, run.kept) == (None, 2, 1)


def test_a_dry_run_that_failed_still_has_planned(result):
    run = result(dry_run=True, status="failed")

    assert (run.updated, run.planned) == (None, 0)


def test_addresses_without_a_record_are_unmatched(result):
    run = result([change(1, Outcome.UPDATED)], Intake(considered=frozenset({ANNA, BEN, CLARA})))

    assert (run.addresses, run.unmatched) == (3, 2)


def test_an_address_found_by_its_held_domain_is_counted_and_not_unmatched(result):
    held = change(1, Outcome.SKIPPED, HELD, address=CLARA)

    run = result([held], Intake(considered=frozenset({ANNA})))

    assert (run.addresses, run.unmatched) == (2, 1)


@pytest.mark.parametrize("status", ["dry_run", "guarded", None])
def test_a_run_that_looked_for_everyone_and_found_no_one_counts_them_as_unmatched(result, status):
    intake = Intake(considered=frozenset({ANNA, BEN}))

    assert result((), intake, status=status).unmatched == 2


def test_a_run_that_failed_before_it_looked_counts_no_one_as_unmatched(result):
    run = result((), Intake(considered=frozenset({ANNA, BEN})), status="failed")

    assert (run.addresses, run.unmatched) == (2, 0)


def test_only_a_run_with_a_file_counts_lines_left_out(result):
    assert result(intake=Intake(left_out=3)).left_out is None
    assert result(intake=Intake(left_out=3), kind="file").left_out == 3
    assert result(kind="file").left_out == 0


def test_faults_from_earlier_steps_come_before_refusals(result):
    met = Fault("source", "No dates", "Try again.")

    run = result([change(1, Outcome.FAILED, LOCKED)], faults=[met])

    assert [fault.code for fault in run.errors] == ["source", LOCKED]


def test_the_rest_of_the_result_is_passed_on(result):
    run = result(intake=Intake(events_read=7, who_asked="Everyone in the file asked."))

    assert (run.run_id, run.connection, run.events_read) == ("run1", "default", 7)
    assert (run.who_asked, run.api_calls, run.duration_s) == (
        "Everyone in the file asked.",
        4,
        1.235,
    )


def test_rule_4_4_a_run_with_a_domain_says_how_many_records_and_people_are_there(store):
    changes = [
        change(1, Outcome.UPDATED),
        change(2, Outcome.UPDATED),
        change(3, Outcome.PLANNED, address=BEN),
        change(4, Outcome.FAILED, address=CLARA),
        change(5, Outcome.UPDATED, address="zoe@example.net"),
    ]
    found = Findings(intake=Intake(), changes=changes)
    order = replace(request(Scripted(store, "since")), approve_domain="example.org")

    run = result_of(order, "run1", found, duration_s=1)

    assert run.domain == DomainPart("example.org", 3, 2)
    assert result_of(request(Scripted(store, "since")), "r", found, duration_s=1).domain is None


@pytest.mark.parametrize("is_full", [False, True])
def test_a_full_comparison_is_told_in_the_result(store, is_full):
    found = Findings(intake=Intake(), is_full=is_full)

    assert result_of(request(Scripted(store, "since")), "r", found, duration_s=1).full is is_full


def test_messages_with_the_same_remedy_show_the_most_frequent_one():
    changes = [
        change(1, Outcome.FAILED, LOCKED, message="seldom"),
        *(change(number, Outcome.FAILED, LOCKED, message="often") for number in (2, 3)),
    ]

    [fault] = faults_of(changes)

    assert (fault.message, fault.count) == (refusals.words(LOCKED, "often")[0], 3)
