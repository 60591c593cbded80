"""Jobs that are created before the log has the run's changes."""

import pytest

from lib.errors import RequestRefused
from lib.sync.bulk.early_jobs import early_jobs
from tests.unit.salesforce.bulk_ingest.test_jobs import JOB, ONE, shown
from tests.unit.salesforce.conftest import door, login, slept, wire
from tests.unit.salesforce.wire import Answer

__all__ = ["door", "login", "slept", "wire"]

CREATED = "jobs/ingest$"
REFUSED = Answer(400, [{"errorCode": "FEATURENOTENABLED", "message": "Bulk API isn't enabled"}])


def test_a_job_that_was_begun_is_used_once(wire, door):
    wire.on("POST", CREATED, shown("Open"))

    with early_jobs(door, ["Lead"]) as early:
        assert early.create("Lead").id == JOB
        assert len(wire.heard(CREATED)) == 1
        early.create("Lead")
        early.create("Contact")

    assert [asked.json["object"] for asked in wire.heard(CREATED)] == ["Lead", "Lead", "Contact"]
    assert not wire.heard(ONE)


@pytest.mark.parametrize("error", [None, KeyError()])
def test_a_job_that_is_not_used_is_aborted(wire, door, error):
    wire.on("POST", CREATED, shown("Open"))
    wire.on("PATCH", ONE, shown("Aborted"))

    try:
        with early_jobs(door, ["Lead"]):
            if error:
                raise error
    except KeyError:
        assert error

    assert [asked.json for asked in wire.heard(ONE)] == [{"state": "Aborted"}]


def test_an_org_without_bulk_says_so_when_the_job_is_wanted(wire, door):
    wire.on("POST", CREATED, REFUSED)

    with early_jobs(door, ["Lead", "Contact"]) as early, pytest.raises(RequestRefused):
        early.create("Lead")

    assert not wire.heard(ONE)
