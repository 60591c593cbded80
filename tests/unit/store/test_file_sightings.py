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


def test_rule_1_3_a_file_used_again_is_taken_back_with_its_first_run(store, clock):
    take(store, "one", Sighting(ANNA), file_hash="same")
    clock.go(hours=1)
    take(store, "two", Sighting(ANNA), file_hash="same")

    assert ledger.only_of_run(store, SCOPE, "one") != frozenset()
    assert withdraw(store, "one") == 1
    assert event_of(store, ANNA) is None
    take(store, "three", Sighting(ANNA), file_hash="same")
    assert withdraw(store, "three") == 1
    assert event_of(store, ANNA) is None


def test_an_event_that_two_other_files_name_has_what_both_of_them_say(store, clock):
    now = clock.go(hours=1)
    first, last = now - timedelta(days=9), now - timedelta(days=3)
    take(store, "exact", Sighting(ANNA, "exact", Interval(last, last)))
    seen = []
    for run, date, interval in (
        ("undated", None, None),
        ("week", "week", Interval(first, last)),
        ("week2", "other", Interval(last, now)),
    ):
        seen.append(clock.go(hours=1))
        take(store, run, Sighting(ANNA, date, interval))

    withdraw(store, "exact")

    event = event_of(store, ANNA)
    assert (event.asked, event.raw_date) == (Interval(last, last), "week")
    assert (event.brought_by, event.first_seen_at) == ("undated", seen[0])
    assert event.last_seen_at == seen[-1]


def test_files_that_contradict_each_other_leave_the_date_of_the_first(store, clock):
    now = store.now()
    march, april = now - timedelta(days=60), now - timedelta(days=30)
    take(store, "wide", Sighting(ANNA))
    clock.go(hours=1)
    take(store, "march", Sighting(ANNA, "march", Interval(march, march)))
    clock.go(hours=1)
    take(store, "april", Sighting(ANNA, "march", Interval(april, april)))

    withdraw(store, "wide")

    assert event_of(store, ANNA).asked == Interval(march, march)


def test_the_people_of_a_file_are_counted_without_those_taken_back(store):
    take(store, "one", Sighting(ANNA), Sighting(BEN), Sighting("@example.org"))
    take(store, "two", Sighting("clara@example.org"))

    assert ledger.count_of_run(store, SCOPE, "one") == 3
    assert ledger.count_of_run(store, "default/other", "one") == 0
    assert ledger.count_of_run(store, SCOPE, "none") == 0


def test_a_file_is_taken_back_in_its_own_org_only(store):
    take(store, "one", Sighting(ANNA))

    with store.writing():
        assert ledger.withdraw(store, "default/other", "one") == 0
    assert event_of(store, ANNA) is not None


def test_the_events_of_several_files_are_reduced_each_for_itself(store, clock):
    take(store, "one", Sighting(ANNA), Sighting(BEN))
    clock.go(hours=1)
    take(store, "two", Sighting(ANNA))
    clock.go(hours=1)
    take(store, "three", Sighting(BEN))

    assert withdraw(store, "one") == 0
    assert event_of(store, ANNA).brought_by == "two"
    assert event_of(store, BEN).brought_by == "three"


def test_several_lines_of_a_file_about_a_person_say_together_when_they_asked(store, clock):
    now = clock.go(hours=1)
    first, last = now - timedelta(days=9), now - timedelta(days=3)
    lines = [
        Sighting(ANNA),
        Sighting(ANNA, "week", Interval(first, last)),
        Sighting(ANNA, "later", Interval(last, now)),
    ]
    take(store, "several", *lines)
    clock.go(hours=1)
    take(store, "exact", Sighting(ANNA, "exact", Interval(last, last)))

    withdraw(store, "exact")

    event = event_of(store, ANNA)
    assert (event.asked, event.raw_date) == (Interval(last, last), "week")


def test_of_the_same_date_text_with_two_times_the_first_counts(store, clock):
    now = clock.go(hours=1)
    march, april = now - timedelta(days=60), now - timedelta(days=30)
    lines = [Sighting(ANNA, "date", Interval(at, at)) for at in (march, april)]
    take(store, "several", *lines)
    clock.go(hours=1)
    take(store, "undated", Sighting(ANNA))

    withdraw(store, "undated")

    assert event_of(store, ANNA).asked == Interval(march, march)
