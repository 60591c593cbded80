"""The Bulk API 2.0 jobs of one org, of both kinds."""

from dataclasses import dataclass

from lib.clock import Clock
from lib.practice.bulk.ingest_jobs import IngestJobs
from lib.practice.bulk.job import NextFault
from lib.practice.bulk.jobs import QueryJobs
from lib.practice.pace import Pace


@dataclass(frozen=True, slots=True)
class BulkJobs:
    """Query and ingest jobs."""

    queries: QueryJobs
    ingests: IngestJobs

    @classmethod
    def of(cls, clock: Clock, next_fault: NextFault, pace: Pace) -> "BulkJobs":
        """No jobs yet. `next_fault` gives the fault waiting for the next job."""
        return cls(QueryJobs(clock, next_fault, pace), IngestJobs(clock, next_fault, pace))

    def close(self) -> None:
        """Stop the threads of running jobs."""
        self.queries.close()
        self.ingests.close()
