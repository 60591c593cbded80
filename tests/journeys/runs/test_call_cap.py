"""The cap of API calls: what a run does below it, at it, and beyond it (rules.md, 4.5)."""

import pytest

from lib.practice.acts import people
from lib.salesforce import boxes, costs
from lib.services.connections import own_settings
from lib.services.log import open_log
from lib.store import operations
from lib.sync import call_size
from tests.journeys.runs.conftest import House

ANNA = "anna@example.org"


@pytest.fixture
def anna(house: House) -> str:
    """A Contact whose person unsubscribed, by ID."""
    house.unsubscribe(ANNA)
    return house.contact(ANNA)


def limit(house: House, **values: int) -> None:
    house.act("api-limit", **values)


def steps(house: House, run_id: str) -> dict[str, operations.Operation]:
    with open_log(house.home, {}) as log:
        return {each.step: each for each in operations.of_run(log.store, run_id)}


def test_rule_4_5_a_run_writes_what_fits_the_longest_overdue_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "MOST_IN_GROUP", 10)
    monkeypatch.setattr(call_size, "LARGEST", 10)
    world, fits = house.practice.world, costs.records_a_call()
    crowd = [f"person{number}@example.org" for number in range(fits + 1)]
    ids = {each: people.create_record(world, "Contact", person(each))["id"] for each in crowd}
    newest = crowd[7]
    for each in crowd:
        people.unsubscribe(world, each, asked=f"2026-03-{2 if each == newest else 1:02}T07:00:00Z")
    limit(house, used=0, maximum=100)
    searching = house.sync("run", "--dry-run")[1]["api_calls"]
    with open_log(house.home, {}) as log:
        own_settings.set_call_cap(log, "environment", None, searching + 1)

    code, result = house.sync("run", "--allow-large")

    assert (code, result["status"]) == (3, "partial")
    assert (result["updated"], result["pending"]) == (fits, 1)
    assert not house.is_opted_out(ids[newest])
    assert [fault["code"] for fault in result["errors"]] == ["call_cap"]
    assert result["errors"][0]["message"].startswith("1 record waits for the next run. ")
    assert result["forecast"]["fits"] == fits
    assert result["api_calls"] == searching + 1
    assert (
        sum(each.calls for each in steps(house, result["run_id"]).values()) == (result["api_calls"])
    )
    assert house.sync("run")[1]["updated"] == 1
    assert house.is_opted_out(ids[newest])


def person(address: str) -> dict[str, str]:
    return {"LastName": "Made Up", "Email": address}


def test_rule_4_5_beyond_the_cap_a_run_reads_writes_nothing_and_loses_no_one(
    house: House, anna: str
) -> None:
    limit(house, used=80, maximum=100)

    code, result = house.sync("run")

    assert (code, result["status"], result["updated"]) == (3, "partial", 0)
    assert (result["events_read"], result["addresses"], result["unmatched"]) == (1, 1, 0)
    assert "no more from 80% on" in result["errors"][0]["message"]
    assert house.practice.world.org.meter.used == 81  # only what tells which org it is

    code, listed = house.sync("list", "SELECT Email FROM Contact", "--out", f"{house.home}/a.csv")
    assert (code, listed["rows"]) == (0, 0)  # the ledger knows them

    limit(house, used=0)
    assert house.sync("run")[1]["updated"] == 1
    assert house.is_opted_out(anna)


def test_rule_4_5_a_preview_or_a_file_beyond_the_cap_has_failed_as_nothing_of_it_is_kept(
    house: House, anna: str
) -> None:
    file = house.home.parent / "list.csv"
    file.write_text(f"email\n{ANNA}")
    limit(house, used=80, maximum=100)

    assert house.sync("run", "--dry-run")[0] == 1
    code, result = house.sync("run", "--file", str(file))

    assert (code, result["status"], result["errors"][0]["code"]) == (1, "failed", "call_cap")
    limit(house, used=0)
    assert house.sync("run", "--file", str(file))[1]["updated"] == 1


@pytest.mark.parametrize(
    ("variable", "own", "code"),
    [("100%", None, 0), ("50", None, 3), ("100%", 50, 3), ("50", 100, 0)],
)
def test_a_connection_has_its_own_cap_or_that_of_the_variables(
    house: House, anna: str, monkeypatch: pytest.MonkeyPatch, variable: str, own: int, code: int
) -> None:
    monkeypatch.setenv("OPTBACK_CALLS_A_DAY", variable)
    with open_log(house.home, {}) as log:
        own_settings.set_call_cap(log, "environment", own, None)
    limit(house, used=60, maximum=100)

    assert house.sync("run")[0] == code


def test_a_cap_that_is_no_share_stops_the_run_before_anything_is_contacted(
    house: House, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPTBACK_CALLS_A_RUN", "1,000")

    assert house.sync("run")[0] == 2
    assert house.practice.world.org.meter.used == 0


def test_a_preview_says_what_the_run_takes_and_what_is_left(house: House, anna: str) -> None:
    limit(house, used=10, maximum=1000)

    result = house.sync("run", "--dry-run")[1]
    forecast, made = result["forecast"], result["api_calls"]

    assert (forecast["so_far"], forecast["to_come"], forecast["fits"]) == (made, 1, 1)
    assert (forecast["used"], forecast["limit"]) == (10 + made, 1000)
    assert (forecast["left"], forecast["allowed"]) == (990 - made, 250 - made)
    assert forecast["frees_at"].endswith("Z")
    assert house.sync("history")[1]["runs"][0]["forecast"] == forecast


def test_calls_come_back_a_day_after_our_own_runs_made_them(house: House, anna: str) -> None:
    first = house.sync("run")[1]

    second = house.sync("run")[1]

    [ended] = [
        run["finished_at"]
        for run in house.sync("history")[1]["runs"]
        if run["run_id"] == first["run_id"]
    ]
    day, _, time = second["forecast"]["frees_at"].partition("T")
    assert (day > ended[:10], f"T{time}") == (True, ended[10:])


def test_connect_stores_a_cap_and_keeps_the_share_that_is_not_given(house: House) -> None:
    assert house.sync("connect", "acme", "--calls-a-day", "60", "--calls-a-run", "10")[0] == 0
    assert house.sync("connect", "acme", "--calls-a-run", "20")[0] == 0

    with open_log(house.home, {}) as log:
        cap = own_settings.call_cap(log, "acme")
        assert (cap.a_day, cap.a_run) == (60, 20)


def test_rule_4_5_an_undo_says_what_it_takes_and_stays_below_the_cap(
    house: House, anna: str
) -> None:
    limit(house, used=0, maximum=1000)
    run_id = house.sync("run")[1]["run_id"]
    looking = house.sync("undo", run_id, "--dry-run")[1]["api_calls"]
    limit(house, used=800 - looking, maximum=1000)

    code, result = house.sync("undo", run_id, "--yes")

    assert (code, result["status"], result["pending"]) == (3, "partial", 1)
    assert (result["forecast"]["fits"], house.is_opted_out(anna)) == (0, True)
    assert [fault["code"] for fault in result["errors"]] == ["call_cap"]
    limit(house, used=0, maximum=1000)
    assert house.sync("undo", run_id, "--yes")[0] == 0
    assert not house.is_opted_out(anna)
