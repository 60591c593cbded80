"""A program clears many boxes at once: no lists until someone confirms (rules.md, 3.5)."""

import csv
from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import to_text

COUNT = 30
PROGRAM = "practice@example.org"
ASKED = "2026-01-05T09:00:00Z"


@pytest.fixture
def cleared(house):
    """A run opted out 30 people, and a program cleared all their boxes an hour ago."""
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    people = [f"person{number}@example.org" for number in range(COUNT)]
    records = [house.contact(address) for address in people]
    for address in people:
        house.unsubscribe(address, asked=ASKED)
    assert house.sync("run")[1]["updated"] == COUNT
    house.act("pass-time", hours=2)
    assert len(house.act("clear-box", count=COUNT)["records"]) == COUNT
    house.act("set-time")
    return records


def listed(house, path):
    code, _ = house.sync("list", "SELECT Id, Email FROM Contact", "--out", str(path))
    assert code == 0
    with path.open() as lines:
        return len(list(csv.DictReader(lines)))


def alert(house):
    [found] = [one for one in house.sync("alerts")[1]["alerts"] if one["cause"] == "mass_clearing"]
    return found


def test_rule_3_5_these_people_stay_off_lists_until_the_number_is_confirmed(
    house, cleared, tmp_path
):
    code, found = house.sync("run")
    assert (code, found["updated"], found["kept"]) == (0, 0, COUNT)
    assert listed(house, tmp_path / "before.csv") == 0

    code, confirmed = house.sync("run", "--confirm-cleared", str(COUNT))

    assert (code, confirmed["updated"]) == (0, 0)
    assert listed(house, tmp_path / "after.csv") == COUNT
    assert not any(map(house.is_opted_out, cleared))


def test_rule_3_5_the_alert_says_who_cleared_how_many(house, cleared):
    house.act("update-record", record=cleared[0], values={"LastName": "X"}, user=PROGRAM)
    house.sync("run")

    found = alert(house)

    assert found["state"] == "open"
    whose = f"{COUNT - 1} by Casey Colleague and 1 by Practice Administrator"
    assert f"cleared on {COUNT} records at once ({whose})" in found["message"]


def test_rule_3_5_each_run_says_who_and_the_number_until_someone_confirms(house, cleared):
    for _ in range(2):
        code, found = house.sync("run")

        [error] = found["errors"]
        assert (code, error["code"], error["count"]) == (0, "mass_clearing", COUNT)
        assert f"cleared on {COUNT} records at once ({COUNT} by" in error["message"]
        assert f"--confirm-cleared {COUNT}" in error["remedy"]

    assert house.sync("run", "--confirm-cleared", str(COUNT))[1]["errors"] == []


def test_rule_3_5_another_number_is_refused_with_the_present_one(house, cleared):
    house.sync("run")
    used = house.practice.world.org.meter.used

    code, answer = house.sync("run", "--confirm-cleared", str(COUNT - 1))

    assert code == 2
    assert f"{COUNT} boxes wait for a confirmation" in answer["errors"][0]["message"]
    assert f"--confirm-cleared {COUNT}" in answer["errors"][0]["remedy"]
    assert house.practice.world.org.meter.used == used
    assert alert(house)["state"] == "open"


def test_rule_3_5_without_such_boxes_there_is_nothing_to_confirm(house):
    code, answer = house.sync("run", "--confirm-cleared", "5")

    assert code == 2
    assert "No boxes wait" in answer["errors"][0]["message"]


def test_rule_3_5_a_preview_confirms_nothing(house, cleared, tmp_path):
    house.sync("run")

    assert house.sync("run", "--dry-run", "--confirm-cleared", "1")[0] == 2
    assert house.sync("run", "--dry-run", "--confirm-cleared", str(COUNT))[0] == 0
    assert listed(house, tmp_path / "still.csv") == 0


def test_rule_3_5_boxes_that_are_set_again_are_settled_by_the_next_run(house, cleared):
    house.sync("run")
    for record in cleared:
        house.act("tick-box", record=record)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 0)
    assert alert(house)["state"] == "closed"
    assert house.sync("run", "--confirm-cleared", str(COUNT))[0] == 2


def test_rule_3_5_a_confirmation_closes_the_alert(house, cleared):
    house.sync("run")
    house.sync("run", "--confirm-cleared", str(COUNT))

    assert alert(house)["state"] == "closed"


def test_rule_3_3_confirmed_records_count_as_kept(house, cleared):
    house.sync("run")
    house.sync("run", "--confirm-cleared", str(COUNT))

    code, result = house.sync("run")

    assert (code, result["updated"], result["failed"]) == (0, 0, 0)
    assert not any(map(house.is_opted_out, cleared))


def test_rule_3_5_another_connection_to_the_same_org_keeps_them_off_lists_too(
    house, cleared, tmp_path
):
    house.sync("run")

    house.sync("connect", "default")
    _, result = house.sync("run")

    assert (result["connection"], result["updated"]) == ("default", 0)
    assert listed(house, tmp_path / "before.csv") == 0

    assert house.sync("run", "--confirm-cleared", str(COUNT))[0] == 0
    assert listed(house, tmp_path / "after.csv") == COUNT


def test_rule_3_5_what_was_confirmed_is_confirmed_for_another_connection_too(
    house, cleared, tmp_path
):
    house.sync("run")
    house.sync("run", "--confirm-cleared", str(COUNT))

    house.sync("connect", "default")
    house.sync("run")

    assert listed(house, tmp_path / "after.csv") == COUNT
