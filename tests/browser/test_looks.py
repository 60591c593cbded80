"""Every page by script: it fits, nothing is cut off, and axe finds nothing.

This is a sample on one dashboard: all pages, on a first visit, and with people Salesforce refuses.
`TEST_SEARCH=1` looks at each state of the gallery; `python -m tests.browser.gallery --check` does
the same, and goes on after it has found something. Only there is looked for what jumps while a page
loads, since that depends on how busy the computer is.
"""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import gallery
from tests.browser.conftest import NARROW, OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.gallery_states import STATES
from tests.browser.looks import HEIGHTS, WIDTHS, misplaced, violations
from tests.browser.steps import FIRST_START, look_around
from tests.browser.tab import Tab
from tests.sampling import SEARCHING, some

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
    "history?run={run}&": "Run",
    "connection?": "Connection",
    "connection?edit=1&": "Edit practice",
    "connection?new=1&": "Connect Salesforce",
    "practice?": "Practice",
}


def test_nothing_looks_wrong_on_any_page_in_any_width_light_or_dark(
    dashboard: Dashboard, open_tab: OpenTab
) -> None:
    tab = open_tab(NARROW, "dark")
    for address, heading in FIRST_VISIT.items():
        tab.open(address, heading)
        nothing_looks_wrong(tab)
    look_around(tab)
    nothing_looks_wrong(tab)
    tab.press("approve")
    expect(tab.state).to_contain_text("Done: ")
    nothing_looks_wrong(tab)
    run = dashboard.runs()[0]["run_id"]
    someone_is_refused(dashboard)

    for address, heading in PRACTICE.items():
        tab.open(f"{address.format(run=run)}connection=practice", heading)
        nothing_looks_wrong(tab)


@pytest.mark.skipif(not SEARCHING, reason="hours; the sample above is always tried")
@pytest.mark.parametrize("state", STATES)
def test_nothing_looks_wrong_in_any_state(browser: Browser, state: str) -> None:
    assert gallery.check(browser, state) == []


def someone_is_refused(dashboard: Dashboard) -> None:
    """Salesforce locks the record of someone who unsubscribed, and a run finds out."""
    values = {"LastName": "Locked", "Email": "locked@example.org"}
    locked = dashboard.act("create-record", sobject="Contact", values=values)["id"]
    dashboard.act("unsubscribe", entry="locked@example.org", asked="")
    dashboard.act("in-approval", record=locked)
    dashboard.sync("run", "--connection", "practice")


def nothing_looks_wrong(tab: Tab) -> None:
    """The first width light, the last one dark, both by axe too."""
    found = []
    for width in some(WIDTHS, 2):
        tab.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        tab.page.emulate_media(color_scheme="light" if width == WIDTHS[0] else "dark")
        tab.wait_until_settled()
        found += [f"{width} px: {words}" for words in misplaced(tab.page)]
        if width in (WIDTHS[0], WIDTHS[-1]):
            found += [f"{width} px: {words}" for words in violations(tab.page)]
    assert found == [], tab.page.url
