"""The list builder as people use it: by keyboard alone, and faster than the server answers."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenTab, in_width
from tests.browser.dashboard import Dashboard
from tests.browser.steps import come_back
from tests.browser.tab import Tab

_FOCUSED = """() => {
    const focused = document.activeElement;
    return focused.getAttribute('aria-label') || focused.innerText || focused.value || '';
}"""
_IS_THERE = """name => [...document.querySelectorAll('a, button, input, textarea, [tabindex]')]
    .map(it => it.getAttribute('aria-label') || it.innerText || it.value || '')
    .some(words => words.split('\\n').pop() === name)"""
_MOST_STEPS = 80


@pytest.fixture
def dashboard(shared_dashboard: Dashboard) -> Dashboard:
    """These tests change nothing that another test looks at."""
    return shared_dashboard


@in_width("1280 px wide")
def test_a_query_is_built_and_written_with_the_keyboard_alone(
    open_tab: OpenTab, viewport: dict[str, int]
) -> None:
    tab = open_tab(viewport)
    come_back(tab)
    new_list(tab)

    press_key(tab, "Add condition", "Enter")
    step_to(tab, "Field", backwards=True)
    choose(tab, "Lead Source")
    step_to(tab, "Value of Lead Source")
    choose(tab, "Web")
    choose(tab, "Other")
    tab.page.keyboard.press("Escape")
    expect(code(tab)).to_contain_text("LeadSource IN ('Web', 'Other')")
    step_to(tab, "Builder", backwards=True)
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("Enter")
    expect(text_of(tab)).to_be_visible()
    tab.wait_until_settled()
    step_to(tab, "SOQL query")
    tab.page.keyboard.press("Control+End")
    tab.page.keyboard.type(", Emai")
    expect(tab.page.get_by_role("option", name="Email", exact=True)).to_be_visible()
    tab.page.keyboard.press("Tab")
    expect(text_of(tab)).to_have_value(re.compile("LastName, Email$"))
    tab.page.keyboard.type(", Nmae")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("Did you mean Name?")
    tab.page.keyboard.type(" LIMIT == 5")
    tab.page.keyboard.press("Control+Enter")

    expect(tab.page.get_by_test_id("stMain")).to_contain_text("SOQL compares with a single =.")
    expect(code(tab)).to_contain_text("^")
    tab.wait_until_settled()
    tab.check_fits()


def test_what_is_typed_just_before_a_click_is_never_lost(open_tab: OpenTab) -> None:
    tab = open_tab()
    come_back(tab)
    new_list(tab)
    tab.page.get_by_role("radio", name="SOQL").click()
    write(tab, "SELECT Email FROM Lead WHERE Title = 'One'")
    tab.page.get_by_role("radio", name="Builder").click()
    value = tab.page.get_by_role("textbox", name="Value of Title")
    expect(value).to_have_value("One")

    tab.wait_until_settled()
    value.fill("Two")
    tab.page.get_by_role("radio", name="SOQL").click()
    expect(text_of(tab)).to_have_value("SELECT Email\nFROM Lead\nWHERE Title = 'Two'")

    tab.wait_until_settled()
    text_of(tab).fill("SELECT Email FROM Lead WHERE Title = 'Three'")
    tab.page.keyboard.press("Tab")  # the rerun caused by the text could swallow a click in the menu
    tab.wait_until_settled()
    tab.go_to("History")
    tab.go_to("Lists", "New list")
    expect(text_of(tab)).to_have_value("SELECT Email FROM Lead WHERE Title = 'Three'")

    tab.wait_until_settled()
    text_of(tab).fill("SELECT Email FROM Lead WHERE Title = 'Four'")
    tab.press("back")
    tab.press("begin_new_leads")
    expect(code(tab)).to_contain_text("LAST_N_DAYS:30")
    tab.page.get_by_role("button", name="Back to my earlier query").click()
    expect(text_of(tab)).to_have_value("SELECT Email FROM Lead WHERE Title = 'Four'")


def new_list(tab: Tab) -> None:
    tab.go_to("Lists")
    tab.press("new_list")
    tab.check_page("New list")


def text_of(tab: Tab) -> Locator:
    return tab.page.get_by_role("textbox", name="SOQL query")


def code(tab: Tab) -> Locator:
    return tab.page.get_by_test_id("stCode").first


def write(tab: Tab, text: str) -> None:
    text_of(tab).fill(text)
    text_of(tab).press("Control+Enter")
    tab.wait_until_settled()


def step_to(tab: Tab, name: str, *, backwards: bool = False) -> None:
    """Press Tab until the element with this name has the focus, once it's on the page."""
    tab.page.wait_for_function(_IS_THERE, arg=name)
    for _ in range(_MOST_STEPS):
        tab.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if tab.page.evaluate(_FOCUSED).split("\n")[-1] == name:
            return
    raise AssertionError(f"{name} can't be reached by keyboard")


def press_key(tab: Tab, name: str, key: str) -> None:
    step_to(tab, name)
    tab.page.keyboard.press(key)
    tab.wait_until_settled()


def choose(tab: Tab, words: str) -> None:
    """Type into the select box that has the focus, and take the first option."""
    tab.page.keyboard.type(words)
    expect(tab.page.get_by_role("option").first).to_contain_text(words)
    tab.page.keyboard.press("Enter")
    tab.wait_until_settled()
