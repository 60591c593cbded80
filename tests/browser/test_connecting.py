"""Connecting an org on the Connection page: a wrong password is shown, saved, and fixed later."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NARROW, OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.tab import Tab

WRONG = "certainly-wrong-1"


@pytest.fixture
def dashboard(shared_dashboard: Dashboard) -> Dashboard:
    """The practice org, which gets one more name."""
    return shared_dashboard


def test_a_wrong_password_is_shown_with_its_remedy_and_can_be_saved_and_fixed(
    dashboard: Dashboard, open_tab: OpenTab
) -> None:
    tab = open_tab(NARROW)
    tab.open("connection?connection=practice&new=1", "Connect Salesforce")
    fill_in(tab, dashboard)

    tab.press("test")

    answer = tab.key("connection_answer")
    expect(answer).to_contain_text("needs you")
    expect(answer).to_contain_text("security token")
    tab.check_page("Connect Salesforce")
    save = tab.key("save").get_by_role("button")
    expect(save).to_have_text("Save and fix later")
    save.click()

    tab.check_page("Connection")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("needs you")
    tab.press("change_connection")
    tab.check_page("Edit third")
    assert field(tab, "Password").input_value() == ""
    type_in(field(tab, "Password"), str(dashboard.state()["password"]))
    tab.press("test")
    expect(answer).to_contain_text("checks are fine.")
    tab.check_page("Edit third")
    expect(save).to_have_text("Save")
    save.click()
    tab.check_page("Connection")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("checks are fine.")
    tab.press("to_first_preview")
    tab.check_page("Sync")
    expect(tab.key("preview").get_by_role("button")).to_be_enabled()
    no_secret_is_shown(tab, dashboard)


def fill_in(tab: Tab, dashboard: Dashboard) -> None:
    """User name of the practice org, and a wrong password."""
    org = dashboard.state()
    tab.page.get_by_text("User name, password, and security token", exact=True).click()
    expect(field(tab, "Password")).to_be_visible()
    tab.check_page("Connect Salesforce")
    tab.key("new_password_jangomail_more").locator("summary").click()
    values = {
        "Connection name": "third",
        "Login address": dashboard.practice,
        "User name": org["username"],
        "Password": WRONG,
        "Security token": org["token"],
        "JangoMail user name": org["mail_username"],
        "JangoMail password": org["mail_password"],
        "JangoMail address": dashboard.practice,
    }
    for label, value in values.items():
        type_in(field(tab, label), value)


def field(tab: Tab, label: str) -> Locator:
    """The field under this label."""
    return tab.page.get_by_role("textbox", name=label, exact=True)


def type_in(entry: Locator, value: str) -> None:
    """Enter a value, and leave the field as a person does with the Tab key."""
    entry.fill(value)
    entry.press("Tab")


def no_secret_is_shown(tab: Tab, dashboard: Dashboard) -> None:
    """No secret is on the page or in its address."""
    org = dashboard.state()
    said = tab.page.url + tab.page.content()
    assert not [secret for secret in (WRONG, org["password"], org["token"]) if secret in said]
