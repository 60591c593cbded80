"""The note that Salesforce retires password sign-in: in every test, and monthly in a run."""

from pathlib import Path

import pytest

from tests.journeys.runs.conftest import House

NOTE = "Summer '27"


def test_a_run_shows_the_note_and_the_next_run_does_not(house: House) -> None:
    house.sync("run")
    assert NOTE in house.errors

    house.sync("run")
    assert NOTE not in house.errors


def test_a_dry_run_and_a_quiet_run_leave_the_note_for_a_normal_run(house: House) -> None:
    house.sync("run", "--dry-run")
    assert NOTE not in house.errors
    house.sync("run", "--quiet")
    assert NOTE not in house.errors

    house.sync("run")
    assert NOTE in house.errors


def test_list_and_history_do_not_show_the_note(house: House, tmp_path: Path) -> None:
    house.sync("list", "SELECT Id, Email FROM Contact", "--out", str(tmp_path / "list.csv"))
    assert NOTE not in house.errors

    house.sync("history")
    assert NOTE not in house.errors


@pytest.mark.parametrize("command", [["test"], ["connect", "default"]])
def test_a_test_shows_the_note_every_time(house: House, command: list[str]) -> None:
    for _ in range(2):
        _, result = house.sync(*command)

        assert NOTE in "".join(check["detail"] for check in result["checks"])


def test_a_connection_with_a_consumer_key_does_not_show_the_note(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PASSWORD", "SECURITY_TOKEN", "USERNAME"):
        monkeypatch.delenv(f"SALESFORCE_{name}")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", house.practice.world.app.consumer_key)
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", house.practice.world.app.consumer_secret)

    _, result = house.sync("test")
    house.sync("run")

    assert not [check for check in result["checks"] if NOTE in check["detail"]]
    assert NOTE not in house.errors
