"""Run a sync: the button on the page, the schedule, and the script all come through here.

What isn't needed before Salesforce and JangoMail are asked is loaded later, where it's used.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

from lib.errors import OptbackError
from lib.services.alerts.silence import is_silent
from lib.services.connections.chosen import Chosen
from lib.services.connections.own_settings import call_cap
from lib.services.connections.source import careful_source_of
from lib.services.log import Log
from lib.services.started_by import PRACTICE_MONTH
from lib.settings import environment, full_every_from
from lib.sources.files.who_asked.choice import UNDECIDED, Choice
from lib.sources.protocol import Source
from lib.store import connection_settings, runs
from lib.sync import pause
from lib.sync.engine import sync_once
from lib.sync.request import RunHooks, RunRequest
from lib.sync.safety_limit import Allowance
from lib.values import Fault, RunResult, RunStatus


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a person or a schedule asked for; `file` instead of JangoMail.

    `column` is the address column of the file, if a person confirmed it, and `choice` is what a
    person said about who in the file asked. `approve_domain` is a whole domain to approve,
    and `confirm_cleared` how many boxes that were cleared at once are meant to be cleared.
    `copies_anyway`: opt people out even if copying is off for the connection.
    """

    started_by: str
    dry_run: bool = False
    file: Path | None = None
    column: str | None = None
    choice: Choice = UNDECIDED
    allowance: Allowance = field(default_factory=Allowance)
    run_id: str | None = None
    full: bool = False
    approve_domain: str | None = None
    confirm_cleared: int | None = None
    copies_anyway: bool = False


def run_once(log: Log, chosen: Chosen, order: RunOrder, hooks: RunHooks | None = None) -> RunResult:
    """Run one sync of the chosen connection.

    A file is read to its end first, so that its problems are reported before anything is contacted.
    Raises UsageError and PausedByPerson before anything is contacted, and StoreError if the log
    can't be written.
    """
    salesforce = chosen.credentials.salesforce.checked()
    settings = connection_settings.get(log.store, chosen.name)
    copies = order.copies_anyway or settings.copies_unsubscribes
    if not order.dry_run:
        pause.refuse_if_halted(log.store, chosen.name)
    source = _source(log, chosen, order)
    if order.approve_domain is not None:
        from lib.services.runs.domains import refuse_unlisted

        refuse_unlisted(log, chosen.name, order.approve_domain, source if order.file else None)
    has_account = chosen.credentials.jangomail.is_set
    dated = careful_source_of(log, chosen) if has_account else None
    request = RunRequest(
        connection=chosen.name,
        salesforce=salesforce,
        own_field=chosen.credentials.own_field,
        source=source,
        dated_source=dated,
        started_by=order.started_by,
        dry_run=order.dry_run or not copies,
        allowance=replace(order.allowance, usual=settings.safety_limit),
        run_id=order.run_id,
        file_name=_file_name(order),
        full=order.full,
        full_every=full_every_from(environment()),
        approve_domain=order.approve_domain,
        copying_off=not (order.dry_run or copies),
        call_cap=call_cap(log, chosen.name),
    )
    _confirm(log, chosen.name, order)
    hooks = hooks or RunHooks()
    if order.started_by == PRACTICE_MONTH:  # made-up past runs
        return sync_once(log.store, log.vault, request, hooks)
    return _watched(log, request, hooks)


def _confirm(log: Log, connection: str, order: RunOrder) -> None:
    """What a person says about boxes that were cleared at once. Raises UsageError."""
    if order.confirm_cleared is None:
        return
    from lib.services.runs import clearing

    if order.dry_run:
        clearing.refuse_other_number(log, connection, order.confirm_cleared)
    else:
        clearing.confirm(log, connection, order.confirm_cleared, order.started_by)


def _watched(log: Log, request: RunRequest, hooks: RunHooks) -> RunResult:
    """The run, and the alerts about it."""
    if is_silent(log.store, request.connection):
        from lib.services.alerts import watch

        watch.look_at_start(log, request.connection)
    hooks = replace(hooks, load_ahead=(*hooks.load_ahead, "lib.services.alerts.watch"))
    result = sync_once(log.store, log.vault, request, hooks)
    from lib.services.alerts import watch

    if result.status != RunStatus.BUSY and not hooks.stop():  # messages may take long to leave
        trouble = watch.after_run(log, request.connection, result.status, dry_run=request.dry_run)
        if trouble:
            hooks.warn(trouble)
    return result


def close_unstarted(log: Log, run_id: str | None, error: OptbackError) -> None:
    """Close the row that the dashboard wrote for a run that was refused before it started."""
    run = runs.get(log.store, run_id) if run_id else None
    if run is None or run.is_finished:
        return
    from lib.services.alerts import watch

    fault = Fault(error.code, error.message, error.remedy)
    runs.finish(
        log.store, run.id, RunResult(run.id, run.connection, RunStatus.FAILED, errors=(fault,))
    )
    watch.after_run(log, run.connection, RunStatus.FAILED)


def _file_name(order: RunOrder) -> str | None:
    if order.file is None:
        return None
    from lib.sources.files.csv_file import shown_name

    return shown_name(order.file)


def _source(log: Log, chosen: Chosen, order: RunOrder) -> Source:
    if order.file is not None:
        from lib.sources.files.csv_file import CsvFile

        clock = log.store.clock
        file = CsvFile(order.file, column=order.column, choice=order.choice, clock=clock)
        file.reading(None)  # reports its problems before anything is contacted
        return file
    return careful_source_of(log, chosen)
