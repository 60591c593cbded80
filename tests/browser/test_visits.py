"""Visiting the dashboard: deep links, and a reload during a run."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.steps import FIRST_START, look_around

MENU = ["Overview", "Sync", "Lists", "History", "Connection", "Practice"]
ADDRESSES = {
    "history": "History",
    "sync": "Sync",
    "connection": "Connect Salesforce",
    "practice": "Practice",
    "": FIRST_START,
}


def test_a_deep_link_as_the_very_first_visit_shows_the_whole_dashboard_and_leads_to_a_connection(
    open_tab: OpenTab,
) -> None:
    tab = open_tab()
    for address, heading in ADDRESSES.items():
        tab.open(address, heading)
        entries = tab.page.get_by_test_id("stTopNav").get_by_role("link")
        expect(entries).to_have_text([re.compile(f"{title}$") for title in MENU])
        expect(tab.page.get_by_role("dialog")).to_have_count(0)

    tab.go_to("Sync")
    tab.press("to_overview")

    tab.check_page(FIRST_START)
    tab.press("connect_salesforce")
    tab.check_page("Connect Salesforce")
    expect(tab.page.get_by_role("radiogroup", name="How should Optback sign in?")).to_be_visible()


def test_the_progress_of_a_run_survives_a_reload(dashboard: Dashboard, open_tab: OpenTab) -> None:
    tab = open_tab()
    look_around(tab)
    planned = dashboard.runs()[0]["planned"]
    dashboard.act("fault", kind="slow", area="data", seconds=60, times=None)

    tab.press("approve")
    expect(tab.state).to_contain_text("A run is in progress")
    expect(tab.key("live_run").get_by_role("progressbar")).to_be_visible()
    tab.page.reload()

    tab.check_page("Sync")
    expect(tab.state).to_contain_text("A run is in progress")
    expect(tab.key("live_run").get_by_role("progressbar")).to_be_visible()
    expect(tab.key("preview").get_by_role("button")).to_be_disabled()
    [live] = [run for run in dashboard.runs() if run["status"] in ("starting", "running")]
    dashboard.act("clear-faults")
    expect(tab.state).to_contain_text("Done: ")
    run = dashboard.runs()[0]
    assert (run["run_id"], run["status"], run["updated"]) == (live["run_id"], "succeeded", planned)
