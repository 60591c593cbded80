"""The figures of the pages: each record counts once, in the days of the viewer's time zone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lib.store import (
    changes,
    figures,
    ledger,
    memory,
    migrations,
    people,
    people_counts,
    runs,
    waits,
)
from lib.store.db import Store
from lib.store.figures import day_of, days_between
from lib.store.terms import to_number
from lib.values import Change, Interval, Org, Outcome, Reading, RunResult, Sighting

ORG = Org("00D000000000001EAA", "Sample Ltd", "sandbox", "sync@example.org")
SCOPE = "default/00D000000000001EAA"
DAY = timedelta(days=1)
WEEK = days_between(date(2026, 3, 2), date(2026, 3, 8), UTC)


def change(number: int, outcome: Outcome, reason: str | None = None) -> Change:
    return Change("Contact", f"003{number:015}", f"p{number}@example.org", outcome, reason, "Text")


def run(
    store: Store,
    rows: Sequence[Change],
    *,
    connection: str = "default",
    status: str = "succeeded",
    api_calls: int = 0,
) -> str:
    """A run with these records that starts and ends now."""
    run_id = runs.start(
        store, connection=connection, started_by="cron", dry_run=False, source="jangomail"
    )
    scope = f"{connection}/{ORG.org_id}"
    runs.set_scope(store, run_id, scope, ORG)
    changes.announce(store, run_id, scope, rows)
    result = RunResult(run_id, connection, status, api_calls=api_calls, duration_s=2.0)
    runs.finish(store, run_id, result)
    return run_id


def updated(*numbers: int) -> list[Change]:
    return [change(number, Outcome.UPDATED) for number in numbers]


def test_rule_8_a_record_refused_in_ten_runs_is_one_refused_record_since_a_date(store, clock):
    began = clock.now
    for _ in range(5):
        run(store, [change(1, Outcome.FAILED, "LOCKED")])
        clock.go(days=1)

    (refused,) = people.refused_now(store, SCOPE)
    assert (refused.record_id[-1], refused.reason, refused.since) == ("1", "LOCKED", began)
    assert [day.refused for day in figures.per_day(store, WEEK)] == [1, 0, 0, 0, 0, 0, 0]


def test_rule_8_a_refusal_that_comes_back_counts_as_new(store, clock):
    run(store, [change(1, Outcome.FAILED)])
    clock.go(days=1)
    run(store, updated(1))
    clock.go(days=1)
    again = clock.now
    run(store, [change(1, Outcome.FAILED)])

    assert [refused.since for refused in people.refused_now(store, SCOPE)] == [again]
    assert [day.refused for day in figures.per_day(store, WEEK)][:3] == [1, 0, 1]


def test_a_record_that_was_written_in_the_end_is_no_longer_refused(store, clock):
    run(
        store,
        [
            change(1, Outcome.FAILED, "B"),
            change(2, Outcome.FAILED, "A"),
            change(3, Outcome.FAILED, "B"),
        ],
    )
    clock.go(days=1)
    run(store, updated(1))

    assert [refused.reason for refused in people.refused_now(store, SCOPE)] == ["A", "B"]


@pytest.mark.parametrize("outcome", [Outcome.PLANNED, Outcome.PENDING])
def test_a_plan_or_an_unsent_change_does_not_end_a_refusal(store, clock, outcome):
    began = clock.now
    run(store, [change(1, Outcome.FAILED)])
    clock.go(days=1)
    run(store, [change(1, outcome)])
    clock.go(days=1)
    run(store, [change(1, Outcome.FAILED)])

    assert [refused.since for refused in people.refused_now(store, SCOPE)] == [began]


def test_a_day_counts_each_record_and_each_person_once(store, clock):
    run(store, [*updated(1, 2), Change("Lead", "00Q1", "p1@example.org", Outcome.UPDATED)])
    clock.go(hours=1)
    run(store, updated(1))

    first = figures.per_day(store, WEEK)[0]

    assert (first.records, first.people) == (3, 2)


def test_days_are_in_the_viewers_time_zone(store, clock):
    clock.now = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    run(store, updated(1))
    york = days_between(date(2026, 3, 2), date(2026, 3, 3), ZoneInfo("America/New_York"))

    assert [day.records for day in figures.per_day(store, york)] == [1, 0]
    assert [day.records for day in figures.per_day(store, WEEK[:2])] == [0, 1]


def test_the_days_of_a_clock_change_have_23_and_25_hours():
    zone = ZoneInfo("Europe/Berlin")
    (spring,) = days_between(date(2026, 3, 29), date(2026, 3, 29), zone)
    (autumn,) = days_between(date(2026, 10, 25), date(2026, 10, 25), zone)

    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)
    assert day_of([spring], spring.start) == spring
    assert day_of([spring], spring.end) is None
    assert day_of([spring], spring.start - timedelta(seconds=1)) is None


@pytest.mark.parametrize("changed", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_year_at_once_gives_the_same_as_each_day_alone_where_clocks_change(store, clock, changed):
    days = days_between(changed - DAY, changed + DAY, ZoneInfo("Europe/Berlin"))
    edges = [moment for day in days for moment in (day.start, day.end - timedelta(microseconds=1))]
    half_hours = [days[0].start + timedelta(minutes=30 * number) for number in range(150)]
    for number, moment in enumerate(sorted([*edges, *half_hours])):
        clock.now = moment
        lead = Change("Lead", f"00Q{number}", f"p{number % 9}@example.org", Outcome.UPDATED)
        run(store, [*updated(number % 7), lead])

    at_once = [(day.records, day.people) for day in figures.per_day(store, days)]
    alone = [figures.totals(store, day.start, day.end) for day in days]

    assert at_once == [(day.records, day.people) for day in alone]
    assert len({records for records, _ in at_once}) > 1
    assert sum(records for records, _ in at_once) > 150


def test_without_days_there_are_no_figures(store):
    run(store, updated(1))

    assert figures.per_day(store, []) == []


def test_records_that_no_later_run_handled_are_not_written(store, clock):
    run(store, [change(1, Outcome.PENDING), change(2, Outcome.PENDING)])
    clock.go(days=1)
    run(store, updated(1))

    assert [day.not_written for day in figures.per_day(store, WEEK)][:2] == [1, 0]


def test_figures_can_be_for_a_single_connection(store):
    run(store, updated(1))
    run(store, updated(2, 3), connection="practice")

    counts = [
        figures.per_day(store, WEEK, connection=name)[0].records
        for name in ("default", "practice", "other", None)
    ]

    assert counts == [1, 2, 0, 3]


def test_totals_leave_out_what_is_outside_the_period(store, clock):
    start = clock.now
    run(store, updated(1), api_calls=5)
    clock.go(days=1)
    run(store, updated(1, 2), status="partial", api_calls=7)
    end = clock.go(days=1)
    run(store, updated(3))

    totals = figures.totals(store, start, end)

    assert (totals.records, totals.people, totals.runs, totals.api_calls) == (2, 2, 2, 12)
    assert totals.runs_by_status == {"succeeded": 1, "partial": 1}


def test_operations_are_the_finished_runs_with_their_cost(store, clock):
    run_id = run(store, [], api_calls=9)
    runs.start(store, connection="default", started_by="x", dry_run=False, source="file")

    (cost,) = figures.operations(store, clock.now - DAY, clock.now + DAY)

    assert (cost.run_id, cost.duration_s, cost.api_calls) == (run_id, 2.0, 9)


def read(store: Store, run_id: str, sightings: list[Sighting], source: str = "jangomail:x") -> None:
    reading = Reading("report", None, store.now(), iter(sightings))
    ledger.take(store, SCOPE, reading, source=source, run_id=run_id)


def test_new_events_are_counted_by_day_and_source_without_known_events(store, clock):
    run(store, [])
    read(store, "r1", [Sighting("p1@example.org"), Sighting("p2@example.org")])
    clock.go(days=1)
    read(store, "r2", [Sighting("p1@example.org"), Sighting("p3@example.org")])
    read(store, "r3", [Sighting("p9@example.org")], "jangomail:y")
    clock.go(days=1)
    read(store, "r4", [Sighting("p1@example.org")])

    assert figures.read_per_day(store, WEEK) == [
        figures.DayRead(date(2026, 3, 2), "jangomail:x", 2),
        figures.DayRead(date(2026, 3, 3), "jangomail:x", 1),
        figures.DayRead(date(2026, 3, 3), "jangomail:y", 1),
    ]


def asked(number: int, moment: datetime, *, width: timedelta = timedelta(0)) -> Sighting:
    return Sighting(f"p{number}@example.org", f"{moment}", Interval(moment, moment + width))


def sync(store: Store, sightings: list[Sighting]) -> str:
    """A run that reads these sightings and sets the boxes of their records a minute later."""
    numbers = [int(sighting.entry.partition("@")[0][1:]) for sighting in sightings]
    run_id = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )
    runs.set_scope(store, run_id, SCOPE, ORG)
    read(store, run_id, sightings)
    store.clock.go(minutes=1)
    changes.announce(store, run_id, SCOPE, updated(*numbers))
    ledger.settle(store, SCOPE, [sighting.entry for sighting in sightings])
    runs.finish(store, run_id, RunResult(run_id, "default", "succeeded"))
    return run_id


def test_rule_8_the_wait_starts_when_the_person_asked_and_the_past_is_left_out(store, clock):
    start = clock.now
    sync(store, [asked(1, clock.now - 30 * DAY)])
    clock.go(days=1)
    late = [asked(2, clock.now - timedelta(hours=2)), asked(3, clock.now - timedelta(hours=1))]
    second = sync(store, [*late, asked(4, start - DAY)])

    (delay,), _ = waits.of_period(store, start, clock.go(days=1))

    assert (delay.run_id, delay.records) == (second, 2)
    assert delay.at_most_s == pytest.approx(2 * 3600 + 60, abs=0.01)
    assert delay.median_at_most_s == delay.at_most_s
    _, summary = waits.of_period(store, start, clock.now)
    assert summary is not None
    assert summary.slowest_ended_at == delay.ended_at


def test_rule_8_a_wait_from_an_interval_has_two_bounds(store, clock):
    sync(store, [])
    clock.go(days=2)
    width = timedelta(hours=24)
    sync(store, [asked(1, clock.now - width, width=width)])

    (delay,), _ = waits.of_period(store, clock.now - DAY, clock.now + DAY)

    assert delay.at_most_s == pytest.approx(24 * 3600 + 60, abs=0.01)
    assert delay.at_least_s == pytest.approx(60, abs=0.01)


def test_the_waits_of_earlier_runs_are_worked_out_with_the_migration(store, clock):
    sync(store, [])
    clock.go(days=1)
    sync(store, [asked(number, clock.now - timedelta(hours=number)) for number in range(3)])
    kept = [tuple(row) for row in store.query("select * from run_wait")]
    store.execute("delete from run_wait")

    migrations._run_script(store.conn, migrations._FILL_WAITS)

    assert [tuple(row) for row in store.query("select * from run_wait")] == kept
    assert len(kept) == 1


def test_a_run_that_was_taken_back_has_the_waits_that_are_left(store, clock):
    sync(store, [])
    clock.go(days=1)
    run_id = sync(store, [asked(1, clock.now - DAY / 2), asked(2, clock.now - DAY / 4)])
    store.execute(
        "update event_row set state = 'withdrawn' where not_before < ?",
        [to_number(clock.now - DAY / 3)],
    )
    undo = runs.start(
        store,
        connection="default",
        started_by="ann",
        dry_run=False,
        source="file",
        undoes=run_id,
    )
    runs.finish(store, undo, RunResult(undo, "default", "succeeded"))

    (delay,), _ = waits.of_period(store, clock.now - DAY, clock.now + DAY)

    assert (delay.run_id, delay.records) == (run_id, 1)


def test_a_period_without_a_known_wait_has_no_summary(store, clock):
    sync(store, [asked(1, clock.now - DAY)])

    assert waits.of_period(store, clock.now - DAY, clock.now + DAY)[1] is None


def test_each_person_who_unsubscribed_is_counted_once(store, clock):
    entries = [Sighting(f"p{number}@example.org") for number in range(6)]
    read(store, "r1", [*entries, Sighting("example.com")])
    ledger.settle(store, SCOPE, [sighting.entry for sighting in entries[:5]])
    ticked = [("Contact", f"003{number}", f"p{number}@example.org") for number in range(4)]
    memory.seen_opted_out(store, SCOPE, "r1", [*ticked, ("Lead", "00Q0", "p0@example.org")])
    memory.cleared(store, SCOPE, "r2", [(*ticked[2], clock.now, "kept")])
    memory.cleared(store, SCOPE, "r2", [(*ticked[3], clock.now, "unsettled")])

    counts = people_counts.count(store, SCOPE)

    assert counts == people_counts.PeopleCounts(
        pending=1, opted_out=2, kept=1, needing_hand=1, unmatched=1
    )
    assert counts.people == 6


def test_the_log_version_changes_only_when_the_log_changes(store):
    before = figures.log_version(store)
    figures.per_day(store, WEEK)
    unchanged = figures.log_version(store)
    run(store, updated(1))

    assert unchanged == before
    assert figures.log_version(store) != before
