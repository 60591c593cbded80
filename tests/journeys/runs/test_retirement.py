"""The note that Salesforce retires sign-in by password: where one tests, in a run once a month."""

from pathlib import Path

import pytest

from tests.journeys.runs.conftest import House

NOTE = "Summer '27"


def test_a_run_gives_the_note_and_the_next_one_does_not(house: House) -> None:
    house.sync("run")
    assert NOTE in house.errors

    house.sync("run")
    assert NOTE not in house.errors


def test_a_dry_run_and_a_quiet_one_leave_the_note_for_a_run_that_tells(house: House) -> None:
    house.sync("run", "--dry-run")
    assert NOTE not in house.errors
    house.sync("run", "--quiet")
    assert NOTE not in house.errors

    house.sync("run")
    assert NOTE in house.errors


def test_lists_and_the_history_do_not_give_it(house: House, tmp_path: Path) -> None:
    house.sync("list", "SELECT Id, Email FROM Contact", "--out", str(tmp_path / "list.csv"))
    assert NOTE not in house.errors

    house.sync("history")
    assert NOTE not in house.errors


@pytest.mark.parametrize("command", [["test"], ["connect", "default"]])
def test_a_test_gives_it_every_time(house: House, command: list[str]) -> None:
    for _ in range(2):
        _, told = house.sync(*command)

        assert NOTE in told["checks"][0]["detail"]


def test_a_connection_with_a_consumer_key_has_no_note(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PASSWORD", "SECURITY_TOKEN", "USERNAME"):
        monkeypatch.delenv(f"SALESFORCE_{name}")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", house.practice.world.app.consumer_key)
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", house.practice.world.app.consumer_secret)

    _, told = house.sync("test")
    house.sync("run")

    assert NOTE not in told["checks"][0]["detail"]
    assert NOTE not in house.errors
