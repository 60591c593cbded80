"""From readings to events: rules.md, 1, and what must never get lost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from lib.clock import to_text
from lib.stopping import Stop
from lib.store import changes, domains, ledger, runs
from lib.store.db import Store
from lib.store.ledger import events, readings
from lib.values import (
    NO_ADDRESS,
    Change,
    EventKind,
    Interval,
    Outcome,
    Reading,
    Sighting,
    Unreadable,
)

SCOPE = "default/00D000000000001EAA"
JANGOMAIL = "jangomail:jango@api.example.org"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """A reading without sightings, with its source and run."""

    reading: Reading
    source: str
    run_id: str


def report(at: datetime, source: str = JANGOMAIL) -> Answer:
    return Answer(Reading("report", None, at), source, f"run{at:%d%H}")


def since(start: datetime, at: datetime) -> Answer:
    return Answer(Reading("since", start, at), JANGOMAIL, f"run{at:%d%H}")


def file(at: datetime, digest: str = "abc", name: str = "newsletter.csv") -> Answer:
    reading = Reading("file", None, at, file_hash=digest, file_name=name)
    return Answer(reading, "file", f"run{at:%d%H}")


def take(store: Store, scope: str, answer: Answer, sightings: Iterable[Sighting]) -> ledger.Taken:
    """Store an answer with these sightings in the ledger."""
    answer.reading.sightings = iter(sightings)
    return ledger.take(store, scope, answer.reading, source=answer.source, run_id=answer.run_id)


def undated(*entries: str) -> list[Sighting]:
    return [Sighting(entry) for entry in entries]


def dated(entry: str, day: datetime) -> Sighting:
    return Sighting(entry, f"{day:%m/%d/%Y}", Interval(day, day + DAY - timedelta(seconds=1)))


def asked(store: Store, address: str) -> list[Interval]:
    return [event.asked for event in ledger.events_of(store, SCOPE, [address]).get(address, [])]


def contents(store: Store) -> list[list[tuple[object, ...]]]:
    everything = ("select * from event", "select * from reading", "select * from watermark")
    return [[tuple(row) for row in store.query(statement)] for statement in everything]


def test_a_report_brings_pending_addresses_held_domains_and_the_watermark(store, clock):
    answer = undated(" Ada@Example.ORG ", "ben@example.org", "@Example.com", "no address")
    read = report(clock.now)

    taken = take(store, SCOPE, read, answer)

    assert (taken.seen, taken.new_events, read.reading.unreadable_count) == (4, 3, 1)
    assert taken.addresses == {"ada@example.org", "ben@example.org"}
    assert taken.domains == {"example.com"}
    assert read.reading.unreadable == [Unreadable(None, "no address", NO_ADDRESS)]
    assert ledger.pending(store, SCOPE) == ["ada@example.org", "ben@example.org"]
    assert domains.held(store, SCOPE) == ["example.com"]
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == clock.now
    assert ledger.last_report(store, SCOPE, JANGOMAIL) == clock.now


def test_rule_1_1_an_event_has_the_spelling_and_date_of_its_source_and_its_run(store, clock):
    sighting = dated("Ada@Example.org", clock.now - 2 * DAY)

    take(store, SCOPE, report(clock.now), [sighting])

    (event,) = ledger.events_of(store, SCOPE, ["ada@example.org"])["ada@example.org"]
    assert (event.shown, event.raw_date, event.asked) == (
        "Ada@Example.org",
        "02/28/2026",
        sighting.asked,
    )
    assert (event.brought_by, event.first_seen_at) == ("run0207", clock.now)


def test_rule_1_1_an_undated_address_is_between_a_day_before_since_and_the_reading(store, clock):
    start = clock.now - 2 * DAY

    taken = take(store, SCOPE, since(start, clock.now), undated("ada@example.org"))

    assert taken.intervals == {"ada@example.org": Interval(start - DAY, clock.now)}
    assert asked(store, "ada@example.org") == [Interval(start - DAY, clock.now)]


def test_rule_1_1_an_address_is_after_the_complete_answer_that_did_not_have_it(store, clock):
    first = clock.now
    take(store, SCOPE, report(first), undated("ada@example.org"))
    now = clock.go(days=1)

    take(store, SCOPE, since(first - DAY, now), undated("ben@example.org"))

    assert asked(store, "ben@example.org") == [Interval(first, now)]


def test_rule_1_1_an_answer_about_another_period_does_not_count(store, clock):
    start = clock.now - DAY
    take(store, SCOPE, since(start, clock.now), undated("ada@example.org"))
    now = clock.go(hours=2)

    take(store, SCOPE, since(start, now), undated("ben@example.org"))

    assert asked(store, "ben@example.org") == [Interval(start - DAY, now)]


def test_rule_1_1_an_address_that_was_gone_from_a_report_comes_back_as_a_new_event(store, clock):
    first = clock.now
    take(store, SCOPE, report(first), undated("ada@example.org"))
    ledger.settle(store, SCOPE, ["ada@example.org"])
    lacking = clock.go(days=7)
    take(store, SCOPE, report(lacking), undated("ben@example.org"))
    now = clock.go(days=1)

    taken = take(store, SCOPE, since(now - 2 * DAY, now), undated("ada@example.org"))

    assert taken.new_events == 1
    assert asked(store, "ada@example.org") == [Interval(None, first), Interval(lacking, now)]
    assert "ada@example.org" in ledger.pending(store, SCOPE)


def test_rule_1_1_answers_of_another_source_or_org_do_not_count(store, clock):
    take(store, SCOPE, report(clock.now, "jangomail:other"), [])
    take(store, "default/other", report(clock.now), [])
    now = clock.go(days=1)

    take(store, SCOPE, report(now), undated("ada@example.org"))

    assert asked(store, "ada@example.org") == [Interval(None, now)]


def test_rule_1_1_a_csv_line_without_a_date_is_open_below_and_ends_at_the_import(store, clock):
    take(store, SCOPE, file(clock.now, "first"), undated("ada@example.org"))
    now = clock.go(days=1)

    take(store, SCOPE, file(now, "second"), undated("ben@example.org"))

    assert asked(store, "ben@example.org") == [Interval(None, now)]


def test_rule_1_2_an_overlap_makes_no_new_events_day_after_day(store, clock):
    take(store, SCOPE, report(clock.now), [])
    new = []
    for _ in range(5):
        now = clock.go(days=1)
        reading = since(now - 3 * DAY, now)
        new.append(take(store, SCOPE, reading, undated("ada@example.org")).new_events)

    assert new == [1, 0, 0, 0, 0]


def test_rule_1_2_a_changed_utc_offset_makes_no_new_events(store, clock):
    day = clock.now - 9 * DAY
    text = "2/21/2026 7:00:00 AM"
    take(store, SCOPE, report(clock.now), [Sighting("ada@example.org", text, Interval(day, day))])
    moved = day + timedelta(hours=5)

    again = [Sighting("ada@example.org", text, Interval(moved, moved))]
    taken = take(store, SCOPE, report(clock.go(days=1)), again)

    assert taken.new_events == 0
    assert asked(store, "ada@example.org") == [Interval(day, day)]


def test_rule_1_2_two_unsubscribes_of_an_address_in_an_answer_are_two_events(store, clock):
    answer = [
        dated("ada@example.org", clock.now - 5 * DAY),
        dated("Ada@example.org", clock.now - 90 * DAY),
    ]

    taken = take(store, SCOPE, report(clock.now), answer)

    events = ledger.events_of(store, SCOPE, ["ada@example.org"])["ada@example.org"]
    assert [event.state for event in events] == ["done", "pending"]
    assert taken.new_events == 1
    assert taken.intervals["ada@example.org"] == events[-1].asked


def test_rule_1_2_dates_that_come_later_make_one_wide_event_two(store, clock):
    first, last = clock.now - 2 * DAY, clock.now - DAY
    take(store, SCOPE, since(clock.now - 3 * DAY, clock.now), undated("ada@example.org"))

    sightings = [dated("ada@example.org", first), dated("ada@example.org", last)]
    take(store, SCOPE, report(clock.go(hours=1)), sightings)

    assert asked(store, "ada@example.org") == [sighting.asked for sighting in sightings]


def test_rule_1_3_the_same_file_brings_no_events_twice(store, clock):
    known = dated("ada@example.org", clock.now - 9 * DAY)
    take(store, SCOPE, file(clock.now), [known])
    ledger.settle(store, SCOPE, ["ada@example.org"])
    later = dated("ada@example.org", clock.now - 2 * DAY)

    taken = take(store, SCOPE, file(clock.go(days=1)), [known, later])

    assert (taken.new_events, ledger.pending(store, SCOPE)) == (0, [])


def test_rule_1_3_the_same_file_brings_withdrawn_events_back(store, clock):
    take(store, SCOPE, file(clock.now), undated("ada@example.org"))
    ledger.settle(store, SCOPE, ["ada@example.org"], ledger.WITHDRAWN)
    assert ledger.events_of(store, SCOPE, ["ada@example.org"]) == {}
    now = clock.go(days=1)

    taken = take(store, SCOPE, file(now), undated("ada@example.org"))

    (event,) = ledger.events_of(store, SCOPE, ["ada@example.org"])["ada@example.org"]
    assert (taken.new_events, event.state, event.brought_by) == (1, "pending", "run0307")
    assert event.first_seen_at == now


def test_rule_1_3_all_files_are_one_source(store, clock):
    take(store, SCOPE, file(clock.now, "first"), undated("ada@example.org"))

    taken = take(
        store, SCOPE, file(clock.go(days=1), "second", "b.csv"), undated("ada@example.org")
    )

    assert taken.new_events == 0


def test_rule_1_4_a_reading_that_fails_halfway_does_not_change_the_ledger(store, clock):
    take(store, SCOPE, report(clock.now), undated("ada@example.org"))
    before = contents(store)

    def cut() -> Iterator[Sighting]:
        yield from undated(*(f"p{number}@example.org" for number in range(12_000)))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        take(store, SCOPE, since(clock.now - DAY, clock.go(days=1)), cut())

    assert contents(store) == before


def test_rule_1_6_a_preview_stores_nothing_and_says_what_would_happen(store, clock):
    take(store, SCOPE, report(clock.now), [dated("ada@example.org", clock.now - 9 * DAY)])
    before = contents(store)
    now = clock.go(days=1)
    answer = [
        dated("ada@example.org", now - 3 * DAY),
        *undated("ben@example.org", "Ben@example.org"),
    ]

    with store.rehearsing():
        seen = take(store, SCOPE, since(now - 4 * DAY, now), answer)
        events = {
            address: asked(store, address) for address in ("ada@example.org", "ben@example.org")
        }

    assert contents(store) == before
    taken = take(store, SCOPE, since(now - 4 * DAY, now), answer)
    assert events == {
        address: asked(store, address) for address in ("ada@example.org", "ben@example.org")
    }
    assert (seen.intervals, seen.new_events) == (taken.intervals, taken.new_events)


def many(addresses: Iterable[int]) -> Iterator[Sighting]:
    return (Sighting(f"p{number}@example.org") for number in addresses)


def test_an_answer_larger_than_a_chunk_is_stored_with_repetitions_across_chunks(store, clock):
    numbers = [*range(7_000), *range(7_000)]

    with store.rehearsing():
        seen = take(store, SCOPE, report(clock.now), many(numbers))
        events = ledger.events_of(store, SCOPE, seen.addresses)
    taken = take(store, SCOPE, report(clock.now), many(numbers))

    assert (taken.seen, taken.new_events, len(taken.addresses)) == (14_000, 7_000, 7_000)
    assert (seen.new_events, len(events)) == (7_000, 7_000)
    assert ledger.count_pending(store, SCOPE) == 7_000
    assert len(ledger.events_of(store, SCOPE, taken.addresses)) == 7_000
    ledger.settle(store, SCOPE, taken.addresses)
    assert ledger.count_pending(store, SCOPE) == 0


def test_rule_2_spellings_of_an_address_are_the_same_but_dots_and_plus_make_a_difference(
    store, clock
):
    answer = undated(
        "Ada@example.org",
        " ada@EXAMPLE.org",
        "a.da@example.org",
        "ada+x@example.org",
        "ada@münchen.example",
        "ada@xn--mnchen-3ya.example",
    )

    taken = take(store, SCOPE, report(clock.now), answer)

    assert taken.addresses == {
        "ada@example.org",
        "a.da@example.org",
        "ada+x@example.org",
        "ada@xn--mnchen-3ya.example",
    }


def test_rule_2_any_entry_with_an_at_sign_is_an_address(store, clock):
    odd = ['"Odd quote"@example.com', "two@signs@example.org", "with blank@example.org", "ada@host"]

    read = report(clock.now)

    taken = take(store, SCOPE, read, undated(*odd, "50% off", "a%40example.org"))

    assert taken.addresses == {text.lower() for text in odd}
    assert sorted(ledger.pending(store, SCOPE)) == sorted(taken.addresses)
    assert [line.text for line in read.reading.unreadable] == ["50% off", "a%40example.org"]


def test_rule_4_4_a_domain_is_held_and_settling_addresses_does_not_change_that(store, clock):
    take(store, SCOPE, report(clock.now), undated("example.org"))

    ledger.settle(store, SCOPE, ["example.org"])

    assert domains.held(store, SCOPE) == ["example.org"]
    assert ledger.pending(store, SCOPE) == []
    assert [event.is_domain for event in ledger.events_of_domain(store, SCOPE, "example.org")] == [
        True
    ]


def test_a_text_that_cannot_be_stored_is_unreadable_and_the_rest_is_read(store, clock):
    answer = [Sighting("ad\ud800a@example.org", line=3), Sighting("ben@example.org", line=4)]

    read = file(clock.now)

    take(store, SCOPE, read, answer)

    assert read.reading.unreadable == [Unreadable(3, "ad?a@example.org", NO_ADDRESS)]
    assert ledger.pending(store, SCOPE) == ["ben@example.org"]


def test_a_date_in_the_year_1_is_stored_unchanged(store, clock):
    nothing = datetime(1, 1, 1, tzinfo=clock.now.tzinfo)

    take(
        store,
        SCOPE,
        report(clock.now),
        [Sighting("ada@example.org", "0001-01-01", Interval(nothing, nothing))],
    )

    assert asked(store, "ada@example.org") == [Interval(nothing, nothing)]


def test_invariant_2_the_watermark_never_goes_back_and_a_file_does_not_move_it(store, clock):
    take(store, SCOPE, report(clock.now), [])
    high = clock.now
    take(store, SCOPE, since(high - 9 * DAY, high - DAY), [])
    take(store, SCOPE, file(clock.go(days=1)), undated("ada@example.org"))

    assert ledger.watermark(store, SCOPE, JANGOMAIL) == high
    assert ledger.watermark(store, SCOPE, "file") is None


def test_other_streams_have_their_own_marks(store, clock):
    ledger.mark(store, SCOPE, "SystemModstamp", clock.now)

    assert ledger.marked(store, SCOPE, "SystemModstamp") == clock.now
    assert ledger.marked(store, "default/other", "SystemModstamp") is None
    assert ledger.watermark(store, SCOPE, "SystemModstamp") is None


def test_a_sandbox_and_a_production_org_share_no_event(store, clock):
    take(store, SCOPE, report(clock.now), undated("ada@example.org"))

    assert ledger.pending(store, "default/00D000000000002EAA") == []
    assert ledger.events_of(store, "default/00D000000000002EAA", ["ada@example.org"]) == {}


def test_rule_8_all_people_are_known_as_of_the_last_complete_reading_not_of_a_file(store, clock):
    assert ledger.last_complete_reading(store, SCOPE) is None
    take(store, SCOPE, report(clock.now), [])
    read_at = clock.go(days=1)
    take(store, SCOPE, since(read_at - DAY, read_at), [])
    take(store, SCOPE, file(clock.go(days=1)), undated("ada@example.org"))
    take(store, "default/other", report(clock.now), [])

    assert ledger.last_complete_reading(store, SCOPE) == read_at
    assert ledger.last_complete_reading(store, "default/none") is None


def test_the_last_report_is_the_last_full_list_of_this_source(store, clock):
    first = clock.now
    take(store, SCOPE, report(first), [])
    take(store, SCOPE, since(first, clock.go(days=1)), [])
    take(store, SCOPE, report(clock.go(days=1), "jangomail:other"), [])

    assert ledger.last_report(store, SCOPE, JANGOMAIL) == first
    assert ledger.last_report(store, SCOPE, "file") is None
    assert ledger.last_report(store, "default/other", JANGOMAIL) is None


def test_a_run_says_what_it_read_and_when_it_last_did(store, clock):
    at = clock.now
    ledger.take(store, SCOPE, Reading("file", None, at), source="file", run_id="run1")
    later = clock.go(hours=1)
    ledger.take(store, SCOPE, Reading("report", None, later), source=JANGOMAIL, run_id="run1")
    clock.go(hours=1)
    ledger.take(store, SCOPE, Reading("report", None, clock.now), source=JANGOMAIL, run_id="run2")

    assert ledger.read_by(store, SCOPE, "run1") == (JANGOMAIL, later)
    assert ledger.read_by(store, SCOPE, "run3") is None
    assert ledger.read_by(store, "default/other", "run1") is None


def test_a_mark_that_stands_alone_ends_the_others_of_its_kind(store, clock):
    for stream in ("full", "full:Other__c", "fuller", "full:Own__c"):
        ledger.mark(store, SCOPE, stream, clock.now)
    ledger.mark(store, "default/other", "full", clock.now)
    later = clock.go(days=1)

    ledger.mark_alone(store, SCOPE, "full:Own__c", later)

    assert ledger.marked(store, SCOPE, "full:Own__c") == later
    assert ledger.marked(store, SCOPE, "full") is None
    assert ledger.marked(store, SCOPE, "full:Other__c") is None
    assert ledger.marked(store, SCOPE, "fuller") is not None
    assert ledger.marked(store, "default/other", "full") is not None
    ledger.mark_alone(store, SCOPE, "full", later)
    assert ledger.marked(store, SCOPE, "full:Own__c") is None
    assert ledger.marked(store, SCOPE, "fuller") is not None


def test_rule_3_4_the_address_of_a_late_arrival_is_pending_again(store, clock):
    entries = ("ada@example.org", "ben@example.org", "example.com")
    take(store, SCOPE, report(clock.now), undated(*entries))
    take(store, "default/other", report(clock.now), undated(*entries))
    for scope in (SCOPE, "default/other"):
        ledger.settle(store, scope, entries)
    came = clock.go(days=3)

    ledger.reopen(store, SCOPE, {"ada@example.org": came, "example.com": came})

    assert ledger.pending(store, SCOPE) == ["ada@example.org"]
    assert ledger.pending(store, "default/other") == []
    reopened = "select entry, reopened_at from event where reopened_at is not null"
    assert [tuple(row) for row in store.query(reopened)] == [("ada@example.org", to_text(came))]


def test_the_events_of_more_addresses_than_a_statement_takes_are_all_found(
    store, clock, monkeypatch: pytest.MonkeyPatch
):
    addresses = [f"p{number}@example.org" for number in range(5)]
    take(store, SCOPE, report(clock.now), undated(*addresses))

    monkeypatch.setattr(events, "_CHUNK", 2)

    assert sorted(ledger.events_of(store, SCOPE, addresses)) == addresses
    assert sorted(ledger.unsubscribed_by(store, SCOPE, addresses)) == addresses


def test_a_large_reading_is_stored_in_pieces_and_others_can_write_between_them(
    store, home, clock, monkeypatch
):
    monkeypatch.setattr(readings, "_PIECE", 2)
    between: list[int] = []

    def write(_stop: Stop) -> None:
        with Store.open(home, clock=clock) as other:
            domains.entries(other, SCOPE)
            with other.writing():  # raises after 30 s if the log is held
                between.append(len(contents(other)[0]))

    monkeypatch.setattr(Stop, "refuse", write)
    addresses = [f"p{number}@example.org" for number in range(7)]

    taken = take(store, SCOPE, report(clock.now), undated(*addresses))

    assert (taken.seen, taken.new_events) == (7, 7)
    assert len(between) == 4
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == clock.now


def test_invariant_2_a_reading_that_dies_between_two_pieces_moves_no_watermark_and_is_read_again(
    store, clock, monkeypatch
):
    monkeypatch.setattr(readings, "_PIECE", 2)
    addresses = [f"p{number}@example.org" for number in range(7)]
    refused = iter([None, None, None])

    def die(_stop: Stop) -> None:
        if next(refused, KeyError) is KeyError:
            raise ConnectionAbortedError

    monkeypatch.setattr(Stop, "refuse", die)
    with pytest.raises(ConnectionAbortedError):
        take(store, SCOPE, report(clock.now), undated(*addresses))
    monkeypatch.undo()

    assert ledger.watermark(store, SCOPE, JANGOMAIL) is None
    assert ledger.last_report(store, SCOPE, JANGOMAIL) is None
    assert 0 < len(ledger.pending(store, SCOPE)) < 7
    clock.go(hours=1)
    take(store, SCOPE, report(clock.now), undated(*addresses))
    assert ledger.pending(store, SCOPE) == addresses
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == clock.now


def test_in_pieces_or_at_once_the_ledger_is_the_same(store, tmp_path, clock, monkeypatch):
    lines = [
        dated("ada@example.org", clock.now - 9 * DAY),
        *undated("ben@example.org", "Ben@example.org", "example.com", "no one", "ada@example.org"),
        dated("ada@example.org", clock.now - 2 * DAY),
        *undated("eve@example.org"),
    ]
    take(store, SCOPE, report(clock.now), lines)
    monkeypatch.setattr(readings, "_PIECE", 2)
    with Store.open(tmp_path / "other", clock=clock) as other:
        take(other, SCOPE, report(clock.now), lines)

        assert contents(other) == contents(store)


def test_an_address_unsubscribed_by_the_end_of_its_first_event_that_counts(store, clock):
    first, second = clock.now - 9 * DAY, clock.now - 2 * DAY
    entries = [dated("ada@example.org", first), dated("ada@example.org", second)]
    take(store, SCOPE, report(clock.now), [*entries, *undated("example.com")])
    take(store, SCOPE, file(clock.now), undated("ben@example.org"))
    addresses = ["ada@example.org", "ben@example.org", "example.com"]
    ends = first + DAY - timedelta(seconds=1)

    assert ledger.unsubscribed_by(store, SCOPE, addresses) == {
        "ada@example.org": ends,
        "ben@example.org": clock.now,
    }
    ledger.settle(store, SCOPE, addresses)
    assert len(ledger.unsubscribed_by(store, SCOPE, addresses)) == 2


def test_rule_1_3_of_a_withdrawn_event_no_one_is_unsubscribed_and_nothing_is_pending_again(
    store, clock
):
    take(store, SCOPE, file(clock.now), undated("ada@example.org"))
    ledger.settle(store, SCOPE, ["ada@example.org"], ledger.WITHDRAWN)

    ledger.reopen(store, SCOPE, {"ada@example.org": clock.now})

    assert ledger.unsubscribed_by(store, SCOPE, ["ada@example.org"]) == {}
    assert ledger.pending(store, SCOPE) == []


def test_rule_1_5_what_was_taken_off_the_list_is_not_pending_again_when_a_record_comes(
    store, clock
):
    take(store, SCOPE, report(clock.now), undated("ada@example.org", "ben@example.org"))
    ledger.settle(store, SCOPE, ["ada@example.org", "ben@example.org"])
    take(store, SCOPE, report(clock.go(days=1)), undated("ben@example.org"))

    ledger.reopen(store, SCOPE, {"ada@example.org": clock.now, "ben@example.org": clock.now})

    assert ledger.pending(store, SCOPE) == ["ben@example.org"]


@pytest.mark.parametrize(("earlier", "covers"), [(DAY, True), (DAY - timedelta(seconds=1), False)])
def test_rule_1_1_an_answer_covers_another_if_it_begins_a_day_before_it(
    store, clock, earlier, covers
):
    start = clock.now - 5 * DAY
    first = clock.now
    take(store, SCOPE, since(start - earlier, first), [])
    now = clock.go(hours=2)

    take(store, SCOPE, since(start, now), undated("ada@example.org"))

    assert asked(store, "ada@example.org") == [Interval(first if covers else start - DAY, now)]


def test_rule_1_1_a_later_answer_says_nothing_about_an_earlier_one(store, clock):
    now = clock.now
    take(store, SCOPE, report(now + DAY), [])

    take(store, SCOPE, since(now - DAY, now), undated("ada@example.org"))

    assert asked(store, "ada@example.org") == [Interval(now - 2 * DAY, now)]


def test_all_pending_addresses_come_a_page_at_a_time_once_each(store, clock, monkeypatch):
    monkeypatch.setattr(events, "_CHUNK", 3)
    names = [f"{letter}@example.org" for letter in "abcde"]
    take(store, SCOPE, report(clock.now), undated(*names, "@example.com"))
    take(store, SCOPE, since(clock.now, clock.go(days=30)), [dated(names[0], clock.now)])
    take(store, "default/other", report(clock.now), undated("z@example.org"))
    ledger.settle(store, SCOPE, [names[4]])

    pages = list(ledger.all_pending(store, SCOPE))

    assert sorted(address for page in pages for address in page) == names[:4]
    assert [len(page) for page in pages] == [3, 1]
    assert sorted(ledger.pending_among(store, SCOPE, names[3:])) == [names[3]]
    assert ledger.count_pending(store, SCOPE) == 4


def test_an_event_comes_back_as_it_was_stored(store, clock):
    sighting = dated("Ada@Example.org", clock.now - 2 * DAY)
    take(store, SCOPE, report(clock.now), [sighting, *undated("@Example.com")])
    first = clock.now
    last = clock.go(days=1)
    take(store, SCOPE, report(last), undated("ada@example.org", "example.com"))

    (ada,) = ledger.events_of(store, SCOPE, ["ada@example.org"])["ada@example.org"]
    (domain,) = ledger.events_of_domain(store, SCOPE, "example.com")
    seen = {
        "scope": SCOPE,
        "source": JANGOMAIL,
        "kind": EventKind.UNSUBSCRIBE,
        "first_seen_at": first,
        "last_seen_at": last,
        "brought_by": "run0207",
        "reported_at": last,
        "resubscribed_at": None,
    }
    assert ada == ledger.Event(
        id=ada.id,
        entry="ada@example.org",
        shown="Ada@Example.org",
        is_domain=False,
        asked=sighting.asked,
        raw_date=sighting.raw_date,
        state=ledger.PENDING,
        **seen,
    )
    assert domain == ledger.Event(
        id=domain.id,
        entry="example.com",
        shown="@Example.com",
        is_domain=True,
        asked=Interval(None, first),
        raw_date=None,
        state=ledger.HELD,
        **seen,
    )
    assert ledger.last_id(store) == max(ada.id, domain.id) == 2


def test_a_reading_is_kept_with_its_file_and_its_counts(store, clock):
    start = clock.now - DAY
    take(store, SCOPE, file(clock.now), undated("ada@example.org", "ada@example.org", "no one"))
    take(store, SCOPE, since(start, clock.now), undated("ben@example.org"))

    kept = store.query("select * from reading order by id")

    shared = {"scope": SCOPE, "read_at": to_text(clock.now), "run_id": "run0207"}
    files = {"kind": "file", "since": None, "file_hash": "abc", "file_name": "newsletter.csv"}
    others = {"kind": "since", "since": to_text(start), "file_hash": None, "file_name": None}
    assert [{**dict(row), "id": 0} for row in kept] == [
        {"id": 0, **shared, **files, "source": "file", "seen": 3, "new_events": 1},
        {"id": 0, **shared, **others, "source": JANGOMAIL, "seen": 1, "new_events": 1},
    ]


def test_an_empty_log_has_read_nothing(store, clock):
    assert not ledger.was_read(store, SCOPE)
    assert ledger.last_id(store) == 0
    assert ledger.count_pending(store, SCOPE) == 0

    take(store, "default/other", file(clock.now), [])

    assert not ledger.was_read(store, SCOPE)
    assert ledger.was_read(store, "default/other")


def test_the_same_file_brings_those_who_were_added_to_it_next_to_a_repeated_person(store, clock):
    known = dated("ada@example.org", clock.now - 9 * DAY)
    take(store, SCOPE, file(clock.now), [known])
    later = dated("ada@example.org", clock.now - 2 * DAY)

    taken = take(store, SCOPE, file(clock.go(days=1)), [later, *undated("ben@example.org")])

    assert taken.new_events == 1
    assert ledger.pending(store, SCOPE) == ["ada@example.org", "ben@example.org"]
    assert taken.addresses == {"ben@example.org", "ada@example.org"}


def test_rule_1_2_several_events_of_a_person_are_each_found_again(store, clock):
    lines = [dated("ada@example.org", clock.now - days * DAY) for days in (20, 13, 6)]
    take(store, SCOPE, report(clock.now), lines)

    again = [replace(line, raw_date=None) for line in lines]
    taken = take(store, SCOPE, report(clock.go(days=1)), again)

    assert taken.new_events == 0
    assert asked(store, "ada@example.org") == [line.asked for line in lines]


def test_the_events_of_a_person_are_done_unless_a_run_left_a_record_open(store, clock):
    names = ["done", "failed", "asked", "other", "elsewhere"]
    everyone = [f"{name}@example.org" for name in names]
    outcomes = [Outcome.UPDATED, Outcome.FAILED, Outcome.KEPT, Outcome.FAILED, Outcome.UPDATED]
    for scope in (SCOPE, "default/other"):
        take(store, scope, report(clock.now), undated(*everyone))
    run_id, other = (
        runs.start(
            store, connection="default", started_by="cron", dry_run=False, source="jangomail"
        )
        for _ in range(2)
    )
    for number, (address, outcome) in enumerate(zip(everyone, outcomes, strict=True)):
        reason = "WAITS" if address.startswith("asked") else None
        one = Change("Contact", f"003{number:015}", address, outcome, reason)
        changes.announce(store, other if address.startswith("other") else run_id, SCOPE, [one])

    ledger.settle_unless_open(store, SCOPE, everyone[:4], run_id, ["WAITS"])

    open_ones = ["asked@example.org", "elsewhere@example.org", "failed@example.org"]
    assert ledger.pending(store, SCOPE) == open_ones
    assert len(ledger.pending(store, "default/other")) == 5


def test_more_people_than_a_statement_takes_are_all_settled(store, clock, monkeypatch):
    monkeypatch.setattr(events, "_CHUNK", 2)
    everyone = [f"p{number}@example.org" for number in range(5)]
    take(store, SCOPE, report(clock.now), undated(*everyone))

    ledger.settle_unless_open(store, SCOPE, everyone[:3], "run1", [])
    assert ledger.pending(store, SCOPE) == everyone[3:]
    ledger.settle(store, SCOPE, everyone)

    assert ledger.pending(store, SCOPE) == []


def test_rule_1_3_another_file_with_a_later_date_brings_a_second_event(store, clock):
    take(store, SCOPE, file(clock.now), [dated("ada@example.org", clock.now - 9 * DAY)])
    later = dated("ada@example.org", clock.now - 2 * DAY)

    taken = take(store, SCOPE, file(clock.go(days=1), "another"), [later])

    assert taken.new_events == 1


def test_rule_1_1_no_one_asked_after_their_unsubscribe_was_read(store, clock):
    today = clock.now.replace(hour=0)

    take(store, SCOPE, report(clock.now), [dated("ada@example.org", today)])

    assert asked(store, "ada@example.org") == [Interval(today, clock.now)]
