"""Take a run back: whether that's possible, the preview, and the undo itself (rules.md, 5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.errors import BusyError, NotUndoable, OptbackError, UsageError
from lib.services.alerts import watch
from lib.services.connections.chosen import Chosen
from lib.services.connections.own_settings import call_cap
from lib.services.log import Log
from lib.services.runs import dead
from lib.services.runs.start import follow
from lib.services.started_by import DASHBOARD
from lib.store import changes, connections, leases, runs, undos
from lib.store.run import Run
from lib.store.undos import UndoCounts
from lib.sync import pause
from lib.sync.engine import carry_out, open_run
from lib.sync.request import RunHooks, UndoRequest
from lib.sync.undo.steps import other_org, sign_in
from lib.values import CARRIED_OUT, ONLY_PLANNED, RunResult, RunStatus

_SAME_AGAIN = {
    "file": "To opt these people out again, use the file again.",
    "jangomail": "To opt these people out again, set Email Opt Out in Salesforce, or use a file "
    "with their addresses. Anyone who unsubscribes again is opted out again anyway.",
}


@dataclass(frozen=True, slots=True)
class UndoOrder:
    """What a person asked for: take back the run `undone`, at most `confirmed` records of it."""

    undone: str
    started_by: str
    dry_run: bool = False
    confirmed: int | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class UndoState:
    """What a page says about taking a run back.

    `refusal` says why that isn't possible. `undos` are the undos so far, newest first. `preview` is
    the last preview of an undo, if nothing has been undone since then, and `people` its people.
    `failure` is the last preview or undo, if it failed.
    """

    run: Run
    counts: UndoCounts
    refusal: OptbackError | None
    undos: tuple[Run, ...] = ()
    preview: Run | None = None
    people: int = 0
    failure: Run | None = None

    @property
    def left(self) -> int:
        """How many of the run's records weren't made mailable again so far."""
        return self.counts.written - self.counts.set_back

    @property
    def is_undone(self) -> bool:
        """Whether an undo has gone through completely."""
        return bool(self.undos) and self.undos[0].status == RunStatus.SUCCEEDED

    @property
    def is_unfinished(self) -> bool:
        """Whether an undo began and left something to do."""
        return bool(self.undos) and self.undos[0].status in (RunStatus.PARTIAL, RunStatus.FAILED)


def undoable(log: Log, connection: str, run_id: str) -> Run:
    """The run, if it can be taken back on this connection, by the log alone.

    Raises NotUndoable, UsageError for an unknown run, and BusyError for one in progress.
    """
    run = runs.get(log.store, run_id)
    if run is None:
        raise UsageError(
            f"Run {run_id} isn't in the log", remedy="To see the run IDs: sync.py history"
        )
    if run.connection != connection:
        raise NotUndoable(
            f"Run {run.id} was made on another connection ({run.connection}), not on {connection}",
            remedy=f"Nothing was changed. Choose the connection: --connection {run.connection}.",
        )
    _refuse_kind(run)
    _refuse_unfinished(log, run)
    state = connections.state(log.store, connection)
    if run.scope is not None and state is not None and state.scope != run.scope:
        raise other_org(run.org_name or "another org")
    _refuse_empty(log, run)
    return run


def undo_once(
    log: Log, chosen: Chosen, order: UndoOrder, hooks: RunHooks | None = None
) -> RunResult:
    """Take the run back, or preview that.

    Raises what `undoable` does, and PausedByPerson, before anything is contacted.
    """
    _close_dead_undos(log, chosen.name, order)
    run = undoable(log, chosen.name, order.undone)
    salesforce = chosen.credentials.salesforce.checked()
    if not order.dry_run:
        pause.refuse_if_halted(log.store, chosen.name)
    request = UndoRequest(
        connection=chosen.name,
        salesforce=salesforce,
        undone=run,
        started_by=order.started_by,
        dry_run=order.dry_run,
        confirmed=order.confirmed,
        run_id=order.run_id,
        call_cap=call_cap(log, chosen.name),
    )
    hooks = hooks or RunHooks()
    opened = open_run(log.store, log.vault, request, hooks)
    result = carry_out(opened, lambda door, fence: sign_in(opened, door, fence).work())
    if not hooks.stop():  # messages may take long to leave
        trouble = watch.look_again(log, chosen.name)  # not a good run: no heartbeat
        if trouble:
            hooks.warn(trouble)
    return result


def undo_state(log: Log, connection: str, run: Run) -> UndoState:
    """Everything a page needs to offer the undo of a run, or to say what became of it."""
    found = tuple(undos.undos_of(log.store, [run.id]).get(run.id, ()))
    counts = undos.counts_of(log.store, run)
    try:
        undoable(log, connection, run.id)
        refusal: OptbackError | None = None
    except OptbackError as error:
        refusal = error
    preview = undos.last_preview(log.store, run.id)
    if preview is not None and found and found[0].id > preview.id:
        preview = None
    people = changes.people_of_run(log.store, preview.id) if preview else 0
    latest = undos.latest(log.store, run.id)
    failure = latest if latest is not None and latest.status == RunStatus.FAILED else None
    return UndoState(run, counts, refusal, found, preview, people, failure)


def start_undo(
    log: Log,
    environment: Mapping[str, str],
    run: Run,
    *,
    dry_run: bool,
    confirmed: int | None = None,
) -> str:
    """Write the undo's row, start its process, and return the ID to follow in the log."""
    undo_id = runs.start(
        log.store,
        connection=run.connection,
        started_by=DASHBOARD,
        dry_run=dry_run,
        source=run.source,
        file_name=run.file_name,
        undoes=run.id,
    )
    arguments = ["undo", run.id, f"--home={log.store.home}", f"--connection={run.connection}"]
    arguments += ["--run-id", undo_id, "--started-by", DASHBOARD, "--quiet"]
    arguments += ["--dry-run"] if dry_run else ["--yes"]
    if confirmed is not None:
        arguments += ["--confirmed", str(confirmed)]
    follow(log, environment, undo_id, arguments)
    return undo_id


