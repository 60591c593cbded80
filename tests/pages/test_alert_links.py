"""The links in alert emails: each opens where its button is, and outlives a renaming."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from lib.services.alerts import overview
from lib.services.connections.chosen import choose
from lib.services.lifecycle import rename
from lib.services.runs.order import RunOrder, run_once
from lib.store import alerts, connections, domains, runs
from lib.sync.safety_limit import Allowance
from lib.values import RunStatus
from tests.mail_server import mail_server
from tests.pages.conftest import text_of
from tests.waiting import wait_until

NAME = "default"
PAGES = {"": "overview", "sync": "synchronise", "connection": "connection", "history": "history"}


@pytest.fixture
def sink(home, tmp_path, monkeypatch):
    """A mail server whose emails go to one person."""
    with mail_server(tmp_path) as there:
        monkeypatch.setenv("OPTBACK_SMTP_URL", f"smtp://127.0.0.1:{there.port}")
        monkeypatch.setenv("OPTBACK_ALERT_FROM", "optback@example.com")
        monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com")
        yield there.sink


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text


def run(log, name=NAME, **order):
    return run_once(log, choose(log, {}, name), RunOrder("schedule", **order))


def link_in(mail):
    """The page and the query that the link of an email leads to."""
    [text] = [
        part.get_content() for part in mail.iter_parts() if part.get_content_subtype() == "plain"
    ]
    [link] = re.findall(r"http://localhost:8501\S+", text)
    parts = urlsplit(link)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return PAGES[parts.path.strip("/")], query


def first_hand(at):
    return next(one for one in at.button if (one.key or "").startswith("hand_"))


def test_the_link_about_the_safety_limit_opens_the_button_that_allows_the_number(
    visit, connect, log, sink
):
    connect(NAME)
    stopped = run(log, allowance=Allowance(max_changes=0))
    page, query = link_in(sink.mails[0])

    at = visit(page, **query)
    assert at.button(key="approve").label.startswith(f"Opt out {stopped.planned} records of ")
    at.button(key="approve").click().run()

    wait_until(lambda: runs.latest(log.store)[0].is_finished)
    done = runs.latest(log.store)[0]
    assert (done.status, done.updated) == (RunStatus.SUCCEEDED, stopped.planned)


def test_the_link_about_a_domain_opens_its_card_first(visit, connect, log, practice, sink):
    connect(NAME)
    act(practice, "unsubscribe", entry="held.example")
    run(log)
    [mail] = [one for one in sink.mails if "domain" in one["Subject"]]

    page, query = link_in(mail)
    at = visit(page, **query)

    assert first_hand(at).key.startswith("hand_held_")
    assert "held.example" in str(mail)


def test_the_link_about_another_org_opens_the_question(visit, connect, log, practice, sink):
    connect(NAME)
    run(log)
    act(practice, "start-afresh")
    run(log)
    [mail] = [one for one in sink.mails if "Another Salesforce org" in one["Subject"]]

    page, query = link_in(mail)

    assert page == "connection"
    assert any(one.label == "Use this org" for one in visit(page, **query).button)


def test_a_link_from_before_a_renaming_leads_to_the_same_connection(visit, connect, log, sink):
    connect("a first")
    connect(NAME)
    run(log, allowance=Allowance(max_changes=0))
    page, query = link_in(sink.mails[0])
    assert query["connection"] == NAME
    rename(log, NAME, "sandbox")
    connect(NAME)  # another connection has the old name now

    at = visit(page, **query)

    assert at.session_state["connection"] == "sandbox"
    assert any(one.key == "approve" for one in at.button)
    assert "key" not in at.query_params


def test_an_unknown_key_in_a_link_changes_nothing(visit, connect):
    connect(NAME)

    at = visit("overview", connection=NAME, key="0123456789ab")

    assert at.session_state["connection"] == NAME


def test_a_kind_that_is_switched_off_sends_nothing_and_is_shown_all_the_same(
    visit, connect, log, sink
):
    connect(NAME)
    overview.choose_kinds(log, NAME, ["safety_limit"])
    run(log, allowance=Allowance(max_changes=0))

    assert not [one for one in sink.subjects if "safety limit" in one]
    assert "safety_limit" in {one.cause for one in alerts.open_alerts(log.store, NAME)}
    assert "over your limit of 0" in text_of(visit("overview", connection=NAME))

    overview.choose_kinds(log, NAME, [])
    assert "Optback (default): Stopped at the safety limit" in sink.subjects


def test_kinds_are_chosen_on_the_connection_page_but_never_the_ones_that_are_needed(
    visit, connect, log
):
    connect(NAME)
    at = visit("connection", connection=NAME)
    for kind in ("credentials", "jangomail", "permissions", "deadline"):
        assert at.checkbox(key=f"alert_kind_{NAME}_{kind}").disabled
    at.checkbox(key=f"alert_kind_{NAME}_held_domain").uncheck()
    at.button(key="alert_kinds_save").click().run()

    assert alerts.switched_off(log.store, NAME) == {"held_domain"}
    said = [one.label for one in visit("connection", connection=NAME).expander]
    assert "What to tell you about: everything but 1 kind" in said


def test_without_a_schedule_the_page_says_what_is_noticed_late(visit, connect):
    connect(NAME)

    assert "nothing looks between its runs" in text_of(visit("connection", connection=NAME))


def test_a_decision_about_a_domain_closes_its_alert(visit, connect, log, practice, sink):
    connect(NAME)
    act(practice, "unsubscribe", entry="held.example")
    run(log)
    at = visit("overview", connection=NAME)

    for domain in domains.held(log.store, connections.state(log.store, NAME).scope):
        at = visit("overview", connection=NAME)
        at.button(key=f"keep_{domain}_confirm").click().run()

    assert not [one for one in alerts.open_alerts(log.store, NAME) if one.cause == "held_domain"]
    assert any("Works again: A whole domain" in one for one in sink.subjects)
