"""What needs someone, from what the log says, and what is surely over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lib.alerts.causes import CauseKind, Situation, causes_of, has_failed, is_over
from lib.salesforce.failures import LATER
from lib.salesforce.signin_codes import HOURS
from lib.store.connection_state import ConnectionState
from lib.store.run import COUNTS, Run
from lib.values import Check, Fault, RunStatus

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def run(status, *codes, at=NOW, remedy="Fix it."):
    faults = tuple(Fault(code, f"about {code}", remedy) for code in codes)
    given = dict.fromkeys(COUNTS, 0)
    return Run(
        id="r1",
        connection="default",
        scope="default/00D",
        org_name="Sample",
        environment="production",
        status=status,
        started_by="schedule",
        source="jangomail",
        file_name=None,
        dry_run=False,
        first_run=False,
        started_at=at,
        beat_at=at,
        finished_at=at,
        phase="",
        phase_done=0,
        phase_total=0,
        safety_limit=500,
        mailable=1000,
        duration_s=1.0,
        errors=faults,
        **given,
    )


def state(**given):
    usual = dict.fromkeys(ConnectionState.__slots__)
    return ConnectionState(**{**usual, "name": "default", "checks": [], **given})


def kinds(**given):
    return [cause.kind for cause in causes_of(Situation("default", now=NOW, **given))]


def failed(*codes, times=1, remedy="Fix it."):
    runs = (run(RunStatus.FAILED, *codes, remedy=remedy),) * times
    return {"latest": runs[0], "failing": runs}


@pytest.mark.parametrize("code", ["api_limit_reached", "call_cap"])
def test_a_run_that_a_limit_of_calls_cut_short_counts_as_failing(code):
    short = run(RunStatus.PARTIAL, code)

    assert has_failed(short)
    assert not has_failed(run(RunStatus.PARTIAL, "UNABLE_TO_LOCK_ROW"))
    assert kinds(latest=short, failing=(short,) * 3) == [CauseKind.FAILING]


def test_nothing_is_wrong_before_the_first_run_and_after_a_good_run():
    assert kinds() == []
    assert kinds(latest=run(RunStatus.SUCCEEDED)) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("permission_missing", CauseKind.PERMISSIONS),
        ("source_credentials_refused", CauseKind.JANGOMAIL),
        ("wrong_org", CauseKind.WRONG_ORG),
        ("sign_in_refused", CauseKind.PERMISSIONS),
    ],
)
def test_what_needs_a_person_is_a_cause_at_the_first_run(code, kind):
    assert kinds(**failed("lines_not_understood", code)) == [kind]
    assert kinds(**failed(code, times=5)) == [kind]


@pytest.mark.parametrize("remedy", [LATER, HOURS])
def test_sign_in_at_a_limit_or_outside_of_hours_may_pass(remedy):
    assert kinds(**failed("sign_in_refused", remedy=remedy)) == []
    assert kinds(**failed("sign_in_refused", times=3, remedy=remedy)) == [CauseKind.FAILING]


@pytest.mark.parametrize(
    "code",
    ["salesforce_unreachable", "source_unreachable", "reading_incomplete", "interrupted", "error"],
)
def test_what_may_pass_is_a_cause_at_the_third_run_in_a_row(code):
    assert kinds(**failed(code, times=2)) == []
    assert kinds(**failed(code, times=3)) == [CauseKind.FAILING]


def test_no_run_is_expected_while_a_person_paused_the_connection_and_right_after():
    late = {"latest": run(RunStatus.SUCCEEDED, at=NOW - 48 * HOUR), "expected_every": 24 * HOUR}

    assert kinds(**late) == [CauseKind.SILENCE]
    assert kinds(state=state(halted_at=NOW - 40 * HOUR), **late) == []
    assert kinds(state=state(resumed_at=NOW - HOUR), **late) == []
    assert kinds(state=state(resumed_at=NOW - 26 * HOUR), **late) == [CauseKind.SILENCE]


def test_paused_runs_are_about_the_credentials_alone():
    paused = state(paused_at=NOW - HOUR, paused_message="Refused", paused_remedy="Fix it.")

    assert kinds(state=paused, **failed("paused", times=9)) == [CauseKind.CREDENTIALS]


def test_other_credentials_that_work_are_no_pause():
    paused = state(paused_at=NOW - HOUR)

    assert kinds(state=paused, latest=run(RunStatus.SUCCEEDED), signed_in_at=NOW) == []


def test_new_credentials_that_no_one_tried_are_no_proof_and_a_good_sign_in_is():
    opened = NOW - HOUR
    untried = Situation("default", now=NOW, state=state())
    tested = state(checked_at=NOW, checks=[Check("Salesforce sign-in", ok=True, detail="yes")])
    wrong = state(checked_at=NOW, checks=[Check("Salesforce sign-in", ok=False, detail="no")])

    assert not is_over(CauseKind.CREDENTIALS, opened, untried)
    assert not is_over(CauseKind.CREDENTIALS, opened, Situation("default", NOW, state=wrong))
    assert is_over(CauseKind.CREDENTIALS, opened, Situation("default", NOW, state=tested))


@pytest.mark.parametrize(
    "kind", [CauseKind.PERMISSIONS, CauseKind.SAFETY_LIMIT, CauseKind.FAILING, CauseKind.JANGOMAIL]
)
def test_a_run_that_fails_for_another_reason_is_no_proof_that_something_is_over(kind):
    opened = NOW - HOUR
    other = Situation("default", NOW, latest=run(RunStatus.FAILED, "interrupted"))

    assert not is_over(kind, opened, other)
    assert is_over(kind, opened, Situation("default", NOW, latest=run(RunStatus.SUCCEEDED)))


def test_a_test_without_a_failed_check_says_that_permissions_are_fine_again():
    good = state(checked_at=NOW, checks=[Check("Lead", ok=True, detail="yes")])
    seen = {**failed("permission_missing"), "latest": run(RunStatus.FAILED, "permission_missing")}
    before = run(RunStatus.FAILED, "permission_missing", at=NOW - HOUR)

    assert kinds(state=good, latest=before, failing=(before,)) == []
    assert kinds(state=good, **seen) == [CauseKind.PERMISSIONS]  # the test was not after the run


def test_another_number_in_a_message_is_the_same_cause_and_another_object_is_not():
    def mark(message):
        fault = Fault("permission_missing", message, "Fix it.")
        seen = replace(run(RunStatus.FAILED), errors=(fault,))
        [cause] = causes_of(Situation("default", NOW, latest=seen))
        return cause.mark

    assert mark("37 Leads can't be edited") == mark("1,038 Leads can't be edited")
    assert mark("37 Leads can't be edited") != mark("37 Contacts can't be edited")
