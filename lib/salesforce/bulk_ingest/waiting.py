"""When to look at a job again: each look is an API call, and each second of delay is lost.

The first look comes when the estimate says that the job should be over. After that, the rows it
has gone through say how long the rest takes; without them, the pauses grow.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lib.salesforce import costs
from lib.salesforce.bulk_ingest import jobs
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.door import Door

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
LONGEST_SILENCE_S = 30 * 60.0
"""A job that hasn't moved for this long is stuck. Salesforce gives a batch up after 10 minutes."""

_MARGIN_S = 0.1  # a look that comes just too early costs more than that
_SLICE_S = 1.0  # the longest time without asking whether to stop


def show_nothing(_rows: int) -> None:
    """A listener that does nothing."""


@dataclass(slots=True)
class Watch:
    """A job that was started, and when to look at it next, in seconds after it was.

    `rows` is 0 if no one knows how many it has.
    """

    job_id: str
    rows: int
    due_s: float
    job: IngestJob | None = None  # as it was at the last look
    began: float = field(default_factory=time.monotonic)
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

    def looked(self, job: IngestJob, after_s: float) -> None:
        """Note a look at a job that isn't over, and choose the time of the next one."""
        before, self.job = self.job, job
        if before is None or (job.state, job.processed) != (before.state, before.processed):
            self._moved_s = after_s
        left = self.rows - job.processed
        if job.processed and left > 0:
            pause_s = max(FIRST_PAUSE_S / 2, left / _pace(job, after_s) + _MARGIN_S)
        else:
            pause_s, self._pause_s = self._pause_s, self._pause_s * 1.5
        self.due_s = after_s + min(pause_s, LONGEST_PAUSE_S)

    def learn(self, rows_a_second: float) -> None:
        """If nothing is known of this job, it's as quick as another one that began with it."""
        if self.job is None and self.rows:
            slower = costs.INGEST_BEGINS_S + self.rows / rows_a_second + _MARGIN_S
            self.due_s = max(self.due_s, min(slower, self.due_s + LONGEST_PAUSE_S))

    def is_stuck(self, after_s: float, silence_s: float) -> bool:
        """Whether it hasn't moved for too long."""
        return after_s - self._moved_s >= silence_s


def _pace(job: IngestJob, after_s: float) -> float:
    """How many rows a second Salesforce has gone through since it began to work."""
    return job.processed / max(0.1, after_s - costs.INGEST_BEGINS_S)


@dataclass(slots=True)
class _Clock:
    """The time, as `time.monotonic` has it; a pause moves it by its length, however long it was."""

    pause: Callable[[float], None]
    _ahead_s: float = 0.0

    def now(self) -> float:
        return time.monotonic() + self._ahead_s

    def wait(self, seconds: float) -> None:
        until = self.now() + seconds
        self.pause(seconds)
        self._ahead_s = until - time.monotonic()


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
    clock, left = _Clock(door.patience.sleep), list(watches)
    while left:
        while (wait_s := min(watch.began + watch.due_s for watch in left) - clock.now()) > 0:
            check()
            clock.wait(min(_SLICE_S, wait_s))
        check()
        for watch in [watch for watch in left if watch.began + watch.due_s <= clock.now()]:
            after_s = clock.now() - watch.began
            job = _looked_at(door, watch, after_s, silence_s)
            _tell_others(watch, job, after_s, left)
            if job is None or job.is_over:
                left.remove(watch)
                yield watch, job
            else:
                shown(sum(each.job.processed for each in left if each.job is not None))


def _tell_others(watch: Watch, job: IngestJob | None, after_s: float, left: list[Watch]) -> None:
    """Jobs that no one has looked at yet are as slow as this one."""
    if watch.rows and job is not None and job.processed and not job.is_over:
        for other in left:
            other.learn(_pace(job, after_s))


def _looked_at(door: Door, watch: Watch, after_s: float, silence_s: float) -> IngestJob | None:
    """The job as it is now; if it will never end, as it is after it was aborted."""
    job = jobs.look(door, watch.job_id)
    if job is None or job.is_over:
        return job
    watch.looked(job, after_s)
    if job.is_open or watch.is_stuck(after_s, silence_s):
        return jobs.abort(door, watch.job_id)
    return job
