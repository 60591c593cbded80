"""Addresses that a complete report no longer has (rules.md, 1.5)."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.store import domains, ledger, list_lookups, people_counts
from lib.store.ledger import DONE, PENDING, resubscribed
from lib.values import Interval, Reading, Sighting
from tests.unit.sync.examples import ANNA, BEN, CLARA, JANGOMAIL, NOON, SCOPE, dated

DAY = timedelta(days=1)


@pytest.fixture
def read(store, clock):
    """Takes a reading of these sightings into the ledger, a day after the last one."""

    def take(*sightings, kind="report", source=JANGOMAIL, run_id="run1"):
        at = clock.go(days=1)
        since = at - 2 * DAY if kind == "since" else None
        reading = Reading(kind, since, at, iter([named(one) for one in sightings]))
        return ledger.take(store, SCOPE, reading, source=source, run_id=run_id)

    return take


def named(one):
    return one if isinstance(one, Sighting) else dated(one, NOON)


def event_of(store, address):
    [event] = ledger.events_of(store, SCOPE, [address])[address]
    return event


def unsubscribed(store):
    return list_lookups.all_unsubscribed(store, SCOPE, most=1000)


def test_rule_1_5_an_address_missing_from_a_later_complete_report_is_resubscribed(store, read):
    read(ANNA, BEN)

    taken = read(BEN)

    assert (taken.resubscribed, taken.vanished) == ({ANNA}, 0)
    assert event_of(store, ANNA).resubscribed_at is not None
    assert event_of(store, BEN).resubscribed_at is None
    assert unsubscribed(store) == {BEN}
    assert ledger.pending(store, SCOPE) == [BEN]
    assert ledger.unsubscribed_by(store, SCOPE, [ANNA, BEN]).keys() == {BEN}
    assert people_counts.count(store, SCOPE).people == 1


def test_rule_1_5_only_complete_reports_say_that_an_address_is_missing(store, read):
    read(ANNA)

    read(BEN, kind="since")
    read(CLARA, kind="file", source="file")

    assert event_of(store, ANNA).resubscribed_at is None


def test_rule_1_5_an_address_that_no_report_had_is_not_resubscribed(store, read):
    read(BEN)
    read(ANNA, kind="since")

    read(BEN)

    assert event_of(store, ANNA).resubscribed_at is None


def test_rule_1_5_an_address_that_is_listed_with_a_newer_date_only_is_not_resubscribed(store, read):
    read(ANNA)

    read(dated(ANNA, NOON + DAY))

    assert len(ledger.events_of(store, SCOPE, [ANNA])[ANNA]) == 2
    assert all(event.counts for event in ledger.events_of(store, SCOPE, [ANNA])[ANNA])


def test_rule_1_5_what_another_source_says_still_counts(store, read):
    read(ANNA)
    read(ANNA, kind="file", source="file")

    read(BEN)

    assert unsubscribed(store) == {ANNA, BEN}


def test_rule_1_5_a_domain_that_is_taken_off_the_list_is_no_longer_held(store, read):
    read("example.com", ANNA)
    assert domains.held(store, SCOPE) == ["example.com"]

    read(ANNA)

    assert domains.held(store, SCOPE) == []
    assert domains.left_out_of_lists(store, SCOPE) == frozenset()


@pytest.mark.parametrize(
    ("named_before", "missing", "marked"),
    [
        (20, 20, True),
        (21, 21, False),
        (499, 25, False),
        (500, 25, True),
        (500, 26, False),
        (300, 20, True),
    ],
)
def test_rule_1_5_more_than_20_and_5_percent_at_once_mark_no_one(
    store, read, monkeypatch, named_before, missing, marked
):
    monkeypatch.setattr(resubscribed, "_PAGE", 300)
    everyone = [f"person{number}@example.org" for number in range(named_before)]
    read(*everyone)

    taken = read(*everyone[missing:])

    assert taken.vanished == (0 if marked else missing)
    assert taken.resubscribed == (set(everyone[:missing]) if marked else set())
    assert len(unsubscribed(store)) == named_before - (missing if marked else 0)
    assert ledger.vanished(store, SCOPE)[0] == (0 if marked else missing)


def test_a_list_that_is_complete_again_is_no_longer_missing_anyone(store, read):
    everyone = [f"person{number}@example.org" for number in range(50)]
    read(*everyone)
    read(*everyone[30:])
    assert ledger.vanished(store, SCOPE) == (30, 50)

    read(*everyone)

    assert ledger.vanished(store, SCOPE) == (0, 0)
    assert len(unsubscribed(store)) == 50


def test_rule_1_2_the_same_date_back_on_the_list_is_the_same_event_and_pending_again(store, read):
    read(ANNA, BEN)
    ledger.settle(store, SCOPE, [ANNA, BEN])
    read(BEN)

    read(ANNA.upper(), BEN, run_id="run2")

    event = event_of(store, ANNA)
    assert (event.state, event.resubscribed_at) == (PENDING, None)
    assert (event.shown, event.brought_by) == (ANNA.upper(), "run2")
    assert event.first_seen_at == event.last_seen_at
    assert unsubscribed(store) == {ANNA, BEN}


def test_rule_1_2_a_later_date_back_on_the_list_is_a_new_event(store, read):
    read(ANNA, BEN)
    ledger.settle(store, SCOPE, [ANNA, BEN])
    read(BEN)
    again = NOON + 2 * DAY

    read(dated(ANNA, again), BEN)

    old, new = ledger.events_of(store, SCOPE, [ANNA])[ANNA]
    assert (old.counts, old.state) == (False, DONE)
    assert (new.counts, new.state, new.asked) == (True, PENDING, Interval(again, again))


def test_rule_1_2_an_undated_return_was_asked_for_after_the_report_that_did_not_have_it(
    store, read, clock
):
    read(ANNA, BEN)
    read(BEN)
    without = clock.now

    read(Sighting(ANNA), kind="since")

    _, new = ledger.events_of(store, SCOPE, [ANNA])[ANNA]
    assert new.asked == Interval(without, clock.now)
    assert unsubscribed(store) == {ANNA, BEN}


Reports = st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=6)


def test_rule_1_5_after_any_reports_exactly_the_last_one_counts(store, clock):
    """With at most 20 people, no disappearance is too much at once."""
    scopes = (f"default/{number}" for number in count())

    @given(Reports)
    def holds(reports):
        scope = next(scopes)
        for numbers in reports:
            at = clock.go(days=1)
            lines = [dated(f"person{number}@example.org", NOON) for number in sorted(numbers)]
            reading = Reading("report", None, at, iter(lines))
            ledger.take(store, scope, reading, source=JANGOMAIL, run_id="run")

        wanted = {f"person{number}@example.org" for number in reports[-1]}
        assert list_lookups.all_unsubscribed(store, scope, most=1000) == wanted
        assert set(ledger.pending(store, scope)) == wanted

    holds()


def test_without_a_report_nothing_has_vanished(store, read):
    assert ledger.vanished(store, SCOPE) == (0, 0)
    read(ANNA, kind="since")

    assert ledger.vanished(store, SCOPE) == (0, 0)


def test_rule_1_5_an_address_listed_with_a_newer_date_only_has_not_vanished(store, read):
    read(ANNA)

    read(dated(ANNA, NOON + DAY))

    assert ledger.vanished(store, SCOPE) == (0, 0)


def test_rule_1_5_people_missing_in_any_page_of_what_was_known_are_found(store, read, monkeypatch):
    monkeypatch.setattr(resubscribed, "_PAGE", 2)
    everyone = [f"p{number}@example.org" for number in range(7)]
    read(*everyone)

    taken = read(*everyone[1:6])

    assert taken.resubscribed == {everyone[0], everyone[6]}


def test_rule_1_5_of_the_share_only_those_count_that_a_report_had(store, read):
    everyone = [f"p{number}@example.org" for number in range(499)]
    read("gone@example.org", kind="since")
    read(*everyone)

    assert read(*everyone[25:]).vanished == 25
