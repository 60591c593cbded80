"""A list from a template to JangoMail, while people keep unsubscribing.

The page is compared with the downloaded file and with the practice org.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Download, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import OpenTab, in_width
from tests.browser.dashboard import Dashboard
from tests.browser.steps import look_around
from tests.browser.tab import Tab

NAME = "Spring newsletter"
_IN_NAME = 190  # pixels, in the table of lists


@in_width("1280 px wide")
def test_a_list_from_a_template_to_jangomail(
    dashboard: Dashboard, open_tab: OpenTab, viewport: dict[str, int]
) -> None:
    tab = open_tab(viewport)
    look_around(tab)
    tab.go_to("Lists")
    begin_with_a_template_and_change_a_condition(tab)
    count_and_preview_before_pulling(tab)
    number = pull_what_was_counted(tab)
    save_it(tab, number)
    gone = someone_unsubscribes(tab, dashboard)
    download_lacks_them(tab, gone, number)
    the_sent_list_has_exactly_the_others(tab, dashboard, gone, number)


def begin_with_a_template_and_change_a_condition(tab: Tab) -> None:
    """Click a template and change its condition. The query changes too."""
    tab.press("begin_mailable_contacts")
    operator = tab.page.get_by_role("combobox", name="Operator")
    expect(operator).to_have_value("is not empty")
    tab.wait_until_settled()
    pick(tab, operator, "contains")
    expect(operator).to_have_value("contains")
    tab.wait_until_settled()
    tab.page.get_by_placeholder("Text").fill("home.test")
    tab.page.get_by_placeholder("Text").press("Enter")
    tab.wait_until_settled()

    shown = tab.page.get_by_test_id("stMain")

    expect(shown).to_contain_text("WHERE Email LIKE '%home.test%'")
    expect(shown).to_contain_text("HasOptedOutOfEmail = false")
    tab.check_page("New list")


def pick(tab: Tab, choice: Locator, words: str) -> None:
    """Open a select box and take an option. Try again if the page moves and closes it."""
    option = tab.page.get_by_role("option", name=words, exact=True)
    for _ in range(5):
        choice.focus()
        choice.press("ArrowDown")
        with suppress(PlaywrightTimeout):
            option.click(timeout=3_000)
            return
    raise AssertionError(f"{words} is never offered")


def count_and_preview_before_pulling(tab: Tab) -> None:
    """How many match, how many are left out, the cost, and the first rows."""
    expect(tab.key("pull")).to_be_visible()
    tab.check_page("New list")
    main = tab.page.get_by_test_id("stMain")
    expect(tab.page.locator(".waterfall")).to_contain_text("Meet the conditions")
    expect(main).to_contain_text("Pulling takes about")
    for cell in tab.table("Email").locator("td").all_text_contents():
        assert "@" not in cell or "home.test" in cell


def pull_what_was_counted(tab: Tab) -> int:
    """The button has the number, and the heading that of the people on the list."""
    tab.press("pull")

    expect(tab.key("download")).to_be_visible(timeout=60_000)
    tab.check_page("New list")
    shown = re.search(
        r"([\d,]+) records on the list", tab.page.get_by_test_id("stMain").inner_text()
    )
    assert shown is not None
    return int(shown[1].replace(",", ""))


def save_it(tab: Tab, number: int) -> None:
    """Save it under a name with the keyboard alone. It is still there after a reload."""
    tab.key("save_place").get_by_role("button").focus()
    tab.page.keyboard.press("Enter")
    tab.page.get_by_label("Name", exact=True).fill(NAME)
    tab.page.get_by_label("Name", exact=True).press("Enter")

    tab.check_page(NAME)
    tab.page.reload()
    tab.check_page(NAME)
    expect(tab.page.get_by_test_id("stMain")).to_contain_text(f"{number:,} records on the list")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("no one on it has opted out since")


def someone_unsubscribes(tab: Tab, dashboard: Dashboard) -> str:
    """Someone unsubscribes at JangoMail, and the list says so. Returns their address."""
    [whole] = (dashboard.home / "lists").glob("*.csv")
    gone = read(whole)[0]["Email"]
    dashboard.act("unsubscribe", entry=gone, asked="")

    tab.press("back")
    expect(tab.state).to_contain_text("No one on your saved lists has opted out since")
    tab.press("check_freshness")

    expect(tab.state).to_contain_text("1 person opted out after you pulled your lists")
    tab.check_page("Lists")
    expect(tab.table("State")).to_contain_text("1 opted out since")
    open_the_first(tab)
    return gone


def open_the_first(tab: Tab) -> None:
    """A press on the name in the table's first row; again if the table wasn't ready for it."""
    for _ in range(5):
        tab.wait_until_settled()
        table = tab.table("State").bounding_box()
        assert table is not None
        tab.page.mouse.move(table["x"] + _IN_NAME, table["y"] + 33 + 16)
        tab.page.mouse.click(table["x"] + _IN_NAME, table["y"] + 33 + 16)
        with suppress(AssertionError):
            expect(tab.page.get_by_role("heading", name=NAME, level=1)).to_be_visible(timeout=5_000)
            break
    tab.check_page(NAME)


def download_lacks_them(tab: Tab, gone: str, number: int) -> None:
    """The file has everyone else and the date in its name. The link works once."""
    tab.key("download").get_by_role("button").click()
    tab.press("download_CSV")
    link = tab.key("save_file").get_by_role("link")
    expect(link).to_be_visible()
    tab.check_page(NAME)
    address = link.get_attribute("href") or ""

    with downloaded(tab.page) as files:
        link.press("Enter")  # a click misses if the menu is just closing and the link moves

    assert re.fullmatch(rf"{NAME} \d{{4}}-\d\d-\d\d\.csv", files[0].suggested_filename)
    found = [line["Email"] for line in read(Path(files[0].path()))]
    assert len(found) == number - 1
    assert gone not in found
    again = requests.get(f"{tab.url}{address}", timeout=60)
    assert again.status_code == 410
    expect(tab.key("save_file")).to_have_count(0)


def the_sent_list_has_exactly_the_others(
    tab: Tab, dashboard: Dashboard, gone: str, number: int
) -> None:
    """A new list in JangoMail with the date in its name; no one is emailed."""
    [whole] = (dashboard.home / "lists").glob("*.csv")
    tab.press("hand_over")
    expect(tab.page.get_by_role("button", name=f"Send {number - 1:,} people")).to_be_visible()
    tab.check_page(NAME)

    tab.press("hand_now")

    shown = tab.key("hand_overs")
    expect(shown).to_contain_text(f"{number - 1:,} people sent to JangoMail", timeout=60_000)
    expect(shown).to_contain_text("without 1 who opted out since the pull")
    tab.check_page(NAME)
    [group] = asked(dashboard, "Groups_GetList_XML", "GroupName")
    assert re.fullmatch(rf"{NAME} \d{{4}}-\d\d-\d\d", group)
    members = asked(dashboard, "Groups_GetMembers_XML", "EmailAddress", GroupName=group)
    wanted = {line["Email"].lower() for line in read(whole)} - {gone.lower()}
    assert sorted(member.lower() for member in members) == sorted(wanted)


@contextmanager
def downloaded(page: Page) -> Iterator[list[Download]]:
    """The files that the block downloads. In this tab: one that a download opens and closes again
    may be gone before it can be watched."""
    files: list[Download] = []
    page.on("download", lambda download: files.append(download))
    page.evaluate(
        "document.querySelectorAll('a[target]').forEach(a => a.removeAttribute('target'))"
    )
    yield files
    for _ in range(600):
        if files:
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was downloaded")


def asked(dashboard: Dashboard, method: str, column: str, **fields: Any) -> list[str]:
    """A column of JangoMail's answer."""
    login = {"Username": "practice", "Password": "practice"}
    answer = requests.post(
        f"{dashboard.practice}/api.asmx/{method}", data={**login, **fields}, timeout=60
    )
    answer.raise_for_status()
    return re.findall(rf"<{column}>([^<]*)</{column}>", answer.text)


def read(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
