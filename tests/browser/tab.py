"""A browser tab that keeps its requests and console errors, with helpers to use the pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from tests.browser.looks import sideways

# With a deep link, Streamlit first looks for its server below the page's own address.
_KNOWN_404 = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
_HERE = ("127.0.0.1", "localhost")
_WITHOUT_HOST = ("data", "blob", "about")
# Streamlit asks for a run in the task after a click or a key, and its page says so a frame later.
_NEXT_TASKS = """() => new Promise(
    done => setTimeout(() => requestAnimationFrame(() => setTimeout(done))))"""
_IN_RESULT, _TABLE_ROW = 140, 33  # pixels, in the table of runs


@dataclass
class Tab:
    """A tab on a dashboard; `complaints` are things that should never happen to a visitor."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("request", self._see)

    def open(self, path: str = "", heading: str = "Overview") -> None:
        """Visit an address of the dashboard as a first visitor, and wait for its heading."""
        self.page.goto(f"{self.url}/{path}")
        self.check_page(heading)

    def go_to(self, title: str, heading: str | None = None) -> None:
        """Choose a page in the menu. A narrow screen folds the menu, so it is opened first."""
        menu = self.page.get_by_test_id("stTopNav").or_(self.page.get_by_test_id("stSidebarNav"))
        with self._menu():
            menu.get_by_role("link", name=title, exact=True).click()
        self.check_page(heading or title)

    def choose(self, way: str) -> None:
        """Choose a tab within the page."""
        self.page.get_by_role("tab", name=way, exact=True).click()
        self.wait_until_settled()

    def check_page(self, heading: str) -> None:
        """Check that a page with this title is complete and not wider than the screen."""
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
        self.wait_until_settled()
        self.check_fits()

    def wait_until_settled(self) -> None:
        """Wait until the page's script has ended and everything on the page is up to date.

        A run that was only asked for counts as well: Streamlit drops what was typed if a click on
        the menu arrives before it has begun.
        """
        self.page.evaluate(_NEXT_TASKS)
        expect(self.page.locator("[data-test-script-state='notRunning']")).to_have_count(1)
        expect(self.page.locator("[data-stale='true']")).to_have_count(0)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)

    def check_fits(self) -> None:
        """Check that nothing on the page makes it scroll sideways."""
        assert sideways(self.page) == []

    @property
    def state(self) -> Locator:
        """The sentence at the top of the page."""
        return self.page.get_by_role("heading", level=2).first

    def key(self, key: str) -> Locator:
        """The element with this key."""
        return self.page.locator(f".st-key-{key}")

    def press(self, key: str) -> None:
        """Press the button with this key, once it can be pressed and the page is up to date.

        While the page is drawn again, the button may be another one when the mouse comes up.
        """
        self.wait_until_settled()
        self.key(key).get_by_role("button").click()

    def table(self, heading: str) -> Locator:
        """The table with this column. Like a screen reader, we only get the cells in view."""
        tables = self.page.get_by_test_id("stDataFrame")
        found = tables.filter(has=self.page.locator("th", has_text=re.compile(f"^{heading}$")))
        found.scroll_into_view_if_needed()
        return found

    def open_run(self, row: int = 0) -> None:
        """Click the result of a run in the table of runs, which is drawn on a canvas."""
        table = self.table("Result")
        expect(table.locator("canvas").first).to_be_visible()
        table.click(position={"x": _IN_RESULT, "y": _TABLE_ROW * (row + 1.5)})

    @contextmanager
    def _menu(self) -> Iterator[None]:
        unfold = self.page.get_by_test_id("stExpandSidebarButton")
        folded = unfold.is_visible()
        if folded:
            unfold.click()
        yield
        if folded:
            self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()

    def _hear(self, message: ConsoleMessage) -> None:
        where = urlsplit(message.location.get("url", "")).path
        if message.type == "error" and not ("404" in message.text and _KNOWN_404.match(where)):
            self.complaints.append(f"console: {message.text} ({where})")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _WITHOUT_HOST and address.hostname not in _HERE:
            self.complaints.append(f"request to the outside: {request.url}")
