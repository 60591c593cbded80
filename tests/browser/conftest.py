"""The dashboard as people see it: its own process, an empty home, and Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.dashboard import ROOT, Dashboard, served
from tests.browser.gallery_states import previewed_twice
from tests.browser.tab import Tab
from tests.sampling import SEARCHING

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
EACH_WIDTH = {"1280 px wide": WIDE, "390 px wide": NARROW}
_WAIT_AT_MOST_MS = 60_000  # far longer than anything takes, unless it fails

OpenTab = Callable[..., Tab]


def in_width(name: str) -> pytest.MarkDecorator:
    """A story plays in this width; `TEST_SEARCH=1` plays it in both.

    Half of the stories are played in each, so every page is used by mouse in both.
    """
    names = list(EACH_WIDTH) if SEARCHING else [name]
    return pytest.mark.parametrize("viewport", [EACH_WIDTH[each] for each in names], ids=names)


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


@pytest.fixture(scope="session")
def shared_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A preview on the practice org, and a second connection, for tests that change neither."""
    with served(tmp_path_factory.mktemp("shared")) as running:
        previewed_twice(running)
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
