"""The whole way of an unsubscribe, as a person sees it from the first start on.

The pages are compared with `sync.py history` and with the practice org.
"""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from lib.words import people, records
from tests.browser.conftest import OpenTab, in_width
from tests.browser.dashboard import Dashboard
from tests.browser.steps import look_around
from tests.browser.tab import Tab

LOOK_UP = "Look up a person by email address"
_SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
SUBSCRIBERS = ("nina.news@example.org", "otto.news@example.org", "pia.news@example.org")


@in_width("390 px wide")
def test_the_whole_way_of_an_unsubscribe(
    dashboard: Dashboard, open_tab: OpenTab, tmp_path: Path, viewport: dict[str, int]
) -> None:
    tab = open_tab(viewport)
    preview_of_the_first_start(tab, dashboard)
    opt_out_the_previewed_people(tab, dashboard)
    open_the_run_in_the_history(tab, dashboard)
    look_up_someone_who_was_opted_out(tab, dashboard)
    cleared = clear_a_box_as_a_colleague(tab)
    run_again_and_it_stays_cleared(tab, dashboard, cleared)
    refuse_a_file_and_nothing_happens(tab, dashboard, tmp_path / "newsletter.csv")


def preview_of_the_first_start(tab: Tab, dashboard: Dashboard) -> None:
    """One click leads to a preview, which writes nothing."""
    assert dashboard.runs() == []

    look_around(tab)

    [preview] = dashboard.runs()
    assert preview["status"] == "dry_run"
    assert preview["planned"] > 100
    expect(tab.state).to_contain_text(f"{records(preview['planned'])} of ")
    expect(tab.state).to_contain_text("would be opted out")


def opt_out_the_previewed_people(tab: Tab, dashboard: Dashboard) -> None:
    """The button has the number, and that many records are opted out."""
    preview = dashboard.runs()[0]
    who = {record["address"] for record in changes_of(dashboard, preview, "planned")}
    before = boxes(dashboard)

    tab.page.get_by_role(
        "button", name=f"Opt out {records(preview['planned'])} of {people(len(who))}"
    ).click()

    expect(tab.state).to_contain_text(f"Done: {records(preview['planned'])} opted out")
    expect(tab.state).to_be_focused()
    tab.check_page("Sync")
    run = dashboard.runs()[0]
    assert (run["status"], run["updated"]) == ("succeeded", preview["planned"])
    assert boxes(dashboard) == before + run["updated"]
    expect(tab.key("last_run")).to_contain_text(f"{run['updated']:,} opted out")


def open_the_run_in_the_history(tab: Tab, dashboard: Dashboard) -> None:
    """The period's sums, the run's balance, its records by outcome, and all of them as CSV.

    A run opens at the top of the page, and its sentence has the focus.
    """
    run = dashboard.runs()[0]
    opted_out = changes_of(dashboard, run, "updated")
    tab.go_to("History")
    who = people(len({record["address"] for record in opted_out}))
    expect(tab.state).to_contain_text(
        f"{who} were opted out in the last 30 days: {records(run['updated'])}"
    )
    expect(tab.page.get_by_label("Records opted out per day", exact=True)).to_be_visible()

    tab.table("Result")
    assert tab.page.evaluate(_SCROLLED) > 0
    tab.open_run()

    expect(tab.key("back")).to_be_visible()
    expect(tab.state).to_be_focused()
    assert tab.page.evaluate(_SCROLLED) == 0
    tab.check_page("Run")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text(balance(run))
    tab.page.get_by_role("button", name=f"{run['updated']:,} opted out", exact=True).click()
    tab.check_page("Run")
    cells = tab.table("Email").locator("td")
    expect(cells.first).to_have_text("Opted out")
    assert cells.nth(1).text_content() in {record["address"] for record in opted_out}
    with tab.page.expect_download() as download:
        tab.key("run_csv").get_by_role("link").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == run["records"]


def look_up_someone_who_was_opted_out(tab: Tab, dashboard: Dashboard) -> None:
    """Every record with the address is opted out, in Salesforce and in the log."""
    opted_out = changes_of(dashboard, dashboard.runs()[0], "updated")
    address = "family@home.test"
    theirs = [record for record in opted_out if record["address"] == address]
    assert len(theirs) > 1

    look_up(tab, address)

    expect(tab.key("story")).to_contain_text("is opted out.")
    yes = tab.table("Email Opt Out").locator("td", has_text=re.compile("^Yes$"))
    expect(yes).to_have_count(len(theirs))
    expect(tab.key("timeline_person")).to_contain_text("Unsubscribed")
    expect(tab.key("timeline_person")).to_contain_text("Opted out")
    tab.key("lookup_log").locator("summary").click()
    expect(tab.table("Result").locator("td").nth(1)).to_have_text("Opted out")


