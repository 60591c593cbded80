"""Keep checking, on the Connection page, in the form of a new connection, and on Overview."""

import pytest

from lib.practice.acts.administration import field_access
from lib.services.connections import look_again, waiting
from lib.services.connections.chosen import choose
from lib.store import connections, runs
from lib.store.waiting import Ended
from tests.pages.conftest import text_of
from tests.pages.test_connection_page import fill

__all__ = ["fill"]
ACME = "acme"


@pytest.fixture
def show(visit, connect):
    """The Connection page of a stored connection."""
    connect(ACME)
    return lambda page="connection": visit(page, connection=ACME)


def keys(at):
    return {one.key for one in at.button}


def test_waiting_is_offered_only_while_permissions_alone_are_missing(show, practice):
    at = show().button(key="test_connection").click().run()
    assert "keep_checking" not in keys(at)

    field_access(practice.world, "hidden")
    at = at.button(key="test_connection").click().run()

    assert "keep_checking" in keys(at)


def test_what_is_missing_what_became_right_and_stop_checking_are_shown(show, practice, log):
    field_access(practice.world, "hidden")
    at = show().button(key="test_connection").click().run()
    at.button(key="keep_checking").click().run()
    assert "Missing: Lead: Email Opt Out can be edited" in text_of(at)
    assert "only while this dashboard" in text_of(at)

    field_access(practice.world, "editable", "Lead")
    look_again.look(log, choose(log, {}, ACME))
    at = at.run()
    assert "Lead: Email Opt Out became editable at " in text_of(at)
    overview = show("overview")
    words = "permissions are missing in Salesforce, and Optback keeps checking"
    assert words in text_of(overview)
    assert "Lead: Email Opt Out became editable at " in text_of(overview)

    overview.button(key="stop_checking").click().run()
    assert words not in text_of(overview)
    at = at.run()
    assert waiting.of(log, ACME).ended_as is Ended.STOPPED
    assert "keep_checking" in keys(at)


def test_when_all_is_there_the_page_says_since_when(show, practice, log):
    field_access(practice.world, "hidden")
    at = show().button(key="test_connection").click().run()
    at.button(key="keep_checking").click().run()
    field_access(practice.world, "editable")

    look_again.look(log, choose(log, {}, ACME))
    at = at.run()

    assert "Every permission is there" in text_of(at)
    assert "stop_checking" not in keys(at)
    assert "keep checking" not in text_of(show("overview"))


def test_a_new_connection_is_saved_and_waited_for_and_no_run_starts(visit, fill, practice, log):
    field_access(practice.world, "hidden")
    at = fill(visit("connection", new="1"))
    at.button(key="test").click().run()

    at.button(key="save_and_wait").click().run()

    assert connections.names(log.store) == ["default"]
    assert waiting.of(log, "default").is_on
    assert runs.latest(log.store, limit=1) == []
