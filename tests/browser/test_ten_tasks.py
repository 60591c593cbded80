"""Ten tasks of someone who has only the screen: by mouse, and by keyboard alone.

Each has a bound on its clicks and on its presses of Tab, and ends with an answer on the screen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenTab
from tests.browser.dashboard import Dashboard
from tests.browser.gallery_states import needs
from tests.browser.hands import Hand, Keys, Mouse
from tests.browser.looks import MOST_SHIFT_AT_THE_END, forget_shifts, moved, shift, watch
from tests.browser.tab import Tab
from tests.waiting import wait_until

REFUSED = "locked0@example.org"
REMEDY = "Finish the approval, or unlock the record in Salesforce."


@dataclass(frozen=True, slots=True)
class Desk:
    """Someone's screen, the hand they use, and the world behind it."""

    tab: Tab
    hand: Hand
    dashboard: Dashboard
    folder: Path

    @property
    def main(self) -> Locator:
        """The page below the menu."""
        return self.tab.page.get_by_test_id("stMain")

    def go_to(self, title: str) -> None:
        """By the menu, which counts."""
        self.hand.press(self.tab.page.get_by_test_id("stTopNav").get_by_role("link", name=title))
        self.tab.check_page(title)

    def button(self, key: str) -> Locator:
        """The button, link, or switch with this key."""
        place = self.tab.key(key)
        return place.get_by_role("button").or_(place.get_by_role("link")).first


def is_it_well(desk: Desk) -> None:
    """Can anyone who unsubscribed still be emailed?"""
    expect(desk.tab.state).to_have_text(
        re.compile(r"\d+ people who unsubscribed can still be emailed")
    )


def opt_out_those_waiting(desk: Desk) -> None:
    desk.hand.press(desk.button("hand_waiting_button"))
    desk.tab.check_page("Sync")
    expect(desk.tab.state).to_contain_text("would be opted out")
    forget_shifts(desk.tab.page)
    desk.hand.press(desk.button("approve"))
    expect(desk.tab.state).to_contain_text(re.compile(r"one: \d+ records opted out, 4 refused"))
    expect(desk.tab.key("cause_0")).to_contain_text(REMEDY)
    nothing_moved(desk.tab)


def why_do_they_still_get_mail(desk: Desk) -> None:
    desk.hand.write(desk.tab.page.get_by_label("Look up a person by email address"), REFUSED)
    desk.tab.page.keyboard.press("Enter")
    expect(desk.tab.key("story")).to_contain_text("can still be emailed.")
    expect(desk.tab.key("story")).to_contain_text(REMEDY)


def opt_out_a_file(desk: Desk) -> None:
    desk.go_to("Sync")
    desk.hand.choose(desk.tab.page.get_by_role("tab", name="From a file"))
    with desk.tab.page.expect_file_chooser() as chooser:
        desk.hand.press(desk.main.get_by_test_id("stFileUploader").locator("button"))
    chooser.value.set_files(wrong_file(desk))
    desk.hand.press(desk.button("preview_file"))
    expect(desk.tab.state).to_contain_text("2 records of 2 people would be opted out")
    desk.hand.press(desk.button("approve"))
    expect(desk.tab.state).to_contain_text("2 records opted out")


def take_the_wrong_file_back(desk: Desk) -> None:
    desk.hand.press(desk.button("last_preview_undo"))
    desk.hand.press(desk.button("last_undo_now"))
    wait_until(lambda: desk.dashboard.runs()[0]["status"] == "succeeded", "the undo")
    expect(desk.main).to_contain_text("2 records made mailable again")


def build_a_list_and_download_it(desk: Desk) -> None:
    desk.go_to("Lists")
    desk.hand.press(desk.button("begin_mailable_contacts"))
    desk.tab.check_page("New list")
    desk.hand.press(desk.button("pull"))
    expect(desk.main).to_contain_text(re.compile(r"[\d,]+ records on the list"))
    desk.hand.is_led_to(desk.button("download"))
    desk.hand.press(desk.button("download"))
    desk.hand.press(desk.button("download_CSV"))
    desk.hand.is_led_to(desk.button("save_file"))
    with desk.tab.page.expect_download() as download:
        desk.hand.press(desk.button("save_file"))
    assert "@" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def why_is_someone_not_on_it(desk: Desk) -> None:
    desk.hand.press(desk.tab.key("why_place").locator("summary"))
    desk.hand.write(desk.tab.key("why_address").get_by_role("textbox"), "family@home.test")
    desk.tab.page.keyboard.press("Enter")
    expect(desk.tab.key("why_answer")).to_contain_text("isn't on the list: opted out in Salesforce")


def hand_it_over(desk: Desk) -> None:
    desk.hand.press(desk.button("hand_over"))
    desk.hand.press(desk.button("hand_now"))
    expect(desk.tab.key("hand_overs")).to_contain_text("sent to JangoMail as")


