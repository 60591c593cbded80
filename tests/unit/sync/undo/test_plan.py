"""What goes back: only boxes this run set, untouched since, that nothing else would set."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.store.ledger import DONE, Event
from lib.store.undone import UndoneRecord, counting
from lib.sync.plan import CHANGED_SINCE
from lib.sync.undo.plan import SLACK, Since, Undoing, UndoKnowledge, plan_undo
from lib.values import Change, EventKind, Interval, Outcome, Record

ANNA = "anna@example.org"
CONTACT = "003000000000001AAA"
US, COLLEAGUE = "005000000000001AAA", "005000000000002AAA"
SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTLED = SENT + timedelta(seconds=2)
JANGOMAIL = "jangomail:jango@api.example.org"

UNDOING = Undoing(Change("Contact", CONTACT, ANNA, Outcome.UPDATED), SENT, SETTLED)
RECORD = Record("Contact", CONTACT, ANNA, True, SENT + timedelta(seconds=1), modified_by=US)
MARK = UndoneRecord(CONTACT, "Contact", ANNA, "run", JANGOMAIL, SENT, 10, None, "undo", SETTLED)
KNOWN = UndoKnowledge(left_out={CONTACT: MARK}, user_id=US)


def event(number: int = 1, days: int = -1, source: str = JANGOMAIL, **values) -> Event:
    """An unsubscribe this many days after the run, read at once."""
    at = SENT + timedelta(days=days)
    filled = {
        "id": number,
        "scope": "s",
        "source": source,
        "kind": EventKind.UNSUBSCRIBE,
        "entry": ANNA,
        "shown": ANNA,
        "is_domain": False,
        "asked": Interval(at, at),
        "raw_date": None,
        "first_seen_at": at,
        "last_seen_at": at,
        "brought_by": "run",
        "state": DONE,
    }
    return Event(**{**filled, **values})


def knowing(*events: Event, **values) -> UndoKnowledge:
    return replace(KNOWN, events={ANNA: events}, **values)


def planned(undoing=UNDOING, record=RECORD, known=KNOWN) -> Change:
    [change] = plan_undo([undoing], {CONTACT: record}, known)
    return change


def test_a_box_that_this_run_set_goes_back():
    assert planned().outcome is Outcome.PLANNED


def test_rule_5_the_runs_own_unsubscribes_do_not_count():
    change = planned(known=knowing(event(), listed=frozenset({ANNA})))

    assert (change.outcome, change.reason) == (Outcome.PLANNED, "still_listed")


@pytest.mark.parametrize(
    "other",
    [
        event(11, days=5),
        event(2, source="file", brought_by="other"),
        event(3, source="jangomail:another@api.example.org"),
    ],
    ids=["newer", "another source, older", "another account"],
)
def test_rule_5_another_unsubscribe_keeps_the_box_set(other):
    change = planned(known=knowing(event(), other))

    assert (change.outcome, change.reason) == (Outcome.SKIPPED, "also_unsubscribed")


def test_an_older_event_that_is_read_later_does_not_count_either():
    old = event(11, days=-30, first_seen_at=SENT + timedelta(days=1))

    assert planned(known=knowing(event(), old)).outcome is Outcome.PLANNED


def test_rule_5_an_unsubscribe_from_before_the_run_does_not_count_if_its_date_is_read_later():
    asked = Interval(SENT - timedelta(minutes=4), SENT - timedelta(minutes=4))
    second = event(11, asked=asked, first_seen_at=SENT + timedelta(days=1))

    assert planned(known=knowing(event(), second)).outcome is Outcome.PLANNED


def test_an_address_that_was_taken_off_the_list_does_not_count():
    gone = event(2, source="other", resubscribed_at=SENT)

    assert planned(known=knowing(gone)).outcome is Outcome.PLANNED


def test_a_clearing_before_the_run_still_counts_against_older_unsubscribes():
    older = event(2, days=-9, source="file", brought_by="other")
    before = replace(UNDOING, cleared_at=SENT - timedelta(days=5))

    assert planned(before, known=knowing(older)).outcome is Outcome.PLANNED


def test_rule_0_an_unsubscribe_from_about_the_clearing_keeps_the_box_set():
    asked = Interval(SENT - timedelta(days=9), SENT - timedelta(days=1))
    unclear = event(2, source="file", brought_by="other", asked=asked)
    before = replace(UNDOING, cleared_at=SENT - timedelta(days=5))

    assert planned(before, known=knowing(unclear)).reason == "perhaps_unsubscribed"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "gone"),
        (replace(RECORD, opted_out=False), "cleared_since"),
        (replace(RECORD, address="new@example.org"), "changed_since"),
        (replace(RECORD, modified_by=COLLEAGUE), "changed_since"),
        (replace(RECORD, modified_at=SETTLED + SLACK + timedelta(seconds=1)), "changed_since"),
        (replace(RECORD, modified_at=SENT - SLACK - timedelta(seconds=1)), "changed_since"),
    ],
)
def test_rule_5_a_record_that_changed_since_is_left_as_it_is(record, reason):
    change = planned(record=record)

    assert (change.outcome, change.reason) == (Outcome.SKIPPED, reason)


def test_a_clock_that_is_ahead_of_ours_does_not_look_like_a_change():
    ahead = timedelta(hours=2)
    record = replace(RECORD, modified_at=RECORD.modified_at + ahead)

    assert planned(record=record, known=replace(KNOWN, ahead=ahead)).outcome is Outcome.PLANNED


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (Since.SET_AGAIN, "set_again"),
        (Since.WAS_OFF, "set_by_other"),
        (Since.SET_BY_OTHER, "set_by_other"),
    ],
)
def test_rule_5_a_box_that_was_set_again_by_someone_else_stays(since, reason):
    assert planned(replace(UNDOING, since=since)).reason == reason


def test_a_record_that_was_never_written_is_given_up():
    wanted = Undoing(replace(UNDOING.change, outcome=Outcome.FAILED))

    assert planned(wanted, None).reason == "never_written"


def test_a_record_that_was_never_written_goes_on_if_someone_asked_otherwise():
    wanted = Undoing(replace(UNDOING.change, outcome=Outcome.FAILED))

    assert plan_undo([wanted], {}, knowing(event(11, days=5))) == []


events = st.builds(
    event,
    number=st.integers(1, 20),
    days=st.integers(-30, 30),
    source=st.sampled_from([JANGOMAIL, "file", "jangomail:other"]),
    brought_by=st.just("other"),
)
undoings = st.builds(
    replace,
    st.just(UNDOING),
    since=st.sampled_from(Since),
    cleared_at=st.none() | st.integers(-20, -1).map(lambda days: SENT + timedelta(days=days)),
)
records = st.none() | st.builds(
    replace,
    st.just(RECORD),
    opted_out=st.booleans(),
    modified_by=st.sampled_from([US, COLLEAGUE, ""]),
    modified_at=st.integers(-400, 400).map(lambda seconds: SENT + timedelta(seconds=seconds)),
    address=st.sampled_from([ANNA, "new@example.org"]),
)


@given(undoings, records, st.lists(events, max_size=4))
def test_invariant_2_no_box_goes_back_if_anything_else_may_have_set_it(undoing, record, found):
    change = planned(undoing, record, knowing(*found))

    if change.outcome is Outcome.PLANNED:
        assert record is not None
        assert record.opted_out
        assert record.address == ANNA
        assert record.modified_by in (US, "")
        assert abs(record.modified_at - SENT) <= SLACK + timedelta(seconds=2)
        assert undoing.since is Since.NOTHING
        cleared = undoing.cleared_at
        others = counting(found, [MARK])
        assert all(cleared and each.asked.not_after < cleared for each in others)
    else:
        assert change.reason


@given(st.lists(events, max_size=5))
def test_rule_5_what_the_run_did_not_know_always_counts(found):
    unknown = [
        each
        for each in found
        if each.source != JANGOMAIL
        or (each.id > MARK.known_event and each.asked.not_after > MARK.known_until)
    ]
    newest = [
        each
        for each in unknown
        if not any(
            one.source == each.source and one.asked.is_wholly_after(each.asked.not_after)
            for one in found
        )
    ]

    assert all(each in counting(found, [MARK]) for each in newest)


@pytest.mark.parametrize(
    ("days", "said"),
    [((-1,), "Mar 1, 2026"), ((3, 1), "Mar 5, 2026"), ((1, 3), "Mar 5, 2026")],
)
def test_a_box_that_stays_names_the_day_of_the_newest_other_unsubscribe(days, said):
    others = [
        event(20 + number, after, source="jangomail:other") for number, after in enumerate(days)
    ]

    assert planned(known=knowing(*others)).message == f"also unsubscribed on {said}"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Interval(None, SENT), "also on JangoMail's unsubscribe list"),
        (Interval(SENT - timedelta(days=9), SENT), "also on JangoMail's unsubscribe list"),
        (Interval(SENT - timedelta(hours=1), SENT), "also unsubscribed on Mar 2, 2026"),
    ],
)
def test_a_box_that_stays_names_a_day_only_if_it_is_known(asked, message):
    other = event(20, source="jangomail:other", asked=asked)

    assert planned(known=knowing(other)).message == message


def test_a_box_that_stays_names_the_file_or_the_domain_that_asked():
    of_file = event(20, source="file", brought_by="run2")
    of_domain = event(21, source="jangomail:other", entry="example.org", is_domain=True)

    named = planned(known=knowing(of_file, files={"run2": "spring.csv"}))
    assert named.message == "also in spring.csv"
    assert planned(known=knowing(of_file)).message == "also in another file"
    assert "everyone at example.org" in planned(known=knowing(of_domain)).message


def test_rule_5_a_box_whose_write_has_no_time_stays():
    assert planned(replace(UNDOING, sent_at=None)).reason == CHANGED_SINCE


def test_rule_3_8_a_record_that_had_one_of_the_fields_set_before_stays():
    partly = replace(UNDOING, change=replace(UNDOING.change, was_partly_set=True))

    assert planned(partly).reason == "set_before"


@pytest.mark.parametrize(("seconds", "reason"), [(-1, None), (0, "perhaps_unsubscribed")])
def test_rule_0_an_unsubscribe_that_ends_with_the_clearing_may_have_come_after_it(seconds, reason):
    cleared = SENT - timedelta(days=5)
    asked = Interval(None, cleared + timedelta(seconds=seconds))
    other = event(2, source="file", brought_by="other", asked=asked)
    earlier = replace(MARK, run_id="earlier", cleared_at=cleared, source="nothing")

    for undoing, marks in [
        (replace(UNDOING, cleared_at=cleared), {}),
        (UNDOING, {CONTACT: [earlier]}),
    ]:
        assert planned(undoing, known=knowing(other, marks=marks)).reason == reason


@pytest.mark.parametrize(
    ("changed_at", "outcome"),
    [
        (SENT - SLACK, Outcome.PLANNED),
        (SENT - SLACK - timedelta(seconds=1), Outcome.SKIPPED),
        (SETTLED + SLACK, Outcome.PLANNED),
        (SETTLED + SLACK + timedelta(seconds=1), Outcome.SKIPPED),
    ],
)
def test_rule_5_only_a_change_at_the_time_of_the_write_is_the_runs_own(changed_at, outcome):
    assert planned(record=replace(RECORD, modified_at=changed_at)).outcome is outcome


def test_rule_5_what_an_earlier_undo_left_out_does_not_count_either():
    other = event(2, source="jangomail:another@api.example.org")
    earlier = replace(MARK, run_id="earlier", source=other.source)

    assert planned(known=knowing(other)).reason == "also_unsubscribed"
    assert planned(known=knowing(other, marks={CONTACT: [earlier]})).outcome is Outcome.PLANNED


def test_a_date_that_is_two_days_wide_in_any_time_zone_is_still_named():
    wide = Interval(SENT - timedelta(days=9), SENT - timedelta(days=7))
    other = event(2, source="jangomail:another@api.example.org", asked=wide)

    assert planned(known=knowing(other)).message == "also unsubscribed on Feb 23, 2026"
