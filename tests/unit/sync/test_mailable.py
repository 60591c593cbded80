"""Which mailable records need a look, for any history of a record and its address (rules.md, 3)."""

import tracemalloc
from datetime import timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from lib.store import ledger, memory
from lib.store.ledger import DONE, PENDING, WITHDRAWN
from lib.sync.mailable import NeedsALook, sift
from lib.values import Arrival, Reading, Record
from tests.unit.sync.examples import JANGOMAIL, NOON, SCOPE, contact_id, dated

ADDRESSES = [f"person{number}@example.org" for number in range(4)]
RESUBSCRIBED = "re-subscribed"
States = st.lists(
    st.sampled_from([None, PENDING, DONE, WITHDRAWN, RESUBSCRIBED]), min_size=4, max_size=4
)
Seen = st.none() | st.tuples(st.integers(0, 3), st.booleans())  # under which address; cleared
Histories = st.lists(st.tuples(st.integers(0, 3), Seen), max_size=12)


def test_rule_3_4_late_and_cleared_are_what_the_rules_say(store, clock):
    scopes = (f"default/{number}" for number in count())

    @given(States, Histories)
    def holds(states, histories):
        scope = next(scopes)
        write_ledger(store, clock, scope, states)
        records = [remembered(store, scope, *one) for one in enumerate(histories)]
        pending = {ADDRESSES[number] for number, one in enumerate(states) if one == PENDING}
        found = NeedsALook()

        sift(store, scope, records, pending=pending, into=found)

        late = {
            contact_id(number)
            for number, (address, seen) in enumerate(histories)
            if states[address] == DONE and (seen is None or seen[0] != address)
        }
        cleared = {
            contact_id(number)
            for number, (address, seen) in enumerate(histories)
            if seen == (address, False)
        }
        assert found.arrivals.keys() == late
        assert sorted(record.record_id for record in found.records) == sorted(late | cleared)

    holds()


def write_ledger(store, clock, scope, states) -> None:
    listed = [address for address, state in zip(ADDRESSES, states, strict=True) if state]
    for without in ([], [RESUBSCRIBED]):
        lines = [
            dated(address, NOON)
            for address, state in zip(ADDRESSES, states, strict=True)
            if state and state not in without
        ]
        reading = Reading("report", None, clock.go(days=1), iter(lines))
        ledger.take(store, scope, reading, source=JANGOMAIL, run_id="run")
    for state in (DONE, WITHDRAWN):
        some = [address for address in listed if states[ADDRESSES.index(address)] == state]
        ledger.settle(store, scope, some, state)


def remembered(store, scope, number, history) -> Record:
    """A record that is mailable now, and what the log remembers of it."""
    address, seen = history
    if seen is not None:
        under, is_cleared = seen
        row = ("Contact", contact_id(number), ADDRESSES[under])
        memory.seen_opted_out(store, scope, "run", [memory.OptedOutRecord(*row)])
        if is_cleared:
            memory.cleared(store, scope, "run", [(*row, NOON, memory.KEPT)])
    changed_at = NOON + timedelta(days=2)
    return Record("Contact", contact_id(number), ADDRESSES[address], False, changed_at)


def test_forty_thousand_records_are_compared_in_memory_that_does_not_grow(store):
    def records():
        for number in range(40_000):
            address = f"person{number}@example.org"
            yield Record("Contact", contact_id(number), address, False, NOON)

    found = NeedsALook()
    tracemalloc.start()
    try:
        sift(store, SCOPE, records(), pending=frozenset(), into=found)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 6_000_000


def test_converted_leads_can_be_left_out_together_with_how_they_came():
    converted = Record("Lead", "00Q000000000001EAA", ADDRESSES[0], False, NOON, is_converted=True)
    others = [
        Record("Contact", contact_id(number), ADDRESSES[1], False, NOON) for number in (1, 2, 3)
    ]
    late = {
        record.record_id: Arrival(NOON + number * timedelta(hours=1), is_new=True)
        for number, record in enumerate([converted, *others[:2]])
    }
    found = NeedsALook([converted, *others], late)

    rest = found.without_converted()

    assert (found.has_converted, rest.has_converted) == (True, False)
    assert rest.records == others
    assert rest.arrivals == {key: late[key] for key in (contact_id(1), contact_id(2))}
    assert rest.arrived() == {ADDRESSES[1]: NOON + timedelta(hours=1)}
    assert found.arrived() == {ADDRESSES[0]: NOON, **rest.arrived()}


def test_a_record_made_at_the_moment_of_the_unsubscribe_counts_as_new(store, clock):
    line = Reading("report", None, clock.go(days=1), iter([dated(ADDRESSES[0], NOON)]))
    ledger.take(store, SCOPE, line, source=JANGOMAIL, run_id="run")
    ledger.settle(store, SCOPE, ADDRESSES)
    later, found = NOON + timedelta(days=2), NeedsALook()
    made = [
        Record("Contact", contact_id(at), ADDRESSES[0], False, later, created_at=created_at)
        for at, created_at in enumerate([NOON, NOON - timedelta(seconds=1), None])
    ]

    sift(store, SCOPE, made, pending=frozenset(), into=found)

    assert list(found.arrivals.values()) == [
        Arrival(NOON, is_new=True),
        Arrival(later, is_new=False),
        Arrival(later, is_new=False),
    ]
    assert found.arrived() == {ADDRESSES[0]: NOON}
