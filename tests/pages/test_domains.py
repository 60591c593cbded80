"""A whole domain on the list: its card on Overview, its preview on Sync, taking it back."""

import pytest
import requests

from lib.services.connections.chosen import choose
from lib.services.runs.order import RunOrder, run_once
from lib.store import connections, domains, runs
from lib.store.domains import Verdict
from lib.values import RunStatus
from tests.pages.conftest import table, text_of
from tests.waiting import wait_until

NAME = "default"
DOMAIN = "held.example"


@pytest.fixture
def held(connect, log, practice):
    """A run that found two people at a domain on hold."""
    connect(NAME)
    for sobject, email in (("Contact", "a@held.example"), ("Lead", "b@held.example")):
        values = {"LastName": "Made Up", "Company": "Example", "Email": email}
        if sobject == "Contact":
            del values["Company"]
        act(practice, "create-record", sobject=sobject, values=values)
    act(practice, "unsubscribe", entry=DOMAIN)
    run_once(log, choose(log, {}, NAME), RunOrder("test"))


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text


def scope(log):
    return connections.state(log.store, NAME).scope


def ended(log):
    """The newest run, once it has ended."""
    wait_until(lambda: runs.latest(log.store)[0].is_finished)
    return runs.latest(log.store)[0]


def test_rule_4_4_a_domain_on_hold_needs_you_with_the_number_of_people(held, visit):
    at = visit("overview", connection=NAME)

    assert f"{DOMAIN}: 2 people" in text_of(at)
    assert at.button(key=f"hand_held_{DOMAIN}_button").label == "Preview opting them out"
    assert at.button(key=f"keep_{DOMAIN}_confirm").label == "Keep 2 people mailable"


def test_rule_4_4_the_preview_comes_first_and_its_button_approves(held, visit, log):
    at = visit("overview", connection=NAME)
    at.button(key=f"hand_held_{DOMAIN}_button").click().run()
    preview = ended(log)
    assert (preview.status, preview.approves_domain) == (RunStatus.DRY_RUN, DOMAIN)
    assert domains.held(log.store, scope(log)) == [DOMAIN]

    at = visit("synchronise", connection=NAME)
    assert f"2 people at {DOMAIN} would be opted out (2 records)" in text_of(at)
    assert list(table(at, "Address")["Address"]) == ["a@held.example", "b@held.example"]
    assert at.button(key="approve").label == "Opt out 2 records of 2 people"
    at.button(key="approve").click().run()

    done = ended(log)
    assert (done.status, done.updated) == (RunStatus.SUCCEEDED, 2)
    assert domains.approved(log.store, scope(log)) == [DOMAIN]
    assert DOMAIN not in text_of(visit("overview", connection=NAME))


def test_rule_4_4_keeping_a_domain_mailable_is_confirmed_and_stored(held, visit, log):
    at = visit("overview", connection=NAME)
    at.button(key=f"keep_{DOMAIN}_confirm").click().run()

    [entry] = domains.entries(log.store, scope(log))
    assert (entry.verdict, entry.decided_by) == (Verdict.MAILABLE, "dashboard")
    assert DOMAIN not in text_of(visit("overview", connection=NAME))


def test_rule_4_4_a_decision_is_taken_back_on_the_connection_page(held, visit, log):
    domains.decide(log.store, scope(log), DOMAIN, Verdict.APPROVED, "ann at a terminal")
    at = visit("connection", connection=NAME)
    assert "Everyone there is opted out, now and later. Decided" in text_of(at)
    assert "by ann at a terminal" in text_of(at)

    at.button(key=f"withdraw_{DOMAIN}_confirm").click().run()

    assert domains.held(log.store, scope(log)) == [DOMAIN]
    assert "On hold: its people stay off lists" in text_of(visit("connection", connection=NAME))


def test_a_connection_without_domains_says_nothing_about_them(visit, connect):
    connect(NAME)

    assert "Whole domains" not in text_of(visit("connection", connection=NAME))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (None, "on hold until someone decides about the domain"),
        (Verdict.APPROVED, "approved: everyone there is opted out"),
        (Verdict.MAILABLE, "the domain is kept mailable"),
    ],
)
def test_the_lookup_says_what_was_decided_about_the_domain(held, visit, log, verdict, said):
    if verdict:
        domains.decide(log.store, scope(log), DOMAIN, verdict, "ann")

    at = visit("overview", connection=NAME, address="a@held.example")

    [row] = table(at, "Status").to_dict("records")
    assert row["Status"] == said
