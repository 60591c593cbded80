"""What the log knows about the people a missing right is about."""

import pytest

from lib.practice.acts.administration import api_limit, field_access, user_permission
from lib.practice.acts.services import fault
from lib.services.connections.affected import PeopleInLog
from lib.services.connections.checks import test_connection as run_test
from lib.services.connections.chosen import Chosen
from lib.services.log import open_log
from lib.services.runs.order import RunOrder, run_once
from lib.settings import credentials_from
from lib.store import connections, people_counts
from tests.practice.conftest import practice

__all__ = ["practice"]

API = "Salesforce API can be used"
NAME = "Lead: Email Opt Out can be edited"


@pytest.fixture
def log(tmp_path):
    with open_log(tmp_path / "home", {}) as opened:
        yield opened


@pytest.fixture
def chosen(practice):
    return Chosen("acme", credentials_from(practice.environment))


def effect_of(log, chosen):
    return {check.name: check for check in run_test(log, chosen)}[NAME].effect


def test_before_the_first_run_no_one_can_tell(log, chosen, practice):
    field_access(practice.world, "read_only", sobject="Lead")

    assert "can't tell how many people" in effect_of(log, chosen)


@pytest.mark.parametrize("dry_run", [True, False])
def test_after_a_run_or_a_preview_the_waiting_people_are_counted(log, chosen, practice, dry_run):
    field_access(practice.world, "read_only", sobject="Lead")
    run_once(log, chosen, RunOrder("test", dry_run=dry_run))

    scope = connections.state(log.store, "acme").scope
    waiting = log.store.first_row(
        "select count(distinct address) as n from change where scope = ? and sobject = 'Lead' "
        "and reason = 'permission_missing'",
        [scope],
    )["n"]
    assert waiting > 1
    assert effect_of(log, chosen) == (
        f"{waiting} people who unsubscribed can still be emailed as Leads."
    )


def test_a_run_that_could_write_leaves_no_one_waiting(log, chosen, practice):
    field_access(practice.world, "read_only", sobject="Lead")
    run_once(log, chosen, RunOrder("test"))
    field_access(practice.world, "editable")
    run_once(log, chosen, RunOrder("test"))
    field_access(practice.world, "read_only", sobject="Lead")

    assert effect_of(log, chosen).startswith("No one is waiting because of this")


def test_a_run_that_never_got_in_doesnt_hide_what_the_one_before_knew(log, chosen, practice):
    field_access(practice.world, "read_only", sobject="Lead")
    run_once(log, chosen, RunOrder("test"))
    practice.world.signin.set_policy(refusal="LOGIN_DURING_RESTRICTED_TIME")
    run_once(log, chosen, RunOrder("test"))
    practice.world.signin.set_policy(refusal="")

    assert "can still be emailed as Leads" in effect_of(log, chosen)


def test_a_refused_sign_in_says_who_can_still_be_emailed(log, chosen, practice):
    field_access(practice.world, "read_only", sobject="Lead")
    run_once(log, chosen, RunOrder("test"))
    counts = people_counts.count(log.store, connections.state(log.store, "acme").scope)
    practice.world.signin.set_policy(refusal="LOGIN_DURING_RESTRICTED_TIME")

    (sign_in, *_) = run_test(log, chosen)

    assert not sign_in.ok
    assert f"{counts.pending} people who unsubscribed can still be emailed" in sign_in.effect


def test_nothing_learned_about_one_org_is_said_of_another(log, chosen, practice):
    run_once(log, chosen, RunOrder("test"))
    known = connections.state(log.store, "acme").org

    there = PeopleInLog(log.store, "acme").of(known)
    elsewhere = PeopleInLog(log.store, "other").of(known)

    assert there.is_known
    assert there.calls > 0
    assert there.converted > 0
    assert not elsewhere.is_known


def test_the_edition_is_kept_with_the_org(log, chosen, practice):
    run_test(log, chosen)

    assert connections.state(log.store, "acme").org.edition == "Enterprise Edition"


def test_an_org_without_the_api_signs_in_and_says_that_nothing_is_answered(log, chosen, practice):
    fault(
        practice.world,
        "status",
        times=None,
        status=403,
        code="API_CURRENTLY_DISABLED",
        message="API is disabled for this User",
    )

    lines = {check.name: check for check in run_test(log, chosen)}

    assert lines["Salesforce sign-in"].ok
    assert not lines["Salesforce API can be used"].ok
    assert "API Enabled" in lines["Salesforce API can be used"].remedy
    assert "Professional Edition also needs the API add-on" in lines[API].remedy
    assert lines[API].link == f"{practice.url}/lightning/setup/PermSets/home"
    assert not any(name.startswith("Lead") for name in lines)  # nothing is said unasked


def test_a_user_whose_api_is_off_is_told_at_sign_in_and_nothing_is_paused(log, chosen, practice):
    user_permission(practice.world, "ApiEnabled", on=False)

    (sign_in, *_) = run_test(log, chosen)

    assert not sign_in.ok
    assert "API Enabled" in sign_in.remedy
    assert "Classic: " in sign_in.remedy
    assert connections.state(log.store, "acme").paused_at is None


def test_used_up_calls_are_a_failure_of_the_call_budget(log, chosen, practice):
    api_limit(practice.world, used=1000, maximum=1000)

    failed = [check.name for check in run_test(log, chosen) if not check.ok]

    assert failed == ["Salesforce API calls left"]
