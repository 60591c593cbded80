"""A page must not read a whole large table: no statement of any page scans one.

`python -m tests.bench.bench_pages` measures what that comes to with 1,000,000 rows.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lib.store import db
from tests.bench import bench_pages

# They grow with every unsubscribe, record, or call. Others have a row for a run, list, or setting.
LARGE = {
    *("address", "change_row", "event_row", "file_sighting_row", "mass_cleared", "memory_row"),
    *("operation", "opted_out_since", "pull_row", "term"),
}
_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_ALIAS = re.compile(r"(?:from|join)\s+(\w+)\s+as\s+(\w+)", re.IGNORECASE)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of the log from now on, with its values."""
    seen: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(seen.append)
        return connection

    monkeypatch.setattr(db.sqlite3, "connect", traced)
    return seen


def test_no_page_scans_a_large_table(
    home: Path, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in {"RUNS": 4, "RECORDS": 12, "LISTS": 2, "ON_LIST": 5}.items():
        monkeypatch.setattr(bench_pages, name, few)
    last = bench_pages.fill(home)
    statements.clear()

    scans = [
        f"{page} {query} scans {table}: {statement}"
        for page, query in bench_pages.pages(last)
        for statement in asked_by(page, query, statements)
        for table in scanned_by(home, statement) & LARGE
    ]

    assert scans == []


def asked_by(page: str, query: dict[str, str], statements: list[str]) -> set[str]:
    """What a first visit to the page asks the log."""
    statements.clear()
    bench_pages.visit(page, query)
    return {each for each in statements if each.lstrip().upper().startswith(("SELECT", "WITH"))}


def scanned_by(home: Path, statement: str) -> set[str]:
    """The tables and named parts of the statement that SQLite would read from end to end.

    An index that the statement names is read on purpose: to sum up everyone, in its order.
    """
    names = {alias: name for name, alias in _ALIAS.findall(statement)}
    with closing(sqlite3.connect(home / "optback.sqlite")) as log:
        plan = [str(row[3]) for row in log.execute(f"EXPLAIN QUERY PLAN {statement}")]
    scans = [found.groups() for found in map(_SCAN.match, plan) if found]
    return {
        names.get(table, table)
        for table, index in scans
        if index is None or f"indexed by {index}" not in statement
    }


def test_a_scan_is_noticed(home: Path) -> None:
    bench_pages.Store.open(home).close()

    assert scanned_by(home, "select count(*) from change_row as one") == {"change_row"}
    assert scanned_by(home, "select 1 from change_row where id = 1") == set()
