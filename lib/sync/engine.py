"""One synchronization: its row is opened, it works under the lease, and its row is closed.

What it does once it is signed in is in steps.py. Whatever ends a run early, what is known by then
is settled and the run's row is closed with its numbers.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from lib.errors import ApiLimitReached, BusyError, CredentialsRefused, OptbackError
from lib.salesforce.door import Door
from lib.store import runs
from lib.store.db import Store
from lib.store.vault import Vault
from lib.sync import pause
from lib.sync.findings import OpenRun, fault_of
from lib.sync.lease import leased
from lib.sync.request import RunRequest, Surroundings
from lib.sync.steps import sign_in
from lib.sync.tally import result_of
from lib.values import Progress, RunResult, RunStatus

_STARTS_WITHIN = timedelta(minutes=5)
"""A run whose process has not begun by then never will."""


def synchronise(
    store: Store, vault: Vault, request: RunRequest, around: Surroundings | None = None
) -> RunResult:
    """Run once and say what came of it; everything foreseeable is in the result, not raised.

    Writes progress and outcome to the log as it goes. Raises StoreError when the log itself
    cannot be written, and lets a fault of our own through after closing the run as failed.
    """
    run = OpenRun(store, vault, request, around or Surroundings(), _open_row(store, request))
    try:
        pause.refuse_if_paused(store, vault, request.connection, request.salesforce)
        with leased(store, request.connection, run.run_id) as fence:
            _close_dead_runs(store, request.connection, run.run_id)
            return _go(run, fence)
    except BusyError as error:
        return _end(run, RunStatus.BUSY, error)
    except OptbackError as error:
        return _end(run, RunStatus.FAILED, error)


def _go(run: OpenRun, fence: Callable[[], None]) -> RunResult:
    """The run under its lease; closes its row whatever happens."""
    try:
        _work(run, fence)
    except ApiLimitReached as error:
        return _end(run, RunStatus.PARTIAL if run.found.has_written else RunStatus.FAILED, error)
    except OptbackError as error:
        return _end(run, RunStatus.FAILED, error)
    except Exception as error:
        _end(run, RunStatus.FAILED, _fault_of_our_own(error))
        raise
    return _close(run)


def _work(run: OpenRun, fence: Callable[[], None]) -> None:
    run.show(Progress("signing in"))
    with Door.open(run.request.salesforce) as door:
        try:
            sign_in(run, door, fence).work()
        finally:
            run.found.api_calls = door.calls


def _end(run: OpenRun, status: RunStatus, error: OptbackError) -> RunResult:
    run.found.note(status, fault_of(error))
    if isinstance(error, CredentialsRefused):
        request = run.request
        pause.pause(run.store, run.vault, request.connection, request.salesforce, error)
    return _close(run)


def _close(run: OpenRun) -> RunResult:
    """Settle what is known and close the run's row, in one transaction."""
    found = run.found
    result = result_of(run.request, run.run_id, found, duration_s=time.monotonic() - run.began)
    with run.store.writing():
        found.settle()
        runs.finish(
            run.store,
            run.run_id,
            result,
            limit=found.ruling.limit,
            mailable=found.ruling.mailable,
        )
    return result


def _open_row(store: Store, request: RunRequest) -> str:
    """The run's row, as started here or taken over from the page that wrote it."""
    if request.run_id is not None and runs.adopt(store, request.run_id) is not None:
        return request.run_id
    return runs.start(
        store,
        connection=request.connection,
        started_by=request.started_by,
        dry_run=request.dry_run,
        source="file" if request.from_file else "jangomail",
        file_name=request.file_name,
        status=RunStatus.RUNNING,
    )


def _close_dead_runs(store: Store, connection: str, own: str) -> None:
    """Close the rows of runs whose process died: only the lease's holder may say so."""
    never_began = store.now() - _STARTS_WITHIN
    for dead in runs.unfinished(store, connection):
        is_dead = dead.status == RunStatus.RUNNING or dead.started_at < never_began
        if dead.id != own and is_dead:
            runs.close_dead(store, dead.id)


def _fault_of_our_own(error: Exception) -> OptbackError:
    return OptbackError(
        f"Optback stopped at a fault of its own ({type(error).__name__})",
        remedy="Nothing is lost: the next run takes up what was left. Please report the fault.",
    )
