"""Runs for a page: filtered, paged, quiet runs apart; and a run's records page by page."""

from datetime import timedelta

import pytest

from lib.store import changes, run_lists, runs
from lib.store.run_lists import RunFilter
from lib.values import Change, Outcome, RunResult


@pytest.fixture
def ended(store, clock):
    """Adds a finished run, an hour after the previous run."""

    def add(status="succeeded", *, connection="default", started_by="cron", **counts):
        clock.go(hours=1)
        dry = status == "dry_run"
        run_id = runs.start(
            store, connection=connection, started_by=started_by, dry_run=dry, source="jangomail"
        )
        runs.finish(store, run_id, RunResult(run_id, connection, status, **counts))
        return run_id

    return add


@pytest.fixture
def always(clock):
    """A filter that finds all runs."""
    return RunFilter(clock() - timedelta(days=30), clock() + timedelta(days=30))


def ids(found):
    return [run.id for run in found]


def test_runs_that_changed_nothing_are_quiet(store, ended, always):
    made = [ended(updated=3), ended(kept=1), ended("failed"), ended("partial", failed=1)]
    quiet = [ended(), ended("dry_run", updated=None, planned=0), ended(already_opted_out=7)]

    assert ids(run_lists.listed(store, always)) == made[::-1]
    assert ids(run_lists.listed(store, always, quiet=True)) == quiet[::-1]
    assert run_lists.count(store, always) == run_lists.RunCounts(
        notable=4, quiet=3, runs=6, previews=1
    )


def test_a_running_run_is_listed(store, always):
    run_id = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )
    found = ids(run_lists.listed(store, always)) + ids(run_lists.listed(store, always, quiet=True))

    assert found == [run_id]


def test_runs_are_filtered_by_connection_status_and_time(store, ended, always, clock):
    ended(updated=1, connection="other")
    failed = ended("failed")
    later = clock.go(minutes=30)
    done = ended(updated=1)
    since = RunFilter(later, always.until, "default")

    assert ids(run_lists.listed(store, since)) == [done]
    wanted = RunFilter(always.since, always.until, "default", ("failed",))
    assert ids(run_lists.listed(store, wanted)) == [failed]


def test_pages_follow_each_other_without_a_gap(store, ended, always):
    all_of_them = [ended(updated=1) for _ in range(5)][::-1]
    pages = [run_lists.listed(store, always, limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [run_id for page in pages for run_id in ids(page)] == all_of_them


def test_the_last_good_run_was_done_at_least_in_part(store, ended):
    good = ended("partial", failed=1)
    ended("dry_run", updated=None, planned=4)
    ended("failed")
    found = run_lists.last_good(store, "default")

    assert found is not None
    assert found.id == good


def test_unattended_starts_do_not_include_runs_that_people_started(store, ended, clock):
    ended(started_by="script of root")
    scheduled = clock() + timedelta(hours=1)
    ended(started_by="schedule")
    ended(started_by="dashboard")

    assert run_lists.unattended(store, "default")[0] == scheduled
    assert len(run_lists.unattended(store, "default")) == 2


def test_pages_of_records_begin_with_those_that_need_a_hand_and_miss_none(store):
    run_id = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )
    outcomes = [Outcome.ALREADY, Outcome.FAILED, Outcome.UPDATED] * 7
    records = [
        Change("Contact", f"003{number:015d}", f"{number}@example.org", outcome)
        for number, outcome in enumerate(outcomes)
    ]
    with store.writing():
        changes.announce(store, run_id, "default/00D", records)
    counts = [(Outcome.FAILED, 7), (Outcome.UPDATED, 7), (Outcome.ALREADY, 7)]
    pages = [
        changes.page_of_run(store, run_id, counts, limit=4, offset=offset)
        for offset in range(0, 24, 4)
    ]
    found = [record for page in pages for record in page]

    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 1]
    assert [record.outcome for record in found[:7]] == [Outcome.FAILED] * 7
    assert {record.record_id for record in found} == {record.record_id for record in records}
    assert changes.people_of_run(store, run_id) == 7
