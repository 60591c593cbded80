"""What happened to an address, in sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lib.services.runs.lookup import AddressHistory
from lib.store.changes import LoggedChange
from lib.store.ledger import Event
from lib.ui import times
from lib.ui.lookup import story as lookup_story
from lib.values import Arrival, Change, EventKind, Interval, Outcome

ANNA = "anna@example.org"
MARCH_2 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAY_5 = datetime(2026, 5, 5, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "utc_now", lambda: datetime(2026, 11, 26, tzinfo=UTC))


def event(asked: Interval) -> Event:
    seen = asked.not_after
    kind = EventKind.UNSUBSCRIBE
    return Event(
        1, "scope", "jangomail:me@host", kind, ANNA, ANNA, False, asked, None, seen, seen, "r",
        "done",
    )  # fmt: skip


def change(at: datetime, arrival: Arrival | None = None, sobject: str = "Lead") -> LoggedChange:
    made = Change(sobject, "00Q000000000001EAA", ANNA, Outcome.UPDATED, arrival=arrival)
    return LoggedChange(1, "run", "scope", made, at, at, at)


def told(*changes: LoggedChange, asked: Interval | None = None) -> list[str]:
    events = (event(asked or Interval(MARCH_2, MARCH_2)),)
    newest_first = tuple(reversed(changes))
    return lookup_story.sentences(AddressHistory(ANNA, (), events, (), newest_first, {}))


def test_an_opt_out_is_told_with_its_reason_and_each_return_after_it():
    first = change(MARCH_2 + timedelta(days=1), sobject="Contact")
    again = change(MAY_5 + timedelta(hours=9), Arrival(MAY_5, is_new=True))

    assert told(first, again) == [
        "Opted out on Mar 3 because they unsubscribed on Mar 2.",
        "Came back as a Lead on May 5 and was opted out again that day.",
    ]


def test_a_return_that_waited_for_the_next_day_names_both_days():
    again = change(MAY_5 + timedelta(days=1), Arrival(MAY_5, is_new=True))

    assert told(again) == ["Came back as a Lead on May 5 and was opted out again on May 6."]


def test_an_address_that_was_given_to_an_older_record_is_told():
    again = change(MAY_5, Arrival(MAY_5, is_new=False))

    assert told(again) == ["A Lead got this address later. It was opted out on May 5."]


def test_an_unsubscribe_without_a_date_is_told_with_its_bounds():
    first = change(MARCH_2 + timedelta(days=3))
    read = MARCH_2 + timedelta(days=2)

    assert told(first, asked=Interval(None, read)) == [
        "Opted out on Mar 5 because they unsubscribed before Mar 4."
    ]
    assert told(first, asked=Interval(MARCH_2, read)) == [
        "Opted out on Mar 5 because they unsubscribed between Mar 2 and Mar 4."
    ]


def test_someone_who_was_taken_off_the_list_is_told_so():
    gone = replace(event(Interval(MARCH_2, MARCH_2)), resubscribed_at=MAY_5)

    assert lookup_story.sentences(AddressHistory(ANNA, (), (gone,), (), (), {})) == [
        "Taken off JangoMail's unsubscribe list, noticed on May 5. Where Email Opt Out is "
        "checked, it stays checked."
    ]


def test_nothing_is_told_if_no_run_opted_the_address_out():
    assert told() == []
