"""What fits below the cap of calls, and how a run ends there (rules.md, 4.5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lib.call_cap import CallCap
from lib.practice.acts import administration
from lib.store import call_log, ledger, runs
from lib.store.large import LargeChanges
from lib.sync import budget
from lib.sync.intents import Intents
from lib.sync.operations import Doing
from lib.values import Arrival, Forecast, Reading, RunResult, RunStatus
from tests.unit.sync.examples import (
    ANNA,
    BEN,
    CLARA,
    JANGOMAIL,
    Scripted,
    change,
    dated,
    request,
)

HOUR = timedelta(hours=1)


def forecast(fits, **values):
    """A forecast with room for this many records."""
    filled = {"so_far": 0, "to_come": 1, "records": 9, "fits": fits}
    return Forecast(**{**filled, **values})


@pytest.fixture
def waiting(store, clock, signed):
    """Changes of people who wait since different times, the longest overdue last."""
    now = clock.now
    sightings = [
        dated(ANNA, now - HOUR),
        dated(BEN, now - 5 * HOUR),
        dated("x.example", now - 9 * HOUR),
    ]
    reading = Reading("report", None, now, iter(sightings))
    ledger.take(store, signed.scope, reading, source=JANGOMAIL, run_id="run1")
    changes = [
        change(1, address=CLARA),  # no one knows since when
        change(2, address=ANNA),
        replace(change(3, address=BEN), arrival=Arrival(now - 3 * HOUR, is_new=True)),
        change(4, address=BEN),
        change(5, address="zoe@x.example"),
    ]
    return Intents(LargeChanges(changes), frozenset())


def numbers(changes):
    return [int(each.record_id[3:15]) for each in changes]


@pytest.mark.parametrize(("fits", "written"), [(0, []), (2, [5, 4]), (4, [5, 4, 3, 2])])
def test_rule_4_5_the_longest_overdue_are_written_first(signed, waiting, fits, written):
    signed.found.forecast = forecast(fits)

    assert numbers(budget.most_overdue(signed, waiting)) == sorted(written)


@pytest.mark.parametrize("fits", [5, 6, None])
def test_if_all_of_them_fit_their_order_stays(signed, waiting, fits):
    signed.found.forecast = None if fits is None else forecast(fits)

    assert budget.most_overdue(signed, waiting) is waiting


@pytest.mark.parametrize(
    ("left", "fits", "to_come"),
    [(0, 0, 3), (1, 1_000, 3), (2, 2_000, 3), (3, 3_000, 3), (4, 3_000, 3), (5, 3_000, 5)],
)
def test_rule_4_5_a_forecast_says_how_many_records_fit_and_when_more_calls_come_back(
    signed, org, clock, left, fits, to_come
):
    administration.api_limit(org.world, used=99 - left, maximum=100)
    org.door.get("limits")
    org.door.keep_below(CallCap(100, 100), may_be_near=False)

    budget.note_forecast(signed, {"Contact": 3_000})

    found = signed.found.forecast
    assert (found.to_come, found.records, found.fits) == (to_come, 3_000, fits)
    assert (found.used, found.limit, found.allowed) == (100 - left, 100, left)
    assert found.so_far == org.door.calls
    assert clock.now < found.frees_at <= clock.now + timedelta(days=1)


def test_without_a_cap_a_forecast_has_no_end(signed, org):
    org.door.get("limits")

    budget.note_forecast(signed, {"Contact": 1})

    found = signed.found.forecast
    assert (found.records, found.fits, found.allowed) == (1, 1, None)


def test_a_step_notes_how_its_records_are_written_and_what_the_other_ways_cost(signed):
    few, many, none = Doing(), Doing(), Doing()

    budget.way_to_write(signed, few, [change(1)])
    budget.way_to_write(signed, many, [change(number) for number in range(1_000)])
    budget.way_to_write(signed, none, [])

    assert (few.way, few.why, [each.name for each in few.ways]) == (
        "collections",
        "",
        ["collections"],
    )
    assert [each.name for each in many.ways] == ["collections", "bulk_jobs"]
    assert (none.way, none.ways) == ("", ())


def test_rule_4_5_near_the_cap_a_step_notes_that_its_calls_are_full(signed, org):
    administration.api_limit(org.world, used=97, maximum=100)
    org.door.get("limits")
    org.door.keep_below(CallCap(100, 100), may_be_near=False)
    doing = Doing()

    way = budget.way_to_write(signed, doing, [change(number) for number in range(2_000)])

    assert (way.packed, doing.way, doing.ways[0].calls) == (True, "collections", 2)
    assert "pass the cap" in doing.why


def test_rule_4_5_records_that_wait_make_the_run_partial_with_the_reason(signed, org):
    budget.note_waiting(signed, 0)
    budget.note_waiting(signed, 3)
    assert (signed.found.status, signed.found.faults) == (None, [])  # without a cap

    org.door.keep_below(CallCap(1, 1), may_be_near=False)
    budget.note_waiting(signed, 0)
    assert signed.found.faults == []
    budget.note_waiting(signed, 3)
    budget.note_waiting(signed, 1)

    assert signed.found.status is RunStatus.PARTIAL
    three, one = signed.found.faults
    assert three.message.startswith("3 records wait for the next run. ")
    assert one.message.startswith("1 record waits for the next run. ")
    assert (three.count, one.count) == (3, 1)
    assert three.remedy


def test_a_status_that_a_step_has_set_stays_if_records_wait(signed, org):
    org.door.keep_below(CallCap(1, 1), may_be_near=False)
    signed.found.status = RunStatus.FAILED

    budget.note_waiting(signed, 3)

    assert signed.found.status is RunStatus.FAILED


@pytest.mark.parametrize(
    ("is_announced", "is_read", "dry_run", "status"),
    [
        (True, True, False, RunStatus.PARTIAL),
        (True, False, False, RunStatus.PARTIAL),
        (False, True, False, RunStatus.PARTIAL),
        (False, True, True, RunStatus.FAILED),
        (False, False, False, RunStatus.FAILED),
    ],
)
def test_rule_4_5_a_run_that_reaches_the_cap_keeps_what_it_read(
    open_run, is_announced, is_read, dry_run, status
):
    run = replace(open_run, request=replace(open_run.request, dry_run=dry_run))
    run.found.is_announced, run.found.is_read = is_announced, is_read

    assert budget.note_reached(run) is status
    assert run.found.is_cut_short is not is_announced


def test_a_file_that_reaches_the_cap_has_to_be_used_again(store, open_run):
    run = replace(open_run, request=request(Scripted(store, "file")))
    run.found.is_read = True

    assert budget.note_reached(run) is RunStatus.FAILED


def test_rule_4_5_a_forecast_says_when_the_first_calls_come_back(store, signed, org, clock):
    org.door.get("limits")
    began = clock.now
    store.execute("delete from run")
    for hours, calls in [(0, 1), (2, 5)]:
        clock.now = began + hours * HOUR
        _finished(store, signed.scope, calls)

    found = [
        budget.forecast_of(store, signed.scope, org.door, {}).frees_at,
        call_log.frees_at(call_log.within_window(store, signed.scope, clock.now), 2, clock.now),
    ]

    assert found == [began + timedelta(days=1), began + 2 * HOUR + timedelta(days=1)]


def _finished(store, scope, calls):
    run_id = runs.start(
        store, connection="default", started_by="x", dry_run=False, source="jangomail"
    )
    store.execute("update run set scope = :scope", {"scope": scope})
    result = RunResult(run_id, "default", RunStatus.SUCCEEDED, api_calls=calls)
    runs.finish(store, run_id, result)


def test_rule_4_5_near_the_cap_an_undo_fills_its_calls_too(org):
    changes = [change(number) for number in range(2_000)]
    assert not budget.best_way(org.door, changes).packed

    administration.api_limit(org.world, used=97, maximum=100)
    org.door.get("limits")
    org.door.keep_below(CallCap(100, 100), may_be_near=False)

    assert budget.best_way(org.door, changes).packed
