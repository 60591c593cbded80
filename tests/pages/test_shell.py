"""What every page has around it: the connection, its mark, a month, a log that fails."""

import fcntl
from contextlib import contextmanager

import pytest

from lib.services.log import open_log
from lib.services.practice import month_process
from lib.services.practice.month_process import Rehearsal
from lib.store import connections, runs
from lib.values import Org
from tests.pages.conftest import text_of, unescaped


def test_the_address_bar_chooses_the_connection(visit, connect):
    connect("default")
    connect("sandbox")

    assert visit("history", connection="sandbox").selectbox(key="connection").value == "sandbox"
    assert visit("history").selectbox(key="connection").value == "default"


def test_an_unknown_connection_in_the_address_bar_is_said_to_be_unknown(visit, connect):
    connect("default")

    at = visit("history", connection="gone")

    assert at.title[0].value == "Unknown connection"
    assert "no connection named **gone**" in text_of(at)
    assert not at.selectbox
    at.button(key="known_default").click().run()
    assert (at.title[0].value, at.session_state["connection"]) == ("Overview", "default")


def test_a_deleted_connection_is_not_opened_unless_its_name_is_in_the_address_bar(
    visit, connect, log
):
    connect("acme")
    connect("zeta")
    runs.start(log.store, connection="acme", started_by="cron", dry_run=False, source="jangomail")
    connections.forget(log.store, "acme")

    assert visit().session_state["connection"] == "zeta"
    at = visit("overview", connection="acme")
    assert at.session_state["connection"] == "acme"
    assert "Deleted. Only its history is left." in text_of(at)


def test_a_run_is_shown_with_its_own_connection(visit, connect, log):
    connect("default")
    connect("sandbox")
    run_id = runs.start(
        log.store, connection="sandbox", started_by="cron", dry_run=False, source="jangomail"
    )

    at = visit("history", connection="default", run=run_id)

    assert at.session_state["connection"] == "sandbox"
    assert run_id in text_of(at)


def test_runs_of_cron_show_up_in_a_dashboard_that_has_no_credentials(visit, log):
    runs.start(
        log.store, connection="environment", started_by="cron", dry_run=False, source="jangomail"
    )

    assert visit().selectbox(key="connection").value == "environment"


@pytest.mark.parametrize(
    ("environment", "words"),
    [("production", "Production"), ("sandbox", "Sandbox"), ("practice", "Practice")],
)
def test_each_kind_of_org_has_its_mark_in_words(visit, log, connect, environment, words):
    connect("default")
    org = Org("00D000000000001EAA", "Example & Sons", environment, "sync@example.org")
    connections.remember_org(log.store, "default", org, "https://example.my.salesforce.com")

    [badge] = badges(visit())

    assert words in badge.value
    assert unescaped(badge.help).startswith("Example & Sons")


def test_a_connection_that_was_never_tested_says_so(visit, connect):
    connect("default")

    assert "Not tested yet" in badges(visit())[0].value


def test_the_practice_mark_is_there_for_the_practice_connection_alone(visit, connect):
    connect("practice")
    connect("default")

    assert "Practice" in badges(visit("history", connection="practice"))[0].value
    assert "Practice" not in badges(visit("history", connection="default"))[0].value


def test_nothing_leaves_this_computer_is_said_only_where_it_is_true(visit, connect, monkeypatch):
    connect("practice")

    at = visit("connection", connection="practice", new="1")
    assert at.title[0].value == "Connect Salesforce"
    assert badges(at) == []

    at = visit("connection", connection="practice", edit="1")
    assert badges(at)[0].help == "Made-up people. Nothing leaves this computer."

    monkeypatch.setenv("OPTBACK_WEBHOOK_URL", "https://hooks.example.com/a")
    monkeypatch.setenv("OPTBACK_WEBHOOK_SECRET", "long enough to be a secret, surely")
    at = visit("connection", connection="practice", edit="1")
    assert badges(at)[0].help == (
        "Made-up people. Only alerts leave this computer. They go to webhook at hooks.example.com."
    )


def test_every_page_says_that_30_days_are_being_played(visit, connect, home):
    connect("default")
    month_process.note(home, Rehearsal(11, "Day 12"))

    assert not any("Playing" in one.value for one in badges(visit()))
    with playing(home):
        for page in ("overview", "synchronise", "lists", "history", "connection"):
            words = [one.value for one in badges(visit(page, connection="default"))]
            assert any("Playing 30 days in practice: day 12" in one for one in words)


@contextmanager
def playing(home):
    """The lock that the process of a month holds."""
    with (home / "rehearsal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def badges(at):
    """The badges beside the title."""
    return [one for one in at.markdown if "-badge[" in one.value]


def test_a_log_from_the_future_is_refused_with_its_remedy(visit, home):
    with open_log(home, {}) as log:
        log.store.conn.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) "
            "values ('optback', 'm9999_later', '2030-01-01')"
        )

    at = visit()

    assert "newer" in at.error[0].value
    assert not at.title
