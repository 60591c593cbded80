"""The dashboard as people see it: its own process, an empty home, and Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.dashboard import ROOT, Dashboard, served
from tests.browser.tab import Tab

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
_WAIT_AT_MOST_MS = 60_000  # far longer than anything takes, unless it fails

OpenTab = Callable[..., Tab]


def pytest_configure(config: pytest.Config) -> None:
    """Keep a screenshot of every page where a test failed."""
    config.option.screenshot = "only-on-failure"
    config.option.full_page_screenshot = True
    config.option.output = str(ROOT / ".cache" / "browser")
    expect.set_options(timeout=_WAIT_AT_MOST_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The Chromium that scripts/setup installs, without requests of its own to the outside."""
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which(os.environ.get("CHROMIUM", "chromium")),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
        ],
    }


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard that no one has visited yet."""
    with served(tmp_path) as running:
        yield running


@pytest.fixture
def open_tab(dashboard: Dashboard, new_context: Callable[..., BrowserContext]) -> Iterator[OpenTab]:
    """Opens tabs on that dashboard, 1280 pixels wide and light by default.

    At the end, checks that no tab logged an error or sent a request to another computer.
    """
    tabs: list[Tab] = []

    def open_new(viewport: dict[str, int] = WIDE, scheme: str = "light") -> Tab:
        page = new_context(
            viewport=viewport, color_scheme=scheme, timezone_id="Europe/Berlin"
        ).new_page()
        page.set_default_timeout(_WAIT_AT_MOST_MS)
        tabs.append(Tab(page, dashboard.url))
        return tabs[-1]

    yield open_new
    assert [complaint for tab in tabs for complaint in tab.complaints] == []
