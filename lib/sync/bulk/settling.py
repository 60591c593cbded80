"""The records of a Bulk job that is over, settled from its results, matched by ID."""

from collections.abc import Iterator, Mapping, Sequence

from lib.salesforce import boxes
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.bulk_ingest.results import Results
from lib.salesforce.codes import Meaning, means
from lib.salesforce.door import Door
from lib.salesforce.refusals import Cause
from lib.store.sql_values import chunks
from lib.sync.batch import judged
from lib.sync.lost_answers import Settled
from lib.values import Change, Outcome, Verdict

AT_ONCE = 2_000
"""Records that are looked up together."""
_SETTLED_AT_ONCE = 5_000
_MAY_PASS = frozenset({Cause.PASSING, Cause.TOO_MUCH})


def settled(
    door: Door,
    job: IngestJob,
    changes: Mapping[str, Change],
    unnamed: set[str],
) -> Iterator[list[Settled]]:
    """The results of a job for these changes, by record ID, in portions.

    The outcome is PENDING if the record certainly wasn't written and may pass in a smaller call.
    `unnamed` gets the IDs that the results don't name: they have to be looked up. Costs 1 API
    call if every record was written, else 1 or 2 more.
    """
    results = Results(door, job, changes)
    for written in chunks(results.written(), _SETTLED_AT_ONCE):
        yield [Settled(verdict.record_id, Outcome.UPDATED) for verdict in written]
    for refused in chunks(results.refused(), AT_ONCE):
        yield _refused(door, changes, refused)
    if not job.is_complete:
        for unreached in chunks(results.unreached(), AT_ONCE):
            yield [Settled(record_id, Outcome.PENDING) for record_id in unreached]
    unnamed |= results.missing


def _refused(
    door: Door, changes: Mapping[str, Change], verdicts: Sequence[Verdict]
) -> list[Settled]:
    final = [verdict for verdict in verdicts if not _may_pass(verdict)]
    again = [verdict for verdict in verdicts if _may_pass(verdict)]
    return [
        *judged(door, [changes[verdict.record_id] for verdict in final], final),
        *(Settled(verdict.record_id, Outcome.PENDING) for verdict in again),
    ]


def _may_pass(verdict: Verdict) -> bool:
    """Whether a smaller call may pass: a lock, a limit, or automation that failed for all 200."""
    return boxes.cause(verdict) in _MAY_PASS or means(verdict.code or "", Meaning.AUTOMATION)
