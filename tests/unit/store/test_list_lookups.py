"""What the log knows about the addresses of a list: unsubscribes, whole domains, mass clearings."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from lib.store import changes, domains, list_lookups, memory, runs
from lib.store.db import Store
from lib.store.ledger import take
from lib.store.memory import KEPT
from lib.store.scratch import Scratch
from lib.values import Change, Outcome, Reading, Sighting

SCOPE = "default/00D000000000001EAA"
OTHER = "other/00D000000000002EAA"


def read(store: Store, scope: str, *entries: str) -> None:
    info = Reading("report", None, store.now(), iter([Sighting(entry) for entry in entries]))
    take(store, scope, info, source="jangomail:me", run_id="run")


def test_unsubscribed_addresses_are_found_only_in_their_own_scope(store: Store):
    read(store, SCOPE, "Anna@example.org", "blocked.example")
    read(store, OTHER, "bert@example.org")

    asked = {"anna@example.org", "bert@example.org", "blocked.example"}

    assert list_lookups.unsubscribed(store, SCOPE, asked) == {"anna@example.org"}
    assert domains.left_out_of_lists(store, SCOPE) == {"blocked.example"}
    assert domains.left_out_of_lists(store, OTHER) == frozenset()


def test_a_withdrawn_event_does_not_count(store: Store):
    read(store, SCOPE, "anna@example.org", "blocked.example")
    store.execute("update event set state = 'withdrawn'")

    assert list_lookups.unsubscribed(store, SCOPE, {"anna@example.org"}) == set()
    assert domains.left_out_of_lists(store, SCOPE) == frozenset()


def cleared(store: Store, numbers: range, *, ours: bool = True) -> str:
    """A run that found these boxes cleared, which an earlier run had set."""
    ids = {number: f"003{number:012}AAA" for number in numbers}
    addresses = {number: f"p{number}@example.org" for number in numbers}
    before, after = (
        runs.start(store, connection="default", started_by="x", dry_run=False, source="file")
        for _ in range(2)
    )
    for run_id, outcome in ((before, Outcome.UPDATED), (after, Outcome.KEPT)):
        if outcome is Outcome.UPDATED and not ours:
            continue
        rows = [
            Change("Contact", ids[number], addresses[number], outcome, modified_at=store.now())
            for number in numbers
        ]
        changes.announce(store, run_id, SCOPE, rows)
    seen = [("Contact", ids[number], addresses[number]) for number in numbers]
    memory.seen_opted_out(store, SCOPE, before, seen)
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    memory.cleared(store, SCOPE, after, [(*record, moment, KEPT) for record in seen])
    return after


@pytest.mark.parametrize(("count", "left_out"), [(20, 0), (21, 21)])
def test_rule_3_5_more_than_20_boxes_cleared_at_once_are_a_mass_clearing(
    store: Store, count: int, left_out: int
):
    cleared(store, range(count))

    assert len(list_lookups.cleared_at_once(store, SCOPE)) == left_out


def test_rule_3_5_many_separate_clearings_are_not_a_mass_clearing(store: Store, clock):
    for number in range(30):
        cleared(store, range(number, number + 1))
        clock.go(hours=1)

    assert list_lookups.cleared_at_once(store, SCOPE) == frozenset()


def test_rule_3_5_is_only_about_boxes_that_optback_set(store: Store):
    cleared(store, range(40), ours=False)

    assert list_lookups.cleared_at_once(store, SCOPE) == frozenset()


@pytest.mark.parametrize("few", [10, 10_000])
def test_a_scratch_keeps_a_few_addresses_in_memory_and_many_on_disk(monkeypatch, few: int):
    monkeypatch.setattr("lib.store.scratch._FEW", few)
    with closing(Scratch()) as scratch:
        for start in (0, 8, 30):
            scratch.keep_opted_out([(f"p{n}", f"id{n % 2}") for n in range(start, start + 30)])
        scratch.take(["a", "b"])

        assert scratch.opted_out({"p3", "p59", "p60"}) == {"p3": {"id1"}, "p59": {"id1"}}
        assert scratch.taken({"a", "c"}) == {"a"}
