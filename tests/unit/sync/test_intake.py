"""Reading a source, and the addresses to look for after that (rules.md, 1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lib.errors import ReadingIncomplete
from lib.store import domains, ledger, memory
from lib.store.domains import Verdict
from lib.store.memory import KEPT
from lib.sync.intake import (
    OVERLAP,
    next_since,
    read_dated_report,
    read_source,
    store_file_events,
    unsubscribes_of,
)
from lib.values import Fault, Interval, Reading
from lib.words import LIST_SHRANK
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
BROKEN = ReadingIncomplete("The answer was cut off", remedy="Try again.")
EVENTS_OF = "select entry from event order by entry"


@pytest.fixture
def read(store, run_id):
    """Reads a source as a run does."""

    def once(source, *, dry_run=False):
        return read_source(learning(store, run_id, source, dry_run=dry_run))

    return once


@pytest.fixture
def known_report(store, clock):
    """A complete report without any unsubscribes, read a day before noon."""
    clock.now = NOON - timedelta(days=1)
    info = Reading("report", None, clock.now, iter([]))
    ledger.take(store, SCOPE, info, source=JANGOMAIL, run_id="before")
    clock.now = NOON
    return NOON - timedelta(days=1)


def entries(store):
    return [row["entry"] for row in store.query(EVENTS_OF)]


def since(store, source=None):
    return next_since(store, SCOPE, source or Scripted(store, "since"))


def seen(store, address, *, cleared_at=None):
    memory.seen_opted_out(store, SCOPE, "before", [("Contact", contact_id(1), address)])
    if cleared_at is not None:
        row = ("Contact", contact_id(1), address, cleared_at, KEPT)
        memory.cleared(store, SCOPE, "before", [row])


def test_a_source_that_was_never_read_is_read_in_full(store):
    assert since(store) is None


def test_later_readings_start_two_days_before_the_last_reading(store, known_report):
    assert since(store) == known_report - timedelta(days=2)


def test_another_sources_readings_do_not_count(store, known_report):
    assert since(store, Scripted(store, "since", name="jangomail:other@host")) is None


def test_a_reading_since_a_time_is_not_a_report(store, clock):
    info = Reading("since", NOON - HOUR, NOON, iter([]))
    clock.now = NOON
    ledger.take(store, SCOPE, info, source=JANGOMAIL, run_id="before")

    assert since(store) is None


def test_the_whole_report_is_read_again_after_seven_days(store, clock, known_report):
    clock.now = known_report + timedelta(days=7) - timedelta(seconds=1)
    assert since(store) is not None

    clock.now = known_report + timedelta(days=7)
    assert since(store) is None


def test_with_a_mark_in_the_future_everything_is_read(store, clock, known_report):
    clock.now = known_report - timedelta(seconds=1)

    assert since(store) is None


def test_a_mark_at_this_second_is_not_in_the_future(store, clock, known_report):
    clock.now = known_report

    assert since(store) == known_report - OVERLAP


def test_the_source_is_read_since_the_mark(store, read, known_report):
    source = Scripted(store, "since", [ANNA])

    intake = read(source)

    assert source.asked == [known_report - OVERLAP]
    assert (intake.events_read, intake.considered) == (1, frozenset({ANNA}))


def test_what_was_read_is_stored_and_the_mark_moves(store, clock, read, known_report):
    read(Scripted(store, "since", [ANNA]))

    assert ledger.pending(store, SCOPE) == [ANNA]
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == clock.now == NOON


def test_rule_1_6_a_dry_run_stores_no_event_and_moves_no_mark(store, read, known_report):
    intake = read(Scripted(store, "since", [ANNA]), dry_run=True)

    assert intake.considered == frozenset({ANNA})
    assert entries(store) == []
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == known_report


def test_rule_1_6_a_files_events_wait_for_their_runs_intents(store, run_id, read):
    source = Scripted(store, "file", [ANNA], file_hash="h")

    intake = read(source)

    assert intake.considered == frozenset({ANNA})
    assert entries(store) == []
    with store.writing():
        store_file_events(learning(store, run_id, source))
    assert ledger.pending(store, SCOPE) == [ANNA]


def test_a_reading_is_in_the_log_with_its_run_and_its_file(store, run_id, read):
    source = Scripted(store, "file", [ANNA], file_hash="h", file_name="list.csv")

    with store.writing():
        store_file_events(learning(store, run_id, source))

    [row] = store.query("select source, kind, run_id, file_hash, file_name from reading")
    assert tuple(row) == ("file", "file", run_id, "h", "list.csv")


def test_rule_1_4_nothing_of_a_broken_answer_is_kept(store, read, known_report):
    with pytest.raises(ReadingIncomplete):
        read(Scripted(store, "since", [ANNA], fails=BROKEN))

    assert entries(store) == []
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == known_report


def test_pending_unsubscribes_from_earlier_readings_are_considered_too(store, read, known_report):
    read(Scripted(store, "since", [ANNA]))

    assert read(Scripted(store, "since", [BEN])).considered == frozenset({ANNA, BEN})


def test_an_address_that_is_named_again_is_considered_even_if_it_is_done(store, read, known_report):
    read(Scripted(store, "since", [ANNA]))
    ledger.settle(store, SCOPE, [ANNA])

    assert read(Scripted(store, "since", [ANNA])).considered == frozenset({ANNA})


def test_rule_1_8_a_run_with_a_file_considers_only_the_people_in_the_file(
    store, read, known_report
):
    read(Scripted(store, "since", [ANNA]))

    assert read(Scripted(store, "file", [BEN])).considered == frozenset({BEN})


def test_a_report_names_everyone_and_those_already_done_are_not_looked_for_again(store, read):
    read(Scripted(store, "report", [ANNA, BEN]))
    ledger.settle(store, SCOPE, [ANNA])

    assert read(Scripted(store, "report", [ANNA, BEN])).considered == frozenset({BEN})


@pytest.mark.parametrize(
    ("asked", "is_considered"),
    [(NOON + HOUR, True), (NOON, True), (NOON - HOUR, False)],
)
def test_rule_3_2_a_cleared_box_is_looked_at_again_if_the_report_may_be_newer(
    store, clock, read, asked, is_considered
):
    clock.now = NOON + 2 * HOUR
    seen(store, ANNA, cleared_at=NOON)
    read(Scripted(store, "report", [dated(ANNA, asked)]))
    ledger.settle(store, SCOPE, [ANNA])

    intake = read(Scripted(store, "report", [dated(ANNA, asked)]))

    assert intake.considered == (frozenset({ANNA}) if is_considered else frozenset())


def test_a_box_that_is_still_set_is_not_looked_at_again(store, clock, read):
    clock.now = NOON
    seen(store, ANNA)
    read(Scripted(store, "report", [dated(ANNA, NOON)]))
    ledger.settle(store, SCOPE, [ANNA])

    assert read(Scripted(store, "report", [dated(ANNA, NOON)])).considered == frozenset()


def test_a_preview_has_the_dates_of_addresses_that_were_seen_opted_out(store, clock, read):
    clock.now = NOON
    seen(store, ANNA)
    source = Scripted(store, "report", [dated(ANNA, NOON - HOUR), dated(BEN, NOON - HOUR)])

    intake = read(source, dry_run=True)

    assert intake.asked == {ANNA: (at(NOON - HOUR),)}
    assert intake.sighted == {ANNA: at(NOON - HOUR), BEN: at(NOON - HOUR)}


def test_rule_4_4_only_held_domains_in_this_answer_are_looked_for(store, read, known_report):
    first = read(Scripted(store, "since", ["@example.net"]))
    second = read(Scripted(store, "since", ["@example.com", ANNA]))

    assert first.held_domains == frozenset({"example.net"})
    assert second.held_domains == frozenset({"example.com"})
    assert second.considered == frozenset({ANNA})


@pytest.mark.parametrize(
    ("kind", "message", "remedy"),
    [
        ("file", "1 line wasn't understood: line 3: a, b", "Check this line in the file."),
        (
            "report",
            "1 entry of the unsubscribe list wasn't understood: line 3: a, b",
            "Check this entry in JangoMail. No one is opted out because of it.",
        ),
    ],
)
def test_a_line_that_names_no_one_is_a_fault_that_quotes_the_line(
    store, read, kind, message, remedy
):
    source = Scripted(store, kind, [ANNA])
    source.unreadable = ["a, b"]

    intake = read(source)

    [fault] = intake.faults
    assert (fault.code, fault.count, intake.unreadable) == ("lines_not_understood", 1, 1)
    assert fault.message == f"{message} (it holds more than one address)"
    assert fault.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("kind", "message", "remedy"),
    [
        ("file", "2 lines weren't understood: ", "Check these lines in the file."),
        (
            "report",
            "2 entries of the unsubscribe list weren't understood: ",
            "Check these entries in JangoMail. No one is opted out because of them.",
        ),
    ],
)
def test_what_the_source_and_the_ledger_could_not_read_is_one_fault(
    store, read, kind, message, remedy
):
    source = Scripted(store, kind, [ANNA, "no address"])
    source.unreadable = ["a, b"]

    intake = read(source)

    [fault] = intake.faults
    assert (fault.count, intake.unreadable, intake.events_read) == (2, 2, 2)
    assert fault.message.startswith(message)
    assert "a, b" in fault.message
    assert "no address (it's neither an address nor a domain)" in fault.message
    assert fault.remedy.startswith(remedy)


def test_three_lines_that_name_no_one_are_counted(store, read):
    source = Scripted(store, "file", [ANNA])
    source.unreadable = ["a, b", "c, d", "e, f"]

    [fault] = read(source).faults

    assert (fault.count, fault.message.startswith("3 lines weren't understood: ")) == (3, True)


def test_dates_in_a_file_that_cannot_be_read_are_a_fault(store, read):
    source = Scripted(store, "file", [ANNA], dates_unread=4, about_dates="4 dates are unclear")

    intake = read(source)

    assert intake.faults == (
        Fault("dates_not_understood", "4 dates are unclear", intake.faults[0].remedy, 4),
    )
    assert intake.considered == frozenset({ANNA})


def test_an_answer_that_was_understood_has_no_fault(store, read):
    assert read(Scripted(store, "file", [ANNA])).faults == ()


def test_who_asked_in_a_file_is_passed_on(store, read):
    source = Scripted(store, "file", [ANNA], left_out=2, who_asked="1 of 3 lines says so.")

    intake = read(source)

    assert (intake.left_out, intake.who_asked) == (2, "1 of 3 lines says so.")


def test_without_a_dated_source_there_is_no_dated_report(store, run_id):
    assert read_dated_report(learning(store, run_id, Scripted(store, "since"))) is None


def test_the_whole_dated_report_is_read_and_stored(store, clock, run_id, known_report):
    report = Scripted(store, "report", [dated(ANNA, NOON - HOUR)])

    intake = read_dated_report(learning(store, run_id, Scripted(store, "since"), report))

    assert report.asked == [None]
    assert intake is not None
    assert intake.sighted == {ANNA: at(NOON - HOUR)}
    assert ledger.pending(store, SCOPE) == [ANNA]


@pytest.mark.parametrize(("kind", "dry_run"), [("file", False), ("since", True)])
def test_rule_1_6_a_file_and_a_dry_run_store_nothing_of_the_dated_report(
    store, clock, run_id, known_report, kind, dry_run
):
    report = Scripted(store, "report", [dated(ANNA, NOON - HOUR)])

    intake = read_dated_report(
        learning(store, run_id, Scripted(store, kind), report, dry_run=dry_run)
    )

    assert intake is not None
    assert intake.sighted == {ANNA: at(NOON - HOUR)}
    assert entries(store) == []
    assert ledger.watermark(store, SCOPE, JANGOMAIL) == known_report


def test_the_dates_of_an_address_come_oldest_first(store, clock, run_id, read):
    clock.now = NOON
    lines = [dated(ANNA, NOON - HOUR), dated(ANNA, NOON - 5 * HOUR), dated(BEN, NOON)]
    read(Scripted(store, "report", lines))

    asked = unsubscribes_of(learning(store, run_id, Scripted(store, "since")), [ANNA, CLARA])

    assert asked == {ANNA: (at(NOON - 5 * HOUR), at(NOON - HOUR))}


def test_rule_1_1_an_undated_line_in_a_file_has_no_earliest_time(store, clock, read):
    clock.now = NOON

    assert read(Scripted(store, "file", [ANNA])).sighted == {ANNA: Interval(None, NOON)}


def test_rule_4_4_a_run_that_approves_a_domain_still_knows_those_approved_before(
    store, run_id, clock
):
    source = Scripted(store, "report", ["a.example", "b.example", "c.example"])
    read_source(learning(store, "before", source))
    domains.decide(store, SCOPE, "a.example", Verdict.APPROVED, "ana")
    clock.go(hours=1)

    intake = read_source(replace(learning(store, run_id, source), approving="b.example"))
    of_unlisted = read_source(replace(learning(store, run_id, source), approving="d.example"))

    assert intake.approved_domains == {"a.example", "b.example"}
    assert intake.held_domains == {"c.example"}
    assert of_unlisted.approved_domains == {"a.example"}
    assert of_unlisted.held_domains == {"b.example", "c.example"}


def test_rule_1_5_many_entries_that_are_missing_at_once_are_a_fault_with_their_number(
    store, run_id, clock
):
    names = [f"p{number}@example.org" for number in range(25)]
    read_source(learning(store, "before", Scripted(store, "report", names)))
    clock.go(days=8)

    intake = read_source(learning(store, run_id, Scripted(store, "report", names[:2])))

    (fault,) = intake.faults
    assert (fault.code, fault.count) == (LIST_SHRANK, 23)
    assert fault.message.startswith("23 entries")
    assert fault.remedy
    assert intake.resubscribed == frozenset()
