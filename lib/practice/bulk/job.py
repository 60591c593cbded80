"""What query and ingest jobs of Bulk API 2.0 share: their states, their owners, and their end.

Jobs end with the process, like cursors and sessions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any, ClassVar, Generic, TypeVar

from lib.clock import Clock
from lib.practice.faults.fault import InjectedFault
from lib.practice.pace import Pace
from lib.practice.refusal import Refusal
from lib.practice.rows import stamp

LIFE = timedelta(days=7)
DAY = timedelta(days=1)
ENDED = ("JobComplete", "Failed", "Aborted")


@dataclass(slots=True, kw_only=True)
class Job:
    """One job; `version` is the API version that created it, such as `59.0`."""

    id: str
    user_id: str
    operation: str
    version: str
    delimiter: str
    line_ending: str
    created: datetime
    state: str
    touched: datetime = field(init=False)
    error: str = ""
    took_ms: int = 0
    end: InjectedFault | None = None
    stopped: Event = field(default_factory=Event, repr=False)

    def __post_init__(self) -> None:
        self.touched = self.created

    @property
    def is_ended(self) -> bool:
        """Whether the job has finished, failed or been aborted."""
        return self.state in ENDED

    def head(self, sobject: str) -> dict[str, Any]:
        """What Salesforce shows first of every job."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": sobject,
            "createdById": self.user_id,
            "createdDate": stamp(self.created),
            "systemModstamp": stamp(self.touched),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
        }

    def format(self) -> dict[str, str]:
        """How the lines of its CSV end, and what is between the columns."""
        return {"lineEnding": self.line_ending, "columnDelimiter": self.delimiter}

    def error_shown(self) -> dict[str, str]:
        """The error message, if there is one."""
        return {"errorMessage": self.error} if self.error else {}


J = TypeVar("J", bound=Job)
NextFault = Callable[[str, str], InjectedFault | None]
"""The fault of a kind that waits for a job of this kind of call."""


@dataclass(slots=True)
class Jobs(Generic[J]):
    """The jobs of one kind in one org; safe to use from several threads.

    `next_fault` gives the fault waiting for the next job, such as `slow_job`.
    """

    clock: Clock
    next_fault: NextFault
    pace: Pace
    created_by: ClassVar[str]
    _jobs: dict[str, J] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def find(self, job_id: str) -> J | None:
        """A job by its id, unless it is older than seven days."""
        with self._lock:
            self._forget_old()
            return self._jobs.get(job_id)

    def of(self, user_id: str | None) -> list[J]:
        """All jobs, oldest first; with a user, only their jobs."""
        with self._lock:
            self._forget_old()
            return [job for job in self._jobs.values() if user_id in (None, job.user_id)]

    def abort(self, job: J) -> None:
        """Abort a job that has not ended. Raises Refusal."""
        with self._lock:
            if job.is_ended:
                message = "Aborting already Completed Job not allowed"
                raise Refusal("INVALIDJOBSTATE", message)
            self._enter(job, "Aborted")
            job.stopped.set()

    def drop(self, job: J) -> None:
        """Delete a job and its results. Raises Refusal while it is running."""
        with self._lock:
            if not self._is_deletable(job):
                message = (
                    "Error encountered when deleting the job because the job is not terminated"
                )
                raise Refusal("API_ERROR", message)
            self._jobs.pop(job.id, None)

    def close(self) -> None:
        """Stop the threads of running jobs."""
        for job in self.of(None):
            job.stopped.set()

    def _is_deletable(self, job: J) -> bool:
        return job.is_ended

    def _forget_old(self) -> None:
        now = self.clock()
        for old in [job for job in self._jobs.values() if now - job.created > LIFE]:
            del self._jobs[old.id]

    def _made_today(self) -> int:
        now = self.clock()
        return sum(1 for job in self._jobs.values() if now - job.created < DAY)

    def _begin(self, job: J) -> bool:
        """Go to work on a job, as fast as a fault lets it; whether it goes on."""
        slow = self.next_fault("slow_job", self.created_by)
        half = (slow.seconds if slow else self._wait()) / 2
        if job.stopped.wait(half):
            return False
        self._move(job, "InProgress")
        if job.stopped.wait(half):
            return False
        for kind in ("failed_job", "aborted_job", "stuck_job"):
            job.end = job.end or self.next_fault(kind, self.created_by)
        return not self._is_over(job, done=0)

    def _is_over(self, job: J, *, done: int) -> bool:
        """Whether a fault ends the job once this many rows are saved; then it ends it.

        A job that is stuck stays as it is.
        """
        if job.end is None or done < job.end.saved:
            return False
        if job.end.kind == "failed_job":
            self._move(job, "Failed", error=job.end.message or self._failed())
        elif job.end.kind == "aborted_job":
            self._move(job, "Aborted")
        return True

    def _wait(self) -> float:
        """Seconds until a job's work is begun, without a fault."""
        return 0.0

    def _failed(self) -> str:
        return "InternalServerError : InternalServerError : Unable to process the job"

    def _move(self, job: J, state: str, error: str = "") -> bool:
        """Go to the next state, unless the job was aborted in the meantime."""
        with self._lock:
            if job.is_ended:
                return False
            job.error = error
            self._enter(job, state)
            return True

    def _enter(self, job: J, state: str) -> None:
        job.state = state
        job.touched = self.clock()
