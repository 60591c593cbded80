"""A reading goes into the ledger in pieces, so that no one waits long for the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from lib import stopping
from lib.store import ledger
from lib.store.ledger import readings
from lib.values import Reading, Sighting
from tests.unit.store.test_ledger import SCOPE, contents

MOST = 2_000
"""Sightings in a piece: on a slow computer, storing them takes a few tenths of a second."""
PEOPLE = 7_000
FEW = 70


@pytest.fixture
def pieces(store, monkeypatch):
    """How many rows of events each transaction has changed."""
    found: list[int] = []
    writing = store.writing

    @contextmanager
    def noted() -> Iterator[None]:
        is_outer = not store.is_writing
        with writing():
            before = store.conn.total_changes
            try:
                yield
            finally:
                if is_outer:
                    found.append(store.conn.total_changes - before)

    monkeypatch.setattr(store, "writing", noted)
    return found


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(readings, "_PIECE", 20)


def answer(clock, kind, numbers):
    since = clock.now - timedelta(days=1) if kind == "since" else None
    file_hash = "one" if kind == "file" else None
    sightings = (Sighting(f"p{number}@example.org") for number in numbers)
    return Reading(kind, since, clock.now, sightings, file_hash=file_hash)


def take(store, reading, **more):
    return ledger.take(store, SCOPE, reading, source="jangomail:x", run_id="run0302", **more)


ROWS = {"report": 2, "since": 2, "file": 3}
"""Rows for each person: the address, the event, and what the file said."""


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("rehearsed", [False, True])
def test_a_transaction_has_2000_people_at_most(store, clock, pieces, kind, rehearsed):
    taken = take(store, answer(clock, kind, range(PEOPLE)), rehearsed=rehearsed)

    assert taken.new_events == PEOPLE
    others = 10  # names, the reading, and the mark
    assert max(pieces) <= MOST * ROWS[kind] + others
    assert rehearsed or sum(pieces) >= PEOPLE * ROWS[kind]


def test_people_who_are_missing_are_marked_in_pieces_too(store, clock, pieces, monkeypatch):
    monkeypatch.setattr(readings, "_PIECE", 20)
    take(store, answer(clock, "report", range(1_000)))
    clock.go(days=7)
    pieces.clear()

    taken = take(store, answer(clock, "report", range(50, 1_000)))

    assert len(taken.resubscribed) == 50
    assert max(pieces) <= 20 + 10
    [row] = store.query("select count(*) as gone from event where resubscribed_at is not null")
    assert row["gone"] == 50


def test_the_mark_moves_with_the_last_piece(store, clock, small_pieces):
    reading = answer(clock, "report", range(FEW))
    seen: list[tuple[int, object]] = []

    def look(entries):
        seen.append((len(entries), ledger.watermark(store, SCOPE, "jangomail:x")))

    take(store, reading, looking=look)

    assert [count for count, _ in seen] == [20, 20, 20, 10]
    assert {mark for _, mark in seen} == {None}
    assert ledger.watermark(store, SCOPE, "jangomail:x") == clock.now


def test_each_piece_has_all_that_an_answer_says_about_a_person(store, clock, small_pieces):
    looked_at: list[str] = []
    numbers = [*range(30), *range(30)]

    taken = take(store, answer(clock, "report", numbers), rehearsed=True, looking=looked_at.extend)

    assert (taken.seen, taken.new_events) == (60, 30)
    assert sorted(looked_at) == sorted(set(looked_at))


def test_rule_1_6_what_is_rehearsed_leaves_nothing_and_is_in_the_ledger_while_it_is_looked_at(
    store, clock, small_pieces
):
    before = contents(store)
    pending: list[str] = []

    def look(entries):
        pending.extend(ledger.pending_among(store, SCOPE, entries))

    take(store, answer(clock, "report", range(FEW)), rehearsed=True, looking=look)

    assert len(pending) == len(set(pending)) == FEW
    assert contents(store) == before


def test_within_a_transaction_a_reading_is_part_of_it(store, clock, small_pieces):
    before = contents(store)

    with store.rehearsing():
        take(store, answer(clock, "report", range(FEW)))
        assert ledger.count_pending(store, SCOPE) == FEW

    assert contents(store) == before


def test_a_long_reading_says_how_far_it_is(store, clock, monkeypatch):
    monkeypatch.setattr(readings, "_PIECE", 2)
    shown: list[tuple[int, int]] = []

    take(store, answer(clock, "since", range(7)), going_on=lambda *at: shown.append(at))

    assert shown == [(2, 7), (4, 7), (6, 7)]


@pytest.mark.parametrize(("every_s", "rests"), [(0, 4), (3600, 0)])
def test_a_long_reading_rests_between_its_pieces_so_that_others_can_write(
    store, clock, monkeypatch, every_s, rests
):
    rested: list[float] = []
    monkeypatch.setattr(readings, "_PIECE", 2)
    monkeypatch.setattr(readings, "_REST_EVERY_S", every_s)
    monkeypatch.setattr(stopping, "pause", rested.append)

    take(store, answer(clock, "since", range(7)))
    assert rested == [readings._REST_S] * rests

    with store.rehearsing():
        take(store, answer(clock, "report", range(7)))
    assert len(rested) == rests
