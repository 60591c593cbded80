"""Start Bulk jobs, several side by side: create, note the ID, upload, note the start, start.

Until a job is started, nothing is written. So whatever goes wrong before that sends its records
the other way, by Collections, and a job left open does no harm. Threads only talk to Salesforce;
the calling thread writes the log.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from lib.errors import OptbackError, PermissionMissing, RequestRefused, WriteUnanswered
from lib.salesforce.bulk_ingest import jobs
from lib.salesforce.bulk_ingest.rows import csv_of
from lib.salesforce.door import Door
from lib.stopping import stopped
from lib.store.sql_values import chunks
from lib.sync.bulk.early_jobs import EarlyJobs
from lib.sync.bulk.job_log import JobLog
from lib.sync.intents import record_ids
from lib.sync.logbook import Logbook
from lib.values import Change

_UPLOADS = 2
"""How often a job is made for the same rows: a job whose upload got no answer can't be used."""
_NOTED_AT_ONCE = 5_000  # records noted as sent in a transaction

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Portion:
    """Changes of one sObject for one job."""

    sobject: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Job:
    """A job with its rows."""

    id: str
    portion: Portion


@dataclass(frozen=True, slots=True)
class Starts:
    """Starts the jobs of a run. `to` is what the boxes are set to."""

    door: Door
    logbook: Logbook
    log: JobLog
    early: EarlyJobs
    to: bool = True

    def start(self, portions: Sequence[Portion]) -> tuple[list[Job], list[Change]]:
        """The jobs that are started, or may be, and the changes that certainly aren't in any.

        Costs 3 API calls per job. Raises StoppedError if the run is to stop; jobs that aren't
        started yet are aborted then.
        """
        attempt = _Attempt()
        started: list[Job] = []
        for _ in range(_UPLOADS):
            with ThreadPoolExecutor(max(1, len(portions)), thread_name_prefix="bulk") as pool:
                started += self._try(attempt, portions, pool)
            portions, attempt.again = attempt.again, []
            if not portions:
                break
        left = [*attempt.refused, *portions]
        return started, [change for portion in left for change in portion.changes]

    def _try(
        self, attempt: "_Attempt", portions: Sequence[Portion], pool: ThreadPoolExecutor
    ) -> list[Job]:
        try:
            created = self._created(attempt, portions, pool)
            uploaded = self._uploaded(attempt, created, pool)
            self._note_sent(uploaded)
        except OptbackError:
            list(pool.map(lambda job: jobs.abandon(self.door, job.id), attempt.unstarted))
            raise
        return self._started(attempt, uploaded, pool)

    def _created(
        self, attempt: "_Attempt", portions: Sequence[Portion], pool: ThreadPoolExecutor
    ) -> list[Job]:
        self._stop_if_asked()
        for portion, job in _each(pool, self._create, portions):
            if isinstance(job, OptbackError):
                attempt.refused.append(portion)
                continue
            attempt.unstarted.append(job)
        for job in attempt.unstarted:
            self.log.created(job.id, job.portion.sobject)
        return list(attempt.unstarted)

    def _uploaded(
        self, attempt: "_Attempt", created: Sequence[Job], pool: ThreadPoolExecutor
    ) -> list[Job]:
        uploaded: list[Job] = []
        for job, error in _each(pool, self._upload, created):
            if error is None:
                uploaded.append(job)
            else:
                self._give_up(attempt, job)
                is_lost = isinstance(error, WriteUnanswered)
                (attempt.again if is_lost else attempt.refused).append(job.portion)
        return uploaded

    def _note_sent(self, uploaded: Sequence[Job]) -> None:
        for job in uploaded:
            self._stop_if_asked()
            self.log.starting(job.id)
            for chunk in chunks(job.portion.changes, _NOTED_AT_ONCE):
                self.logbook.sending(chunk)
                self.log.sending(len(chunk))

    def _started(
        self, attempt: "_Attempt", uploaded: Sequence[Job], pool: ThreadPoolExecutor
    ) -> list[Job]:
        """The jobs that Salesforce has started, and those of which no one knows."""
        started: list[Job] = []
        for job, error in _each(pool, self._start, uploaded):
            if isinstance(error, RequestRefused | PermissionMissing):
                self._give_up(attempt, job)
                for chunk in chunks(job.portion.changes, _NOTED_AT_ONCE):
                    self.logbook.not_sent(chunk)
                attempt.refused.append(job.portion)
            else:
                attempt.unstarted.remove(job)
                started.append(job)
        return started

    def _give_up(self, attempt: "_Attempt", job: Job) -> None:
        """Abort a job that isn't started."""
        jobs.abandon(self.door, job.id)
        self.log.over(job.id)
        attempt.unstarted.remove(job)

    def _create(self, portion: Portion) -> Job:
        return Job(self.early.create(portion.sobject).id, portion)

    def _upload(self, job: Job) -> None:
        ids = record_ids(job.portion.changes)
        jobs.upload(self.door, job.id, csv_of(self.door, job.portion.sobject, ids, to=self.to))

    def _start(self, job: Job) -> None:
        jobs.start(self.door, job.id)

    def _stop_if_asked(self) -> None:
        if self.logbook.stop():
            raise stopped()


@dataclass(slots=True)
class _Attempt:
    """What became of the portions so far."""

    unstarted: list[Job] = field(default_factory=list)
    again: list[Portion] = field(default_factory=list)  # the answer to the upload was lost
    refused: list[Portion] = field(default_factory=list)


def _each(
    pool: ThreadPoolExecutor, call: Callable[[T], R], items: Sequence[T]
) -> list[tuple[T, R | OptbackError]]:
    """Each item with what the call returned, or the error it raised."""

    def tried(item: T) -> R | OptbackError:
        try:
            return call(item)
        except OptbackError as error:
            return error

    return list(zip(items, pool.map(tried, items), strict=True))
