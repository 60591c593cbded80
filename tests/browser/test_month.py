"""`Play 30 days`: after it, every chart shows something."""

import re

from playwright.sync_api import expect

from lib.words import counted
from tests.browser.conftest import NARROW, OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.steps import look_around
from tests.browser.tab import Tab

_WITHIN_MS = 120_000  # on a busy machine; about 25 s on a quiet one
# Only marks that are visible: an empty bar has no height.
_HEIGHTS = """charts => charts.map(chart => [...chart.querySelectorAll('.role-mark path')]
    .map(mark => mark.getBoundingClientRect().height)
    .reduce((tallest, height) => Math.max(tallest, height), 0))"""
# Vega keeps what a mark shows with the mark; the labels for screen readers are off (one sentence).
# A day has several marks: its bar, the part above a gap, and what can be clicked.
_RECORDS = """chart => Object.values(Object.fromEntries(
    [...chart.querySelectorAll('.role-mark path')].map(mark => mark.__data__?.datum)
    .filter(Boolean).map(day => [day.key, day.records ?? 0])))"""


def test_after_thirty_days_every_chart_has_something_to_show(
    dashboard: Dashboard, open_tab: OpenTab
) -> None:
    tab = open_tab()
    look_around(tab)
    play_thirty_days(tab)

    tab.press("next_step")

    tab.check_page("History")
    runs = dashboard.runs()
    assert {run["status"] for run in runs} == {"succeeded", "partial", "failed"}
    expect(tab.state).to_contain_text(f"in {counted(len(runs), 'run', 'runs')}")
    every_chart_of_the_history_shows_something(tab)
    the_bars_add_up(tab, sum(run["updated"] for run in runs))
    tab.go_to("Overview")
    every_chart_shows_something(tab, count=1)

    narrow = open_tab(NARROW)
    narrow.open("history?connection=practice", "History")
    every_chart_of_the_history_shows_something(narrow)


def play_thirty_days(tab: Tab) -> None:
    """Start it on the Practice page, and wait for the last day."""
    tab.go_to("Practice")
    tab.press("practice_month")
    expect(tab.page.get_by_role("dialog")).to_contain_text("(1 run and no saved lists)")
    tab.press("confirm_month")
    expect(tab.page.get_by_role("heading", name="Playing 30 days")).to_be_visible()
    expect(tab.page.get_by_role("progressbar")).to_be_visible()
    expect(tab.key("story")).to_be_visible(timeout=_WITHIN_MS)
    expect(tab.key("story")).to_contain_text("A month has passed")
    tab.check_page("Practice")


def every_chart_of_the_history_shows_something(tab: Tab) -> None:
    """Its own charts and those of its operations. None is wider than the screen."""
    every_chart_shows_something(tab, count=4)
    tab.check_fits()
    tab.press("to_operations")
    expect(tab.page.get_by_role("heading", name="Steps of the last runs")).to_be_visible()
    every_chart_shows_something(tab, count=2)
    tab.check_fits()
    tab.page.go_back()
    expect(tab.key("to_operations")).to_be_visible()


def every_chart_shows_something(tab: Tab, count: int) -> None:
    """There are this many charts, and each has a visible mark and a name."""
    charts = tab.page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(count)
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".role-mark path").first).to_be_attached()
        expect(chart).to_have_attribute("aria-label", re.compile(r"\w"))
    assert min(charts.evaluate_all(_HEIGHTS)) > 1


def the_bars_add_up(tab: Tab, updated: int) -> None:
    """The bars are the records the runs opted out. A record on two days counts once."""
    found = re.search(r"([\d,]+) records", tab.state.inner_text())
    assert found is not None
    shown = int(found[1].replace(",", ""))
    chart = tab.page.get_by_label("Records opted out per day", exact=True)
    assert sum(chart.evaluate(_RECORDS)) == updated
    assert 100 < shown <= updated
