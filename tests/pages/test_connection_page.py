"""The Connection page: the ways to sign in, testing, and saving. Stored secrets are never shown."""

from dataclasses import replace

import pytest
import requests

from lib.errors import CredentialsRefused
from lib.services import lifecycle
from lib.services.connections.checks import test_connection as run_test
from lib.services.connections.chosen import choose
from lib.services.connections.stored import Entered, credentials_of
from lib.services.runs.order import RunOrder, run_once
from lib.settings import JangoMailLogin
from lib.store import connections, runs
from lib.sync import pause
from lib.values import Check
from tests.pages.conftest import answer, table, text_of


@pytest.fixture
def fill(practice):
    """Fills in the form by password, with the practice org's own credentials."""

    def fill_in(at, **changed):
        names = practice.environment
        values = {
            "login_url": practice.url,
            "username": names["SALESFORCE_USERNAME"],
            "password": names["SALESFORCE_PASSWORD"],
            "security_token": names["SALESFORCE_SECURITY_TOKEN"],
            "jangomail_username": names["JANGOMAIL_USERNAME"],
            "jangomail_password": names["JANGOMAIL_PASSWORD"],
            "jangomail_url": practice.url,
        }
        at.radio(key="flow").set_value("password").run()
        for name, value in {**values, **changed}.items():
            at.text_input(key=f"new_password_{name}").set_value(value)
        return at

    return fill_in


def keys_of(at):
    return {one.key for one in at.text_input}


@pytest.mark.parametrize(
    ("flow", "fields"),
    [
        ("client_credentials", {"login_url", "consumer_key", "consumer_secret"}),
        ("jwt", {"login_url", "username", "consumer_key"}),
        ("password", {"login_url", "username", "password", "security_token"}),
    ],
)
def test_only_the_fields_of_the_chosen_way_to_sign_in_are_shown(visit, flow, fields):
    at = visit("connection")

    at.radio(key="flow").set_value(flow).run()

    of_salesforce = {key for key in keys_of(at) if key.startswith("new_") and "jango" not in key}
    assert of_salesforce == {f"new_{flow}_{field}" for field in fields}


def test_what_is_missing_is_named_before_anything_is_contacted(visit):
    at = visit("connection")

    at.button(key="test").click().run()

    assert "needs your own login address" in at.error[0].value
    assert [each.value for each in at.error[1:]] == [
        "Consumer key is missing",
        "Consumer secret is missing",
    ]


@pytest.mark.parametrize("field", ["login_url", "jangomail_url"])
@pytest.mark.parametrize("button", ["test", "save"])
def test_the_practice_connection_stays_on_this_computer(visit, connect, log, field, button):
    connect("practice")
    at = visit("connection", connection="practice", edit="1")
    at.radio(key="flow").set_value("password").run()
    at.text_input(key=f"practice_password_{field}").set_value("https://example.com")
    for name in ("password", "jangomail_password"):
        at.text_input(key=f"practice_password_{name}").set_value("real")
    before = connections.public(log.store, "practice")

    at.button(key=button).click().run()

    assert "is for the practice org on this computer" in at.error[0].value
    assert connections.public(log.store, "practice") == before


