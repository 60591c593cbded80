"""The text for the administrator: org, user, what is missing, the steps, the links; no secret."""

from datetime import UTC, datetime

import pytest

from lib.salesforce.setup_steps import field_steps
from lib.services.connections.checks import connect
from lib.services.connections.checks import test_connection as run_test
from lib.services.connections.chosen import Chosen
from lib.services.connections.for_admin import text_for_admin
from lib.services.log import open_log
from lib.settings import credentials_from
from lib.values import Check, Level, Org
from tests.practice.conftest import practice

__all__ = ["practice"]

AT = datetime(2026, 11, 26, 10, 2, tzinfo=UTC)
URL = "https://acme.my.salesforce.com"
ACME = Org("00D000000000001EAA", "Acme", "production", "ana@acme.example", "", "Team Edition")
STEPS = field_steps("Lead", "Email Opt Out", "Enterprise Edition")
SEEN = Check(
    "Lead: Email Opt Out can be seen",
    ok=False,
    detail='Salesforce hides "Email Opt Out" on Lead from this user',
    remedy=STEPS.remedy,
    effect="37 people who unsubscribed can still be emailed as Leads.",
    link=STEPS.links(URL)[0],
    classic_link=STEPS.links(URL)[1],
)
EDITED = Check(
    "Lead: Email Opt Out can be edited", False, "hidden", STEPS.remedy, because=SEEN.name
)
FINE = Check("Salesforce sign-in", True, "as ana@acme.example")


def test_it_names_org_user_cause_effect_steps_and_links() -> None:
    text = text_for_admin([FINE, SEEN, EDITED], ACME, URL, AT)

    for said in (
        "Optback needs a change",
        "Org: Acme (00D000000000001EAA), production, Group Edition",
        "User: ana@acme.example",
        "Checked: 2026-11-26 10:02 UTC",
        "37 people who unsubscribed can still be emailed as Leads.",
        f"\n   {SEEN.link}\n",
        f"\n   {SEEN.classic_link}\n",
        "- Salesforce sign-in: as ana@acme.example",
    ):
        assert said in text


def test_what_only_follows_from_another_check_is_not_listed_again() -> None:
    text = text_for_admin([SEEN, EDITED], ACME, URL, AT)

    assert EDITED.name not in text
    assert text.count(str(SEEN.link)) == 1


def test_checks_with_the_same_remedy_share_its_steps() -> None:
    other = Check("Lead: Both__c can be seen", False, "hidden", STEPS.remedy, link=SEEN.link)

    text = text_for_admin([SEEN, other], ACME, URL, AT)

    assert "Optback needs 2 changes" in text
    assert "2. Lead: Both__c can be seen" in text
    assert text.count("Setup > Object Manager") == 1


def test_warnings_and_notes_have_sections_of_their_own() -> None:
    warning = Check("Clocks agree", True, "5 hours apart", "Set the clock.", Level.WARNING)
    note = Check("Person accounts", True, "This org uses them", level=Level.NOTE)

    text = text_for_admin([warning, note], ACME, URL, AT)

    assert text.startswith("Optback has everything it needs in Salesforce.")
    assert text.index("What to look at") < text.index("Set the clock.") < text.index("Good to know")
    assert "What is fine" not in text


def test_an_org_no_one_has_signed_in_to_is_unknown() -> None:
    refused = Check("Salesforce sign-in", False, "Salesforce refused the password", "Fix it.")

    text = text_for_admin([refused], None, "", AT)

    assert "Org: unknown" in text


def test_lines_are_short_enough_for_an_email_but_links_stay_whole() -> None:
    text = text_for_admin([SEEN], ACME, URL, AT)

    assert all(len(line) <= 72 or "http" in line for line in text.splitlines())


@pytest.mark.parametrize("password", ["practice-1", "wrong-Secret-77"])
def test_no_secret_is_in_it_whether_signing_in_works_or_not(practice, tmp_path, password) -> None:
    environment = {**practice.environment, "SALESFORCE_PASSWORD": password}
    candidate = Chosen("default", credentials_from(environment))
    with open_log(tmp_path / "home", {}) as log:
        connect(log, candidate)
        checks = run_test(log, candidate)
        text = text_for_admin(checks, None, "", AT)

    secrets = [password, environment["SALESFORCE_SECURITY_TOKEN"]]
    assert [secret for secret in secrets if secret in text] == []
