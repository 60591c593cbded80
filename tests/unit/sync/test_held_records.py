"""Records that got no answer even alone: is Salesforce the cause, or are they?"""

import pytest

from lib.errors import RequestRefused, SalesforceUnreachable
from lib.sync.held_records import HeldRecords
from lib.sync.lost_answers import Settled
from lib.values import Outcome
from tests.unit.sync.examples import change, contact_id

SILENT = SalesforceUnreachable("no answer", remedy="Wait.")
REFUSED = RequestRefused("no", remedy="Look.", vendor_code="BRAND_NEW", said="not like this")


@pytest.fixture
def held():
    """No record is on hold yet."""
    return HeldRecords()


def test_three_records_in_a_row_without_an_answer_are_not_the_cause(held):
    assert [held.hold(change(number), SILENT) for number in range(4)] == [True, True, False, False]


def test_once_salesforce_answers_again_the_records_were_the_cause_with_its_words(held):
    for number, error in [(1, REFUSED), (2, SILENT)]:
        held.hold(change(number), error)

    assert held.release() == [
        Settled(contact_id(1), Outcome.FAILED, "BRAND_NEW", "not like this"),
        Settled(contact_id(2), Outcome.FAILED, "NO_ANSWER", ""),
    ]
    assert held.release() == []
    assert held.judge() == ([], None)


@pytest.mark.parametrize("answers", [0, 1])
def test_at_the_end_they_are_the_cause_only_if_salesforce_answered_something(held, answers):
    for _ in range(answers):
        held.release()
    held.hold(change(1), REFUSED)

    failed, error = held.judge()

    assert (len(failed), error) == ((1, None) if answers else (0, REFUSED))


def test_without_records_on_hold_there_is_nothing_to_judge(held):
    assert held.judge() == ([], None)
