"""What the plan knows, and when the dated report is read for it (rules.md, 3.2)."""

from datetime import timedelta

import pytest

from lib.errors import SourceUnreachable
from lib.salesforce.access import Access
from lib.store import ledger, memory, undone
from lib.store.undone import UndoneRecord
from lib.sync.after_undo import AfterUndo
from lib.sync.intake import Intake, unsubscribes_of
from lib.sync.knowledge import gather
from lib.values import Arrival, Fault, Interval, Reading, Record
from tests.unit.sync.examples import (
    ANNA,
    BEN,
    CLARA,
    JANGOMAIL,
    NOON,
    SCOPE,
    Scripted,
    at,
    contact_id,
    dated,
    learning,
)

HOUR = timedelta(hours=1)
ALL = {
    name: Access(name, True, True, True, True, True, False, False) for name in ("Contact", "Lead")
}
TROUBLE = SourceUnreachable("JangoMail does not answer", remedy="Try again.")


def record(number=1, address=ANNA, *, opted_out=False, modified_at=NOON):
    return Record("Contact", contact_id(number), address, opted_out, modified_at)


def seen(store, number=1, address=ANNA):
    memory.seen_opted_out(store, SCOPE, "before", [("Contact", contact_id(number), address)])


def wide(moment=NOON):
    """A date that may be before or after the box was cleared at noon."""
    return Interval(moment - 24 * HOUR, moment + 24 * HOUR)


@pytest.fixture
def report(store, clock):
    """The dated report: Anna and Clara asked an hour after Anna's box was cleared at noon."""
    clock.go(days=1)
    lines = [dated(ANNA, NOON + HOUR), dated(CLARA, NOON + HOUR)]
    return Scripted(store, "report", lines, name="jangomail:other@api.example.org")


@pytest.fixture
def know(store, run_id):
    """What the plan knows about some records after an intake."""

    def gathered(records, intake=None, *, report=None, rights=ALL, dry_run=False):
        source = Scripted(store, "since")
        known = learning(store, run_id, source, report, dry_run=dry_run)
        return gather(known, intake or Intake(), records, rights)

    return gathered


def in_question():
    """An intake in which Anna asked around the time her box was cleared."""
    return Intake(considered=frozenset({ANNA}), asked={ANNA: (wide(),)}, sighted={ANNA: wide()})


def test_what_was_read_is_passed_on(store, know):
    seen(store)
    intake = Intake(
        considered=frozenset({ANNA}),
        held_domains=frozenset({"example.net"}),
        sighted={ANNA: at(NOON)},
        asked={ANNA: (at(NOON),)},
    )

    known = know([record()], intake)

    assert known.considered == intake.considered
    assert known.held_domains == intake.held_domains
    assert (known.sighted, known.asked) == (intake.sighted, intake.asked)
    assert (known.dated, known.faults) == (None, ())


def test_only_the_matched_records_are_remembered(store, know):
    seen(store, 1)
    seen(store, 2, BEN)

    known = know([record(1), record(3, CLARA)])

    assert set(known.remembered) == {contact_id(1)}


def test_for_cleared_records_that_no_reading_named_the_dates_come_from_the_ledger(
    store, clock, know
):
    seen(store, 1)
    info = Reading("report", None, clock.go(days=1), iter([dated(ANNA, NOON), dated(BEN, NOON)]))
    ledger.take(store, SCOPE, info, source=JANGOMAIL, run_id="run1")

    known = know([record(1), record(2, BEN)])

    assert known.asked == {ANNA: (at(NOON),)}


def test_an_sobject_whose_box_may_not_be_set_is_unwritable_with_the_reason(know):
    rights = {**ALL, "Lead": Access("Lead", True, True, True, True, opt_out_editable=False)}

    assert know([record()], rights=rights).unwritable == {"Lead": "permission_missing"}
    assert know([record()]).unwritable == {}


@pytest.mark.parametrize(
    ("opted_out", "remembered_as", "is_cleared"),
    [
        (False, ANNA, True),
        (True, ANNA, False),
        (None, ANNA, False),  # the box is hidden
        (False, BEN, False),  # rules.md, 3.4: a changed address counts as never seen
        (False, None, False),
    ],
)
def test_rule_3_2_a_box_is_cleared_if_it_was_set_and_is_off_now_under_the_same_address(
    store, know, opted_out, remembered_as, is_cleared
):
    if remembered_as:
        seen(store, 1, remembered_as)

    known = know([record(opted_out=opted_out)])

    assert set(known.cleared) == ({contact_id(1)} if is_cleared else set())


def test_the_report_is_read_only_if_needed(store, know, report):
    seen(store)
    before = Intake(considered=frozenset({ANNA}), asked={ANNA: (at(NOON - HOUR),)})
    after = Intake(considered=frozenset({ANNA}), asked={ANNA: (at(NOON + HOUR),)})

    for intake in (before, after):
        assert know([record()], intake, report=report).dated is None
    assert report.asked == []


