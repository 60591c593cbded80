"""The settings of a connection on its page, and what the other pages say about them."""

import pytest

from lib.services.connections.own_settings import change, settings_of
from lib.services.started_by import DASHBOARD
from lib.store import runs
from lib.values import RunResult, RunStatus
from tests.pages.conftest import text_of

NAME = "acme"


@pytest.fixture
def show(visit, connect):
    """A page of a stored connection."""
    connect(NAME)
    return lambda page="connection", **query: visit(page, connection=NAME, **query)


def key(what):
    return f"settings_{what}_{NAME}"


def test_a_new_connection_copies_unsubscribes_and_has_the_usual_limit(show, log):
    at = show()

    assert at.toggle(key=key("copy")).value is True
    assert at.radio(key=key("how")).value == "By the usual rule"
    assert settings_of(log, NAME).set_at is None


def test_a_limit_of_its_own_is_kept_at_once_and_can_be_given_up(show, log):
    at = show()

    at.radio(key=key("how")).set_value("A number of your own").run()
    at.number_input(key=key("limit")).set_value(200).run()
    assert settings_of(log, NAME).safety_limit == 200
    assert show().number_input(key=key("limit")).value == 200
    at.radio(key=key("how")).set_value("By the usual rule").run()

    assert settings_of(log, NAME).safety_limit is None


def test_turned_off_copying_says_what_follows_on_every_page(show, log):
    at = show()
    at.toggle(key=key("copy")).set_value(False).run()

    assert settings_of(log, NAME).copies_unsubscribes is False
    assert "runs change nothing in Salesforce" in text_of(at)
    assert "Copying unsubscribes to Salesforce is off" in text_of(show("overview"))
    assert "Copying unsubscribes to Salesforce is off." in text_of(show("synchronise"))


def test_with_copying_off_a_preview_cannot_be_carried_out(show, log):
    run_id = runs.start(
        log.store, connection=NAME, started_by=DASHBOARD, dry_run=True, source="jangomail"
    )
    result = RunResult(run_id, NAME, RunStatus.DRY_RUN, planned=3, records=3)
    runs.finish(log.store, run_id, result)
    assert not show("synchronise").button(key="approve").disabled

    change(log, NAME, copies_unsubscribes=False, safety_limit=None)

    assert show("synchronise").button(key="approve").disabled


@pytest.mark.parametrize(
    ("source", "limit", "said"),
    [
        ("connection", 200, "Safety limit: 200 records, set for this connection."),
        ("run", 46, "Safety limit: 46 records, set for this run."),
        ("run", None, "Safety limit: lifted for this run."),
        (None, 500, ""),
    ],
)
def test_history_says_which_limit_a_run_had_if_a_person_set_it(show, log, source, limit, said):
    run_id = runs.start(log.store, connection=NAME, started_by="x", dry_run=False, source="file")
    runs.note_settings(log.store, run_id, limit_source=source, copying_off=False)
    runs.finish(log.store, run_id, RunResult(run_id, NAME, RunStatus.SUCCEEDED), limit=limit)

    shown = text_of(show("history", run=run_id))

    assert said in shown
    assert ("Safety limit" in shown) == bool(said)


def test_a_cap_of_api_calls_is_kept_at_once_and_can_be_given_up(show, log):
    at = show()
    assert [at.number_input(key=key(what)).value for what in ("calls_day", "calls_run")] == [80, 25]

    at.number_input(key=key("calls_day")).set_value(60).run()
    kept = settings_of(log, NAME)
    assert (kept.calls_a_day, kept.calls_a_run) == (60, None)
    assert show().number_input(key=key("calls_day")).value == 60

    at.number_input(key=key("calls_day")).set_value(80).run()

    assert settings_of(log, NAME).calls_a_day is None


def test_the_safety_limit_and_the_cap_do_not_undo_each_other(show, log):
    at = show()
    at.number_input(key=key("calls_run")).set_value(10).run()
    at.toggle(key=key("copy")).set_value(False).run()

    kept = settings_of(log, NAME)
    assert (kept.calls_a_run, kept.copies_unsubscribes) == (10, False)


def test_drawing_the_page_again_changes_nothing(show, log):
    change(log, NAME, copies_unsubscribes=True, safety_limit=200)
    before = log.store.revision()

    show().run()

    assert log.store.revision() == before
