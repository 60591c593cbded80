"""Whether runs have stopped coming. Every run asks this first, so it has to be quick to load."""

from datetime import timedelta
from itertools import pairwise

from lib.alerts.lateness import LATE_BY
from lib.store import alert_lookups, run_lists
from lib.store.db import Store

_REGULAR = 3  # how many unattended runs show a rhythm
_DAY = timedelta(days=1)


def is_silent(store: Store, connection: str) -> bool:
    """Whether no run finished for longer than earlier runs let expect, plus an hour."""
    ended = alert_lookups.ended_runs(store, connection, last=1)
    expected = rhythm(store, connection)
    if not ended or expected is None:
        return False
    return store.now() - (ended[0].finished_at or ended[0].beat_at) > expected + LATE_BY


def rhythm(store: Store, connection: str) -> timedelta | None:
    """The longest pause between the last unattended runs: weekends belong to a rhythm.

    At least a day: a script that was tried three times in a minute isn't a schedule.
    """
    starts = run_lists.unattended(store, connection)
    if len(starts) < _REGULAR:
        return None
    return max(_DAY, *(later - earlier for later, earlier in pairwise(starts)))