def instead_of_undo(undo: Run) -> str:
    """What to do about an undo that was a mistake: it can't be taken back itself."""
    return _SAME_AGAIN[undo.source]


def _close_dead_undos(log: Log, connection: str, order: UndoOrder) -> None:
    """Close undos of the run whose process died: one may have done everything before that."""
    found = undos.undos_of(log.store, [order.undone]).get(order.undone, ())
    if any(not undo.is_finished and undo.id != order.run_id for undo in found):
        dead.close(log, connection)


def _refuse_kind(run: Run) -> None:
    """Refuse an undo, and a run that ended before its first write."""
    nothing = "There's nothing to take back."
    if run.is_undo:
        raise NotUndoable(
            f"Run {run.id} took another run back, and that can't be taken back itself",
            remedy=_SAME_AGAIN[run.source],
        )
    if run.dry_run:
        raise NotUndoable(f"Run {run.id} was a preview. It changed nothing", remedy=nothing)
    if run.status in ONLY_PLANNED:
        raise NotUndoable(
            f"Run {run.id} stopped at the safety limit. It changed nothing", remedy=nothing
        )
    if run.status == RunStatus.BUSY:
        raise NotUndoable(
            f"Run {run.id} did nothing, because another run was in progress", remedy=nothing
        )


def _refuse_unfinished(log: Log, run: Run) -> None:
    """Refuse a run in progress. One whose process died is closed when the undo has the lease."""
    if not run.is_finished and leases.is_alive(log.store, run.connection):
        raise BusyError(
            f"Run {run.id} is still in progress",
            remedy="Wait until it has ended, or stop it. Then take it back.",
        )


def _refuse_empty(log: Log, run: Run) -> None:
    counts = undos.counts_of(log.store, run)
    if not run.is_finished or not counts.is_empty:
        return
    done = undos.undos_of(log.store, [run.id]).get(run.id, ())
    carried_out = [undo for undo in done if undo.status in CARRIED_OUT]
    if carried_out:
        raise NotUndoable(
            f"Run {run.id} has already been taken back, by run {carried_out[0].id}",
            remedy=_SAME_AGAIN[run.source],
        )
    raise NotUndoable(f"Run {run.id} opted no one out", remedy="There's nothing to take back.")
