"""What stops a run before its first write, and what a stopped run leaves behind."""

from pathlib import Path

import pytest

ANNA = "anna@example.org"


@pytest.fixture
def crowd(house):
    """60 people, all mailable Contacts. That's more than half of the mailable records."""
    addresses = [f"person{number}@example.org" for number in range(60)]
    for address in addresses:
        house.contact(address)
    return addresses


def file_of(path: Path, addresses: list[str]) -> str:
    path.write_text("\n".join(["email", *addresses]))
    return str(path)


def test_rule_4_1_a_large_run_is_stopped_before_the_first_write(house, crowd):
    house.unsubscribe(*crowd)

    code, result = house.sync("run")

    assert (code, result["status"], result["planned"]) == (4, "guarded", 60)
    assert "updated" not in result
    assert house.act("tick-box", address=ANNA)["records"] == []
    assert house.practice.world.org.meter.used == result["api_calls"]


def test_rule_4_2_an_approval_of_fewer_records_stops_the_run_again(house, crowd):
    house.unsubscribe(*crowd)

    assert house.sync("run", "--max-changes", "59")[0] == 4
    assert house.sync("run", "--allow-large")[0] == 0


def test_rule_1_6_a_stopped_file_runs_once_it_is_approved(house, crowd, tmp_path):
    path = file_of(tmp_path / "list.csv", crowd)
    house.sync("run", "--file", path)

    code, result = house.sync("run", "--file", path, "--max-changes", "60")

    assert (code, result["updated"]) == (0, 60)


def test_a_dry_run_succeeds_no_matter_how_large(house, crowd):
    house.unsubscribe(*crowd)

    code, result = house.sync("run", "--dry-run")

    assert (code, result["planned"]) == (0, 60)
