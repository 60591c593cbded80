"""Set up once, then only hear of it when a hand is needed: the whole story of a connection.

The Lead's opt-out field is hidden at first. An administrator makes it editable, the schedule goes
on, the password changes in Salesforce, and someone enters the new one. Three emails in all.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.conftest import in_width
from tests.browser.dashboard import Dashboard, served
from tests.browser.steps import look_around
from tests.browser.tab import Tab
from tests.mail_server import Sink, mail_server
from tests.waiting import wait_until


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[tuple[Dashboard, Sink]]:
    """A dashboard that sends its alerts to a mail server on this computer."""
    with mail_server(tmp_path) as server:
        variables = {
            "OPTBACK_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "OPTBACK_ALERT_FROM": "optback@example.org",
            "OPTBACK_ALERT_TO": "on-call@example.org",
        }
        with served(tmp_path, variables) as dashboard:
            yield dashboard, server.sink


@in_width("390 px wide")
def test_from_a_hidden_field_to_one_email_about_a_password_and_one_when_it_works_again(
    mails: tuple[Dashboard, Sink],
    new_context: Callable[..., BrowserContext],
    viewport: dict[str, int],
) -> None:
    dashboard, sink = mails
    tab = Tab(new_context(viewport=viewport).new_page(), dashboard.url)
    look_around(tab)
    dashboard.act("field-access", access="hidden", sobject="Lead")
    connect(tab, dashboard)

    keep_checking_until_it_is_editable(tab, dashboard)
    wait_until(lambda: len(sink.subjects) == 1, "the email that all is ready")

    switch_the_schedule_on(tab)
    assert dashboard.sync("run", "--connection=acme", "--quiet") == 0

    new = dashboard.act("change-password", username=dashboard.state()["username"])
    assert [dashboard.sync("run", "--connection=acme", "--quiet") for _ in range(3)] == [1, 1, 1]
    wait_until(lambda: len(sink.subjects) == 2, "the email about the password")
    tab.open("connection?connection=acme", "Connection")
    expect(main(tab)).to_contain_text("Paused")

    enter_the_new_password(tab, new)
    expect(main(tab)).to_contain_text("checks are fine")
    wait_until(lambda: len(sink.subjects) == 3, "the email that it works again")
    assert dashboard.sync("run", "--connection=acme", "--quiet") == 0
    assert len(sink.subjects) == 3
    no_secret_is_in(sink, new)
    assert tab.complaints == []


def connect(tab: Tab, dashboard: Dashboard) -> None:
    """Fill in the form, test, and see what is missing."""
    org = dashboard.state()
    tab.open("connection?connection=practice&new=1", "Connect Salesforce")
    tab.page.get_by_text("User name, password, and security token", exact=True).click()
    expect(field(tab, "Password")).to_be_visible()
    tab.check_page("Connect Salesforce")
    tab.key("new_password_jangomail_more").locator("summary").click()
    values = {
        "Connection name": "acme",
        "Login address": dashboard.practice,
        "User name": org["username"],
        "Password": org["password"],
        "Security token": org["token"],
        "JangoMail user name": org["mail_username"],
        "JangoMail password": org["mail_password"],
        "JangoMail address": dashboard.practice,
    }
    for label, value in values.items():
        field(tab, label).fill(str(value))
        field(tab, label).press("Tab")
    tab.press("test")
    expect(tab.key("connection_answer")).to_contain_text('Salesforce hides "Email Opt Out" on Lead')


def keep_checking_until_it_is_editable(tab: Tab, dashboard: Dashboard) -> None:
    """Save and wait; the administrator makes the field editable, and the next look finds it."""
    tab.press("save_and_wait")
    tab.check_page("Connection")
    expect(tab.key("waiting")).to_contain_text("Optback keeps checking")
    dashboard.act("field-access", access="editable", sobject="Lead")
    look = ("test", "--connection=acme", "--look", "--quiet")  # what a scheduler starts
    assert dashboard.sync(*look) == 0
    expect(main(tab)).to_contain_text("Every permission is there")
    expect(main(tab)).to_contain_text("checks are fine")
    tab.check_page("Connection")


def switch_the_schedule_on(tab: Tab) -> None:
    tab.key("schedule").get_by_text("Run by itself", exact=True).click()
    expect(tab.key("schedule")).to_contain_text("Next run")
    tab.check_page("Connection")


def enter_the_new_password(tab: Tab, new: dict[str, str]) -> None:
    tab.press("change_connection")
    tab.check_page("Edit acme")
    for label, value in (("Password", new["password"]), ("Security token", new["token"])):
        field(tab, label).fill(value)
        field(tab, label).press("Tab")
    tab.press("test")
    expect(tab.key("connection_answer")).to_contain_text("checks are fine")
    tab.check_page("Edit acme")
    tab.press("save")
    tab.check_page("Connection")


def main(tab: Tab) -> Locator:
    return tab.page.get_by_test_id("stMain")


def field(tab: Tab, label: str) -> Locator:
    """The field under this label."""
    return tab.page.get_by_role("textbox", name=label, exact=True)


def no_secret_is_in(sink: Sink, new: dict[str, str]) -> None:
    said = "".join(mail.as_string() for mail in sink.mails)
    assert not [secret for secret in (new["password"], new["token"]) if secret in said]
