"""Write in Bulk jobs: start some, let the caller write meanwhile, and settle them.

What a job leaves unwritten goes back to the caller.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from lib.errors import OptbackError, StoppedError
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.bulk_ingest.rows import portions, rows_a_job
from lib.salesforce.bulk_ingest.waiting import Watch, until_over
from lib.salesforce.door import Door
from lib.stopping import stopped
from lib.store.sql_values import chunks
from lib.sync.bulk.early_jobs import EarlyJobs
from lib.sync.bulk.job_log import JobLog
from lib.sync.bulk.settling import AT_ONCE, settled
from lib.sync.bulk.starting import Job, Portion, Starts
from lib.sync.intents import Intents, by_id
from lib.sync.locked_rows import account_of
from lib.sync.logbook import Logbook
from lib.sync.lost_answers import Settled, look_up
from lib.values import Change, Outcome

JOBS_AT_ONCE = 4
_UNDO_BEGINS_WITHIN_S = 60.0
"""An undo has just looked that no one changed a record, so its jobs may not wait for long."""


def portions_of(door: Door, changes: Collection[Change], chosen: Set[str]) -> list[Portion]:
    """The changes of the chosen sObjects in portions for a job each, those of an account together.

    Saving a Contact locks its Account, so Salesforce should come to all its Contacts at once.
    """
    most = {sobject: rows_a_job(door, sobject) for sobject in sorted(chosen)}
    if isinstance(changes, Intents) and changes.is_large:
        sizes = [
            (sobject, len(part))
            for sobject in most
            for part in portions(range(changes.counts[sobject]), most[sobject])
        ]
        stored = changes.in_parts(sizes)
        return [Portion(sobject, next(stored)) for sobject, _ in sizes]
    return [
        Portion(sobject, part)
        for sobject in most
        for part in portions(_of(sobject, changes), most[sobject])
    ]


def _of(sobject: str, changes: Iterable[Change]) -> list[Change]:
    return sorted((each for each in changes if each.sobject == sobject), key=account_of)


@dataclass(frozen=True, slots=True)
class BulkWriting:
    """Writes a run's portions in jobs. `to` is what the boxes are set to."""

    door: Door
    logbook: Logbook
    log: JobLog
    early: EarlyJobs
    to: bool = True

    def start(self, waiting: list[Portion]) -> tuple[list[Job], list[Change]]:
        """Start jobs for the first portions, which are taken from those that wait.

        Returns the jobs and the changes that certainly aren't in any. If none could be started,
        those are all: Bulk 2.0 isn't to be had.
        """
        first, others = waiting[:JOBS_AT_ONCE], waiting[JOBS_AT_ONCE:]
        starts = Starts(self.door, self.logbook, self.log, self.early, self.to)
        jobs, unstarted = starts.start(first)
        if not jobs:
            unstarted += [change for portion in others for change in portion.changes]
            others = []
        waiting[:] = others
        return jobs, unstarted

    def settle(self, jobs: Sequence[Job], meanwhile: Callable[[], None]) -> list[Change]:
        """Settle jobs once they're over, and return the changes that certainly weren't made.

        `meanwhile` is called first. If it fails, the jobs are still settled, unless the run is to
        stop. Raises OptbackError; the next run settles the jobs that are left then (resuming.py).
        """
        watches = [Watch.started(job.id, len(job.portion.changes)) for job in jobs]
        failed: OptbackError | None = None
        try:
            meanwhile()
        except StoppedError:
            raise
        except OptbackError as error:
            failed = error
        left = self._settle(jobs, watches)
        if failed is not None:
            raise failed
        return left

    def _settle(self, jobs: Sequence[Job], watches: Sequence[Watch]) -> list[Change]:
        by_id = {job.id: job for job in jobs}
        silence_s = None if self.to else _UNDO_BEGINS_WITHIN_S
        left: list[Change] = []
        for watch, ended in until_over(
            self.door, watches, self._stop_if_asked, self.log.under_way, silence_s=silence_s
        ):
            left += self._settle_one(by_id[watch.job_id], ended)
        return left

    def _settle_one(self, job: Job, ended: IngestJob | None) -> list[Change]:
        changes = by_id(job.portion.changes)
        unnamed = set(changes) if ended is None else set[str]()
        left: list[Change] = []
        if ended is not None:
            for results in settled(self.door, ended, changes, unnamed):
                left += self._note(results, changes)
        for ids in chunks(sorted(unnamed), AT_ONCE):
            chunk = [changes[record_id] for record_id in ids]
            left += self._note(look_up(self.door, chunk, to=self.to), changes)
        self.log.over(job.id)
        return left

    def _note(self, results: Sequence[Settled], changes: Mapping[str, Change]) -> list[Change]:
        """Write results down. Returns the changes that certainly weren't made."""
        open_ids = [each.record_id for each in results if each.outcome is Outcome.PENDING]
        unwritten = [changes[record_id] for record_id in open_ids]
        self.logbook.not_sent(unwritten)
        self.logbook.settled([each for each in results if each.outcome is not Outcome.PENDING])
        return unwritten

    def _stop_if_asked(self) -> None:
        if self.logbook.stop():
            raise stopped()