def test_rule_3_2_the_whole_report_is_read_if_nothing_else_can_settle_a_box(store, know, report):
    seen(store)

    known = know([record()], in_question(), report=report)

    assert report.asked == [None]
    assert known.dated == {ANNA: at(NOON + HOUR), CLARA: at(NOON + HOUR)}
    assert known.asked[ANNA] == (wide(), at(NOON + HOUR))
    assert CLARA not in known.asked
    assert known.faults == ()


def test_without_a_dated_source_the_question_stays_open(store, know):
    seen(store)

    known = know([record()], in_question())

    assert (known.dated, known.asked, known.faults) == (None, {ANNA: (wide(),)}, ())


def test_rule_3_2_a_report_that_cannot_be_read_is_a_fault_and_no_answer(store, know):
    seen(store)
    broken = Scripted(store, "report", [dated(ANNA, NOON + HOUR)], fails=TROUBLE)

    known = know([record()], in_question(), report=broken)

    assert known.faults == (Fault("source_unreachable", TROUBLE.message, TROUBLE.remedy),)
    assert (known.dated, known.asked) == (None, {ANNA: (wide(),)})
    assert set(known.cleared) == {contact_id(1)}


def test_rule_1_6_a_dry_run_reads_the_report_and_stores_nothing_of_it(store, know, report):
    seen(store)

    known = know([record()], in_question(), report=report, dry_run=True)

    assert known.dated is not None
    assert ledger.pending(store, SCOPE) == []
    assert ledger.last_report(store, SCOPE, report.name) is None


def test_what_the_report_says_is_in_the_ledger_for_the_next_run(store, run_id, know, report):
    seen(store)

    know([record()], in_question(), report=report)

    kept = unsubscribes_of(learning(store, run_id, report), [ANNA])
    assert kept == {ANNA: (at(NOON + HOUR),)}


def test_rule_4_4_the_dates_of_an_approved_domain_come_from_the_ledger_too(store, clock, know):
    seen(store)
    entries = [dated("example.org", NOON + HOUR), dated("other.example", NOON + HOUR)]
    info = Reading("report", None, clock.go(days=1), iter(entries))
    ledger.take(store, SCOPE, info, source=JANGOMAIL, run_id="run1")
    approved = Intake(approved_domains=frozenset({"example.org", "other.example"}))

    known = know([record()], approved)

    assert known.asked == {"example.org": (at(NOON + HOUR),)}
    assert known.approved_domains == approved.approved_domains
    assert know([record()]).asked == {}


def test_what_the_intake_has_read_of_an_address_is_not_read_again(store, clock, know):
    seen(store)
    info = Reading("report", None, clock.go(days=1), iter([dated(ANNA, NOON + HOUR)]))
    ledger.take(store, SCOPE, info, source=JANGOMAIL, run_id="run1")

    assert know([record()], Intake(asked={ANNA: (at(NOON),)})).asked == {ANNA: (at(NOON),)}


def test_rule_3_4_late_arrivals_are_passed_on(store, run_id):
    arrivals = {contact_id(1): Arrival(NOON, is_new=True)}
    learns = learning(store, run_id, Scripted(store, "since"))

    assert gather(learns, Intake(), [record()], ALL, arrivals).arrivals == arrivals
    assert gather(learns, Intake(), [record()], ALL).arrivals == {}


def take_back(store, clock, number, address):
    """An undo left this record mailable."""
    now = clock.now
    mark = UndoneRecord(contact_id(number), "Contact", address, "run1", JANGOMAIL, now, 0, None,
                        "undo1", now)  # fmt: skip
    with store.writing():
        undone.note(store, SCOPE, [mark])


def test_rule_5_records_found_in_another_way_may_have_been_taken_back_too(store, clock, know):
    take_back(store, clock, 1, ANNA)
    take_back(store, clock, 2, BEN)
    read = AfterUndo(BEN, True, NOON)
    intake = Intake(considered=frozenset({BEN}), undone={contact_id(2): read})

    known = know([record(1), record(2, BEN)], intake)

    assert known.undone[contact_id(1)] == AfterUndo(ANNA, False, clock.now)
    assert known.undone[contact_id(2)] == read
    assert len(known.undone) == 2


def test_rule_5_the_report_can_say_that_someone_asked_again(store, clock, know, report):
    take_back(store, clock, 1, ANNA)
    clock.go(days=40)
    again = Scripted(store, "report", [dated(ANNA, clock.now - HOUR)], name=JANGOMAIL)
    before = AfterUndo(ANNA, False, clock.now - 9 * HOUR)
    kept = AfterUndo(BEN, False, NOON)
    intake = Intake(
        considered=frozenset({ANNA}),
        sighted={ANNA: wide(clock.now)},
        undone={contact_id(1): before, contact_id(2): kept},
    )

    known = know([record()], intake, report=again)

    assert known.undone[contact_id(1)].asked_again
    assert known.undone[contact_id(2)] == kept
    assert know([record()], intake).undone == intake.undone
