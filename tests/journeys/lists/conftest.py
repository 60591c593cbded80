"""The house of the runs, with lists pulled from it, and what is in their files."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lib.practice.rest import query as rest_query
from lib.salesforce import bulk_query, costs
from tests.journeys.runs.conftest import House, house

__all__ = ["house"]

CONTACTS = "SELECT Id, Email FROM Contact"
LEADS = "SELECT Id, Email FROM Lead"


@dataclass
class Pulled:
    """One list: its exit code, its JSON, and the lines of its file (`None`: there is none)."""

    code: int
    told: dict[str, Any]
    lines: list[dict[str, str]] | None

    @property
    def addresses(self) -> list[str]:
        """The column Email, sorted."""
        return sorted(line["Email"] for line in self.lines or [])


@dataclass
class Lists:
    """Pulls lists from the house's practice org."""

    house: House
    out: Path

    def pull(self, soql: str, *options: str) -> Pulled:
        """Pull into a new file."""
        self.out.unlink(missing_ok=True)
        code, told = self.house.sync("list", soql, "--out", str(self.out), *options)
        return Pulled(code, told, self.lines())

    def lines(self) -> list[dict[str, str]] | None:
        """The lines of the file, if it is there."""
        if not self.out.exists():
            return None
        with self.out.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def lists(house: House, tmp_path: Path) -> Lists:
    """An empty practice org, and lists pulled from it."""
    folder = tmp_path / "out"
    folder.mkdir()
    return Lists(house, folder / "list.csv")


@pytest.fixture
def in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk 2.0 queries are always the cheaper way where possible, in pages of ten rows."""
    monkeypatch.setattr(bulk_query, "PAGE_ROWS", 10)
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.05)
    monkeypatch.setattr(costs, "_BULK_BEGINS_S", -1000.0)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """REST answers come in pages of 200 rows, the fewest there are."""
    monkeypatch.setattr(rest_query, "_PAGE", 200)
