"""The JangoMail source against the practice org's email service, over HTTP."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from lib.errors import ReadingIncomplete, SourceCredentialsRefused, SourceUnreachable
from lib.practice.faults.fault import InjectedFault
from lib.practice.serve import Practice
from lib.settings import credentials_from
from lib.sources.jangomail.source import JangoMail

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def source_of(practice: Practice, **changed: str) -> JangoMail:
    login = credentials_from({**practice.environment, **changed}).jangomail
    return JangoMail(login, clock=practice.world.clock, sleep=lambda _seconds: None)


def entries(practice: Practice, since: datetime | None = None) -> list[str]:
    return [sighting.entry for sighting in source_of(practice).reading(since).sightings]


def test_the_report_lists_everyone_and_when_they_asked(practice: Practice) -> None:
    truth = Counter(
        (unsubscribe.address.strip(), unsubscribe.asked.replace(microsecond=0))
        for unsubscribe in practice.world.mail.unsubscribes()
    )

    reading = source_of(practice).reading(None)
    reported = Counter(
        (sighting.entry, sighting.asked and sighting.asked.not_before)
        for sighting in reading.sightings
    )

    assert len(truth) >= 20
    assert reported == truth
    assert reading.unreadable_count == 0


@pytest.mark.parametrize("hours", [-5, 5.5])
def test_the_times_are_right_no_matter_what_time_zone_jangomail_uses(
    practice: Practice, hours: float
) -> None:
    practice.world.mail.set_utc_offset(hours)
    truth = {
        unsubscribe.asked.replace(microsecond=0)
        for unsubscribe in practice.world.mail.unsubscribes()
    }

    sightings = source_of(practice, JANGOMAIL_UTC_OFFSET=str(hours)).reading(None).sightings

    assert {sighting.asked.not_before for sighting in sightings if sighting.asked} == truth


def test_the_list_since_a_day_has_everyone_who_asked_from_then_on(practice: Practice) -> None:
    everyone = practice.world.mail.unsubscribes()
    middle = everyone[len(everyone) // 2].asked

    listed = set(entries(practice, middle))

    later = {unsubscribe.address for unsubscribe in everyone if unsubscribe.asked >= middle}
    a_day_before = {
        unsubscribe.address
        for unsubscribe in everyone
        if unsubscribe.asked >= middle - timedelta(days=1)
    }
    assert later <= listed <= a_day_before
    assert listed < set(entries(practice, LONG_AGO))


def test_someone_who_unsubscribes_now_is_in_the_next_list(practice: Practice) -> None:
    since = practice.world.clock()

    practice.world.mail.unsubscribe("new+person@example.org")
    practice.world.mail.unsubscribe("whole.example")

    assert {"new+person@example.org", "whole.example"} <= set(entries(practice, since))


def test_a_refused_password_is_not_in_the_error(practice: Practice) -> None:
    wrong = source_of(practice, JANGOMAIL_PASSWORD="not-this-one")

    with pytest.raises(SourceCredentialsRefused) as caught:
        wrong.reading(None)
    check = wrong.check()

    assert "not-this-one" not in str(caught.value)
    assert not check.ok
    assert check.remedy is not None


def test_a_check_of_a_good_account_succeeds(practice: Practice) -> None:
    assert source_of(practice).check().ok


@pytest.mark.parametrize("kind", ["cut", "cut_off"])
@pytest.mark.parametrize("since", [None, LONG_AGO])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_an_incomplete_answer_is_discarded_as_a_whole(
    practice: Practice, kind: str, since: datetime | None, share: float
) -> None:
    practice.world.faults.add(InjectedFault(kind, "jangomail", times=None, share=share))

    with pytest.raises(ReadingIncomplete):
        source_of(practice).reading(since)


@pytest.mark.parametrize("kind", ["status", "reset", "reset_after"])
def test_a_temporary_failure_is_tried_again(practice: Practice, kind: str) -> None:
    truth = entries(practice)

    practice.world.faults.add(InjectedFault(kind, "jangomail", times=2))

    assert entries(practice) == truth


def test_a_lasting_outage_is_an_error(practice: Practice) -> None:
    practice.world.faults.add(InjectedFault("status", "jangomail", times=None))

    with pytest.raises(SourceUnreachable) as caught:
        source_of(practice).reading(None)

    assert caught.value.remedy
