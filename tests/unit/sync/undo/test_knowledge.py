"""What an undo knows of a run: its records, what came before and after, who else asked."""

from datetime import timedelta

import pytest

from lib.store import changes, domains, ledger, runs, undone
from lib.store.domains import Verdict
from lib.sync.undo.knowledge import gather, undoing_of
from lib.sync.undo.plan import Since
from lib.values import Change, Org, Outcome, Reading, RunResult, RunStatus, Sighting
from tests.unit.store.conftest import clock, empty_log, home, store
from tests.unit.sync.examples import ANNA, BEN, JANGOMAIL, NOON, SCOPE, contact_id, dated

__all__ = ["clock", "empty_log", "home", "store"]

HOUR = timedelta(hours=1)
ORG = Org("00D000000000001EAA", "Acme", "production", "ana@example.org")


@pytest.fixture
def run_of(store, clock):
    """A run with these outcomes of Anna's record, an hour after the last one."""

    def made(outcome, *, address=ANNA, source="jangomail", undoes=None, **values):
        clock.go(hours=1)
        run_id = runs.start(
            store,
            connection="default",
            started_by="ana",
            dry_run=False,
            source=source,
            undoes=undoes,
            **values,
        )
        runs.set_scope(store, run_id, SCOPE, ORG, "005000000000001AAA")
        row = Change("Contact", contact_id(1), address, Outcome.PENDING, modified_at=NOON)
        with store.writing():
            changes.announce(store, run_id, SCOPE, [row])
            changes.sending(store, run_id, [row.record_id])
            clock.go(seconds=5)
            changes.settle(store, run_id, [(row.record_id, outcome, None, None)])
        runs.finish(store, run_id, RunResult(run_id, "default", RunStatus.SUCCEEDED))
        return runs.get(store, run_id)

    return made


def one(store, run):
    [undoing] = undoing_of(store, SCOPE, run)
    return undoing


def test_a_record_that_the_run_set_has_the_times_of_its_write(store, run_of, clock):
    run = run_of(Outcome.UPDATED)

    undoing = one(store, run)

    assert undoing.change.record_id == contact_id(1)
    assert undoing.was_set
    assert undoing.settled_at - undoing.sent_at == timedelta(seconds=5)
    assert (undoing.cleared_at, undoing.since, undoing.is_back) == (None, Since.NOTHING, False)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.PENDING])
def test_a_record_that_the_run_only_wanted_to_set_has_no_times(store, run_of, outcome):
    undoing = one(store, run_of(outcome))

    assert (undoing.was_set, undoing.sent_at) == (False, None)


@pytest.mark.parametrize("outcome", [Outcome.ALREADY, Outcome.KEPT, Outcome.SKIPPED])
def test_records_that_the_run_left_alone_are_not_its_own(store, run_of, outcome):
    assert undoing_of(store, SCOPE, run_of(outcome)) == []


@pytest.mark.parametrize(
    ("before", "is_cleared"),
    [
        ([], False),
        ([Outcome.ALREADY], True),
        ([Outcome.UPDATED], True),
        ([Outcome.KEPT], True),
        ([Outcome.ALREADY, Outcome.KEPT], True),
    ],
)
def test_rule_5_a_box_that_was_seen_set_and_was_off_again_had_been_cleared(
    store, run_of, before, is_cleared
):
    for outcome in before:
        run_of(outcome)

    assert (one(store, run_of(Outcome.UPDATED)).cleared_at is not None) is is_cleared


def test_rule_5_a_box_that_an_undo_had_set_back_was_not_cleared_by_a_person(store, run_of):
    first = run_of(Outcome.UPDATED)
    run_of(Outcome.UPDATED, undoes=first.id)

    assert one(store, run_of(Outcome.UPDATED)).cleared_at is None
    assert one(store, first).is_back


def test_rule_5_what_was_seen_under_another_address_does_not_count(store, run_of):
    run_of(Outcome.UPDATED, address=BEN)

    assert one(store, run_of(Outcome.UPDATED)).cleared_at is None


@pytest.mark.parametrize(
    ("after", "since"),
    [
        ([], Since.NOTHING),
        ([Outcome.ALREADY], Since.NOTHING),
        ([Outcome.KEPT], Since.WAS_OFF),
        ([Outcome.KEPT, Outcome.ALREADY], Since.SET_BY_OTHER),
        ([Outcome.KEPT, Outcome.UPDATED], Since.SET_AGAIN),
        ([Outcome.UPDATED, Outcome.ALREADY], Since.SET_AGAIN),
        ([Outcome.UPDATED, Outcome.KEPT], Since.WAS_OFF),
    ],
)
def test_rule_5_what_happened_to_the_box_since_the_run_counts(store, run_of, after, since):
    run = run_of(Outcome.UPDATED)
    for outcome in after:
        run_of(outcome)

    assert one(store, run).since is since


