"""A browser tab whose every request and console error is kept, and how to find one's way in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

# A deep link makes Streamlit look for its server below the page's own address first.
_KNOWN_404 = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
_HERE = ("127.0.0.1", "localhost")
_WITHOUT_HOST = ("data", "blob", "about")
_TOO_WIDE = """() => [document.documentElement,
    ...document.querySelectorAll('[data-testid="stMain"], [data-testid="stSidebarContent"]')]
    .filter(one => one.getBoundingClientRect().right > 0)  // a folded menu lies beside the screen
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => `${one.tagName} ${one.dataset.testid}: ${one.scrollWidth} > ${one.clientWidth}`)"""


@dataclass
class Tab:
    """One tab on one dashboard; `complaints` is what no visitor should cause."""

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
        self.stands(heading)

    def go_to(self, title: str, heading: str | None = None) -> None:
        """Choose a page in the menu, unfolding the menu where a narrow screen folds it."""
        entry = self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
        with self._menu():
            entry.click()
        self.stands(heading or title)

    def stands(self, heading: str) -> None:
        """A page with this title is there, complete, and not wider than the screen."""
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
        self.settles()
        self.fits()

    def settles(self) -> None:
        """The script of the page has ended, and nothing on it is out of date."""
        expect(self.page.locator("[data-test-script-state='running']")).to_have_count(0)
        expect(self.page.locator("[data-stale='true']")).to_have_count(0)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)

    def fits(self) -> None:
        """Nothing on the page makes it scroll sideways."""
        assert self.page.evaluate(_TOO_WIDE) == []

    @property
    def state(self) -> Locator:
        """The sentence on top of the page."""
        return self.page.get_by_role("heading", level=3).first

    def key(self, key: str) -> Locator:
        """The element with this key."""
        return self.page.locator(f".st-key-{key}")

    def press(self, key: str) -> None:
        """Press the button with this key, once it can be pressed."""
        self.key(key).get_by_role("button").click()

    def table(self, heading: str) -> Locator:
        """The table with this column. A screen reader, and we, get the cells that are in view."""
        tables = self.page.get_by_test_id("stDataFrame")
        found = tables.filter(has=self.page.locator("th", has_text=re.compile(f"^{heading}$")))
        found.scroll_into_view_if_needed()
        return found

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
