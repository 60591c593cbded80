"""An undo in the log: it's neither an opt-out nor a good run, and its run is marked as undone."""

from datetime import timedelta

import pytest

from lib.store import alert_lookups, changes, figures, run_lists, runs, undos
from lib.values import Change, Org, Outcome, RunResult, RunStatus

CONNECTION, SCOPE = "default", "default/00D000000000001EAA"
ORG = Org("00D000000000001EAA", "Acme", "production", "ana@example.org")
CONTACT, LEAD = "003000000000001AAA", "00Q000000000001EAA"


@pytest.fixture
def add(store):
    """Adds a run with these records; `undoes` is the run it takes back."""

    def run(*rows: Change, undoes: str | None = None, dry_run: bool = False) -> str:
        run_id = runs.start(
            store,
            connection=CONNECTION,
            started_by="script of ana",
            dry_run=dry_run,
            source="jangomail",
            undoes=undoes,
        )
        runs.set_scope(store, run_id, SCOPE, ORG)
        with store.writing():
            changes.announce(store, run_id, SCOPE, rows)
        status = RunStatus.DRY_RUN if dry_run else RunStatus.SUCCEEDED
        runs.finish(store, run_id, RunResult(run_id, CONNECTION, status, updated=len(rows)))
        return run_id

    return run


def row(record_id: str = CONTACT, outcome: Outcome = Outcome.UPDATED) -> Change:
    return Change("Contact", record_id, "anna@example.org", outcome)


def period(store):
    return store.now() - timedelta(days=1), store.now() + timedelta(days=1)


def test_an_undo_is_counted_neither_as_opted_out_nor_as_a_run(store, add, clock):
    run_id = add(row(), row(LEAD))
    before = figures.totals(store, *period(store))
    clock.go(minutes=1)
    add(row(), row(LEAD), undoes=run_id)

    assert figures.totals(store, *period(store)) == before
    assert before.records == 2


def test_an_undo_is_not_a_good_run_and_ends_no_silence(store, add):
    run_id = add(row())
    add(row(), undoes=run_id)

    assert run_lists.last_good(store, CONNECTION).id == run_id
    assert [run.id for run in alert_lookups.ended_runs(store, CONNECTION)] == [run_id]
    assert len(run_lists.unattended(store, CONNECTION)) == 1


def test_an_undone_run_is_marked_as_undone_but_a_preview_marks_nothing(store, add):
    run_id = add(row())
    preview = add(row(outcome=Outcome.PLANNED), undoes=run_id, dry_run=True)
    assert undos.undos_of(store, [run_id]) == {}
    assert undos.last_preview(store, run_id).id == preview

    undo = add(row(), undoes=run_id)

    assert [found.id for found in undos.undos_of(store, [run_id, undo])[run_id]] == [undo]
    assert undos.set_back(store, run_id) == {CONTACT}


def test_unanswered_changes_of_undos_and_syncs_are_apart(store, add):
    run_id = add(row(outcome=Outcome.PENDING))
    undo = add(row(outcome=Outcome.PENDING), undoes=run_id)
    for each in (run_id, undo):
        changes.sending(store, each, [CONTACT])

    assert [found[0] for found in changes.unanswered(store, SCOPE)] == [run_id]
    assert [found[0] for found in changes.unanswered(store, SCOPE, of_undo=True)] == [undo]


def test_nothing_is_left_once_every_record_is_back(store, add):
    run_id = add(row(), row(LEAD))
    add(row(), undoes=run_id)
    assert not undos.counts_of(store, runs.get(store, run_id)).is_empty

    add(row(LEAD), undoes=run_id)

    assert undos.counts_of(store, runs.get(store, run_id)).is_empty
