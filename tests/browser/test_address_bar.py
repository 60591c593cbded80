"""The address bar says what a page is about, and Back goes back one step."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from lib.ui.errors import JOINER
from tests.browser.conftest import OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.steps import come_back
from tests.browser.tab import Tab

STRANGE = "1. **x** https://a.example (www.a.us) :smile: :+1: $a$ [l](u) :red[x] <b> -> &amp; `c`"


@pytest.fixture
def dashboard(shared_dashboard: Dashboard) -> Dashboard:
    """These tests change nothing that another test looks at."""
    return shared_dashboard


def test_each_step_is_one_entry_and_back_goes_back_through_all_of_them(
    dashboard: Dashboard, open_tab: OpenTab
) -> None:
    tab = open_tab()
    come_back(tab)
    shown = [run for run in dashboard.runs() if run["connection"] == "practice"]
    run_id = shown[0]["run_id"]
    filtered = "history?connection=practice&period=90+days"
    steps = {
        "?connection=second": lambda: tab.press("open_second"),
        "?connection=practice": lambda: tab.press("open_practice"),
        "history?connection=practice": lambda: tab.go_to("History"),
        filtered: lambda: tab.key("period").get_by_text("90 days").click(),
        f"history?run={run_id}&connection=practice": tab.open_run,
        filtered + "#again": lambda: tab.press("back"),
        "lists?connection=practice": lambda: tab.go_to("Lists"),
        "lists?connection=second": lambda: choose(tab, "second"),
        "sync?connection=second": lambda: tab.go_to("Sync"),
    }
    addresses = [address.removesuffix("#again") for address in steps]
    tab.open("?connection=practice")

    for address, step in zip(addresses, steps.values(), strict=True):
        one_entry(tab, step, address)

    for address in ["?connection=practice", *addresses[:-1]][::-1]:
        tab.page.go_back()
        is_at(tab, address)
        name = "second" if "second" in address else "practice"
        expect(tab.key("connection").get_by_role("combobox")).to_have_value(name)


def test_an_unknown_connection_is_said_to_be_unknown_and_back_leads_there_again(
    open_tab: OpenTab,
) -> None:
    tab = open_tab()
    come_back(tab)
    its_name_is_shown_letter_by_letter(tab)

    tab.open("history?connection=nosuch", "Unknown connection")
    is_at(tab, "history?connection=nosuch")
    one_entry(tab, lambda: tab.press("known_practice"), "?connection=practice")
    tab.check_page("Overview")
    tab.page.go_back()

    is_at(tab, "history?connection=nosuch")
    tab.check_page("Unknown connection")


def test_a_visit_without_a_connection_gets_one_without_an_entry_of_its_own(
    open_tab: OpenTab,
) -> None:
    tab = open_tab()
    come_back(tab)
    before = tab.page.evaluate("history.length")

    tab.open("history?period=90+days", "History")

    is_at(tab, "history?period=90+days&connection=second")
    assert tab.page.evaluate("history.length") == before + 1


def its_name_is_shown_letter_by_letter(tab: Tab) -> None:
    """Nothing in a name becomes a link, an icon, a formula, or anything else that it isn't."""
    tab.open(f"history?connection={quote(STRANGE)}", "Unknown connection")
    main = tab.page.get_by_test_id("stMain")
    assert STRANGE in main.inner_text().replace(JOINER, "")
    expect(main.get_by_role("link")).to_have_count(0)


def one_entry(tab: Tab, step: Callable[[], None], address: str) -> None:
    """Check that a step leads to this address, and adds one entry to the browser's history."""
    before = tab.page.evaluate("history.length")
    step()
    is_at(tab, address)
    assert tab.page.evaluate("history.length") == before + 1, address


def is_at(tab: Tab, address: str) -> None:
    """Check that the page at this address is complete."""
    expect(tab.page).to_have_url(f"{tab.url}/{address}")
    tab.wait_until_settled()


def choose(tab: Tab, name: str) -> None:
    """Choose a connection in the menu."""
    tab.key("connection").get_by_role("combobox").click()
    tab.page.get_by_role("option", name=name, exact=True).click()