def test_rule_5_a_box_that_an_undo_set_back_was_off_since(store, run_of):
    run = run_of(Outcome.UPDATED)
    run_of(Outcome.UPDATED, undoes=run.id)

    assert one(store, run).since is Since.WAS_OFF


@pytest.fixture
def know(store):
    """Gathers what an undo of a run knows."""

    def gathered(run):
        undoing = undoing_of(store, SCOPE, run)
        return gather(
            store, SCOPE, run, undoing, undo_id="undo", user_id="005000000000009AAA", ahead=HOUR
        )

    return gathered


def read(store, clock, run, *sightings, kind="report", source=JANGOMAIL):
    run_id = run if isinstance(run, str) else run.id
    reading = Reading(kind, None, clock.now, iter(sightings))
    ledger.take(store, SCOPE, reading, source=source, run_id=run_id)
    return clock.now


def test_rule_5_what_its_source_said_by_then_is_left_out(store, run_of, know, clock):
    run = run_of(Outcome.UPDATED)
    read_at = read(store, clock, run, Sighting(ANNA))
    now = clock.go(hours=3)

    known = know(run)

    mark = known.left_out[contact_id(1)]
    assert (mark.source, mark.known_until, mark.run_id) == (JANGOMAIL, read_at, run.id)
    assert (mark.sobject, mark.address) == ("Contact", ANNA)
    assert mark.known_event == ledger.last_id(store) > 0
    assert (mark.undo_id, mark.undone_at, mark.cleared_at) == ("undo", now, None)
    assert known.listed == {ANNA}
    assert (known.user_id, known.ahead) == ("005000000000001AAA", HOUR)


def test_rule_5_of_a_file_nothing_is_left_out_because_its_events_are_withdrawn(
    store, run_of, know, clock
):
    run = run_of(Outcome.UPDATED, source="file", file_name="first.csv")
    read(store, clock, run, Sighting(ANNA), kind="file", source="file")
    now = clock.go(hours=1)

    known = know(run)

    mark = known.left_out[contact_id(1)]
    assert (mark.source, mark.known_until) == (undone.NOTHING, now)
    assert known.listed == frozenset()
    assert known.files == {run.id: "first.csv"}
    assert [event.brought_by for event in known.events[ANNA]] == [run.id]


def test_a_run_that_read_nothing_leaves_nothing_out(store, run_of, know, clock):
    run = run_of(Outcome.UPDATED)

    assert know(run).left_out[contact_id(1)].source == undone.NOTHING
    assert know(run).events == {ANNA: ()}


def test_rule_5_earlier_undos_of_other_runs_count_and_the_runs_own_do_not(
    store, run_of, know, clock
):
    first = run_of(Outcome.UPDATED)
    second = run_of(Outcome.UPDATED)
    marks = [know(run).left_out[contact_id(1)] for run in (first, second)]
    with store.writing():
        undone.note(store, SCOPE, marks)

    assert know(second).marks == {contact_id(1): [marks[0]]}


def test_rule_5_a_domain_that_the_run_itself_approved_asks_for_no_one(store, run_of, know, clock):
    run = run_of(Outcome.UPDATED, approves_domain="example.org")
    other = run_of(Outcome.UPDATED)
    read(store, clock, other, dated("example.org", clock.now - HOUR))
    with store.writing():
        domains.decide(store, SCOPE, "example.org", Verdict.APPROVED, "ana")

    assert know(run).events == {ANNA: ()}
    assert [event.entry for event in know(other).events[ANNA]] == ["example.org"]


def test_an_old_run_whose_user_is_not_known_is_undone_as_the_user_of_today(store, run_of, know):
    run = run_of(Outcome.UPDATED)
    store.execute("update run set user_id = null")

    assert know(runs.get(store, run.id)).user_id == "005000000000009AAA"


def test_rule_5_when_a_box_was_cleared_before_the_run_is_kept_with_what_is_left_out(
    store, run_of, know
):
    run_of(Outcome.ALREADY)
    run = run_of(Outcome.UPDATED)

    undoing, known = one(store, run), know(run)

    assert undoing.cleared_at == NOON  # the record's last change when the run saw the box off
    assert known.left_out[contact_id(1)].cleared_at == NOON
