"""Uploading a file: the page asks who in it unsubscribed, and only they are opted out."""

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, in_width
from tests.browser.dashboard import Dashboard
from tests.browser.steps import look_around
from tests.browser.tab import Tab

ASKED = ("ada.asked@example.org", "ben.asked@example.org")
GONE = ("gil.gone@example.org",)
STAYED = ("sue.stays@example.org", "tom.stays@example.org", "uma.stays@example.org")
_FOCUSED = "() => document.activeElement.closest('[class*=st-key-]')?.className ?? ''"


@in_width("1280 px wide")
def test_only_the_people_who_asked_are_opted_out(
    dashboard: Dashboard, open_tab: OpenTab, tmp_path: Path, viewport: dict[str, int]
) -> None:
    tab = open_tab(viewport)
    look_around(tab)
    expect(tab.state).to_contain_text("would be opted out")
    add_contacts(dashboard)
    answer_the_question(tab, unclear_file(tmp_path / "crm.csv"))
    preview_and_opt_out(tab, dashboard)
    the_answer_is_filled_in(tab, unclear_file(tmp_path / "crm again.csv"))
    a_workbook_is_understood(tab, workbook(tmp_path / "members.xlsx"))
    a_web_page_is_refused(tab, tmp_path / "page.csv")


def test_the_question_is_answered_with_the_keyboard(
    dashboard: Dashboard, open_tab: OpenTab, tmp_path: Path
) -> None:
    tab = open_tab()
    look_around(tab)
    upload(tab, unclear_file(tmp_path / "crm.csv"))

    tab_to(tab, "who_value_State")
    tab.page.keyboard.press("Space")
    tab.wait_until_settled()
    expect(tab.key("use_answer").get_by_role("button")).to_be_enabled()
    tab_to(tab, "use_answer")
    tab.page.keyboard.press("Enter")

    expect(tab.key("upload_section")).to_contain_text("3 of 6 lines were chosen (State = active)")
    tab_to(tab, "preview_file")
    tab.page.keyboard.press("Enter")
    expect(tab.state).to_contain_text("no records to opt out")
    [run, *_] = dashboard.runs()
    assert (run["status"], run["left_out"]) == ("dry_run", 3)


def answer_the_question(tab: Tab, path: Path) -> None:
    """Nothing can be previewed before the answer, and the answer is shown in numbers."""
    upload(tab, path)
    section = tab.key("upload_section")
    expect(section).to_contain_text("Who in this file asked not to be emailed?")
    expect(section.get_by_role("radio", checked=True)).to_have_count(0)
    expect(tab.key("preview_file")).to_have_count(0)
    expect(tab.key("use_answer").get_by_role("button")).to_be_disabled()

    section.get_by_text("blocked · 2 lines").click()
    expect(section).to_contain_text("2 of 6 lines would count, and 4 would be left out.")
    tab.wait_until_settled()
    tab.press("use_answer")

    expect(section).to_contain_text(
        "2 of 6 lines were chosen (State = blocked), and 4 are left out."
    )
    expect(section).to_contain_text("crm.csv” names 2 people")
    tab.check_page("Sync")


def preview_and_opt_out(tab: Tab, dashboard: Dashboard) -> None:
    """The preview and the approval use the same answer."""
    before = boxes(dashboard)
    tab.press("preview_file")
    expect(tab.page.get_by_role("button", name="Opt out 2 records of 2 people")).to_be_enabled()
    expect(tab.key("last_run")).to_contain_text("2 of 6 lines were chosen (State = blocked)")
    tab.check_page("Sync")

    tab.press("approve")

    expect(tab.state).to_contain_text("Done: 2 records opted out")
    tab.check_page("Sync")
    [run, preview, *_] = dashboard.runs()
    assert [run["left_out"], preview["left_out"]] == [4, 4]
    changes = dashboard.run(run["run_id"])["changes"]
    assert {(record["address"], record["outcome"]) for record in changes} == {
        (who, "updated") for who in ASKED
    }
    assert boxes(dashboard) == before + len(ASKED)


