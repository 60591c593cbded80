"""Query jobs of Bulk API 2.0, and the threads that work on them.

A job keeps the rows it found and writes CSV only when a page is requested, so a million rows cost a
list of references and no text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any

from lib.practice.bulk.bulk_query import BulkQuery
from lib.practice.bulk.job import Job, Jobs
from lib.practice.refusal import Refusal
from lib.practice.rows import Row

MOST_A_DAY = 10_000

_FAILED = "InternalServerError : InternalServerError : Unable to execute query"


@dataclass(slots=True, kw_only=True)
class QueryJob(Job):
    """One query job, and the rows it found."""

    query: BulkQuery
    state: str = "UploadComplete"
    rows: Sequence[Row] = ()

    def summary(self) -> dict[str, Any]:
        """The job as Salesforce shows it when it is created or aborted."""
        return {**self.head(self.query.sobject), **self.format()}

    def list_entry(self) -> dict[str, Any]:
        """The job as it appears in the list of jobs."""
        return {**self.head(self.query.sobject), "jobType": "V2Query", **self.format()}

    def details(self) -> dict[str, Any]:
        """The job with its figures, as Salesforce shows a single job."""
        figures = {
            "numberRecordsProcessed": len(self.rows),
            "retries": 0,
            "totalProcessingTime": self.took_ms,
            "isPkChunkingSupported": True,
        }
        return {**self.list_entry(), **figures, **self.error_shown()}


class QueryJobs(Jobs[QueryJob]):
    """The query jobs of one org."""

    created_by = "query_job"

    def start(self, job: QueryJob, lock: Any) -> None:
        """Add a job and run it in a thread, which holds the org's lock while it reads."""
        with self._lock:
            if self._made_today() >= MOST_A_DAY:
                message = f"Max bulk v2 query jobs ({MOST_A_DAY}) per 24 hrs has been reached"
                raise Refusal("LIMIT_EXCEEDED", message)
            self._jobs[job.id] = job
        Thread(target=self._work, args=(job, lock), daemon=True).start()

    @property
    def left_today(self) -> int:
        """How many more jobs can be created within 24 hours."""
        with self._lock:
            return MOST_A_DAY - self._made_today()

    def _work(self, job: QueryJob, lock: Any) -> None:
        begun = monotonic()
        if not self._begin(job):
            return
        try:
            with lock:
                rows = job.query.find()
        except Refusal as refusal:
            self._move(job, "Failed", error=f"{refusal.error_code} : {refusal.message}")
            return
        job.took_ms = round((monotonic() - begun) * 1000)
        job.rows = rows
        if not self._move(job, "JobComplete"):
            job.rows = ()

    def _wait(self) -> float:
        return self.pace.query_job_wait

    def _failed(self) -> str:
        return _FAILED
