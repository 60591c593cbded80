"""Alerts on the Connection page and on Overview: who is told, what was sent, a test, "I know"."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests

from lib.alerts.causes import Cause, CauseKind, Situation
from lib.alerts.settings import AlertSettings
from lib.alerts.words import text_of as text_for
from lib.practice.acts import people
from lib.services.alerts import watch
from lib.services.connections.chosen import choose
from lib.services.runs.order import RunOrder, run_once
from lib.store import alerts
from lib.store.alerts import MessageKind
from lib.store.domains import OnHold
from lib.sync.safety_limit import Allowance
from lib.ui.links import OVERVIEW, PAGES
from tests.mail_server import mail_server
from tests.pages.conftest import table, text_of


@pytest.fixture
def sink(home, tmp_path, monkeypatch):
    """A mail server whose emails go to one person."""
    with mail_server(tmp_path) as there:
        monkeypatch.setenv("OPTBACK_SMTP_URL", f"smtp://127.0.0.1:{there.port}")
        monkeypatch.setenv("OPTBACK_ALERT_FROM", "optback@example.com")
        monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com")
        yield there.sink


@pytest.fixture
def refused(log, connect, practice):
    """A connection whose password Salesforce refuses, after one scheduled run."""
    connect("default")
    refuse = {"refusal": "INVALID_LOGIN"}
    requests.post(f"{practice.url}/practice/policy", json=refuse, timeout=5).raise_for_status()

    def run():
        run_once(log, choose(log, {}, "default"), RunOrder(started_by="schedule"))

    return run


def test_without_a_mail_server_the_pages_say_that_no_one_is_told(visit, connect):
    connect("default")

    assert "No one gets alerts" in text_of(visit())
    said = text_of(visit("connection"))
    assert "No one gets alerts" in said
    assert "OPTBACK_SMTP_URL" in said
    assert "Nothing has been sent yet." in said


def test_overview_says_who_is_told(visit, connect, sink):
    connect("default")

    assert "Alerts go to `ops@example.com`." in text_of(visit())


def test_unusable_settings_are_said_without_their_secrets(visit, connect, monkeypatch):
    connect("default")
    monkeypatch.setenv("OPTBACK_SMTP_URL", "smtp://ops:pass-word@mail.example.com/in")

    for page in ("overview", "connection"):
        said = text_of(visit(page))
        assert "OPTBACK_SMTP_URL has something after the port" in said
        assert "pass-word" not in said


def test_a_test_email_goes_to_the_receivers_on_the_screen(visit, connect, sink):
    connect("default")
    at = visit("connection")

    at.text_input(key="alert_to_default").set_value("dana@example.com")
    at.button(key="alert_test").click().run()

    assert not at.exception
    assert "Test sent to 1 receiver." in at.success[0].value
    assert sink.subjects == ["Optback (default): Test"]
    assert sink.mails[0]["To"] == "dana@example.com"
    assert list(table(at, "What")["Status"]) == ["Sent"]


def test_a_test_that_can_not_be_sent_says_why(visit, connect, sink):
    sink.refused_receivers.add("ops@example.com")
    connect("default")
    at = visit("connection")

    at.button(key="alert_test").click().run()

    assert "The mail server refused this receiver (550)" in at.error[0].value


def test_what_is_no_address_is_not_saved(visit, connect, log, sink):
    connect("default")
    at = visit("connection")

    at.text_input(key="alert_to_default").set_value("dana")
    at.button(key="alert_save").click().run()

    assert "isn't an email address" in at.error[0].value
    assert alerts.receivers(log.store, "default") is None


def test_blank_receivers_mean_the_usual_ones_again(visit, connect, log, sink):
    connect("default")
    alerts.set_receivers(log.store, "default", ["dana@example.com"])
    at = visit("connection")

    at.text_input(key="alert_to_default").set_value("")
    at.button(key="alert_save").click().run()

    assert alerts.receivers(log.store, "default") is None


def test_an_open_alert_is_shown_and_can_be_silenced_until_a_day(visit, refused, log, sink):
    refused()
    at = visit("connection")
    assert "Salesforce refused the sign-in" in text_of(at)

    at.button(key="know_confirm_credentials").click().run()

    assert not at.exception
    [alert] = alerts.open_alerts(log.store, "default")
    assert alert.acknowledged_until > log.store.now() + timedelta(days=5)
    assert "No more alerts about this until" in text_of(at)


def test_overview_shows_an_alert_that_could_not_be_sent(visit, refused, sink, monkeypatch):
    sink.refused_receivers.add("ops@example.com")
    refused()

    said = text_of(visit())

    assert "An alert couldn't be sent" in said
    assert "The mail server refused this receiver (550)" in said

    monkeypatch.setattr(watch, "_FIRST_PAUSE", timedelta())
    assert "1 message is waiting" in text_of(visit("connection"))


def test_the_links_of_alerts_lead_to_pages_that_are_there():
    seen = Situation(
        "default", now=datetime(2026, 3, 2, tzinfo=UTC), held_domains=(OnHold("x.org", 1, 1),)
    )
    settings = AlertSettings()

    links = [text_for(MessageKind.OPENED, Cause(kind), seen, settings).link for kind in CauseKind]

    addresses = {page.address for page in PAGES} - {OVERVIEW.address} | {""}
    assert {urlsplit(one).path.strip("/") for one in links} <= addresses


def test_overview_says_that_many_people_are_missing_from_the_list(visit, connect, log, practice):
    connect("default")
    people.unsubscribe_some(practice.world, count=40)
    order = RunOrder("test", full=True, allowance=Allowance(allow_large=True))
    run_once(log, choose(log, {}, "default"), order)
    for entry in practice.world.mail.unsubscribes()[:25]:
        practice.world.mail.resubscribe(entry.address)
    run_once(log, choose(log, {}, "default"), order)

    at = visit()

    assert "are missing from it at once" in text_of(at)
    assert at.button(key="hand_list_shrank_button").label == "See the runs"