def test_plain_http_to_another_host_is_refused_before_a_credential_is_sent(visit, fill):
    at = fill(visit("connection"), login_url="http://login.example.org")

    at.button(key="test").click().run()

    assert "plain http" in at.error[0].value


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"login_url": "http://login.example.org"}, "plain http"),
        ({"password": ""}, "Password is missing"),
        ({"jangomail_username": ""}, "The JangoMail user name is missing"),
        ({"jangomail_password": ""}, "The JangoMail password is missing"),
        ({"jangomail_url": "mail.example.org"}, "isn't a web address"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_right_below_it(visit, fill, changed, said):
    at = fill(visit("connection"), **changed)

    at.button(key="test").click().run()

    drawn = [one for one in at.main if one.type in ("text_input", "number_input", "error")]
    place = next(place for place, one in enumerate(drawn) if one.type == "error")
    fields = [one.key for one in drawn[:place] if one.type == "text_input"]
    assert said in at.error[0].value
    assert fields[-1].removeprefix("new_password_") == next(iter(changed))


def test_nobody_answers_at_an_address_and_it_is_named(visit, fill):
    at = fill(visit("connection"), login_url="http://127.0.0.1:9")

    at.button(key="test").click().run()

    assert "can't reach Salesforce at 127.0.0.1:9: no connection" in text_of(at)
    assert "Check the address" in text_of(at)


def test_after_a_failed_test_the_primary_button_tests_again(visit, fill):
    at = fill(visit("connection"), password="wrong")
    assert at.button(key="test").proto.type == "primary"

    at.button(key="test").click().run()

    assert "needs you" in text_of(at)
    assert at.button(key="test").proto.type == "primary"
    assert at.button(key="save").proto.type == "secondary"


@pytest.mark.parametrize(
    ("login_url", "expected"),
    [
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
        ("https://org.example", "https://org.example"),
        ("https://org.test", "https://org.test"),
        ("https://test.salesforce.com", "https://api.jangomail.com"),
        ("https://contest.example.com", "https://api.jangomail.com"),
    ],
)
def test_an_org_for_tests_never_uses_the_real_jangomail_by_default(login_url, expected):
    values = {"login_url": login_url, "username": "ann", "password": "secret"}
    entered = Entered("password", values, JangoMailLogin("", "ann", "secret"))

    assert credentials_of(entered, None).jangomail.url == expected


def test_the_jangomail_address_of_a_new_connection_is_blank(visit):
    at = visit("connection")
    at.radio(key="flow").set_value("password").run()

    assert at.text_input(key="new_password_jangomail_url").value == ""


def test_checks_that_pass_are_fine_in_one_sentence_and_stay_so_after_saving(visit, fill, log):
    at = fill(visit("connection"))

    at.button(key="test").click().run()
    assert "checks are fine." in text_of(at)
    at.button(key="save").click().run()

    assert connections.names(log.store) == ["default"]
    assert at.title[0].value == "Connection"
    assert "Practice Company" in text_of(at)
    assert "checks are fine." in text_of(at)


def test_a_failed_check_is_shown_with_its_remedy_and_can_be_fixed_later(visit, fill, log, practice):
    hide = {"access": "hidden", "sobject": "Lead"}
    requests.post(f"{practice.url}/practice/field-access", json=hide, timeout=5)
    at = fill(visit("connection"))

    at.button(key="test").click().run()
    said = text_of(at)
    assert 'Salesforce hides "Email Opt Out" on Lead from this user' in said
    assert "checks are fine. 1 needs you." in said
    assert "Object Manager" in said
    assert "Classic" in said
    assert at.button(key="save").label == "Save and fix later"
    at.button(key="save").click().run()

    state = connections.state(log.store, "default")
    assert [check.name for check in state.checks if not check.ok][:1] == [
        "Lead: Email Opt Out can be seen"
    ]


@pytest.fixture
def own_checkbox(practice):
    """The org has a checkbox of its own on Contact and Lead, and one on Contact only."""
    for field in ({"field": "No_Mail__c"}, {"field": "Vip__c", "sobject": "Contact"}):
        requests.post(f"{practice.url}/practice/custom-field", json=field, timeout=5)


def opt_out_choices(at):
    return at.selectbox(key="new_password_opt_out_field").options


@pytest.mark.usefixtures("own_checkbox")
def test_rule_3_8_the_orgs_checkboxes_can_be_chosen_once_a_test_has_signed_in(visit, fill, log):
    at = fill(visit("connection"))
    assert opt_out_choices(at) == ["Email Opt Out"]
    assert "Test to choose a checkbox of your org's own." in text_of(at)

    at.button(key="test").click().run()
    assert opt_out_choices(at) == [
        "Email Opt Out",
        "Email Opt Out and No Mail (No_Mail__c)",
        "Only No Mail (No_Mail__c)",
    ]
    at.selectbox(key="new_password_opt_out_field").set_value("=No_Mail__c")
    at.button(key="test").click().run()
    at.button(key="save").click().run()

    saved = connections.load(log.store, log.vault, "default")
    assert saved.opt_out_field == "=No_Mail__c"
    assert "Only No_Mail__c" in text_of(at)


def test_an_org_without_checkboxes_of_its_own_says_so(visit, fill):
    at = fill(visit("connection"))

    at.button(key="test").click().run()

    assert opt_out_choices(at) == ["Email Opt Out"]
    assert "Contact and Lead have no other checkbox" in text_of(at)


@pytest.mark.usefixtures("own_checkbox")
def test_a_stored_opt_out_field_stays_until_another_is_chosen(visit, log, connect):
    connect("default")
    saved = connections.load(log.store, log.vault, "default")
    connections.save(log.store, log.vault, "default", replace(saved, opt_out_field="No_Mail__c"))
    at = visit("connection", connection="default")

    at.button(key="change_connection").click().run()
    chosen = at.selectbox(key="default_password_opt_out_field")
    assert chosen.value == "No_Mail__c"
    chosen.set_value("")
    at.button(key="save").click().run()

    assert connections.load(log.store, log.vault, "default").opt_out_field == ""


def test_a_test_that_is_not_saved_leaves_no_trace_in_the_log(visit, fill, log):
    at = fill(visit("connection"), password="wrong")

    at.button(key="test").click().run()

    assert "2 things need you" not in text_of(at)
    assert "1 needs you." in text_of(at)
    assert connections.all_names(log.store) == []


def test_saving_refused_credentials_pauses_the_connection(visit, fill, log):
    at = fill(visit("connection"), password="wrong")

    at.button(key="test").click().run()
    at.button(key="save").click().run()

    assert answer(at).startswith("Opt-outs are paused: Salesforce refused")
    assert at.button(key="change_connection").label == "Enter new credentials"
    assert at.button(key="change_connection").proto.type == "primary"


def test_the_jangomail_account_can_be_tested_alone(visit, fill):
    at = fill(visit("connection"), password="wrong", jangomail_password="wrong too")

    at.button(key="test_jangomail").click().run()

    said = text_of(at)
    assert "JangoMail" in said
    assert "Salesforce sign-in" not in said


def test_a_name_that_is_taken_is_refused(visit, fill, connect):
    connect("default")
    at = fill(visit("connection", new="1"))

    at.button(key="save").click().run()

    assert "There's already a connection named default" in at.error[0].value


def test_stored_secrets_are_not_in_the_form_and_an_empty_field_keeps_them(
    visit, connect, log, practice
):
    connect("default")
    at = visit("connection", edit="1")
    before = connections.load(log.store, log.vault, "default")

    shown = {one.value for one in at.text_input}
    at.text_input(key="default_password_jangomail_username").set_value("someone else")
    at.button(key="save").click().run()

    after = connections.load(log.store, log.vault, "default")
    secrets = {
        before.salesforce.password,
        before.salesforce.security_token,
        before.jangomail.password,
    }
    assert not shown & (secrets - {before.jangomail.username})
    assert after.salesforce == before.salesforce
    assert after.jangomail.username == "someone else"
    assert after.jangomail.password == before.jangomail.password


def test_a_stored_secret_is_not_sent_to_another_address(visit, connect, log):
    connect("default")
    at = visit("connection", edit="1")

    at.text_input(key="default_password_login_url").set_value("https://login.example.org")
    at.button(key="test").click().run()

    assert "Password is missing" in at.error[0].value


def test_another_org_is_shown_with_both_orgs_and_one_button_says_which_is_meant(
    visit, connect, log, practice
):
    connect("default")
    run_test(log, choose(log, {}, "default"))
    before = practice.world.org.id
    requests.post(f"{practice.url}/practice/start-afresh", json={}, timeout=30)
    now = practice.world.org.id
    run_once(log, choose(log, {}, "default"), RunOrder("test"))
    at = visit("connection")

    assert "now lead to another org" in text_of(at)
    assert before in text_of(at)
    assert now in text_of(at)
    at.button(key="use_other_org").click().run()

    assert "now lead to another org" not in text_of(at)
    assert connections.state(log.store, "default").org.org_id == now


def test_a_lost_key_leaves_a_form_that_stores_again_and_keeps_the_history(
    visit, connect, log, home, practice
):
    connect("default")
    before = connections.load(log.store, log.vault, "default")
    run_once(log, choose(log, {}, "default"), RunOrder("test"))
    (home / "optback.key").unlink()
    at = visit("connection", edit="1")

    assert "different key" in at.warning[0].value
    at.radio(key="flow").set_value("password").run()
    assert at.text_input(key="default_password_username").value == before.salesforce.username
    at.text_input(key="default_password_password").set_value(before.salesforce.password)
    at.text_input(key="default_password_security_token").set_value(before.salesforce.security_token)
    at.text_input(key="default_password_jangomail_password").set_value(before.jangomail.password)
    at.button(key="save").click().run()

    assert connections.load(log.store, log.vault, "default") == before
    assert len(runs.latest(log.store, connection="default")) == 1


def test_testing_a_paused_connection_ends_the_pause_when_it_succeeds(visit, connect, log):
    connect("default")
    login = choose(log, {}, "default").credentials.salesforce
    refused = CredentialsRefused("Refused", remedy="Fix it.")
    pause.pause(log.store, log.vault, "default", login, refused)
    at = visit("connection")
    assert answer(at) == "Opt-outs are paused: Refused."

    at.button(key="test_connection").click().run()

    assert not at.error
    assert connections.state(log.store, "default").paused_at is None


def test_a_connection_from_the_environment_can_be_tested_but_not_edited(
    visit, practice, monkeypatch, log
):
    for name, value in practice.environment.items():
        monkeypatch.setenv(name, value)
    at = visit("connection")
    of_alerts = {"alert_save", "alert_test", "alert_kinds_save"}
    assert {one.key for one in at.button} - of_alerts == {"test_connection", "new_connection"}

    at.button(key="test_connection").click().run()

    assert "checks are fine." in text_of(at)


def test_a_person_pauses_and_resumes(visit, connect, log):
    connect("default")
    at = visit("connection")

    at.button(key="pause_connection").click().run()
    assert answer(at).startswith("Paused by")
    assert connections.state(log.store, "default").halted_at is not None
    at.button(key="resume_connection").click().run()

    assert "Paused by" not in text_of(at)
    assert connections.state(log.store, "default").halted_at is None


def test_a_connection_is_renamed_and_shown_under_its_new_name(visit, connect, log):
    connect("default")
    at = visit("connection")

    at.text_input(key="renamed_to").set_value("Acme").run()
    at.button(key="confirm_rename").click().run()

    assert at.query_params["connection"] == "Acme"
    assert connections.names(log.store) == ["Acme"]


def test_several_connections_are_in_a_table_with_what_each_needs(visit, connect, log, practice):
    connect("fine")
    run_test(log, choose(log, {}, "fine"))
    run_once(log, choose(log, {}, "fine"), RunOrder("test"))
    connect("halted")
    lifecycle.pause(log, "halted", "Dana Kim")
    act(practice, "object-edit", sobject="Lead", on=False)
    connect("needs")
    run_test(log, choose(log, {}, "needs"))
    connect("new")

    lines = table(visit("connection"), "Schedule").set_index("Name")

    assert {name: state for name, [state] in lines["State"].items()} == {
        "› fine": "✓ Fine",
        "› halted": "Paused by a person",
        "› needs": "! 1 check needs you",
        "› new": "Not tested yet",
    }
    assert set(lines["Schedule"]) == {"Off"}


def test_a_connection_without_history_is_deleted_wholly(visit, connect, log):
    connect("old")
    run_test(log, choose(log, {}, "old"))
    at = visit("connection")

    at.button(key="confirm_delete").click().run()

    assert connections.all_names(log.store) == []


def test_deleting_keeps_the_history_unless_a_person_chooses_otherwise(visit, connect, log):
    connect("old")
    run = run_once(log, choose(log, {}, "old"), RunOrder("test"))
    at = visit("connection")

    assert at.button(key="confirm_delete").label == "Delete the credentials of old"
    at.button(key="confirm_delete").click().run()
    assert connections.names(log.store) == []
    assert runs.get(log.store, run.run_id) is not None

    at = visit("connection")
    people = connections.history(log.store, "old").people
    assert (
        at.button(key="confirm_delete").label
        == f"Delete 1 run and {people} people who unsubscribed"
    )
    at.button(key="confirm_delete").click().run()
    assert connections.all_names(log.store) == []


def test_a_connection_by_password_says_that_salesforce_retires_it(visit, connect):
    connect("default")

    at = visit("connection")

    assert "Summer '27" in " ".join(one.value for one in at.caption)


def test_the_page_shows_org_id_edition_and_user(visit, connect, log, practice):
    act(practice, "org-switch", edition="Team Edition")
    connect("default")
    run_test(log, choose(log, {}, "default"))

    said = text_of(visit("connection"))

    assert f"Practice Company ({practice.world.org.id})" in said
    assert "\nGroup Edition\n" in said
    assert "by a test" in said  # the last sign-in
    assert "left in the last 24 hours" in said
    assert practice.environment["SALESFORCE_USERNAME"] in said


def act(practice, name, **values):
    requests.post(f"{practice.url}/practice/{name}", json=values, timeout=5).raise_for_status()


def test_checks_are_in_cards_by_what_they_stop_with_one_remedy_and_links(
    visit, connect, log, practice
):
    act(practice, "field-access", access="hidden", sobject="Lead")
    connect("default")
    run_test(log, choose(log, {}, "default"))
    at = visit("connection")

    said = text_of(at)
    cards = [one.value for one in at.subheader]
    assert cards[0] == "Opting out Leads"  # what needs someone comes first
    assert {"Signing in to Salesforce", "Opting out Contacts"} < set(cards)
    assert said.count("Lightning: Setup > Object Manager > Lead") == 1
    assert said.count("Email Opt Out can be edited") == 1  # on Contact; on Lead it only follows
    links = {one.proto.url for one in at.get("link_button")}
    setup = f"{practice.url}/lightning/setup/ObjectManager/Lead/FieldsAndRelationships/view"
    assert setup in links


def test_what_follows_from_another_card_is_said_there_without_its_steps(
    visit, connect, log, practice
):
    act(practice, "org-switch", person_accounts=True)
    act(practice, "field-access", access="hidden", sobject="Contact")
    connect("default")
    run_test(log, choose(log, {}, "default"))

    at = visit("connection")

    said = text_of(at)
    assert "1 needs you." in answer(at)
    assert said.count("Lightning: Setup > Object Manager > Contact") == 1
    assert 'Fix "Contact: Email Opt Out can be seen" first.' in said
    assert "Fixed with Contacts" in said


def test_the_text_for_the_administrator_can_be_copied_and_has_no_secret(
    visit, connect, log, practice
):
    act(practice, "field-access", access="read_only", sobject="Lead")
    connect("default")
    run_test(log, choose(log, {}, "default"))
    at = visit("connection")

    [text] = [one.value for one in at.code if one.value.startswith("Optback needs")]
    assert practice.world.org.id in text
    assert "Set Field-Level Security" in " ".join(text.split())
    assert practice.environment["SALESFORCE_SECURITY_TOKEN"] not in text


def test_after_a_refused_sign_in_the_remedy_is_said_once_and_nothing_else_is_claimed(
    visit, connect, log, practice
):
    connect("default")
    act(practice, "change-password", username=practice.environment["SALESFORCE_USERNAME"])
    run_test(log, choose(log, {}, "default"))
    at = visit("connection")

    said = text_of(at)
    assert "Permissions are checked once Salesforce answers." in said
    assert said.count("Check the user name, password, and security token.") == 1
    assert "Opting out Leads" not in [one.value for one in at.subheader]


def test_notes_leave_the_sentence_calm_and_warnings_do_not(visit, connect, log, practice):
    connect("default")
    run_test(log, choose(log, {}, "default"))
    calm = text_of(visit("connection"))
    act(practice, "org-switch", sharing="None")
    act(practice, "view-all", on=False, sobject="Lead")
    run_test(log, choose(log, {}, "default"))
    warned = text_of(visit("connection"))

    assert "checks are fine." in calm
    assert "worth a look" not in calm
    assert "checks are fine. 1 is worth a look." in warned


def test_a_test_of_edited_credentials_tells_what_the_log_knows_about_people(
    visit, connect, log, practice
):
    act(practice, "field-access", access="read_only", sobject="Lead")
    connect("default")
    run_once(log, choose(log, {}, "default"), RunOrder("test"))
    at = visit("connection", edit="1")

    at.button(key="test").click().run()

    assert "people who unsubscribed can still be emailed as Leads." in text_of(at)


def test_checks_of_an_older_version_are_still_shown(visit, connect, log):
    connect("default")
    run_test(log, choose(log, {}, "default"))
    before = [Check("Salesforce sign-in", True, "as ana"), Check("Lead: X", False, "Hidden", "Do")]
    connections.keep_checks(log.store, "default", before)

    at = visit("connection")

    said = text_of(at)
    assert "1 of 2 checks are fine. 1 needs you." in said
    assert "Hidden." in said
    assert "Other checks" in [one.value for one in at.subheader]
