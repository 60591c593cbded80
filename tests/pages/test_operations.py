"""Operations: what a run took by step, the calls of each day, and the forecast before a run."""

import pytest

from lib.call_words import IN_SHORT
from lib.services.connections.chosen import choose
from lib.services.runs.order import RunOrder, run_once
from lib.services.started_by import DASHBOARD
from tests.pages.conftest import answer, table, text_of

NAME = "default"


@pytest.fixture
def show(visit, connect):
    """A page of a stored connection."""
    connect(NAME)
    return lambda page="history", **query: visit(page, connection=NAME, **query)


def run(log, **order):
    return run_once(log, choose(log, {}, NAME), RunOrder(DASHBOARD, **order))


def test_without_runs_the_view_says_what_will_appear_and_leads_to_a_preview(show):
    at = show(view="operations")

    assert "how many Salesforce API calls each day and each run took" in text_of(at)


def test_the_view_has_the_calls_of_each_run_by_step(show, log, practice):
    result = run(log)
    at = show(view="operations")

    [row] = table(at, "Opting out").to_dict("records")
    assert answer(at).startswith(f"{result.api_calls} API calls in the last 30 days")
    assert "less than 1%" in text_of(at)
    told = [int(row[name]) for name in row if name in IN_SHORT.values()]
    assert (row["Calls"], sum(told)) == (str(result.api_calls), result.api_calls)
    assert [one.value for one in at.subheader][:2] == ["API calls per day", "Seconds per run"]
    assert len(at.get("vega_lite_chart")) == 2


def test_history_leads_to_the_view_and_back(show, log):
    run(log)
    at = show()
    at.button(key="to_operations").click().run()
    assert "API calls in the last 30 days" in at.header[0].value

    at.button(key="back").click().run()

    assert "opted out in the last 30 days" in at.header[0].value


def test_the_chart_goes_up_to_the_cap_once_that_is_near(show, log, practice):
    practice.world.org.settings.api_calls_max = 20
    run(log)

    at = show(view="operations")

    assert at.subheader[0].value == "API calls per day :gray[· line: the cap]"


def test_a_run_shows_its_steps_and_what_it_expected(show, log):
    result = run(log)

    at = show(run=result.run_id)

    steps = list(table(at, "Step")["Step"])
    assert (steps[0], "Finding the addresses" in steps) == ("Signing in", True)
    expected = f"the run expected to take {result.api_calls} API calls"
    assert expected in text_of(at)


def test_rule_4_5_the_preview_on_sync_says_what_the_run_takes_and_what_is_left(show, log):
    made = run(log, dry_run=True).api_calls

    shown = text_of(show("synchronise"))

    assert f"takes about {made + 1} API calls: {made} to find the records and about 1" in shown
    assert f"The org has {100_000 - made:,} of 100,000 API calls left in 24 hours." in shown
    assert "Used calls come back after 24 hours, the next ones at about " in shown
