"""Set the boxes of a run's records, by the ways that Salesforce offers.

Each way takes changes and a logbook. It notes every record before it's sent, settles what
Salesforce answers, and looks up what it gets no answer for.
"""

from collections.abc import Collection, Sequence
from functools import partial

from lib.salesforce import costs
from lib.salesforce.costs import Writing
from lib.salesforce.door import Door
from lib.sync import collections
from lib.sync.bulk.early_jobs import EarlyJobs
from lib.sync.bulk.job_log import JobLog
from lib.sync.bulk.writing import BulkWriting, portions_of
from lib.sync.intents import counts
from lib.sync.logbook import Logbook
from lib.values import Change


def write(
    door: Door,
    changes: Collection[Change],
    logbook: Logbook,
    log: JobLog,
    *,
    way: Writing | None = None,
    early: EarlyJobs | None = None,
    to: bool = True,
) -> None:
    """Set the box on every record; an undo sets it back (`to` False).

    `way` is the best one, unless it's given. Bulk jobs write the sObjects that it names, `early`
    ones first, and Collections the others meanwhile. What a job leaves unwritten, and everything in
    an org without Bulk 2.0, goes by Collections. Refused records are settled as refused, and the
    rest go on. Raises the first OptbackError that stopped the work, after everything under way is
    settled; only the Bulk jobs of a run that is to stop are left to the next run. What wasn't sent
    stays pending.
    """
    way = way or costs.writing(counts(changes))
    has_others = not counts(changes).keys() <= way.in_bulk
    rest = [each for each in changes if each.sobject not in way.in_bulk] if has_others else []
    waiting = portions_of(door, changes, way.in_bulk)
    collected = partial(_by_collections, door, logbook, way, to=to)
    bulk = BulkWriting(door, logbook, log, early or EarlyJobs(door), to)
    while waiting:
        jobs, unstarted = bulk.start(waiting)
        # What the jobs before these left is written while these are at work.
        rest = bulk.settle(jobs, partial(collected, [*rest, *unstarted]))
    collected(rest)


def _by_collections(
    door: Door, logbook: Logbook, way: Writing, changes: Sequence[Change], *, to: bool
) -> None:
    if changes:
        collections.write(door, changes, logbook, to=to, packed=way.packed)
