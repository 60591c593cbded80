"""A reading that waits in a temporary database."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from lib.errors import StoreUnwritable
from lib.store.ledger.staged import Staged
from lib.values import Interval, Sighting

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def named(*entries: str) -> list[tuple[str, Sighting]]:
    return [(entry, Sighting(entry.upper(), line=at)) for at, entry in enumerate(entries)]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
def test_the_lines_of_a_person_are_in_one_piece_in_the_order_of_the_file(size: int) -> None:
    entries = named(*"dabcddcaea")
    with Staged(entries) as staged:
        pieces = list(staged.pieces(size))

    assert [each for piece in pieces for each in piece] == sorted(entries, key=lambda each: each[0])
    for before, after in pairwise(pieces):
        assert len(before) >= size
        assert before[-1][0] != after[0][0]
        assert len([each for each in before if each[0] != before[-1][0]]) < size


def test_a_line_comes_back_as_it_was_read() -> None:
    lines = [
        Sighting("A", "Mar 2", Interval(None, NOON), 7),
        Sighting("A", "Mar 2", Interval(NOON, NOON), 8),
        Sighting("A", None, None, None),
    ]

    with Staged(("a", line) for line in lines) as staged:
        assert list(staged.pieces(9)) == [[("a", line) for line in lines]]


def test_a_disk_without_room_for_the_reading_is_said() -> None:
    def full() -> Iterator[tuple[str, Sighting]]:
        yield from named("a")
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(StoreUnwritable, match="can't keep the unsubscribes") as caught:
        Staged(full())

    assert "TMPDIR" in caught.value.remedy
