"""The plan: which records are opted out, kept, or skipped. Each rule in rules.md, 3 has a test."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.store.memory import UNSURE, Remembered
from lib.sync.after_undo import AfterUndo
from lib.sync.plan import (
    CLEARED,
    CLEARED_UNSETTLED,
    CONVERTED,
    HELD,
    PERSON_ACCOUNT,
    UNDONE,
    Knowledge,
    entries_in_question,
    plan_changes,
)
from lib.values import Arrival, Change, Interval, Outcome, Record

ANNA = "anna@example.org"
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record(
    *,
    opted_out: bool | None = False,
    is_converted: bool = False,
    is_person_account: bool = False,
    address: str = ANNA,
    modified_at: datetime = NOON,
) -> Record:
    return Record("Contact", "003000000000001AAA", address, opted_out, modified_at, is_converted,
                  is_person_account)  # fmt: skip


def remembered(
    *, address: str = ANNA, cleared_at: datetime | None = None, verdict: str | None = None
) -> Remembered:
    return Remembered(
        record_id="003000000000001AAA",
        sobject="Contact",
        address=address,
        seen_at=NOON - 24 * HOUR,
        cleared_at=cleared_at,
        verdict=verdict,
        run_id="r1",
    )


def at(moment: datetime) -> Interval:
    return Interval(moment, moment)


def known(
    *,
    memory: Remembered | None = None,
    asked: tuple[Interval, ...] = (),
    sighted: Interval | None = None,
    dated: dict[str, Interval] | None = None,
    **others: object,
) -> Knowledge:
    return Knowledge(
        remembered={memory.record_id: memory} if memory else {},
        asked={ANNA: asked},
        sighted={ANNA: sighted} if sighted else {},
        dated=dated,
        considered=frozenset({ANNA}),
        **others,  # type: ignore[arg-type]
    )


def planned(found: Record, knowledge: Knowledge) -> tuple[Outcome, str | None]:
    (change,) = plan_changes([found], knowledge)
    return change.outcome, change.reason


def test_a_record_never_seen_opted_out_is_opted_out():
    assert planned(record(), known(asked=(at(NOON),))) == (Outcome.PLANNED, None)


def test_a_record_that_is_already_opted_out_is_left_alone():
    assert planned(record(opted_out=True), known()) == (Outcome.ALREADY, None)


def test_rule_3_2_a_box_that_a_person_cleared_stays_cleared():
    before = at(NOON - HOUR)

    assert planned(record(), known(memory=remembered(), asked=(before,))) == (
        Outcome.KEPT,
        CLEARED,
    )


def test_rule_3_2_an_unsubscribe_after_the_box_was_cleared_sets_it_again():
    after = at(NOON + HOUR)

    assert planned(record(), known(memory=remembered(), asked=(after,))) == (
        Outcome.PLANNED,
        None,
    )


def test_rule_3_2_an_unsubscribe_in_the_same_second_does_not_set_a_cleared_box():
    outcome, _ = planned(record(), known(memory=remembered(), asked=(at(NOON),)))

    assert outcome is Outcome.KEPT


def test_rule_3_2_later_edits_do_not_change_when_the_box_was_cleared():
    memory = remembered(cleared_at=NOON - 10 * HOUR, verdict="kept")
    between = at(NOON - 5 * HOUR)

    assert planned(record(modified_at=NOON), known(memory=memory, asked=(between,))) == (
        Outcome.PLANNED,
        None,
    )


def test_rule_3_2_a_sighting_that_may_be_newer_needs_the_dated_report():
    knowledge = known(memory=remembered(), sighted=Interval(NOON - HOUR, NOON + HOUR))

    assert entries_in_question([record()], knowledge) == {ANNA}


def test_rule_3_2_an_undated_line_in_a_file_needs_the_dated_report():
    knowledge = known(memory=remembered(), sighted=Interval(None, NOON + HOUR))

    assert entries_in_question([record()], knowledge) == {ANNA}


def test_rule_3_2_the_box_stays_cleared_if_the_report_has_an_earlier_date():
    sighted = Interval(NOON - HOUR, NOON + HOUR)
    dated = {ANNA: at(NOON - HOUR)}

    assert planned(record(), known(memory=remembered(), sighted=sighted, dated=dated)) == (
        Outcome.KEPT,
        CLEARED,
    )


def test_rule_3_2_without_an_answer_from_the_report_the_box_stays_cleared_and_unsettled():
    sighted = Interval(NOON - HOUR, NOON + HOUR)

    for dated in (None, {}):
        knowledge = known(memory=remembered(), sighted=sighted, dated=dated)
        assert planned(record(), knowledge) == (Outcome.KEPT, CLEARED_UNSETTLED)


def test_rule_3_2_a_date_in_the_report_as_wide_as_a_day_settles_nothing():
    day = Interval(NOON - 12 * HOUR, NOON + 12 * HOUR)

    assert planned(record(), known(memory=remembered(), sighted=day, dated={ANNA: day})) == (
        Outcome.KEPT,
        CLEARED_UNSETTLED,
    )


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (NOON - HOUR, NOON - SECOND, CLEARED),
        (NOON - HOUR, NOON, CLEARED_UNSETTLED),  # perhaps after the clearing, in its second
        (NOON, NOON, CLEARED_UNSETTLED),
        (NOON, NOON + HOUR, CLEARED_UNSETTLED),
        (NOON + SECOND, NOON + HOUR, CLEARED),
    ],
)
def test_rule_3_2_the_report_settles_a_box_unless_its_date_touches_the_clearing(
    first, last, reason
):
    dated = {ANNA: Interval(first, last)}
    knowledge = known(memory=remembered(), sighted=at(NOON + HOUR), dated=dated)

    assert planned(record(), knowledge) == (Outcome.KEPT, reason)


def test_rule_3_2_an_unsubscribe_that_ends_when_the_box_was_cleared_needs_the_dated_report():
    def question(last):
        asked = (Interval(NOON - HOUR, last),)
        return entries_in_question([record()], known(memory=remembered(), asked=asked))

    assert question(NOON) == {ANNA}
    assert question(NOON - SECOND) == set()


def test_rule_3_4_a_changed_address_counts_as_never_seen():
    memory = remembered(address="before@example.org")

    assert planned(record(), known(memory=memory)) == (Outcome.PLANNED, None)


def test_rule_3_6_a_converted_lead_is_left_alone():
    assert planned(record(is_converted=True), known()) == (Outcome.SKIPPED, CONVERTED)


def test_rule_3_6_a_converted_lead_is_written_if_the_user_may_edit_it():
    may = known(edits_converted=True)

    assert planned(record(is_converted=True), may) == (Outcome.PLANNED, None)


def test_rule_3_7_the_contact_of_a_person_account_is_skipped():
    assert planned(record(is_person_account=True), known()) == (Outcome.SKIPPED, PERSON_ACCOUNT)


def test_rule_4_4_a_record_named_only_by_its_domain_is_held():
    knowledge = known(held_domains=frozenset({"example.org"}))

    assert planned(record(address="bert@example.org"), knowledge) == (Outcome.SKIPPED, HELD)
    assert planned(record(), knowledge) == (Outcome.PLANNED, None)


def test_rule_0_a_record_whose_lost_write_is_unsure_is_not_written():
    memory = remembered(cleared_at=NOON, verdict="unsure")

    assert planned(record(), known(memory=memory, asked=(at(NOON - HOUR),))) == (
        Outcome.SKIPPED,
        UNSURE,
    )


def test_a_record_whose_box_may_not_be_set_stays_pending():
    knowledge = known(unwritable={"Contact": "permission_missing"})

    assert planned(record(), knowledge) == (Outcome.PENDING, "permission_missing")
    assert planned(record(opted_out=None), knowledge) == (Outcome.PENDING, "permission_missing")


def undone(*, asked_again: bool = False, address: str = ANNA) -> dict[str, AfterUndo]:
    """The record was taken back, and all unsubscribes up to noon are known since then."""
    return {"003000000000001AAA": AfterUndo(address, asked_again, NOON)}


def test_rule_5_a_record_that_an_undo_left_mailable_is_skipped_until_someone_asks_again():
    memory = remembered(cleared_at=NOON - HOUR)

    assert planned(record(), known(undone=undone())) == (Outcome.SKIPPED, UNDONE)
    assert planned(record(), known(memory=memory, undone=undone())) == (Outcome.SKIPPED, UNDONE)
    assert planned(record(), known(undone=undone(asked_again=True))) == (Outcome.PLANNED, None)


def test_rule_5_after_an_undo_asking_again_counts_whenever_the_box_was_cleared_before():
    knowledge = known(
        memory=remembered(), asked=(at(NOON - HOUR),), undone=undone(asked_again=True)
    )

    assert planned(record(), knowledge) == (Outcome.PLANNED, None)


def test_rule_5_an_undo_is_about_the_address_that_the_record_had():
    other = known(undone=undone(address="before@example.org"))

    assert planned(record(), other) == (Outcome.PLANNED, None)
    assert planned(record(), known(undone={"003000000000002AAA": undone()})) == (
        Outcome.PLANNED,
        None,
    )


@pytest.mark.parametrize(
    ("sighted", "asked_again", "in_question"),
    [
        (None, False, set()),
        (at(NOON), False, set()),
        (Interval(NOON - HOUR, NOON + SECOND), False, {ANNA}),
        (Interval(NOON - HOUR, NOON + SECOND), True, set()),
    ],
)
def test_rule_5_an_undone_record_needs_the_dated_report_if_its_address_is_named_again(
    sighted, asked_again, in_question
):
    knowledge = known(
        memory=remembered(),
        asked=(at(NOON + HOUR),),
        sighted=sighted,
        undone=undone(asked_again=asked_again),
    )

    assert entries_in_question([record()], knowledge) == in_question


def test_rule_3_4_a_late_arrival_is_noted_on_its_change_alone():
    arrival = Arrival(NOON, is_new=True)
    late, other = record(), replace(record(), record_id="003000000000002AAA")
    knowledge = known(arrivals={late.record_id: arrival})

    changes = plan_changes([late, other], knowledge)

    assert [change.arrival for change in changes] == [arrival, None]
    assert {change.outcome for change in changes} == {Outcome.PLANNED}


def test_rule_4_4_an_approved_domain_asks_for_each_of_its_people():
    domain = frozenset({"example.org"})
    asked = {"example.org": (at(NOON + HOUR),), "other.example": (at(NOON + HOUR),)}
    before = Knowledge(
        remembered={remembered().record_id: remembered()},
        asked=asked,
        sighted={"example.org": Interval(NOON - HOUR, NOON + HOUR)},
        considered=frozenset({ANNA}),
    )

    assert planned(record(), before) == (Outcome.KEPT, CLEARED)
    assert planned(record(), replace(before, approved_domains=domain)) == (Outcome.PLANNED, None)
    unsure = replace(before, approved_domains=domain, asked={})
    assert entries_in_question([record()], unsure) == {"example.org"}
    assert entries_in_question([record()], replace(before, asked={})) == set()


def test_a_change_has_what_the_log_says_about_its_record():
    found = Record(
        "Account",
        "001000000000001AAA",
        ANNA,
        False,
        NOON,
        contact_id="003000000000009AAA",
        unset=frozenset({"no_mail__c"}),
    )

    (change,) = plan_changes([found], known())

    assert change == Change(
        "Account",
        "001000000000001AAA",
        ANNA,
        Outcome.PLANNED,
        modified_at=NOON,
        contact_id="003000000000009AAA",
        was_partly_set=found.is_partly_set,
    )


def test_a_record_with_only_some_of_its_boxes_set_is_known_to_be_so():
    (change,) = plan_changes([replace(record(), is_partly_set=True)], known())

    assert change.was_partly_set


moments = st.datetimes(
    min_value=datetime(2026, 11, 1),
    max_value=datetime(2026, 11, 30),
    timezones=st.just(UTC),
)
intervals = st.builds(
    lambda first, second, is_open: Interval(
        None if is_open else min(first, second), max(first, second)
    ),
    moments,
    moments,
    st.booleans(),
)


@given(
    opted_out=st.sampled_from([True, False, None]),
    converted=st.booleans(),
    modified_at=moments,
    cleared_at=st.none() | moments,
    is_remembered=st.booleans(),
    asked=st.lists(intervals, max_size=4),
    sighted=st.none() | intervals,
    dated=st.none() | intervals,
)
def test_a_cleared_box_is_set_only_after_a_certainly_newer_unsubscribe(
    opted_out, converted, modified_at, cleared_at, is_remembered, asked, sighted, dated
):
    found = record(opted_out=opted_out, is_converted=converted, modified_at=modified_at)
    memory = remembered(cleared_at=cleared_at) if is_remembered else None
    knowledge = known(
        memory=memory,
        asked=tuple(asked),
        sighted=sighted,
        dated=None if dated is None else {ANNA: dated},
    )

    changes: list[Change] = plan_changes([found], knowledge)

    assert len(changes) == 1
    if changes[0].outcome is Outcome.PLANNED and is_remembered and opted_out is False:
        cleared = cleared_at or modified_at
        assert any(when.not_before is not None and when.not_before > cleared for when in asked)
    if changes[0].outcome is Outcome.PLANNED:
        assert opted_out is not True
        assert not converted
