"""What a reading is about, told before the ledger has it."""

from datetime import timedelta

import pytest

from lib.store import ledger
from lib.sync import foreseen
from lib.sync.intake import take_in
from lib.values import Reading, Sighting
from tests.unit.sync.examples import ANNA, BEN, CLARA, JANGOMAIL, NOON, SCOPE, Scripted, learning

DOMAIN, ODD, BROKEN = "@example.com", "a b@", "half\ud800@example.org"


def reading(kind, *entries):
    since = NOON - timedelta(days=2) if kind == "since" else None
    return Reading(kind, since, NOON, iter([Sighting(entry) for entry in entries]))


def told(store, read):
    return foreseen.of_reading(store, SCOPE, read)


@pytest.fixture
def known(store, clock):
    """Ben is done and Clara still pending, since a report of the day before."""
    clock.now = NOON - timedelta(days=1)
    report = Reading("report", None, clock.now, iter([Sighting(BEN), Sighting(CLARA)]))
    ledger.take(store, SCOPE, report, source=JANGOMAIL, run_id="before")
    ledger.settle(store, SCOPE, [BEN])
    clock.now = NOON


@pytest.mark.parametrize(("kind", "pending"), [("report", 3), ("file", 0)])
def test_a_first_reading_is_about_the_addresses_it_names(store, kind, pending):
    found = told(store, reading(kind, f" {ANNA.upper()}", ANNA, BEN, DOMAIN, ODD, BROKEN, "?"))

    assert found == foreseen.Foreseen(frozenset({ANNA, BEN, ODD}), pending)


def test_a_later_list_is_also_about_those_who_wait(store, known):
    found = told(store, reading("since", ANNA, BEN))

    assert found == foreseen.Foreseen(frozenset({ANNA, BEN, CLARA}), 2)


def test_what_a_later_report_is_about_cant_be_told(store, known):
    assert told(store, reading("report", ANNA)) == foreseen.Foreseen()


def test_nothing_is_told_of_very_many(store, monkeypatch):
    monkeypatch.setattr(foreseen, "MOST", 2)

    assert told(store, reading("since", ANNA, BEN)).addresses == {ANNA, BEN}
    assert not told(store, reading("since", ANNA, BEN, CLARA)).addresses


@pytest.mark.parametrize("kind", ["since", "report", "file"])
def test_it_is_what_the_ledger_says_afterward(store, run_id, request, kind):
    if kind == "since":
        request.getfixturevalue("known")
    read = reading(kind, ANNA, BEN, "new@example.org", DOMAIN, ODD, "?")

    before = told(store, read)
    intake = take_in(learning(store, run_id, Scripted(store, kind)), read)

    assert before == foreseen.Foreseen(frozenset(intake.considered), len(intake.pending))
