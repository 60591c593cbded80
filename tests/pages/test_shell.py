"""What every page has around it: the connection, its mark, the banner, a log that fails."""

import pytest

from lib.services.log import open_log
from lib.store import connections, runs
from lib.values import Org
from tests.pages.conftest import text_of


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

    sidebar = visit().sidebar

    assert words in sidebar.markdown[0].value
    assert "Example & Sons" in sidebar.markdown[0].value


def test_a_connection_that_was_never_tested_says_so(visit, connect):
    connect("default")

    assert "Not tested yet" in visit().sidebar.markdown[0].value


def test_the_banner_is_there_for_the_practice_connection_alone(visit, connect):
    connect("practice")
    connect("default")

    assert "Practice org" in text_of(visit("history", connection="practice"))
    assert "Practice org" not in text_of(visit("history", connection="default"))


def test_nothing_leaves_this_computer_is_not_said_above_the_form_of_a_new_connection(
    visit, connect
):
    connect("practice")

    at = visit("connection", connection="practice", new="1")

    assert at.title[0].value == "Connect Salesforce"
    assert "Nothing leaves this computer" not in text_of(at)
    assert "Nothing leaves this computer" in text_of(
        visit("connection", connection="practice", edit="1")
    )


def test_a_log_from_the_future_is_refused_with_its_remedy(visit, home):
    with open_log(home, {}) as log:
        log.store.db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) "
            "values ('optback', 'm9999_later', '2030-01-01')"
        )

    at = visit()

    assert "newer" in at.error[0].value
    assert not at.title
