"""What the results of a Bulk job mean for each of its records."""

import pytest

from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.sync.bulk.settling import settled
from lib.sync.lost_answers import Settled
from lib.values import Outcome
from tests.unit.salesforce.conftest import door, login, slept, wire
from tests.unit.salesforce.wire import Answer
from tests.unit.sync.examples import change

__all__ = ["door", "login", "slept", "wire"]

HEAD = '"sf__Id","sf__Error","Id"'


def outcomes(door, changes, state="JobComplete"):
    """The results by the number of the Contact, and the numbers that no file names."""
    job = IngestJob("7508d00000Ihhl5AAB", state, processed=len(changes))
    by_id = {each.record_id: each for each in changes}
    unnamed: set[str] = set()
    found = [one for some in settled(door, job, by_id, unnamed) for one in some]
    return found, unnamed


def rows(*lines):
    return Answer(200, "".join(f"{line}\n" for line in (HEAD, *lines)))


def refused(each, error):
    return f'"","{error}","{each.record_id}"'


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        ("UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--", Outcome.PENDING, None),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:T: execution of X:--", Outcome.PENDING, None),
        ("STRING_TOO_LONG:too long:Name --", Outcome.FAILED, "STRING_TOO_LONG"),
        ("CANNOT_UPDATE_CONVERTED_LEAD:converted:--", Outcome.SKIPPED, "converted"),
    ],
)
def test_only_what_may_pass_in_a_smaller_call_waits_for_one(wire, door, error, outcome, reason):
    each = change(1)
    wire.on("GET", "/successfulResults$", rows())
    wire.on("GET", "/failedResults$", rows(refused(each, error)))

    ((found,), unnamed) = outcomes(door, [each])

    assert (found.record_id, found.outcome, found.reason) == (each.record_id, outcome, reason)
    assert unnamed == set()


def test_what_a_job_that_ended_early_did_not_reach_waits_and_what_no_file_names_is_looked_up(
    wire, door
):
    written, unreached, unknown = change(1), change(2), change(3)
    wire.on("GET", "/successfulResults$", rows(f'"{written.record_id}","",""'))
    wire.on("GET", "/failedResults$", rows())
    wire.on("GET", "/unprocessedrecords$", Answer(200, f"Id\n{unreached.record_id}\n"))

    found, unnamed = outcomes(door, [written, unreached, unknown], "Failed")

    assert found == [
        Settled(written.record_id, Outcome.UPDATED),
        Settled(unreached.record_id, Outcome.PENDING),
    ]
    assert unnamed == {unknown.record_id}
