"""Whether a run is due, from what the log knows: no clock, no log, no memory of a process.

Everything follows from the last claim and its run. So it makes no difference which scheduler asks,
or whether the one before was killed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.errors import (
    ApiLimitReached,
    BusyError,
    ReadingIncomplete,
    SalesforceUnreachable,
    SourceUnreachable,
    StoreUnwritable,
    WriteUnanswered,
)
from lib.services.schedules import timetable
from lib.store.claims import Claim
from lib.store.run import Run
from lib.store.schedules import Schedule
from lib.values import RunStatus

TRIED_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20))
"""How long after a failing run the next one starts: all within the hour, then not until the next
scheduled time."""

_INTERRUPTED = "interrupted"  # its process was killed (lib/store/runs.py)
_PASSING = frozenset(
    {
        SalesforceUnreachable.code,
        SourceUnreachable.code,
        ReadingIncomplete.code,
        WriteUnanswered.code,
        ApiLimitReached.code,
        StoreUnwritable.code,
        BusyError.code,  # the other run may have been a preview, or one with a file
        _INTERRUPTED,
    }
)
"""What may pass by itself. Never among them: refused credentials and usage errors."""

_CLOCK_SET_BACK = timedelta(hours=1)
_SILENT = timedelta(minutes=5)
"""A run without a lease that wrote nothing for this long is dead, or never started."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the log knows of a connection's scheduled runs.

    `run` is the run of the last claim. `has_lease`: some run of the connection is in progress.
    `was_done`: a run has done the work since the last claim, no matter who started it, and
    `last_done` is when the last such run began.
    """

    claim: Claim | None = None
    run: Run | None = None
    has_lease: bool = False
    was_done: bool = False
    last_done: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A run to start now: for which scheduled time, and which try it is."""

    at: datetime
    tries: int


def due_now(schedule: Schedule, past: Past, now: datetime, jitter: timedelta) -> Due | None:
    """The run to start now, or None. Missed times are caught up with one run.

    Without any claim, the schedule begins now with a run. A time after which a run began and did
    the work is taken care of, no matter who started that run.
    """
    if past.has_lease or _may_be_starting(past.run, now):
        return None
    if past.claim is None:
        return Due(now.replace(second=0, microsecond=0), tries=1)
    newest = timetable.newest_time(schedule, after=past.claim.due_at, until=now - jitter)
    if newest is not None and not _was_done_between(past, newest, now):
        return Due(newest, tries=1)
    return _another_try(past.claim, past, now)


def next_due(schedule: Schedule, past: Past, now: datetime, jitter: timedelta) -> datetime:
    """When the next run starts if nothing else happens; now if it is due.

    A scheduled time is given without its jitter, as people set it.
    """
    if due_now(schedule, past, now, jitter) is not None or past.claim is None:
        return now
    scheduled = timetable.next_time(schedule, max(past.claim.due_at, now - jitter))
    if schedule.every_minutes is not None:
        scheduled = timetable.next_time(schedule, past.claim.due_at)
    again = _again_at(past.claim, past)
    return min(scheduled, again) if again is not None and again > now else scheduled


def is_from_the_future(claim: Claim, host: str, now: datetime) -> bool:
    """Whether this host's clock was set back since the claim: then the schedule begins again now.

    Another host's claim counts even if its clock is ahead, so the two don't take turns forever.
    """
    return claim.host == host and claim.due_at - now > _CLOCK_SET_BACK


def _was_done_between(past: Past, moment: datetime, now: datetime) -> bool:
    """A run from the future doesn't count: the clock was set back since then."""
    return past.last_done is not None and moment <= past.last_done <= now


def _another_try(claim: Claim, past: Past, now: datetime) -> Due | None:
    if claim.tries and claim.run_id is None:
        return Due(claim.due_at, claim.tries)  # its scheduler stopped it
    again = _again_at(claim, past)
    return Due(claim.due_at, claim.tries + 1) if again is not None and again <= now else None


def _again_at(claim: Claim, past: Past) -> datetime | None:
    """When the last scheduled run is tried again; None if it isn't."""
    run = past.run
    if run is None or past.was_done or not 0 < claim.tries <= len(TRIED_AGAIN_AFTER):
        return None
    if run.is_finished and not _may_pass(run):
        return None
    return (run.finished_at or run.beat_at) + TRIED_AGAIN_AFTER[claim.tries - 1]


def _may_pass(run: Run) -> bool:
    if run.status == RunStatus.BUSY:
        return True
    return run.status == RunStatus.FAILED and any(fault.code in _PASSING for fault in run.errors)


def _may_be_starting(run: Run | None, now: datetime) -> bool:
    return run is not None and not run.is_finished and abs(now - run.beat_at) < _SILENT
