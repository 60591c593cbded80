"""Bulk jobs that dead runs left behind: found by their IDs in the log, and settled first of all."""

from collections.abc import Callable, Mapping

from lib.salesforce.bulk_ingest import jobs
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.bulk_ingest.waiting import Watch, until_over
from lib.salesforce.door import Door
from lib.store import bulk_jobs, changes
from lib.store.bulk_jobs import LeftJob
from lib.store.db import Store
from lib.sync.bulk.settling import settled
from lib.sync.lost_answers import Settled
from lib.values import Change

Keep = Callable[[list[tuple[str, Change]], list[Settled]], None]
"""Writes down the results of changes, each with its run."""


def settle_jobs(
    store: Store, scope: str, door: Door, keep: Keep, check: Callable[[], None], *, to: bool
) -> int:
    """Settle what the jobs of syncs (`to` True) or of undos say, and return how many records.

    Waits for jobs that Salesforce is working on, and aborts those that were never started. After
    it, no job is at work anymore, so what is still unanswered can be looked up. Costs 2 API calls
    or more per job, or none if none is left. Raises SalesforceError, and what `check` raises; then
    the jobs stay for the next run.
    """
    left = {job.id: job for job in bulk_jobs.left(store, scope, of_undo=not to)}
    if not left:
        return 0
    unanswered = changes.unanswered(store, scope, of_undo=not to)
    for job in left.values():
        if not job.may_be_started:
            jobs.abandon(door, job.id)
            _over(store, job)
    watches = [Watch.found(job.id) for job in left.values() if job.may_be_started]
    count = 0
    for watch, ended in until_over(door, watches, check):
        job = left[watch.job_id]
        mine = {
            change.record_id: change
            for run_id, change, _ in unanswered
            if (run_id, change.sobject) == (job.run_id, job.sobject)
        }
        count += _settle(door, job, ended, mine, keep) if ended is not None else 0
        _over(store, job)
    return count


def _settle(
    door: Door, job: LeftJob, ended: IngestJob, mine: Mapping[str, Change], keep: Keep
) -> int:
    count = 0
    for results in settled(door, ended, mine, set()):
        keep([(job.run_id, mine[each.record_id]) for each in results], results)
        count += len(results)
    return count


def _over(store: Store, job: LeftJob) -> None:
    with store.writing():
        bulk_jobs.over(store, job.id)
