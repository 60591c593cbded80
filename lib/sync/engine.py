"""One run: open its row, work under the lease, and close the row.

The steps after sign-in are in steps.py for a sync, and in undo/steps.py for an undo. If something
ends a run early, what is known by then is settled, and the run's row is closed with its numbers.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from lib.background import do_nothing, load_ahead
from lib.errors import (
    ApiLimitReached,
    BusyError,
    CallCapReached,
    CredentialsRefused,
    OptbackError,
    StoreError,
)
from lib.salesforce.door import Door
from lib.stopping import because_stopped
from lib.store import bulk_jobs, operations, people_counts, runs
from lib.store.db import Store
from lib.store.vault import Vault
from lib.sync import pause
from lib.sync.dead_runs import close_dead_runs
from lib.sync.early import EarlyReading
from lib.sync.findings import OpenRun, fault_of, nothing_to_settle
from lib.sync.lease import leased
from lib.sync.operations import all_steps
from lib.sync.request import Request, RunHooks, RunRequest
from lib.sync.tally import result_of
from lib.values import Progress, RunResult, RunStatus

_MANY = 5_000  # addresses

Fence = Callable[[], None]
Asked = TypeVar("Asked", bound=Request)


def sync_once(
    store: Store, vault: Vault, request: RunRequest, hooks: RunHooks | None = None
) -> RunResult:
    """Sync once and return the result. Expected errors are in the result, not raised.

    Raises as `carry_out` does.
    """
    run = open_run(store, vault, request, hooks)
    runs.note_settings(
        store,
        run.run_id,
        limit_source=request.allowance.limit_source,
        copying_off=request.copying_off,
    )
    early = EarlyReading(run)

    def meanwhile() -> None:
        early.begin()
        load_ahead("lib.sync.steps", *run.hooks.load_ahead)

    def work(door: Door, fence: Fence) -> None:
        # Loading these takes a tenth of a second, so it's done while Salesforce signs in.
        from lib.sync import signed_in, steps

        steps.work(signed_in.sign_in(run, door, fence, early))

    try:
        return carry_out(run, work, meanwhile)
    finally:
        early.give_up()


def open_run(
    store: Store, vault: Vault, request: Asked, hooks: RunHooks | None = None
) -> OpenRun[Asked]:
    """Write the run's row, or take over the row that the page wrote."""
    return OpenRun(store, vault, request, hooks or RunHooks(), _open_row(store, request))


def carry_out(
    run: OpenRun[Request],
    work: Callable[[Door, Fence], None],
    meanwhile: Callable[[], None] = do_nothing,
) -> RunResult:
    """Work under the lease and close the run. Expected errors are in the result, not raised.

    `meanwhile` is called while Salesforce signs in.

    Writes progress and outcomes to the log as it goes. Raises StoreError if the log can't be
    written. A bug is raised too, after the run is closed as failed.
    """
    store, request = run.store, run.request
    try:
        pause.refuse_if_paused(store, run.vault, request.connection, request.salesforce)
        with leased(store, request.connection, run.run_id) as fence:
            close_dead_runs(store, request.connection, run.run_id)
            return _go(run, lambda door: work(door, fence), meanwhile)
    except BusyError as error:
        return _end(run, RunStatus.BUSY, error)
    except OptbackError as error:
        return _end(run, RunStatus.FAILED, error)


def _go(
    run: OpenRun[Request], work: Callable[[Door], None], meanwhile: Callable[[], None]
) -> RunResult:
    """Work under the lease, and close the run's row no matter what happens."""
    try:
        _signed_in(run, work, meanwhile)
    except ApiLimitReached as error:
        has_begun = run.found.has_written or bulk_jobs.may_be_at_work(run.store, run.run_id)
        return _end(run, RunStatus.PARTIAL if has_begun else RunStatus.FAILED, error)
    except CallCapReached as error:
        from lib.sync import budget  # loaded while Salesforce signed in

        return _end(run, budget.note_reached(run), error)
    except OptbackError as error:
        return _end(run, RunStatus.FAILED, because_stopped(error))
    except Exception as error:
        _end(run, RunStatus.FAILED, _bug(error))
        raise
    return _close(run)


def _signed_in(
    run: OpenRun[Request], work: Callable[[Door], None], meanwhile: Callable[[], None]
) -> None:
    run.show(Progress("signing in"))
    with Door.open(
        run.request.salesforce,
        own_field=run.request.own_field,
        meanwhile=meanwhile,
        while_waiting=run.stop_if_asked,
    ) as door:
        from lib.sync import budget  # loaded while Salesforce signed in

        budget.keep_below(run, door)
        try:
            work(door)
        finally:
            door.ahead.finish()
            run.found.api_calls = door.calls
            run.found.org_usage = door.usage


def _end(run: OpenRun[Request], status: RunStatus, error: OptbackError) -> RunResult:
    run.found.note(status, fault_of(error))
    if isinstance(error, CredentialsRefused):
        request = run.request
        pause.pause(run.store, run.vault, request.connection, request.salesforce, error)
    return _close(run)


def _close(run: OpenRun[Request]) -> RunResult:
    """Settle what is known and close the run's row in the same transaction.

    Many addresses are settled before that, in pieces, so that no one waits long for the log.
    """
    found = run.found
    result = result_of(run.request, run.run_id, found, duration_s=time.monotonic() - run.began)
    if len(found.intake.considered) > _MANY:
        found.settle()
        found.settle = nothing_to_settle
    with run.store.writing():
        found.settle()
        runs.finish(
            run.store,
            run.run_id,
            result,
            limit=found.ruling.limit,
            mailable=found.ruling.mailable,
            usage=found.org_usage,
        )
        operations.add(run.store, run.run_id, all_steps(found))
    with suppress(StoreError):  # the run is done; what isn't kept is counted when it's needed
        people_counts.keep(run.store, run.run_id)
    return result


def _open_row(store: Store, request: Request) -> str:
    """The ID of the run's row: a new row, or the row that the page wrote."""
    if request.run_id is not None and runs.adopt(store, request.run_id) is not None:
        return request.run_id
    return runs.start(
        store,
        connection=request.connection,
        started_by=request.started_by,
        dry_run=request.dry_run,
        source=request.source_kind,
        file_name=request.file_name,
        approves_domain=request.approve_domain,
        status=RunStatus.RUNNING,
        undoes=request.undoes,
    )


def _bug(error: Exception) -> OptbackError:
    return OptbackError(
        f"Optback stopped because of a bug ({type(error).__name__})",
        remedy="Nothing is lost. The next run picks up what was left. Please report this bug.",
    )
