"""The words of alerts: complete for every cause, and without addresses of people."""

from datetime import UTC, datetime

import pytest

from lib.alerts.causes import Cause, CauseKind, Situation
from lib.alerts.settings import AlertSettings
from lib.alerts.time_words import duration_in_words, gap_in_words
from lib.alerts.words import TITLES, recovery_of, text_of
from lib.store.alerts import MessageKind
from lib.store.domains import OnHold
from lib.store.people import RefusedRecord
from lib.values import Fault

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
REFUSED = RefusedRecord("Lead", "00Q1", "anna@example.org", "X", "no", NOW)
SEEN = Situation(
    "a & b", NOW, mailable=1, held_domains=(OnHold("example.org", 214, 230),), refused=(REFUSED,)
)


@pytest.mark.parametrize("kind", CauseKind)
def test_every_cause_has_a_title_an_effect_a_remedy_and_a_link(kind):
    fault = Fault("code", "Something went wrong", "Do this.")

    text = text_of(MessageKind.OPENED, Cause(kind, fault=fault), SEEN, AlertSettings())
    over = recovery_of(Cause(kind), SEEN, AlertSettings())

    assert text.subject == f"Optback (a & b): {TITLES[kind]}"
    assert text.cause.endswith((".", '."'))
    assert text.effect
    assert text.remedy
    assert "connection=a%20%26%20b" in text.link
    assert over.subject == f"Optback (a & b): Works again: {TITLES[kind]}"
    assert "1 person who unsubscribed can still be emailed." in over.effect


def test_what_salesforce_quotes_names_no_person():
    fault = Fault("x", "WHERE Email IN ('ANNA@example.org','o''b@x.org') ERROR at Row:1", "Ask.")

    text = text_of(MessageKind.OPENED, Cause(CauseKind.FAILING, fault=fault), SEEN, AlertSettings())

    assert "@" not in text.cause
    assert "ERROR at Row:1" in text.cause


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "less than an hour"), (3600, "1 hour"), (26 * 3600, "26 hours"), (3 * 86400, "3 days")],
)
def test_durations_are_said_in_hours_and_then_in_days(seconds, words):
    assert duration_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60, "minute"),
        (1800, "30 minutes"),
        (3600, "hour"),
        (5400, "90 minutes"),
        (86400, "24 hours"),
        (5 * 86400, "5 days"),
    ],
)
def test_how_often_a_run_is_expected_is_said_down_to_the_minute(seconds, words):
    assert gap_in_words(seconds) == words


def test_no_way_into_salesforce_means_that_no_one_is_opted_out():
    fault = Fault("sign_in_refused", "Salesforce says the org's trial has ended", "Buy it.")

    text = text_of(
        MessageKind.OPENED, Cause(CauseKind.PERMISSIONS, fault=fault), SEEN, AlertSettings()
    )

    assert text.effect.startswith("No one is opted out until this is fixed")
