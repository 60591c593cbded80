"""Ingest jobs of Bulk API 2.0: an upload of CSV whose rows are saved one by one.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest". Rows are saved 200 at a
time, batches hold 10,000, and nothing is rolled back when a job fails or is aborted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from threading import Thread
from time import monotonic
from typing import Any

from lib.practice.bulk.ingest_csv import BadUpload, Upload
from lib.practice.bulk.job import DAY, Job, Jobs

MOST_BATCHES_A_DAY = 15_000
BATCH = 10_000

_AT_ONCE = 200
_DELETABLE = ("UploadComplete",)


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: its record and whether that is new, or the error."""

    row: Sequence[str]
    record_id: str = ""
    created: bool = False
    error: str = ""


SaveRows = Callable[[Upload, Sequence[Sequence[str]]], Iterable[RowResult]]
"""Saves up to 200 rows of an upload, in one transaction."""


@dataclass(slots=True, kw_only=True)
class IngestJob(Job):
    """One ingest job, its upload, and what became of each row.

    `check` raises BadUpload for headings that the object doesn't have.
    """

    sobject: str
    key_field: str = ""
    state: str = "Open"
    uploads: list[str] = field(default_factory=list)
    upload: Upload | None = None
    results: list[RowResult] = field(default_factory=list)
    check: Callable[[Upload], None]
    save: SaveRows

    @property
    def content_url(self) -> str:
        """Where the CSV is sent to, without a slash in front."""
        return f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"

    @property
    def unprocessed(self) -> Sequence[Sequence[str]]:
        """The rows that were not reached."""
        return self.upload.rows[len(self.results) :] if self.upload else ()

    def summary(self) -> dict[str, Any]:
        """The job as Salesforce shows it when it is created, closed or aborted."""
        key = {"externalIdFieldName": self.key_field} if self.key_field else {}
        return {
            **self.head(self.sobject),
            **key,
            "contentUrl": self.content_url,
            **self.format(),
        }

    def list_entry(self) -> dict[str, Any]:
        """The job as it appears in the list of jobs."""
        return {**self.summary(), "jobType": "V2Ingest"}

    def details(self) -> dict[str, Any]:
        """The job with its figures, as Salesforce shows a single job."""
        figures = {
            "numberRecordsProcessed": len(self.results),
            "numberRecordsFailed": sum(1 for result in self.results if result.error),
            "retries": 0,
            "totalProcessingTime": self.took_ms,
            "apiActiveProcessingTime": self.took_ms,
            "apexProcessingTime": 0,
        }
        return {**self.list_entry(), **figures, **self.error_shown()}


class IngestJobs(Jobs[IngestJob]):
    """The ingest jobs of one org."""

    created_by = "ingest_job"

    def add(self, job: IngestJob) -> None:
        """Add an open job."""
        with self._lock:
            self._jobs[job.id] = job

    def start(self, job: IngestJob) -> dict[str, Any] | None:
        """Close an open job's upload, and work on it in a thread.

        Returns the job as it was closed; `None` if it wasn't open.
        """
        with self._lock:
            if job.state != "Open":
                return None
            self._enter(job, "UploadComplete")
            summary = job.summary()
        Thread(target=self._work, args=(job,), daemon=True).start()
        return summary

    @property
    def batches_left_today(self) -> int:
        """How many more batches of 10,000 rows can be processed within 24 hours."""
        now = self.clock()
        with self._lock:
            today = [job for job in self._jobs.values() if now - job.created < DAY]
            used = sum(ceil(len(job.upload.rows) / BATCH) for job in today if job.upload)
        return max(0, MOST_BATCHES_A_DAY - used)

    def _is_deletable(self, job: IngestJob) -> bool:
        return job.is_ended or job.state in _DELETABLE

    def _wait(self) -> float:
        return self.pace.ingest_wait

    def _work(self, job: IngestJob) -> None:
        begun = monotonic()
        try:
            job.upload = Upload.read("".join(job.uploads), job.delimiter, job.line_ending)
            if self._begin(job):
                job.check(job.upload)
                self._save(job, job.upload, begun)
        except BadUpload as bad:
            self._move(job, "InProgress")
            self._move(job, "Failed", error=str(bad))

    def _save(self, job: IngestJob, upload: Upload, begun: float) -> None:
        per_second = self.pace.ingest_rows_per_second
        for start in range(0, len(upload.rows), _AT_ONCE):
            rows = upload.rows[start : start + _AT_ONCE]
            if job.stopped.wait(len(rows) / per_second if per_second else 0.0):
                return
            job.results.extend(job.save(upload, rows))
            job.took_ms = round((monotonic() - begun) * 1000)
            if self._is_over(job, done=len(job.results)):
                return
        self._move(job, "JobComplete")
