"""A connection's own safety limit, and copying turned off: in runs, run --all, and schedules."""

from datetime import time, timedelta

import pytest

from lib.clock import utc_now
from lib.errors import UsageError
from lib.services.connections import own_settings
from lib.services.log import open_log
from lib.services.schedules.setting import expected_gap, switch_on
from lib.store import connection_settings, runs
from lib.store.schedules import Schedule
from tests.journeys.runs.conftest import House

NAME = "acme"
PEOPLE = [f"person{number}@example.org" for number in range(6)]


@pytest.fixture
def acme(house: House) -> House:
    """The stored connection acme, and six people who unsubscribed."""
    for address in PEOPLE:
        house.contact(address)
    house.unsubscribe(*PEOPLE)
    assert house.sync("connect", NAME)[0] == 0
    return house


def choose(house: House, *, copies: bool = True, limit: int | None = None) -> None:
    with open_log(house.home, {}) as log:
        own_settings.change(log, NAME, copies_unsubscribes=copies, safety_limit=limit)


def run(house: House, *options: str):
    return house.sync("run", "--connection", NAME, *options)


def row_of(house: House, result):
    with open_log(house.home, {}) as log:
        found = runs.get(log.store, result["run_id"])
        assert found is not None
        return found


def test_a_smaller_limit_stops_a_run_and_the_runs_own_number_goes_first(acme: House) -> None:
    choose(acme, limit=5)

    code, stopped = run(acme)
    assert (code, stopped["status"], stopped["planned"]) == (4, "guarded", 6)
    assert "The limit for one run is 5" in stopped["errors"][0]["message"]
    assert acme.sync("run", "--all")[0] == 4
    code, allowed = run(acme, "--max-changes", "6")

    assert (code, allowed["updated"]) == (0, 6)
    assert (row_of(acme, stopped).safety_limit, row_of(acme, stopped).limit_source) == (
        5,
        "connection",
    )
    assert row_of(acme, allowed).limit_source == "run"


def test_a_larger_limit_lets_through_what_the_usual_rule_stops(acme: House) -> None:
    crowd = [f"more{number}@example.org" for number in range(60)]
    for address in crowd:
        acme.contact(address)
    acme.unsubscribe(*crowd)
    assert run(acme)[0] == 4

    choose(acme, limit=100)

    code, result = run(acme)
    assert (code, result["updated"]) == (0, 66)


@pytest.mark.parametrize("file", [False, True])
def test_with_copying_off_a_run_changes_nothing_and_says_so(acme: House, tmp_path, file) -> None:
    choose(acme, copies=False)
    list_of_people = tmp_path / "people.csv"
    list_of_people.write_text("\n".join(["email", *PEOPLE]))

    code, result = run(acme, *(["--file", str(list_of_people)] if file else []))

    assert (code, result["status"], result["planned"]) == (0, "dry_run", 6)
    assert [fault["code"] for fault in result["errors"]] == ["copying_off"]
    assert row_of(acme, result).dry_run
    assert row_of(acme, result).copying_off
    assert acme.sync("run", "--all")[1]["runs"][0]["status"] == "dry_run"

    choose(acme, copies=True)
    code, result = run(acme)
    assert (code, result["updated"]) == (0, 6)  # nothing was taken as done in the meantime


def test_the_mode_of_a_run_goes_before_the_setting(acme: House) -> None:
    choose(acme, copies=False)

    code, result = run(acme, "--mode", "unsubscribes")

    assert (code, result["status"], result["updated"]) == (0, "succeeded", 6)
    assert not row_of(acme, result).copying_off


def test_a_preview_with_copying_off_is_an_ordinary_preview(acme: House) -> None:
    choose(acme, copies=False)

    result = run(acme, "--dry-run")[1]

    assert (result["status"], result["errors"]) == ("dry_run", [])


def test_with_copying_off_no_scheduled_run_starts_and_no_one_misses_it(acme: House) -> None:
    with open_log(acme.home, {}, clock=lambda: utc_now() - timedelta(days=2)) as log:
        switch_on(log, NAME, Schedule(time(7), "UTC"))
    choose(acme, copies=False)

    assert acme.sync("schedule", "--once") == (0, {"runs": []})
    code, found = acme.sync("schedule", "--check")
    assert (code, found["schedules"][0]["why_not"]) == (0, "Copying unsubscribes is off")
    with open_log(acme.home, {}) as log:
        assert expected_gap(log, NAME) is None

    choose(acme, copies=True)
    assert [each["exit_code"] for each in acme.sync("schedule", "--once")[1]["runs"]] == [0]


def test_settings_go_along_with_a_new_name_and_away_with_the_history(acme: House) -> None:
    choose(acme, limit=5)

    acme.sync("rename", NAME, "new")
    with open_log(acme.home, {}) as log:
        assert own_settings.settings_of(log, "new").safety_limit == 5
        assert own_settings.settings_of(log, NAME).safety_limit is None
    acme.sync("delete", "new", "--yes", "--with-history")

    with open_log(acme.home, {}) as log:
        assert connection_settings.get(log.store, "new").set_at is None


def test_a_limit_that_is_no_number_of_records_is_refused(acme: House) -> None:
    with pytest.raises(UsageError):
        choose(acme, limit=-1)