def clear_a_box_as_a_colleague(tab: Tab) -> str:
    """Five people unsubscribe, and a person the run opted out wants emails again. Their address."""
    tab.go_to("Practice")
    tab.press("practice_unsubscribe")
    expect(tab.key("story")).to_contain_text("5 people")
    tab.check_page("Practice")

    tab.press("practice_clear")

    expect(tab.key("story")).to_contain_text("A colleague cleared Email Opt Out")
    tab.check_page("Practice")
    found = re.search(r"with (\S+@\S+?)\. Run again", tab.key("story").inner_text())
    assert found is not None
    return found[1]


def run_again_and_it_stays_cleared(tab: Tab, dashboard: Dashboard, cleared: str) -> None:
    """The five are opted out; the cleared box stays cleared, and the page says why."""
    before = boxes(dashboard)
    tab.press("next_step")
    tab.check_page("Sync")
    tab.press("preview")
    expect(tab.state).to_contain_text("would be opted out")

    tab.press("approve")

    expect(tab.state).to_contain_text("Done: ")
    tab.check_page("Sync")
    run = dashboard.runs()[0]
    assert run["updated"] >= 5
    assert boxes(dashboard) == before + run["updated"]
    [kept] = changes_of(dashboard, run, "kept")
    assert kept["address"] == cleared
    expect(tab.key("last_run")).to_contain_text("1 made mailable again by a colleague")
    tab.go_to("Overview")
    look_up(tab, cleared)
    expect(tab.key("story")).to_contain_text("can be emailed again.")
    expect(tab.key("timeline_person")).to_contain_text("Box cleared by ")
    expect(tab.key("timeline_person")).to_contain_text("Left mailable")
    expect(tab.table("Email Opt Out").locator("td", has_text="No").first).to_be_attached()


def refuse_a_file_and_nothing_happens(tab: Tab, dashboard: Dashboard, path: Path) -> None:
    """A file is previewed and refused. Only its preview is left."""
    for address in SUBSCRIBERS:
        values = {"LastName": "News", "Email": address}
        dashboard.act("create-record", sobject="Contact", values=values)
    path.write_text(
        "Name,E-mail\n"
        + "".join(f"News,{subscriber}\n" for subscriber in SUBSCRIBERS)
        + "?,nobody\n"
    )
    before, known = boxes(dashboard), len(dashboard.runs())
    tab.go_to("Sync")
    tab.choose("From a file")
    tab.page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    waiting = tab.key("upload_section")
    expect(waiting).to_contain_text("newsletter.csv” names 3 people")
    expect(waiting).to_contain_text("1 line couldn't be read")
    tab.check_page("Sync")
    tab.press("preview_file")
    expect(tab.state).to_contain_text("3 records of 3 people would be opted out")
    expect(tab.page.get_by_role("button", name="Opt out 3 records of 3 people")).to_be_enabled()
    tab.check_page("Sync")

    tab.press("refuse")

    expect(tab.page.get_by_test_id("stMain")).to_contain_text("No one was opted out")
    tab.check_page("Sync")
    preview, *others = dashboard.runs()
    assert (preview["status"], preview["planned"], len(others)) == ("dry_run", 3, known)
    assert boxes(dashboard) == before
    tab.choose("From JangoMail")
    tab.press("preview")
    expect(tab.state).to_contain_text("no records to opt out")
    tab.go_to("Overview")
    look_up(tab, SUBSCRIBERS[0])
    expect(tab.key("story")).to_contain_text("News can be emailed.They never unsubscribed.")


def look_up(tab: Tab, address: str) -> None:
    """Look up an address on the Overview."""
    if not tab.page.get_by_label(LOOK_UP, exact=True).is_visible():
        tab.go_to("Overview")
    tab.page.get_by_label(LOOK_UP, exact=True).fill(address)
    tab.page.get_by_label(LOOK_UP, exact=True).press("Enter")
    expect(tab.key("story")).to_be_visible()
    tab.check_page("Overview")


def changes_of(dashboard: Dashboard, run: dict[str, object], outcome: str) -> list[dict[str, str]]:
    """The records of a run with this outcome, from `sync.py history --run`."""
    shown: list[dict[str, str]] = dashboard.run(str(run["run_id"]))["changes"]
    return [record for record in shown if record["outcome"] == outcome]


def boxes(dashboard: Dashboard) -> int:
    """How many records are opted out in the practice org."""
    return sum(kind["opted_out"] for kind in dashboard.state()["records"].values())


def balance(run: dict[str, int]) -> str:
    """How a run's numbers add up, as the pages say it."""
    shown = (("already opted out", run["already_opted_out"]), ("opted out", run["updated"]))
    parts = " + ".join(f"{count:,} {words}" for words, count in shown if count)
    return f"{records(run['records'])} = {parts}"
