"""The runs in the log: from `starting` to the end, and after their process died."""

from datetime import timedelta

import pytest

from lib.store import changes, runs
from lib.store.db import Store
from lib.values import Change, Fault, Org, Outcome, Progress, RunResult

ORG = Org("00D000000000001EAA", "Sample Ltd", "sandbox", "sync@example.org")
SCOPE = "default/00D000000000001EAA"


def start(store: Store, connection: str = "default", *, dry_run: bool = False) -> str:
    return runs.start(
        store, connection=connection, started_by="cron", dry_run=dry_run, source="jangomail"
    )


def found(store: Store, run_id: str) -> runs.Run:
    run = runs.get(store, run_id)
    assert run is not None
    return run


def finish(store: Store, run_id: str, status: str = "succeeded") -> None:
    runs.set_scope(store, run_id, SCOPE, ORG)
    runs.finish(store, run_id, RunResult(run_id=run_id, connection="default", status=status))


def test_run_ids_sort_by_time_and_are_safe_in_a_url(store, clock):
    made = []
    for _ in range(5):
        made.append(start(store))
        clock.go(milliseconds=1)

    assert made == sorted(made)
    assert all(run_id.isalnum() and run_id.isascii() and len(run_id) == 14 for run_id in made)


def test_a_finished_run_has_the_result_it_was_closed_with(store, clock):
    run_id = start(store)
    clock.go(seconds=12)
    fault = Fault("failed", "2 records were refused", "Look at them.", 2)
    result = RunResult(
        run_id, "default", "partial", 7, 6, 9, 3, None, 1, 1, 2, 2, 0, 1, 11, 12.0, (fault,)
    )

    runs.finish(store, run_id, result, limit=500, mailable=8)

    run = found(store, run_id)
    assert run.as_result() == result
    assert (run.safety_limit, run.mailable, run.finished_at) == (500, 8, clock.now)


def test_a_planned_run_has_no_updated_count(store):
    run_id = start(store, dry_run=True)

    runs.finish(store, run_id, RunResult(run_id, "default", "dry_run", updated=None, planned=4))

    run = found(store, run_id)
    assert (run.updated, run.planned, run.dry_run) == (None, 4, True)


def test_progress_is_visible_to_another_connection_and_values_not_given_stay(home, store, clock):
    run_id = start(store)
    runs.progress(store, run_id, Progress("reading"), events_read=150)
    clock.go(seconds=1)
    runs.progress(store, run_id, Progress("writing", 200, 412), api_calls=3)

    with Store.open(home) as other:
        run = found(other, run_id)

    assert (run.status, run.phase, run.phase_done, run.phase_total) == (
        "running",
        "writing",
        200,
        412,
    )
    assert (run.events_read, run.api_calls, run.beat_at) == (150, 3, clock.now)


def test_a_count_that_no_run_has_is_refused(store):
    with pytest.raises(TypeError, match="no such count"):
        runs.progress(store, start(store), Progress("reading"), evnts=1)


def test_late_progress_does_not_reopen_a_run_that_has_ended(store):
    run_id = start(store)
    finish(store, run_id)

    runs.progress(store, run_id, Progress("writing"), updated=99)

    assert found(store, run_id).status == "succeeded"
    assert found(store, run_id).updated == 0


def test_adopting_takes_over_the_dashboards_row_unless_it_has_ended_or_is_unknown(store):
    run_id = start(store)

    adopted = runs.adopt(store, run_id)
    finish(store, run_id)

    assert adopted is not None
    assert adopted.id == run_id
    assert runs.adopt(store, run_id) is None
    assert runs.adopt(store, "unknown") is None


def test_rule_4_3_a_run_is_the_first_until_a_run_of_its_org_has_succeeded(store, clock):
    flags = []
    for status in ("dry_run", "guarded", "failed", "succeeded", "succeeded"):
        run_id = start(store)
        finish(store, run_id, status)
        flags.append(found(store, run_id).first_run)
        clock.go(hours=1)

    assert flags == [True, True, True, True, False]


def test_history_is_newest_first_by_connection_and_can_be_paged(store, clock):
    made = []
    for number in range(6):
        made.append(start(store, "default" if number % 2 else "other"))
        clock.go(minutes=1)

    newest = runs.latest(store, connection="default", limit=2)
    older = runs.latest(store, connection="default", limit=2, before=newest[-1].id)

    assert [run.id for run in newest + older] == [made[5], made[3], made[1]]
    assert [run.id for run in runs.latest(store, limit=3)] == made[:2:-1]


def test_a_dead_run_is_closed_as_failed_with_the_counts_of_its_change_rows(store, clock):
    run_id = start(store)
    runs.set_scope(store, run_id, SCOPE, ORG)
    outcomes = [Outcome.PENDING, Outcome.PENDING, Outcome.KEPT, Outcome.ALREADY]
    rows = [
        Change("Contact", f"003{n:015}", f"p{n}@example.org", outcome)
        for n, outcome in enumerate(outcomes)
    ]
    changes.announce(store, run_id, SCOPE, rows)
    last_sign = clock.go(seconds=30)
    runs.progress(store, run_id, Progress("writing", 1, 2), unmatched=5)
    changes.settle(store, run_id, [(rows[0].record_id, Outcome.UPDATED, None, None)])
    clock.go(hours=9)

    runs.close_dead(store, run_id)

    run = found(store, run_id)
    assert (run.status, run.errors[0].code, run.finished_at) == ("failed", "interrupted", last_sign)
    assert (run.records, run.updated, run.pending, run.kept, run.already_opted_out) == (
        4,
        1,
        1,
        1,
        1,
    )
    assert (run.unmatched, run.duration_s) == (5, timedelta(seconds=30).total_seconds())
    assert runs.unfinished(store, "default") == []


def test_a_run_that_has_ended_is_not_closed_again(store):
    run_id = start(store)
    finish(store, run_id)

    runs.close_dead(store, run_id)

    assert found(store, run_id).status == "succeeded"
