"""Records that an undo left mailable, and who asked again since then (rules.md, 5)."""

from datetime import timedelta

import pytest

from lib.store import ledger, memory, undone
from lib.store.undone import UndoneRecord
from lib.sync.after_undo import AfterUndo, about, after_undo
from lib.values import Reading, Sighting
from tests.unit.sync.examples import ANNA, BEN, CLARA, JANGOMAIL, SCOPE, at, contact_id, dated

HOUR = timedelta(hours=1)
DOMAIN = "example.org"


@pytest.fixture
def read(store, clock):
    """Takes a report of JangoMail with these entries into the ledger."""

    def take(*sightings):
        reading = Reading("report", None, clock.now, iter(sightings))
        ledger.take(store, SCOPE, reading, source=JANGOMAIL, run_id="run1")

    return take


@pytest.fixture
def take_back(store, clock):
    """Takes a record back, whose unsubscribes up to now no longer count for it."""

    def note(number=1, address=ANNA, *, cleared_at=None, run_id="run1"):
        now = clock.go(hours=1)
        mark = UndoneRecord(
            record_id=contact_id(number),
            sobject="Contact",
            address=address,
            run_id=run_id,
            source=JANGOMAIL,
            known_until=now,
            known_event=ledger.last_id(store),
            cleared_at=cleared_at,
            undo_id="undo1",
            undone_at=now,
        )
        with store.writing():
            undone.note(store, SCOPE, [mark])
        return now

    return note


def found(store, *addresses, approved=frozenset()):
    return after_undo(store, SCOPE, addresses or (ANNA,), approved)


def test_before_any_undo_there_is_nothing_to_know(store, read):
    read(Sighting(ANNA))

    assert found(store) == {}


def test_rule_5_what_was_known_by_then_does_not_count_as_asking_again(store, read, take_back):
    read(Sighting(ANNA))
    until = take_back()

    assert found(store) == {contact_id(1): AfterUndo(ANNA, False, until)}
    assert found(store, BEN) == {}
    assert after_undo(store, "default/other", [ANNA], frozenset()) == {}


def test_rule_5_a_newer_unsubscribe_counts_again(store, read, take_back, clock):
    read(dated(ANNA, clock.now - HOUR))
    take_back()
    clock.go(hours=2)
    read(dated(ANNA, clock.now - HOUR), dated(BEN, clock.now - HOUR))

    assert found(store)[contact_id(1)].asked_again


def test_rule_5_an_unsubscribe_of_someone_else_does_not_count(store, read, take_back, clock):
    read(Sighting(ANNA))
    take_back()
    clock.go(hours=2)
    read(Sighting(ANNA), dated(BEN, clock.now - HOUR))

    assert not found(store)[contact_id(1)].asked_again


@pytest.mark.parametrize(("asked_after_h", "asked_again"), [(-1, False), (0, False), (1, True)])
def test_rule_5_it_must_also_be_newer_than_any_clearing_before_the_run(
    store, read, take_back, clock, asked_after_h, asked_again
):
    cleared_at = clock.now + 9 * HOUR  # by a clock that is ahead
    take_back(cleared_at=cleared_at)
    take_back(run_id="run2")
    clock.go(hours=20)

    read(dated(ANNA, cleared_at + asked_after_h * HOUR))

    assert found(store)[contact_id(1)].asked_again is asked_again


def test_rule_5_a_box_that_was_seen_set_since_is_no_longer_undone(store, take_back):
    take_back()
    memory.seen_opted_out(store, SCOPE, "run2", [("Contact", contact_id(1), ANNA)])

    assert found(store) == {}


def test_rule_5_each_undo_of_a_record_counts_and_the_latest_address(store, take_back):
    first = take_back(run_id="run1")
    memory.seen_opted_out(store, SCOPE, "run2", [("Contact", contact_id(1), ANNA)])
    second = take_back(run_id="run2")

    assert second > first
    assert found(store) == {contact_id(1): AfterUndo(ANNA, False, second)}


def test_rule_4_4_an_approved_domain_asks_for_its_people_too(store, read, take_back, clock):
    take_back()
    clock.go(hours=2)
    read(dated(DOMAIN, clock.now - HOUR))

    assert not found(store)[contact_id(1)].asked_again
    assert found(store, approved={DOMAIN})[contact_id(1)].asked_again
    assert not found(store, approved={"other.example"})[contact_id(1)].asked_again


def test_the_unsubscribes_about_an_address_are_its_own_and_those_of_its_approved_domain(
    store, read, clock
):
    day = clock.now - 24 * HOUR
    read(dated(ANNA, day), dated(BEN, day - HOUR), dated(DOMAIN, day - 2 * HOUR))

    events = about(store, SCOPE, {ANNA, CLARA, "zoe@other.example"}, {DOMAIN})

    assert {address: [event.asked for event in events] for address, events in events.items()} == {
        ANNA: [at(day), at(day - 2 * HOUR)],
        CLARA: [at(day - 2 * HOUR)],
        "zoe@other.example": [],
    }
    assert [event.entry for event in about(store, SCOPE, {ANNA}, set())[ANNA]] == [ANNA]
    assert about(store, SCOPE, {"zoe@other.example"}, {"other.example"}) == {
        "zoe@other.example": ()
    }


def test_rule_1_5_an_unsubscribe_that_was_taken_off_the_list_is_not_about_anyone(
    store, read, clock
):
    read(dated(ANNA, clock.now - HOUR), dated(BEN, clock.now - HOUR))
    clock.go(days=1)
    read(dated(BEN, clock.now - 25 * HOUR))

    assert about(store, SCOPE, {ANNA}, set()) == {ANNA: ()}


def test_the_time_when_a_box_was_first_seen_set_again_stays(store, take_back, clock):
    take_back()
    first = clock.go(hours=1)
    memory.seen_opted_out(store, SCOPE, "run2", [("Contact", contact_id(1), ANNA)])
    clock.go(hours=1)
    memory.seen_opted_out(store, SCOPE, "run3", [("Contact", contact_id(1), ANNA)])

    [mark] = undone.of_records(store, SCOPE, [contact_id(1)])
    assert mark.ended_at == first
