"""Rows in transactions, and a world that is restored."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.practice.org import PracticeOrg
from lib.practice.rows import Row
from lib.practice.tables import Tables

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Broken(Exception):
    """The error that ends a block in these tests."""


def put_and_break(tables: Tables, *rows: Row) -> None:
    """A transaction that writes rows and a note, then raises."""
    with tables.transaction():
        for row in rows:
            tables.put("Contact", row)
        tables.put_note("name", 1)
        raise Broken


def put_within_and_break(tables: Tables, row: Row) -> None:
    """A transaction that raises after an inner transaction has ended."""
    with tables.transaction():
        with tables.transaction():
            tables.put("Contact", row)
        raise Broken


def test_changes_of_a_block_are_undone_when_it_raises():
    tables = Tables(["Contact"], None)
    with tables.transaction():
        tables.put("Contact", {"Id": "kept", "Title": "old"})

    with pytest.raises(Broken):
        put_and_break(tables, {"Id": "kept", "Title": "new"}, {"Id": "added"})

    assert dict(tables.rows("contact")) == {"kept": {"Id": "kept", "Title": "old"}}
    assert tables.note("name") is None


def test_an_inner_block_that_raises_undoes_only_its_own_changes():
    tables = Tables(["Contact"], None)

    with tables.transaction():
        tables.put("Contact", {"Id": "one", "Title": "outer"})
        with pytest.raises(Broken):
            put_and_break(tables, {"Id": "one", "Title": "inner"})

    assert tables.rows("Contact")["one"]["Title"] == "outer"


def test_an_outer_block_that_raises_undoes_its_inner_blocks():
    tables = Tables(["Contact"], None)

    with pytest.raises(Broken):
        put_within_and_break(tables, {"Id": "one"})

    assert not tables.rows("Contact")


def test_rows_change_inside_a_transaction_only():
    with pytest.raises(RuntimeError, match="inside a transaction"):
        Tables(["Contact"], None).put("Contact", {"Id": "one"})


def test_a_world_is_restored_with_everything_that_happened_in_it(tmp_path: Path):
    state = tmp_path / "practice.db"
    org = PracticeOrg(
        clock=lambda: NOON, seed=7, contacts=30, leads=20, unsubscribes=10, state=state
    )
    contact = next(iter(org.tables.rows("Contact").values()))
    with org.transaction():
        org.tables.put("Contact", {**contact, "Title": "changed"})
        org.tables.drop("Lead", next(iter(org.tables.rows("Lead"))))
        org.settings.locked[contact["Id"]] = 3
        org.settings.in_approval.add(contact["Id"])
    org.add_unsubscribe("late@example.org", NOON)
    org.close()

    again = PracticeOrg(
        clock=lambda: NOON, seed=99, contacts=1, leads=1, unsubscribes=1, state=state
    )

    try:
        for sobject in org.schema:
            assert dict(again.tables.rows(sobject)) == dict(org.tables.rows(sobject))
        assert again.unsubscribes == org.unsubscribes
        assert (again.seed, again.id, again.settings) == (7, org.id, org.settings)
        assert again.ids.next("003") not in again.tables.rows("Contact")
    finally:
        again.close()


def test_rows_are_found_by_text_after_they_are_added_changed_and_deleted():
    tables = Tables(["Contact"], None)
    with tables.transaction():
        for number, email in enumerate(("A@x.org", "b@x.org", "a@X.org")):
            tables.put("Contact", {"Id": f"00{number}", "Email": email})
    found = [row["Id"] for row in tables.with_texts("Contact", "Email", ["a@x.org", "c@x.org"])]

    with tables.transaction():
        tables.put("Contact", {"Id": "001", "Email": "c@x.org"})
        tables.put("Contact", {"Id": "002"})
        tables.put("Contact", {"Id": "003", "Email": "a@x.org"})
        tables.drop("Contact", "000")
    later = [row["Id"] for row in tables.with_texts("Contact", "Email", ["a@x.org", "c@x.org"])]

    assert found == ["000", "002"]
    assert later == ["001", "003"]


def test_a_change_that_was_undone_is_not_found_by_text():
    tables = Tables(["Contact"], None)
    with tables.transaction():
        tables.put("Contact", {"Id": "000", "Email": "a@x.org"})
    tables.with_texts("Contact", "Email", [])

    with pytest.raises(Broken):
        put_and_break(tables, {"Id": "000", "Email": "b@x.org"}, {"Id": "001", "Email": "a@x.org"})

    assert [row["Id"] for row in tables.with_texts("Contact", "Email", ["a@x.org"])] == ["000"]
    assert tables.with_texts("Contact", "Email", ["b@x.org"]) == []
