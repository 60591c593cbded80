"""What dead runs left behind: look up their unanswered changes before anything else."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from lib.errors import PermissionMissing
from lib.fields import OptOutField
from lib.salesforce.door import Door
from lib.store import bulk_jobs, changes, memory, runs
from lib.store.db import Store
from lib.sync.bulk.resuming import settle_jobs
from lib.sync.lost_answers import Settled, look_up
from lib.sync.remembered import seen_set
from lib.values import Change, Outcome

Result = tuple[Change, Settled]

NOT_WRITTEN = "not_written"
"""The reason of an old change that Salesforce never made. A later run plans it again."""


def is_needed(store: Store, scope: str) -> bool:
    """Whether anything is unanswered in this scope, or a Bulk job isn't settled."""
    return any(
        bulk_jobs.left(store, scope, of_undo=of_undo)
        or changes.unanswered(store, scope, of_undo=of_undo)
        for of_undo in (False, True)
    )


def go_on() -> None:
    """No one can stop this."""


def resume(store: Store, scope: str, door: Door, check: Callable[[], None] = go_on) -> int:
    """Settle every unanswered change in this scope, and return how many there were.

    Bulk jobs come first, because a record can't be looked up while one may still write it.
    `check` is called while waiting for them, and may raise to stop. Costs 1 API call per sObject
    and 2,000 changes, or none if nothing is unanswered. Raises SalesforceError; then the changes
    stay unanswered for the next run.
    """
    return sum(_resume(store, scope, door, check, to=to) for to in (True, False))


def _resume(store: Store, scope: str, door: Door, check: Callable[[], None], *, to: bool) -> int:
    """The unanswered changes of syncs, which set boxes (`to` True), or those of undos."""

    def keep(intents: list[tuple[str, Change]], settled: list[Settled]) -> None:
        with store.writing():
            _keep(store, scope, intents, settled, door.own_field, to=to)

    in_jobs = settle_jobs(store, scope, door, keep, check, to=to)
    unanswered = changes.unanswered(store, scope, of_undo=not to)
    for sobject in sorted({change.sobject for _, change, _ in unanswered}):
        intents = [
            (run_id, change) for run_id, change, _ in unanswered if change.sobject == sobject
        ]
        try:
            settled = look_up(door, [change for _, change in intents], to=to)
        except PermissionMissing:
            continue  # they stay unanswered; the run reports the permission later
        keep(intents, settled)
    return in_jobs + len(unanswered)


def _keep(
    store: Store,
    scope: str,
    intents: list[tuple[str, Change]],
    settled: list[Settled],
    own: OptOutField | None,
    *,
    to: bool,
) -> None:
    by_run: dict[str, list[Result]] = defaultdict(list)
    for (run_id, change), settled_as in zip(intents, settled, strict=True):
        by_run[run_id].append((change, settled_as))
    for run_id, results in by_run.items():
        changes.settle(store, run_id, [_answer(*result, to=to) for result in results])
        if to:
            remember(store, scope, run_id, results, own)
        else:
            remember_undone(store, scope, run_id, results)
        runs.recount(store, run_id)


def _answer(
    change: Change, settled: Settled, *, to: bool
) -> tuple[str, Outcome, str | None, str | None]:
    reason = NOT_WRITTEN if settled.outcome is Outcome.PENDING else settled.reason
    if not to and settled.outcome is Outcome.UPDATED:
        reason = change.reason  # an undo's note that the address is still on the list
    return change.record_id, settled.outcome, reason, settled.message


def remember(
    store: Store,
    scope: str,
    run_id: str,
    results: Sequence[Result],
    own: OptOutField | None = None,
) -> None:
    """Remember what the results of changes show about their records (rules.md, 3.1)."""
    updated = [change for change, settled in results if settled.outcome is Outcome.UPDATED]
    memory.seen_opted_out(store, scope, run_id, [seen_set(change, own) for change in updated])
    unsure = [
        (
            change.sobject,
            change.record_id,
            change.address,
            settled.modified_at or store.now(),
            memory.UNSURE,
        )
        for change, settled in results
        if settled.outcome is not Outcome.UPDATED and settled.reason == memory.UNSURE
    ]
    memory.cleared(store, scope, run_id, unsure)


def remember_undone(store: Store, scope: str, _run_id: str, results: Sequence[Result]) -> None:
    """Remember that boxes are off because of an undo, once Salesforce has confirmed it."""
    confirmed = [
        change.record_id for change, settled in results if settled.outcome is Outcome.UPDATED
    ]
    memory.undone(store, scope, confirmed)
