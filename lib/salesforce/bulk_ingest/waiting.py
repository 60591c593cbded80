"""When to look at a job again: each look is an API call, and each second of delay is lost.

The first look comes when the estimate says that the job should be over. After that, the rows it
has gone through say how long the rest takes; without them, the pauses grow.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lib.salesforce import costs
from lib.salesforce.bulk_ingest import jobs
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.door import Door

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
LONGEST_SILENCE_S = 30 * 60.0
"""A job that hasn't moved for this long is stuck. Salesforce gives a batch up after 10 minutes."""

_MARGIN_S = 0.2  # a look that comes just too early costs more than that
_SLICE_S = 1.0  # the longest time without asking whether to stop


def show_nothing(_rows: int) -> None:
    """A listener that does nothing."""


@dataclass(slots=True)
class Watch:
    """A job that was started, and when to look at it next, in seconds of waiting.

    `rows` is 0 if no one knows how many it has.
    """

    job_id: str
    rows: int
    due_s: float
    job: IngestJob | None = None  # as it was at the last look
    _pause_s: float = 0.0
    _moved_s: float = 0.0

    @classmethod
    def started(cls, job_id: str, rows: int) -> "Watch":
        """A watch on a job that was started just now."""
        return cls(job_id, rows, costs.ingest_s(rows) + _MARGIN_S, _pause_s=FIRST_PAUSE_S)

    @classmethod
    def found(cls, job_id: str) -> "Watch":
        """A watch on a job of an earlier run."""
        return cls(job_id, 0, 0.0, _pause_s=FIRST_PAUSE_S)

    def looked(self, job: IngestJob, waited_s: float) -> None:
        """Note a look at a job that isn't over, and choose the time of the next one."""
        before, self.job = self.job, job
        if before is None or (job.state, job.processed) != (before.state, before.processed):
            self._moved_s = waited_s
        left = self.rows - job.processed
        if job.processed and left > 0:
            worked_s = max(0.1, waited_s - costs.INGEST_BEGINS_S)
            pause_s = max(FIRST_PAUSE_S / 2, left * worked_s / job.processed)
        else:
            pause_s, self._pause_s = self._pause_s, self._pause_s * 1.5
        self.due_s = waited_s + min(pause_s, LONGEST_PAUSE_S)

    def is_stuck(self, waited_s: float, silence_s: float) -> bool:
        """Whether it hasn't moved for too long."""
        return waited_s - self._moved_s >= silence_s


def until_over(
    door: Door,
    watches: Sequence[Watch],
    check: Callable[[], None],
    shown: Callable[[int], None] = show_nothing,
    *,
    silence_s: float | None = None,
) -> Iterator[tuple[Watch, IngestJob | None]]:
    """Each job once it's over, in the order in which they end; `None` for one that is gone.

    A job that hasn't moved for `silence_s` is aborted, and so is one that was never started.
    `check` is called at least once a second and may raise; `shown` gets the rows done so far.
    Costs 1 API call per look. Raises SalesforceError; then the jobs may still be at work.
    """
    silence_s = LONGEST_SILENCE_S if silence_s is None else silence_s
    waited_s, left = 0.0, list(watches)
    while left:
        soonest = min(watch.due_s for watch in left)
        while waited_s < soonest:
            check()
            slice_s = min(_SLICE_S, soonest - waited_s)
            door.patience.sleep(slice_s)
            waited_s += slice_s
        check()
        for watch in [watch for watch in left if watch.due_s <= waited_s]:
            job = _looked_at(door, watch, waited_s, silence_s)
            if job is None or job.is_over:
                left.remove(watch)
                yield watch, job
            else:
                shown(sum(each.job.processed for each in left if each.job is not None))


def _looked_at(door: Door, watch: Watch, waited_s: float, silence_s: float) -> IngestJob | None:
    """The job as it is now; if it will never end, as it is after it was aborted."""
    job = jobs.look(door, watch.job_id)
    if job is None or job.is_over:
        return job
    watch.looked(job, waited_s)
    if job.is_open or watch.is_stuck(waited_s, silence_s):
        return jobs.abort(door, watch.job_id)
    return job
