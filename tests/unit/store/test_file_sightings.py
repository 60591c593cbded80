"""Which file named which event: taking one file back leaves what the others say."""

from datetime import timedelta

from lib.store import ledger
from lib.values import Interval, Reading, Sighting

SCOPE = "default/00D000000000001EAA"
ANNA, BEN = "anna@example.org", "ben@example.org"


def take(store, run_id: str, *sightings: Sighting, file_hash: str | None = None):
    reading = Reading("file", None, store.now(), iter(sightings), file_hash=file_hash or run_id)
    return ledger.take(store, SCOPE, reading, source="file", run_id=run_id)


def withdraw(store, run_id: str) -> int:
    with store.writing():
        return ledger.withdraw(store, SCOPE, run_id)


def event_of(store, address: str):
    found = ledger.events_of(store, SCOPE, [address]).get(address, [])
    return found[0] if found else None


def test_rule_1_3_a_withdrawn_event_counts_as_never_seen(store):
    take(store, "one", Sighting(ANNA), file_hash="same")

    assert withdraw(store, "one") == 1
    assert event_of(store, ANNA) is None
    assert take(store, "two", Sighting(ANNA), file_hash="same").new_events == 1
    assert ledger.pending(store, SCOPE) == [ANNA]


def test_an_event_that_another_file_names_stays_until_that_file_is_taken_back_too(store, clock):
    take(store, "one", Sighting(ANNA), Sighting(BEN))
    clock.go(hours=1)
    take(store, "two", Sighting(ANNA))

    assert withdraw(store, "one") == 1
    assert event_of(store, ANNA).brought_by == "two"
    assert event_of(store, BEN) is None
    assert withdraw(store, "two") == 1
    assert event_of(store, ANNA) is None


def test_an_event_has_the_date_that_the_other_files_say(store, clock):
    take(store, "undated", Sighting(ANNA))
    read_at = store.now()
    asked = read_at - timedelta(days=3)
    clock.go(hours=1)
    take(store, "dated", Sighting(ANNA, "Mar 1", Interval(asked, asked)))
    assert event_of(store, ANNA).asked == Interval(asked, asked)

    withdraw(store, "dated")

    event = event_of(store, ANNA)
    assert (event.asked, event.raw_date) == (Interval(None, read_at), None)


def test_a_domain_in_a_file_is_withdrawn_with_it(store):
    take(store, "one", Sighting("@example.org"))

    withdraw(store, "one")

    assert ledger.events_of_domain(store, SCOPE, "example.org") == []
