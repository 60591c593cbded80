"""`run --full`, and the weekly full comparison."""

import sqlite3

import pytest

from lib.store.db import Store

LONG_AGO = "2025-01-05T09:00:00Z"
ANNA, BEN = "anna@example.org", "ben@example.org"


@pytest.fixture
def missed(house):
    """A Lead that no change shows: it has Anna's address, and the last search was after it."""
    house.unsubscribe(ANNA, asked=LONG_AGO)
    house.contact(BEN)
    assert house.sync("run")[0] == 0
    lead = house.lead(ANNA)
    move_mark(house, "salesforce", days=1)
    return lead


def move_mark(house, stream: str, *, days: float) -> None:
    """Change the time up to which Salesforce was read."""
    with sqlite3.connect(house.home / "optback.sqlite") as log:
        changed = log.execute(
            "update watermark set moment = strftime('%Y-%m-%dT%H:%M:%f000Z', moment, ?) "
            "where stream = ?",
            (f"{days:+} days", stream),
        )
        assert changed.rowcount == 1
    log.close()


def pretend_hidden(house, lead: str) -> None:
    """Give a record a SystemModstamp from long ago, as one that only became visible now has."""
    org = house.practice.world.org
    with org.transaction():
        row = org.tables.rows("Lead")[lead]
        org.tables.put("Lead", {**row, "SystemModstamp": "2025-02-01T00:00:00.000+0000"})


@pytest.fixture
def hidden(missed, house):
    pretend_hidden(house, missed)
    return missed


def test_rule_3_4_full_finds_a_record_that_no_change_shows(house, hidden):
    _, daily = house.sync("run")
    assert (daily["full"], daily["updated"]) == (False, 0)

    code, result = house.sync("run", "--full")

    assert (code, result["full"], result["updated"]) == (0, True, 1)
    assert house.is_opted_out(hidden)
    assert house.sync("history")[1]["runs"][0]["full"] is True


def test_a_run_a_week_after_the_last_comparison_compares_everything(house, hidden):
    move_mark(house, "full", days=-7)

    _, result = house.sync("run")

    assert (result["full"], result["updated"]) == (True, 1)
    assert house.sync("run")[1]["full"] is False


@pytest.mark.parametrize(("setting", "is_full"), [("never", False), ("2d", True), ("30d", False)])
def test_how_often_everything_is_compared_can_be_set(
    house, hidden, monkeypatch: pytest.MonkeyPatch, setting, is_full
):
    monkeypatch.setenv("OPTBACK_FULL_EVERY", setting)
    move_mark(house, "full", days=-8)

    assert house.sync("run")[1]["full"] is is_full


@pytest.mark.parametrize("setting", ["0d", "weekly", "7", "-1d"])
def test_an_unusable_setting_is_a_usage_error(house, monkeypatch: pytest.MonkeyPatch, setting):
    monkeypatch.setenv("OPTBACK_FULL_EVERY", setting)

    code, result = house.sync("run")

    assert code == 2
    assert "OPTBACK_FULL_EVERY" in result["errors"][0]["message"]


def test_full_and_file_together_are_a_usage_error(house, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{ANNA}\n")

    assert house.sync("run", "--full", "--file", str(path))[0] == 2


def test_a_full_preview_writes_nothing_and_the_run_after_it_finds_the_same(house, hidden):
    _, preview = house.sync("run", "--dry-run", "--full")
    assert (preview["full"], preview["planned"]) == (True, 1)
    assert not house.is_opted_out(hidden)

    _, result = house.sync("run")

    assert (result["full"], result["updated"]) == (True, 1)


def test_a_full_run_over_the_limit_is_compared_again_by_the_approved_run(house, hidden):
    assert house.sync("run", "--full", "--max-changes", "0")[0] == 4

    _, result = house.sync("run", "--max-changes", "1")

    assert (result["full"], result["updated"]) == (True, 1)


def test_a_comparison_that_salesforce_refuses_says_so_and_the_run_goes_on(house, hidden):
    house.lead("new@example.org")
    house.unsubscribe("new@example.org")
    house.act(
        "fault", kind="status", status=400, code="OPERATION_TOO_LARGE", path="composite$", after=2
    )

    code, result = house.sync("run", "--full")

    assert (code, result["updated"], result["full"]) == (0, 1, False)
    assert [error["code"] for error in result["errors"]] == ["comparison_unfinished"]


def test_a_full_comparison_reads_the_whole_report_and_finds_who_was_missed(house, hidden):
    """Ben is on the list, but the daily reading missed him: it didn't go back far enough."""
    house.unsubscribe(BEN, asked=LONG_AGO)
    assert house.sync("run")[1]["updated"] == 0

    _, result = house.sync("run", "--full")

    assert result["updated"] == 2


def test_the_first_run_is_not_called_full_and_none_is_due_right_after_it(house):
    house.unsubscribe(ANNA)

    assert [house.sync("run")[1]["full"] for _ in range(2)] == [False, False]


def test_a_log_from_before_full_comparisons_gets_one_in_its_next_run(house, hidden):
    with Store.open(house.home) as store:
        store.execute("delete from watermark where stream = 'full'")

    assert house.sync("run")[1]["full"] is True


def test_run_all_compares_everything_with_full(house, hidden):
    house.sync("connect", "default")

    _, result = house.sync("run", "--all", "--full")

    assert [run["full"] for run in result["runs"]] == [True]
