"""What the tests of lib.sync share, and Bulk jobs for any number of records."""

import pytest

from lib.practice.bulk import ingest_jobs
from lib.salesforce import costs
from lib.salesforce.bulk_ingest import waiting
from tests.unit.sync.conftest import clock, home, org, run_id, store

__all__ = ["clock", "home", "org", "run_id", "store"]


@pytest.fixture(autouse=True)
def bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk jobs are cheaper for any number of records, and save two at a time."""
    monkeypatch.setattr(costs, "_INGEST_CALLS", 0)
    monkeypatch.setattr(costs, "INGEST_BEGINS_S", 0.0)
    monkeypatch.setattr(waiting, "LONGEST_SILENCE_S", float("inf"))  # waiting takes no time here
    monkeypatch.setattr(ingest_jobs, "_AT_ONCE", 2)
