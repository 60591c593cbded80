"""Query jobs of Bulk API 2.0: their states, and the threads that work on them.

A job keeps the rows it found and writes CSV only when a page is requested, so a million rows cost a
list of references and no text. Jobs end with the process, like cursors and sessions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from lib.clock import Clock
from lib.practice.bulk.bulk_query import BulkQuery
from lib.practice.faults.fault import InjectedFault
from lib.practice.refusal import Refusal
from lib.practice.rows import Row, stamp

MOST_A_DAY = 10_000

_LIFE = timedelta(days=7)
_DAY = timedelta(days=1)
_ENDED = ("JobComplete", "Failed", "Aborted")
_FAILED = "InternalServerError : InternalServerError : Unable to execute query"


@dataclass(slots=True)
class QueryJob:
    """One job; `version` is the API version that created it, such as `59.0`."""

    id: str
    user_id: str
    operation: str
    version: str
    delimiter: str
    line_ending: str
    query: BulkQuery
    created: datetime
    state: str = "UploadComplete"
    touched: datetime = field(init=False)
    rows: Sequence[Row] = ()
    error: str = ""
    took_ms: int = 0
    stopped: Event = field(default_factory=Event, repr=False)

    def __post_init__(self) -> None:
        self.touched = self.created

    @property
    def is_ended(self) -> bool:
        """Whether the job has finished, failed or been aborted."""
        return self.state in _ENDED

    def summary(self) -> dict[str, Any]:
        """The job as Salesforce shows it when it is created or aborted."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.query.sobject,
            "createdById": self.user_id,
            "createdDate": stamp(self.created),
            "systemModstamp": stamp(self.touched),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
        }

    def list_entry(self) -> dict[str, Any]:
        """The job as it appears in the list of jobs."""
        summary = self.summary()
        ending = {name: summary.pop(name) for name in ("lineEnding", "columnDelimiter")}
        return {**summary, "jobType": "V2Query", **ending}

    def details(self) -> dict[str, Any]:
        """The job with its figures, as Salesforce shows a single job."""
        figures = {
            "numberRecordsProcessed": len(self.rows),
            "retries": 0,
            "totalProcessingTime": self.took_ms,
            "isPkChunkingSupported": True,
        }
        error = {"errorMessage": self.error} if self.error else {}
        return {**self.list_entry(), **figures, **error}


@dataclass(slots=True)
class QueryJobs:
    """The jobs of one org; safe to use from several threads.

    `next_fault` gives the fault waiting for the next job: `slow_job` or `failed_job`.
    """

    clock: Clock
    next_fault: Callable[[str], InjectedFault | None]
    _jobs: dict[str, QueryJob] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def start(self, job: QueryJob, lock: Any) -> None:
        """Add a job and run it in a thread, which holds the org's lock while it reads."""
        with self._lock:
            if self._made_today() >= MOST_A_DAY:
                message = f"Max bulk v2 query jobs ({MOST_A_DAY}) per 24 hrs has been reached"
                raise Refusal("LIMIT_EXCEEDED", message)
            self._jobs[job.id] = job
        slow, failed = self.next_fault("slow_job"), self.next_fault("failed_job")
        Thread(target=self._work, args=(job, lock, slow, failed), daemon=True).start()

    @property
    def left_today(self) -> int:
        """How many more jobs can be created within 24 hours."""
        with self._lock:
            return MOST_A_DAY - self._made_today()

    def find(self, job_id: str) -> QueryJob | None:
        """A job by its id, unless it is older than seven days."""
        with self._lock:
            self._forget_old()
            return self._jobs.get(job_id)

    def of(self, user_id: str | None) -> list[QueryJob]:
        """All jobs, oldest first; with a user, only their jobs."""
        with self._lock:
            self._forget_old()
            return [job for job in self._jobs.values() if user_id in (None, job.user_id)]

    def abort(self, job: QueryJob) -> None:
        """Abort a job that has not ended. Raises Refusal."""
        with self._lock:
            if job.is_ended:
                message = "Aborting already Completed Job not allowed"
                raise Refusal("INVALIDJOBSTATE", message)
            self._enter(job, "Aborted")
            job.stopped.set()

    def drop(self, job: QueryJob) -> None:
        """Delete a job and its results. Raises Refusal while it is running."""
        with self._lock:
            if not job.is_ended:
                message = (
                    "Error encountered when deleting the job because the job is not terminated"
                )
                raise Refusal("API_ERROR", message)
            self._jobs.pop(job.id, None)

    def close(self) -> None:
        """Stop the threads of running jobs."""
        for job in self.of(None):
            job.stopped.set()

    def _forget_old(self) -> None:
        now = self.clock()
        for old in [job for job in self._jobs.values() if now - job.created > _LIFE]:
            del self._jobs[old.id]

    def _made_today(self) -> int:
        now = self.clock()
        return sum(1 for job in self._jobs.values() if now - job.created < _DAY)

    def _work(
        self, job: QueryJob, lock: Any, slow: InjectedFault | None, failed: InjectedFault | None
    ) -> None:
        begun = monotonic()
        if slow and job.stopped.wait(slow.seconds / 2):
            return
        self._move(job, "InProgress")
        if slow and job.stopped.wait(slow.seconds / 2):
            return
        if failed:
            self._move(job, "Failed", error=failed.message or _FAILED)
            return
        try:
            with lock:
                rows = job.query.find()
        except Refusal as refusal:
            self._move(job, "Failed", error=f"{refusal.error_code} : {refusal.message}")
            return
        job.took_ms = round((monotonic() - begun) * 1000)
        self._move(job, "JobComplete", rows)

    def _move(self, job: QueryJob, state: str, rows: Sequence[Row] = (), error: str = "") -> None:
        """Go to the next state, unless the job was aborted in the meantime."""
        with self._lock:
            if not job.is_ended:
                job.rows, job.error = rows, error
                self._enter(job, state)

    def _enter(self, job: QueryJob, state: str) -> None:
        job.state = state
        job.touched = self.clock()