def the_answer_is_filled_in(tab: Tab, path: Path) -> None:
    """The next file with the same headings shows the answer, and still waits for a click."""
    upload(tab, path)
    section = tab.key("upload_section")
    expect(section).to_contain_text("Filled in from an earlier answer (")
    expect(section.get_by_role("radio", checked=True)).to_have_count(1)
    expect(section.locator("label", has=tab.page.get_by_role("radio", checked=True))).to_have_text(
        re.compile("^blocked")
    )
    expect(tab.key("preview_file")).to_have_count(0)
    tab.press("use_answer")
    expect(section).to_contain_text(
        "2 of 6 lines were chosen (State = blocked), and 4 are left out."
    )
    discard(tab)


def a_workbook_is_understood(tab: Tab, path: Path) -> None:
    """Its status column says who asked; the person can choose something else."""
    upload(tab, path)
    section = tab.key("upload_section")
    expect(section).to_contain_text("members.xlsx” names 1 person")
    expect(section).to_contain_text(
        "1 of 6 lines says so (Status = unsubscribed), and 5 are left out"
    )
    expect(tab.key("preview_file").get_by_role("button")).to_be_enabled()
    tab.press("change_answer")
    expect(section).to_contain_text("Here's how Optback reads the file")
    tab.check_page("Sync")
    discard(tab)


def a_web_page_is_refused(tab: Tab, path: Path) -> None:
    """A web page with the file name of a list. The message doesn't show a folder."""
    path.write_text("<!DOCTYPE html><html><body>Sign in</body></html>")
    upload(tab, path)
    expect(tab.key("upload_section")).to_contain_text("This is a web page")
    expect(tab.key("upload_section")).not_to_contain_text("/")
    expect(tab.key("preview_file")).to_have_count(0)
    discard(tab)


def upload(tab: Tab, path: Path) -> None:
    """Give the page a file."""
    tab.choose("From a file")
    fold = tab.key("upload_fold")
    expect(fold).to_be_visible()
    if fold.locator("summary").count():  # below the result of the file before
        fold.locator("summary").click()
    tab.page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    expect(tab.key("upload_section")).to_contain_text(path.name)
    tab.check_page("Sync")


def discard(tab: Tab) -> None:
    """Discard the file. The uploader is back."""
    tab.wait_until_settled()  # with an answer, the button is at another place
    tab.press("discard_file")
    expect(tab.key("upload_fold")).to_be_visible()
    tab.check_page("Sync")


def tab_to(tab: Tab, key: str, at_most: int = 60) -> None:
    """Press the Tab key until the element with this key has the focus."""
    for _ in range(at_most):
        tab.page.keyboard.press("Tab")
        if f"st-key-{key}" in tab.page.evaluate(_FOCUSED).split():
            return
    raise AssertionError(f"{at_most} presses of Tab don't reach {key}")


def unclear_file(path: Path) -> Path:
    """A column of states that don't say for sure that someone asked."""
    states = dict.fromkeys(STAYED, "active") | dict.fromkeys(ASKED, "blocked")
    states |= dict.fromkeys(GONE, "removed")
    path.write_text("Email,State\n" + "".join(f"{who},{state}\n" for who, state in states.items()))
    return path


def workbook(path: Path) -> Path:
    """An Excel file whose status column says who asked."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Email", "Status"])
    for who in (*ASKED, *STAYED):
        sheet.append([who, "subscribed"])
    sheet.append([GONE[0], "unsubscribed"])
    book.save(path)
    return path


def add_contacts(dashboard: Dashboard) -> None:
    """A contact of the practice org for everyone in the files."""
    for address in (*ASKED, *GONE, *STAYED):
        values = {"LastName": "File", "Email": address}
        dashboard.act("create-record", sobject="Contact", values=values)


def boxes(dashboard: Dashboard) -> int:
    """How many records are opted out in the practice org."""
    return sum(kind["opted_out"] for kind in dashboard.state()["records"].values())
