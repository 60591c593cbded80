"""Pictures of every page in every state, width, and theme, and what a script can see wrong in them.

A script, not a test: `python -m tests.browser.gallery FOLDER [STATE ...] [--page PAGE] [--width N]
[--theme light|dark]`, or `--check` instead of the folder for no pictures. Look through the folder;
it prints what looks.py finds.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.dashboard import served
from tests.browser.gallery_states import STATES
from tests.browser.looks import (
    HEIGHTS,
    MOST_SHIFT,
    WIDTHS,
    misplaced,
    moved,
    shift,
    violations,
    watch,
)
from tests.browser.tab import Tab

THEMES = ("light", "dark")
PAGES = ("overview", "sync", "lists", "history", "connection", "practice")
_TALLEST = 4000
_SETTLE_MS = 1500
_AT_MOST_MS = 120_000
_HEIGHT = """() => Math.max(...[...document.querySelectorAll('[data-testid=stMain], section')]
    .map(e => e.scrollHeight))"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take pictures of."""

    folder: Path | None
    states: Sequence[str]
    pages: Sequence[str]
    widths: Sequence[int]
    themes: Sequence[str]


def main() -> int:
    """All that was wanted; 1 if anything looks wrong."""
    found = _look_through(_wanted())
    sys.stdout.write(f"{len(found)} things look wrong.\n" if found else "Nothing looks wrong.\n")
    return 1 if found else 0


def check(chromium: Browser, state: str) -> list[str]:
    """What looks wrong on any page in this state, in any width and theme."""
    return _state(chromium, Wanted(None, [state], PAGES, WIDTHS, THEMES), state)


def _look_through(wanted: Wanted) -> list[str]:
    if wanted.folder:
        wanted.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=_AT_MOST_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which(os.environ.get("CHROMIUM", "chromium")),
            args=["--no-sandbox", "--disable-gpu"],
        )
        return [words for state in wanted.states for words in _state(chromium, wanted, state)]


def _state(chromium: Browser, wanted: Wanted, state: str) -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as dashboard:
        STATES[state](dashboard)
        for name in wanted.pages:
            for width in wanted.widths:
                address = "" if name == PAGES[0] else name
                with _loaded(chromium, f"{dashboard.url}/{address}", width) as tab:
                    found += _look(tab, wanted, f"{name}-{state}-{width}")
    return found


@contextmanager
def _loaded(chromium: Browser, url: str, width: int) -> Iterator[Tab]:
    context = chromium.new_context(
        viewport={"width": width, "height": HEIGHTS[width]}, timezone_id="Europe/Berlin"
    )
    page = context.new_page()
    page.set_default_timeout(_AT_MOST_MS)
    watch(page)
    tab = Tab(page, url)
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=_AT_MOST_MS)
    tab.wait_until_settled()
    page.wait_for_timeout(_SETTLE_MS)
    yield tab
    context.close()


def _look(tab: Tab, wanted: Wanted, name: str) -> list[str]:
    """What looks wrong in each theme, and a picture of it."""
    far = shift(tab.page)
    wrong = [f"moves by {far:.2f}: {moved(tab.page)}"] if far > MOST_SHIFT else []
    wrong += misplaced(tab.page)
    for theme in wanted.themes:
        tab.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        tab.wait_until_settled()
        wrong += [f"{theme}, {words}" for words in violations(tab.page)]
        if wanted.folder:
            _shoot(tab.page, wanted.folder / f"{name}-{theme}.png")
    sys.stdout.writelines(f"{name}: {words}\n" for words in wrong + tab.complaints)
    sys.stdout.flush()
    return wrong + tab.complaints


def _shoot(page: Page, path: Path) -> None:
    """The whole page, as tall as it is."""
    size = page.viewport_size
    assert size is not None
    tall = min(int(page.evaluate(_HEIGHT)) + 4, _TALLEST)
    page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
    page.wait_for_timeout(_SETTLE_MS)
    page.screenshot(path=path)
    page.set_viewport_size(size)


def _wanted() -> Wanted:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", metavar="FOLDER STATE")
    parser.add_argument("--check", action="store_true", help="no pictures, so no folder")
    parser.add_argument("--page", action="append", choices=PAGES)
    parser.add_argument("--width", action="append", type=int, choices=WIDTHS)
    parser.add_argument("--theme", action="append", choices=THEMES)
    options = parser.parse_args()
    folder, *states = ["", *options.words] if options.check else options.words or [""]
    if not (folder or options.check) or set(states) - set(STATES):
        parser.error(f"FOLDER or --check, then any of: {', '.join(STATES)}")
    return Wanted(
        Path(folder) if folder else None,
        states or list(STATES),
        options.page or PAGES,
        options.width or WIDTHS,
        options.theme or THEMES,
    )


if __name__ == "__main__":
    sys.exit(main())
