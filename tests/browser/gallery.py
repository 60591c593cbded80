"""Pictures of every page in every state, width, and theme, and what a script can see wrong in them.

A script, not a test: `python -m tests.browser.gallery FOLDER [STATE ...] [--page PAGE] [--width N]
[--theme light|dark]`. Look through the folder; it prints what scrolls sideways, is cut, or jumps.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.dashboard import served
from tests.browser.gallery_states import STATES
from tests.browser.tab import Tab

WIDTHS = (1280, 1440, 768, 390)
THEMES = ("light", "dark")
PAGES = ("overview", "sync", "lists", "history", "connection", "practice")
MOST_SHIFT = 0.1
_HEIGHTS = {1280: 800, 1440: 900, 768: 1024, 390: 844}
_TALLEST = 4000
_SETTLE_MS = 1500
# Once the heading is there: what moves, but for the platform's own first change of width.
_WATCH = """(() => {
    let since = 0
    window.shifts = []
    const look = () => {
        if (document.querySelector("h1")) since = performance.now()
        else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    const platforms = s => s.node?.dataset?.testid === "stMainBlockContainer"
    new PerformanceObserver(list => {
        for (const e of list.getEntries())
            if (since && e.startTime > since && !e.hadRecentInput && !e.sources.some(platforms))
                window.shifts.push(e.value)
    }).observe({ type: "layout-shift", buffered: true })
})()"""
_CUT = """() => [...document.querySelectorAll(
        '[data-testid=stMain] :is(p, h1, h2, h3, label, button, li, span, td, th)')]
    .filter(e => e.checkVisibility() && e.textContent.trim() && !e.closest('[class*=sr-only]'))
    .filter(e => !e.closest('canvas, [data-testid=stDataFrame], [data-baseweb=select]'))
    .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
    .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
    .map(e => `"${e.textContent.trim().slice(0, 60)}"`)"""
_HEIGHT = """() => Math.max(...[...document.querySelectorAll('[data-testid=stMain], section')]
    .map(e => e.scrollHeight))"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take pictures of."""

    folder: Path
    states: Sequence[str]
    pages: Sequence[str]
    widths: Sequence[int]
    themes: Sequence[str]

    def shots(self) -> Iterator[tuple[str, int, str]]:
        """Each page in each width and theme."""
        for page in self.pages:
            for width in self.widths:
                for theme in self.themes:
                    yield page, width, theme


def main() -> int:
    """All that was wanted; 1 if anything looks wrong."""
    wanted = _wanted()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which(os.environ.get("CHROMIUM", "chromium")),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for state in wanted.states:
            found += _state(chromium, wanted, state)
        chromium.close()
    sys.stdout.write("\n".join(found or ["Nothing looks wrong."]) + "\n")
    return 1 if found else 0


def _state(chromium: Browser, wanted: Wanted, state: str) -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as dashboard:
        STATES[state](dashboard)
        for page, width, theme in wanted.shots():
            name = f"{page}-{state}-{width}-{theme}"
            address = "" if page == PAGES[0] else page
            wrong = _shoot(
                chromium, f"{dashboard.url}/{address}", width, theme, wanted.folder / name
            )
            found += [f"{name}: {words}" for words in wrong]
    return found


def _shoot(chromium: Browser, url: str, width: int, theme: str, path: Path) -> list[str]:
    context = chromium.new_context(
        viewport={"width": width, "height": _HEIGHTS[width]},
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    page.add_init_script(_WATCH)
    tab = Tab(page, url)
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    tab.wait_until_settled()
    page.wait_for_timeout(_SETTLE_MS)
    wrong = _wrong(page) + tab.complaints
    tall = min(int(page.evaluate(_HEIGHT)) + 4, _TALLEST)
    page.set_viewport_size({"width": width, "height": max(tall, _HEIGHTS[width])})
    page.wait_for_timeout(_SETTLE_MS)
    page.screenshot(path=f"{path}.png")
    context.close()
    return wrong


def _wrong(page: Page) -> list[str]:
    shift = sum(page.evaluate("window.shifts"))
    cut = [f"cut: {text}" for text in dict.fromkeys(page.evaluate(_CUT))]
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth + 1")
    jumps = [f"moves by {shift:.2f} after its heading"] if shift > MOST_SHIFT else []
    return cut + jumps + (["scrolls sideways"] if wide else [])


def _wanted() -> Wanted:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("states", nargs="*", default=list(STATES), metavar="STATE")
    parser.add_argument("--page", action="append", choices=PAGES)
    parser.add_argument("--width", action="append", type=int, choices=WIDTHS)
    parser.add_argument("--theme", action="append", choices=THEMES)
    options = parser.parse_args()
    return Wanted(
        options.folder,
        options.states or list(STATES),
        options.page or PAGES,
        options.width or WIDTHS,
        options.theme or THEMES,
    )


if __name__ == "__main__":
    sys.exit(main())
