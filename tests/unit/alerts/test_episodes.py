"""One message for each change of state, whatever happens how often."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lib.alerts.causes import Cause, CauseKind, Situation
from lib.alerts.episodes import steps
from lib.store.alerts import AlertText, MessageKind, OpenAlert

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
TEXT = AlertText(*[""] * 7)
HELD = CauseKind.HELD


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def seen(days: float = 0) -> Situation:
    return Situation("default", now=at(days))


def told(mark="one", *, last=0.0, reminders=0, until=None) -> OpenAlert:
    return OpenAlert(1, "default", HELD.value, mark, TEXT, START, START, at(last), reminders, until)


def kinds(alerts, causes, days=0.0, *, can_tell=True):
    found = steps(alerts, causes, seen(days), can_tell=can_tell)
    return [step.kind for step in found]


def test_a_new_cause_is_told():
    assert kinds([], [Cause(HELD, "one")]) == [MessageKind.OPENED]


def test_the_same_cause_is_not_told_again():
    assert kinds([told()], [Cause(HELD, "one")], 2.9) == []


def test_another_set_is_told():
    assert kinds([told()], [Cause(HELD, "two")], 1) == [MessageKind.CHANGED]


def test_what_is_over_is_told():
    assert kinds([told()], [], 1) == [MessageKind.RECOVERED]


def test_reminders_come_after_three_and_seven_days_and_missed_ones_as_one():
    cause = [Cause(HELD, "one")]

    assert kinds([told()], cause, 3) == [MessageKind.REMINDER]
    assert kinds([told(last=3, reminders=1)], cause, 6.9) == []
    assert kinds([told(last=3, reminders=1)], cause, 7) == [MessageKind.REMINDER]
    assert kinds([told()], cause, 30) == [MessageKind.REMINDER]
    assert kinds([told(last=30, reminders=2)], cause, 300) == []


def test_i_know_until_friday_silences_until_then_and_is_told_once_after():
    friday = at(4)
    cause = [Cause(HELD, "one")]

    assert kinds([told(until=friday)], cause, 3.5) == []
    assert kinds([told(until=friday)], [Cause(HELD, "two")], 3.5) == [None]
    assert kinds([told(until=friday)], cause, 4) == [MessageKind.REMINDER]
    assert kinds([told(last=4, reminders=1, until=friday)], cause, 5) == []


def test_no_one_can_be_told_yet_and_is_told_once_there_is_a_way():
    waiting = OpenAlert(1, "default", HELD.value, "one", TEXT, START)
    cause = [Cause(HELD, "one")]

    assert kinds([waiting], cause, 9, can_tell=False) == []
    assert kinds([waiting], cause, 9) == [MessageKind.OPENED]


def test_a_cause_of_a_newer_version_is_left_alone():
    other = OpenAlert(1, "default", "of_the_future", "one", TEXT, START, START, START)

    assert kinds([other], [], 1) == []


@given(st.lists(st.sampled_from(["", "a", "b"]), max_size=60))
def test_there_is_one_message_for_each_change_and_none_between(marks):
    """A look an hour: `""` is a look at which nothing is wrong."""
    messages, alert, before = 0, None, ""
    for hour, mark in enumerate(marks):
        now = Situation("default", now=START + timedelta(hours=hour))
        causes = [Cause(HELD, mark)] if mark else []
        for step in steps([alert] if alert else [], causes, now, can_tell=True):
            messages += 1
            over = step.kind is MessageKind.RECOVERED
            opened = alert.opened_at if alert else now.now
            alert = (
                None
                if over
                else OpenAlert(1, "default", HELD.value, mark, TEXT, opened, opened, now.now)
            )
        before = mark

    changes = sum(one != two for one, two in zip(["", *marks], marks, strict=False))
    assert messages == changes
    assert (alert is None) == (before == "")


def test_a_kind_that_is_switched_off_is_open_but_not_told():
    found = steps([], [Cause(HELD, "one")], seen(), can_tell=True, off={HELD})

    assert [(step.kind, step.alert) for step in found] == [(None, None)]


def test_a_kind_that_is_switched_off_is_neither_told_again_nor_reminded_of():
    off = {HELD}

    changed = steps([told()], [Cause(HELD, "two")], seen(1), can_tell=True, off=off)
    assert [step.kind for step in changed] == [None]
    assert steps([told()], [Cause(HELD, "one")], seen(30), can_tell=True, off=off) == []


def test_a_kind_that_is_switched_on_again_is_told_as_new():
    waiting = OpenAlert(1, "default", HELD.value, "one", TEXT, START)

    assert kinds([waiting], [Cause(HELD, "one")], 1) == [MessageKind.OPENED]
