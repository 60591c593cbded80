"""What the log knows about the addresses of a list: unsubscribes, whole domains, mass clearings."""

from contextlib import closing

import pytest

from lib.store import domains, list_lookups
from lib.store.db import Store
from lib.store.ledger import take
from lib.store.scratch import Scratch
from lib.values import Reading, Sighting

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
    store.execute("update event_row set state = 'withdrawn'")

    assert list_lookups.unsubscribed(store, SCOPE, {"anna@example.org"}) == set()
    assert domains.left_out_of_lists(store, SCOPE) == frozenset()


@pytest.mark.parametrize("few", [10, 10_000])
def test_a_scratch_keeps_a_few_addresses_in_memory_and_many_on_disk(monkeypatch, few: int):
    monkeypatch.setattr("lib.store.scratch._FEW", few)
    with closing(Scratch()) as scratch:
        for start in (0, 8, 30):
            scratch.keep_opted_out([(f"p{n}", f"id{n % 2}") for n in range(start, start + 30)])
        scratch.take(["a", "b"])

        assert scratch.opted_out({"p3", "p59", "p60"}) == {"p3": {"id1"}, "p59": {"id1"}}
        assert scratch.taken({"a", "c"}) == {"a"}
