"""Visiting the dashboard: deep links, a reload during a run, the keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.steps import FIRST_START, look_around
from tests.browser.tab import Tab

MENU = ["Overview", "Sync", "Lists", "History", "Connection", "Practice"]
ADDRESSES = {
    "history": "History",
    "sync": "Sync",
    "connection": "Connect Salesforce",
    "practice": "Practice",
    "": FIRST_START,
}
_NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea')]
    .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)
    .filter(e => !(e.textContent.trim() || e.ariaLabel || e.title || e.labels?.length))
    .map(e => e.outerHTML)"""
_FOCUSED = "() => document.activeElement.closest('[class*=st-key-]')?.className ?? ''"


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
    tab.key("to_overview").get_by_role("link").click()

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


def test_a_keyboard_finds_every_primary_button_and_each_control_has_a_name(
    open_tab: OpenTab,
) -> None:
    tab = open_tab()
    tab.open(heading=FIRST_START)
    tab_to(tab, "look_around")
    tab.page.keyboard.press("Enter")
    tab.check_page("Sync")
    tab_to(tab, "approve")

    for address, heading, primary in (
        ("connection", "Connection", "test_connection"),
        ("practice", "Practice", "next_step"),
    ):
        tab.open(f"{address}?connection=practice", heading)
        tab_to(tab, primary)
    tab.go_to("History")
    nothing_is_nameless(tab)
    tab.go_to("Overview")
    nothing_is_nameless(tab)


def tab_to(tab: Tab, key: str, at_most: int = 60) -> None:
    """Press the Tab key until the primary button with this key has the focus."""
    nothing_is_nameless(tab)
    button = tab.key(key).get_by_test_id("stBaseButton-primary")
    expect(button).to_have_accessible_name(button.inner_text())
    for _ in range(at_most):
        tab.page.keyboard.press("Tab")
        if f"st-key-{key}" in tab.page.evaluate(_FOCUSED).split():
            expect(button).to_be_focused()
            return
    raise AssertionError(f"{at_most} presses of Tab don't reach {key}")


def nothing_is_nameless(tab: Tab) -> None:
    """Everything the Tab key reaches has a name for a screen reader."""
    assert tab.page.evaluate(_NAMELESS) == []
