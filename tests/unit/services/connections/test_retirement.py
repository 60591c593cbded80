"""The monthly note on the retirement of sign-in with a password."""

from datetime import UTC, datetime, timedelta

from lib.services.connections.chosen import Chosen
from lib.services.connections.retirement import monthly_note
from lib.services.log import open_log
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = SalesforceLogin(username="ana@example.org", password="x")
APP = SalesforceLogin("https://acme.my.salesforce.com", consumer_key="k", consumer_secret="s")


def chosen(name: str, login: SalesforceLogin) -> Chosen:
    return Chosen(name, Credentials(login, JangoMailLogin()))


def test_the_note_is_given_once_a_month_for_each_connection(tmp_path):
    given = {"one": [], "other": []}

    for day in (0, 1, 29, 30, 31, 59, 60):
        with open_log(tmp_path, {}, clock=lambda day=day: BEGIN + timedelta(days=day)) as log:
            for name in given if day else ["one"]:
                if monthly_note(log, chosen(name, PASSWORD)):
                    given[name].append(day)

    assert given == {"one": [0, 30, 60], "other": [1, 31]}


def test_a_consumer_key_needs_no_note(tmp_path):
    with open_log(tmp_path, {}) as log:
        assert monthly_note(log, chosen("one", APP)) is None
