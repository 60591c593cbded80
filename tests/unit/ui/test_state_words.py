"""Zero, one, and many people are different sentences, on Overview and on History."""

from datetime import UTC, datetime

import pytest

from lib.clock import utc_now
from lib.services.runs.overview import Everyone, Glance
from lib.store.mass_clearings import ClearedBox
from lib.store.people_counts import PeopleCounts
from lib.store.waits import DelaySummary
from lib.ui.history_charts import lasting, waits_in_words
from lib.ui.overview.answer import answer_of
from lib.ui.overview.quiet_line import quiet_line

READ = datetime(2025, 3, 3, 7, 2, tzinfo=UTC)


def state(**standing):
    return answer_of(Glance("default"), Everyone(utc_now(), PeopleCounts(**standing))).sentence


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ({}, "No one has unsubscribed so far"),
        ({"unmatched": 2}, "No one who unsubscribed is waiting to be opted out"),
        ({"pending": 1}, "1 person who unsubscribed can still be emailed"),
        ({"pending": 1, "needing_hand": 2}, "3 people who unsubscribed can still be emailed"),
        ({"opted_out": 9}, "Everyone who unsubscribed is opted out"),
        (
            {"opted_out": 9, "unmatched": 1},
            "Everyone in Salesforce who unsubscribed is opted out",
        ),
        (
            {"opted_out": 9, "kept": 1},
            "Everyone in Salesforce who unsubscribed is opted out, except 1 person",
        ),
    ],
)
def test_each_state_of_people_has_its_own_sentence(standing, words):
    assert state(**standing) == words


def test_the_quiet_line_says_as_of_when_and_names_only_what_there_is():
    read = quiet_line(Everyone(READ, PeopleCounts()))
    many = quiet_line(Everyone(READ, PeopleCounts(opted_out=1204, kept=1, unmatched=2)))

    assert read.startswith("As of Mar 3, 2025 at 7:02 AM, ")
    assert read.endswith(" ago.")
    assert many.removeprefix(read) == (
        " 1,204 people are opted out, 1 person was made mailable again by a colleague, and "
        "2 people have no record that can be opted out."
    )
    assert quiet_line(Everyone()) == ""


def test_waiting_times_have_a_sentence_for_a_single_record():
    def waits(records):
        return waits_in_words(DelaySummary(records, 3600, 7200, READ))

    assert waits(1) == (
        "Time from unsubscribe to opt-out: at most 1 hour for 1 record, until Mar 3, 2025 at "
        "7:02 AM."
    )
    assert "at most 1 hour (median of 2 records). The slowest took at most 2 hours" in waits(2)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minute"),
        (61, "2 minutes"),
        (3600, "1 hour"),
        (90_000, "25 hours"),
        (200_000, "3 days"),
    ],
)
def test_an_upper_bound_is_rounded_up(seconds, words):
    assert lasting(seconds) == words


def test_boxes_that_were_cleared_at_once_are_not_said_to_be_a_colleagues_doing():
    boxes = tuple(
        ClearedBox(f"003{number}", "Contact", f"p{number}@example.org", READ, "run")
        for number in range(30)
    )
    standing = PeopleCounts(opted_out=9, kept=31)

    words = quiet_line(Everyone(READ, standing, cleared_at_once=boxes))

    assert "the boxes of 30 people were cleared at once" in words
    assert "1 person was made mailable again by a colleague" in words
