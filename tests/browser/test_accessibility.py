"""Every page by axe-core, light and dark: no violation of any rule, best practices included.

`TEST_SEARCH=1` tries each width in both modes.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.steps import FIRST_START, look_around
from tests.browser.tab import Tab
from tests.sampling import SEARCHING

FIRST_VISIT = {
    "": FIRST_START,
    "sync": "Sync",
    "lists": "Lists",
    "history": "History",
    "connection": "Connect Salesforce",
    "practice": "Practice",
}
PRACTICE = {
    "?address=locked@example.org&": "Overview",
    "sync?": "Sync",
    "lists?": "Lists",
    "history?": "History",
    "history?run={run}&": "History",
    "connection?": "Connection",
    "connection?edit=1&": "Edit practice",
    "connection?new=1&": "Connect Salesforce",
    "practice?": "Practice",
}

WAYS = [(WIDE, "light"), (NARROW, "dark"), (WIDE, "dark"), (NARROW, "light")]


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    WAYS if SEARCHING else WAYS[:2],
    ids=lambda way: way if isinstance(way, str) else f"{way['width']} px",
)
def test_axe_finds_nothing_on_any_page(
    dashboard: Dashboard, open_tab: OpenTab, viewport: dict[str, int], scheme: str
) -> None:
    tab = open_tab(viewport, scheme)
    for address, heading in FIRST_VISIT.items():
        tab.open(address, heading)
        axe_finds_nothing(tab)
    look_around(tab)
    axe_finds_nothing(tab)
    tab.press("approve")
    expect(tab.state).to_contain_text("Done: ")
    axe_finds_nothing(tab)
    run = dashboard.runs()[0]["run_id"]
    values = {"LastName": "Locked", "Email": "locked@example.org"}
    locked = dashboard.act("create-record", sobject="Contact", values=values)["id"]
    dashboard.act("unsubscribe", entry="locked@example.org", asked="")
    dashboard.act("in-approval", record=locked)
    dashboard.sync("run", "--connection", "practice")

    for address, heading in PRACTICE.items():
        tab.open(f"{address.format(run=run)}connection=practice", heading)
        axe_finds_nothing(tab)


def axe_finds_nothing(tab: Tab) -> None:
    """Neither axe-core's rules nor its best practices are violated on the page as it is."""
    tab.wait_until_settled()
    found = Axe().run(tab.page).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
