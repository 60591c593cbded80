"""Steps that several stories start with."""

from tests.browser.tab import Tab

FIRST_START = "Stop emailing people who unsubscribed"


def look_around(tab: Tab) -> None:
    """From the first start to a preview on the practice org, with one click."""
    tab.open(heading=FIRST_START)
    tab.press("look_around")
    tab.check_page("Sync")


def come_back(tab: Tab) -> None:
    """To the preview on the practice org, which someone made earlier."""
    tab.open("sync?connection=practice", "Sync")
