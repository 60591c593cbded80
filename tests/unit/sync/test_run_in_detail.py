"""A run of a connection that has run before, in every detail: its numbers, its log, its words."""

import pytest

from lib.practice.acts import administration
from lib.store import changes, ledger, memory, operations
from lib.sync import changed
from lib.values import Outcome, RunResult, RunStatus
from tests.unit.sync.examples import ANNA, BEN, CLARA
from tests.unit.sync.office import BOX

ROW = [
    "status",
    "connection",
    "events_read",
    "addresses",
    "records",
    "updated",
    "planned",
    "already_opted_out",
    "kept",
    "skipped",
    "failed",
    "pending",
    "unmatched",
    "api_calls",
    "errors",
    "full",
    "forecast",
]
DAN, EVE, ZOE = "dan@example.org", "eve@example.org", "zoe@x.example"


@pytest.fixture
def people(office, org):
    """Someone of each kind, a run that opted Clara out, and what colleagues did since then."""
    clara = org.contact(CLARA)
    office.run(CLARA)
    org.go(hours=1)
    records = {
        "anna": org.contact(ANNA),
        "ben": org.lead(BEN, opted_out=True),
        "clara": clara,
        "late": org.lead(CLARA),
        "dan": org.lead(DAN),
        "zoe": org.contact(ZOE),
    }
    org.update(clara, **{BOX: False})
    administration.validation_rule(
        org.world, "Lead", BOX, True, "Ask Dan first", records["dan"].record_id
    )
    org.go(hours=1)
    return records


def outcomes(office, result, people):
    """What became of each of them, and why."""
    names = {record.record_id: name for name, record in people.items()}
    return {
        names[row.change.record_id]: (row.change.outcome, row.change.reason)
        for row in changes.of_run(office.store, result.run_id)
    }


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_a_run_counts_each_person_once_and_notes_what_it_saw(office, org, people, sizes):
    result = office.run(ANNA, BEN, DAN, EVE, "x.example")

    assert outcomes(office, result, people) == {
        "anna": (Outcome.UPDATED, None),
        "ben": (Outcome.ALREADY, None),
        "clara": (Outcome.KEPT, "cleared_by_hand"),
        "late": (Outcome.UPDATED, None),
        "dan": (Outcome.FAILED, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
        "zoe": (Outcome.SKIPPED, "held"),
    }
    assert result == RunResult(
        run_id=result.run_id,
        connection="default",
        status=RunStatus.PARTIAL,
        events_read=5,
        addresses=6,
        records=6,
        updated=2,
        already_opted_out=1,
        kept=1,
        skipped=1,
        failed=1,
        unmatched=1,
        api_calls=result.api_calls,
        duration_s=result.duration_s,
        errors=result.errors,
        forecast=result.forecast,
    )
    ((fault),) = result.errors
    assert (fault.code, fault.count) == ("FIELD_CUSTOM_VALIDATION_EXCEPTION", 1)
    assert "Ask Dan first" in fault.message
    assert set(ledger.pending(office.store, office.scope)) == {DAN}
    assert {name: seen(office, result, record) for name, record in people.items()} == {
        "anna": ("set", True),
        "ben": ("set", True),
        "late": ("set", True),
        "clara": ("kept", True),
        "dan": None,
        "zoe": None,
    }


def test_a_runs_row_steps_and_progress_say_the_same_as_its_result(office, people, shown, clock):
    before = len(shown())

    result = office.run(ANNA, BEN, DAN, EVE, "x.example")

    row = office.row_of(result)
    same = [name for name in ROW if getattr(row, name) == getattr(result, name)]
    assert same == ROW
    assert (row.started_at, row.finished_at, row.source) == (clock.now, clock.now, "jangomail")
    assert (row.org_calls_limit, row.forecast.limit) == (100_000, 100_000)
    assert (row.forecast.records, row.forecast.fits, row.forecast.to_come) == (3, 3, 1)
    assert row.forecast.so_far == result.api_calls - 1
    assert ledger.marked(office.store, office.scope, changed.STREAM) == clock.now
    steps = [
        (step.step, step.way, step.why, step.records, step.calls)
        for step in operations.of_run(office.store, result.run_id)
    ]
    assert steps == [
        ("opening", "", "", 0, 1),
        ("matching", "queries", "", 3, 1),
        ("domains", "", "", 1, 1),
        ("writing", "collections", "", 3, 1),
    ]
    assert shown()[before:] == [
        ("signing in", 0, 0),
        ("reading", 0, 0),
        *(("reading", number, 0) for number in range(1, 6)),
        *(("matching", number, 4) for number in range(4)),
        ("planning", 6, 6),
        ("writing", 3, 3),
    ]


def test_a_preview_counts_the_same_and_leaves_only_its_row(office, org, people):
    told = office.run(ANNA, BEN, DAN, EVE, "x.example", dry_run=True)
    done = office.run(ANNA, BEN, DAN, EVE, "x.example")

    assert outcomes(office, told, people) == {
        "anna": (Outcome.PLANNED, None),
        "ben": (Outcome.ALREADY, None),
        "clara": (Outcome.KEPT, "cleared_by_hand"),
        "late": (Outcome.PLANNED, None),
        "dan": (Outcome.PLANNED, None),
        "zoe": (Outcome.SKIPPED, "held"),
    }
    assert (told.planned, told.updated, done.updated) == (3, None, 2)
    assert (told.addresses, told.unmatched, told.events_read) == (6, 1, 5)
    assert [person for person, record in people.items() if seen(office, told, record)] == []


def seen(office, result, record):
    """What the log remembers of a record, and whether this run saw it."""
    known = memory.recall(office.store, office.scope, [record.record_id]).get(record.record_id)
    if known is None or known.run_id != result.run_id:
        return None
    return known.verdict or "set", known.address == record.address
