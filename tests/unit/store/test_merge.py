"""Which event a sighting belongs to (rules.md, 1.2), with examples and with hypothesis."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.store.ledger.merge import DONE, HELD, PENDING, WITHDRAWN, Event, later, merge
from lib.values import EventKind, Interval

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def between(first: float | None, last: float) -> Interval:
    return Interval(None if first is None else day(first), day(last))


def seen(asked: Interval, raw_date: str | None = None, *, at: float = 50) -> Event:
    """A sighting of an address, as the event it would be if nothing were known."""
    return Event(
        id=0,
        scope="default/org",
        source="jangomail:x",
        kind=EventKind.UNSUBSCRIBE,
        entry="ada@example.org",
        shown="Ada@example.org",
        is_domain=False,
        asked=asked,
        raw_date=raw_date,
        first_seen_at=day(at),
        last_seen_at=day(at),
        brought_by="run",
        state=PENDING,
    )


def shelf_of(sightings: Sequence[Event]) -> list[Event]:
    """The events these sightings become, in this order."""
    shelf: list[Event] = []
    for sighting in sightings:
        merged = merge(shelf, sighting)
        shelf[merged.place : merged.place + 1] = [merged.event]
    return shelf


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    last = draw(st.integers(0, 40))
    first = draw(st.none() | st.integers(0, last))
    return between(first, last)


sightings = st.builds(seen, intervals(), st.none() | st.sampled_from(["a", "b", "c"]))


def test_rule_1_2_touching_intervals_are_the_same_event_with_their_common_part():
    shelf = shelf_of([seen(between(1, 5)), seen(between(4, 9)), seen(between(None, 6))])

    assert [event.asked for event in shelf] == [between(4, 5)]


def test_rule_1_2_equal_date_texts_are_the_same_event_even_after_a_clock_setting_changed():
    shelf = shelf_of([seen(between(1, 1), "1/2/2026"), seen(between(2, 2), "1/2/2026")])

    assert [event.asked for event in shelf] == [between(1, 1)]


def test_rule_1_2_a_sighting_wholly_after_is_a_new_event():
    known = [replace(seen(between(1, 5), "a"), state=DONE)]

    merged = merge(known, seen(between(6, 9)))

    assert (merged.place, merged.is_new, merged.event.state) == (1, True, PENDING)


def test_rule_1_2_a_sighting_wholly_before_is_an_older_event_that_is_done():
    merged = merge([seen(between(6, 9))], seen(between(1, 5)))

    assert (merged.place, merged.is_new, merged.event.state) == (1, False, DONE)


def test_rule_1_2_an_open_interval_never_makes_a_new_event_for_a_known_address():
    merged = merge([replace(seen(between(1, 5)), state=DONE)], seen(between(None, 40)))

    assert (merged.place, merged.is_new, merged.event.state) == (0, False, DONE)
    assert merged.event.asked == between(1, 5)


def test_rule_1_2_a_sighting_that_touches_two_events_belongs_to_the_latest():
    shelf = shelf_of([seen(between(1, 2)), seen(between(5, 6)), seen(between(2, 9), "a")])

    assert [event.raw_date for event in shelf] == [None, "a"]


@pytest.mark.parametrize(("first", "second"), [(40, 50), (50, 40)])
def test_rule_1_2_an_event_was_last_seen_when_it_was_seen_latest(first: int, second: int):
    """An older answer can be stored after a newer one, but never makes an event look older."""
    [event] = shelf_of([seen(between(1, 5), at=first), seen(between(1, 5), at=second)])

    assert (event.first_seen_at, event.last_seen_at) == (day(first), day(50))


def test_rule_1_2_the_latest_of_the_events_touched_counts_in_whatever_order_they_came():
    shelf = shelf_of([seen(between(5, 6)), seen(between(1, 2)), seen(between(2, 9), "a")])

    assert [event.raw_date for event in shelf] == ["a", None]


@pytest.mark.parametrize(
    ("dates", "kept"), [(["a", "b"], "a"), ([None, "b"], "b"), (["a", None], "a")]
)
def test_rule_1_2_an_event_keeps_the_first_date_text_that_was_seen(
    dates: list[str | None], kept: str
):
    [event] = shelf_of([seen(between(1, 5), date) for date in dates])

    assert event.raw_date == kept


@pytest.mark.parametrize(
    ("first", "second", "latest"),
    [
        (between(1, 5), between(2, 6), between(2, 6)),
        (between(None, 5), between(3, 5), between(3, 5)),
        (between(2, 5), between(3, 5), between(3, 5)),
    ],
)
def test_of_two_intervals_the_one_that_ends_or_begins_later_is_later(
    first: Interval, second: Interval, latest: Interval
):
    assert later(first, second) == later(second, first) == latest


def test_rule_1_3_a_withdrawn_event_counts_as_never_seen():
    withdrawn = replace(seen(between(1, 2), "a"), id=7, state=WITHDRAWN, brought_by="old")

    merged = merge([withdrawn], seen(between(1, 2), "a"))

    assert (merged.place, merged.is_new) == (0, True)
    assert (merged.event.id, merged.event.state, merged.event.brought_by) == (7, PENDING, "run")


def test_an_older_event_of_a_domain_stays_held():
    domain = replace(seen(between(6, 9)), entry="example.org", is_domain=True, state=HELD)

    merged = merge([domain], replace(domain, asked=between(1, 2)))

    assert merged.event.state == HELD


@given(st.lists(sightings, max_size=6))
def test_the_same_answer_twice_brings_nothing_new(answer: list[Event]):
    shelf = shelf_of(answer)

    for sighting in answer:
        merged = merge(shelf, sighting)
        assert merged.place < len(shelf)
        assert not merged.is_new


@given(st.lists(sightings, min_size=1, max_size=6))
def test_intervals_of_events_are_never_empty_and_each_is_within_a_sighting(answer: list[Event]):
    for event in shelf_of(answer):
        assert event.asked.not_before is None or event.asked.not_before <= event.asked.not_after
        assert any(event.asked.common_with(seen.asked) == event.asked for seen in answer)


@given(st.lists(sightings, min_size=1, max_size=6))
def test_invariant_2_an_address_that_was_seen_is_pending_until_it_is_settled(
    answer: list[Event],
):
    assert any(event.state == PENDING for event in shelf_of(answer))


@given(st.lists(sightings, min_size=1, max_size=5), intervals())
def test_a_settled_address_becomes_pending_again_only_through_a_wholly_later_sighting(
    answer: list[Event], asked: Interval
):
    shelf = [replace(event, state=DONE) for event in shelf_of(answer)]

    merged = merge(shelf, seen(asked))

    is_after = all(asked.is_wholly_after(event.asked.not_after) for event in shelf)
    assert merged.is_new == is_after
    assert (merged.event.state == PENDING) == is_after