def find_refused_records_and_their_remedy(desk: Desk) -> None:
    desk.hand.press(desk.button("hand_refused_ENTITY_IS_LOCKED_button"))
    drawer = desk.tab.page.get_by_role("dialog")
    expect(drawer).to_contain_text("Salesforce has refused 4 people")
    expect(drawer).to_contain_text(REMEDY)
    desk.tab.page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def connect_test_and_copy_for_the_admin(desk: Desk) -> None:
    desk.dashboard.act("field-access", access="hidden", sobject="Lead")
    desk.go_to("Connection")
    desk.hand.press(desk.button("new_connection"))
    desk.tab.check_page("Connect Salesforce")
    password = desk.tab.page.get_by_role("radio", name="User name, password, and security token")
    desk.hand.choose(password, steps=2)
    expect(desk.tab.page.get_by_role("textbox", name="Password", exact=True)).to_be_visible()
    org, login = desk.dashboard.state(), desk.dashboard.practice
    fields = {
        "Connection name": type(desk.hand).__name__.lower(),
        "Login address": login,
        "User name": org["username"],
        "Password": org["password"],
        "Security token": org["token"],
        "JangoMail user name": org["mail_username"],
        "JangoMail password": org["mail_password"],
    }
    for label, value in fields.items():
        desk.hand.write(desk.tab.page.get_by_role("textbox", name=label, exact=True), value)
    more = desk.tab.key("new_password_jangomail_more")
    desk.hand.press(more.locator("summary"))
    desk.hand.write(more.get_by_role("textbox", name="JangoMail address"), login)
    desk.tab.page.keyboard.press("Tab")
    desk.hand.press(desk.button("test"))
    answer = desk.tab.key("connection_answer")
    expect(answer).to_contain_text('Salesforce hides "Email Opt Out" on Lead')
    desk.hand.press(desk.button("for_admin"))
    text = desk.tab.page.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(text).to_contain_text("Email Opt Out")
    desk.dashboard.act("field-access", access="editable", sobject="Lead")


def turn_on_the_schedule(desk: Desk) -> None:
    desk.go_to("Connection")
    switch = desk.tab.key("schedule").get_by_role("switch")
    desk.hand.press(switch)
    expect(desk.tab.key("schedule")).to_contain_text("Next run")


def nothing_moved(tab: Tab) -> None:
    """From the press of the button until what came of the run is shown."""
    tab.wait_until_settled()
    assert shift(tab.page) <= MOST_SHIFT_AT_THE_END, moved(tab.page)


def wrong_file(desk: Desk) -> Path:
    """Two people who are Contacts, and didn't unsubscribe."""
    kind = type(desk.hand).__name__.lower()
    who = [f"{name}.{kind}@example.org" for name in ("amy", "bob")]
    for address in who:
        values = {"LastName": "Wrong", "Email": address}
        desk.dashboard.act("create-record", sobject="Contact", values=values)
    path = desk.folder / f"wrong {kind}.csv"
    path.write_text("Email,Status\n" + "".join(f"{each},unsubscribed\n" for each in who))
    return path


# Most clicks, and most presses of Tab. Writing into a field counts as a click. The focus may be
# lost while a page is drawn again, which costs more Tabs on a busy computer: there is room for it.
TASKS: dict[Callable[[Desk], None], tuple[int, int]] = {
    is_it_well: (0, 0),
    opt_out_those_waiting: (2, 22),
    why_do_they_still_get_mail: (1, 18),
    opt_out_a_file: (5, 35),
    take_the_wrong_file_back: (2, 42),
    build_a_list_and_download_it: (6, 45),
    why_is_someone_not_on_it: (2, 25),
    hand_it_over: (2, 35),
    find_refused_records_and_their_remedy: (1, 18),
    connect_test_and_copy_for_the_admin: (14, 65),
    turn_on_the_schedule: (2, 32),
}
_ON_THE_SAME_PAGE = (take_the_wrong_file_back, why_is_someone_not_on_it, hand_it_over)


@pytest.mark.parametrize("kind", [Mouse, Keys])
def test_each_of_ten_tasks_is_done_within_its_bound(
    kind: type[Mouse] | type[Keys], dashboard: Dashboard, open_tab: OpenTab, tmp_path: Path
) -> None:
    needs(dashboard)
    tab = open_tab()
    watch(tab.page)
    tab.open("?connection=practice")
    desk = Desk(tab, kind(tab), dashboard, tmp_path)

    efforts = {task.__name__: _done(desk, task) for task in TASKS}

    most = {task.__name__: bounds[kind is Keys] for task, bounds in TASKS.items()}
    assert {name: took for name, took in efforts.items() if took > most[name]} == {}


def _done(desk: Desk, task: Callable[[Desk], None]) -> int:
    """What the task took."""
    if task not in _ON_THE_SAME_PAGE:
        desk.hand.begin()
    desk.hand.effort = 0
    task(desk)
    return desk.hand.effort
