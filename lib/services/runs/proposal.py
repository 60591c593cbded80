"""What a person can decide now: whether a preview or a stopped run is carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.errors import OptbackError, PermissionMissing
from lib.services.connections.chosen import choose
from lib.services.connections.source import source_of
from lib.services.log import Log
from lib.services.runs import uploads
from lib.services.runs.overview import Glance
from lib.services.runs.start import RunStart, start_run
from lib.services.runs.uploads import Upload
from lib.services.started_by import DASHBOARD
from lib.sources.files.who_asked.choice import UNDECIDED
from lib.store import changes, runs
from lib.store.run import Run
from lib.sync.safety_limit import Allowance
from lib.values import CARRIED_OUT, ONLY_PLANNED, DomainPart


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that waits for a decision: at most `run.planned` records of `people` people.

    `domain` is the part at the domain that it's to approve.
    """

    run: Run
    people: int
    upload: Upload | None = None
    domain: DomainPart | None = None


def proposal(log: Log, now: Glance) -> Proposal | None:
    """The newest plan that hasn't been carried out; None if there is none to approve.

    A plan that writes nothing can be carried out too: then the log knows what was found.
    """
    run = now.latest
    if run is None or run.planned is None or not _can_be_carried_out(run):
        return None
    upload = uploads.waiting(log, now.connection) if run.source == "file" else None
    if run.source == "file" and (upload is None or upload.run_id != run.id):
        return None  # discarded since then, or given on the command line
    people = changes.people_of_run(log.store, run.id)
    return Proposal(run, people, upload, domain_part(log, run))


def _can_be_carried_out(run: Run) -> bool:
    """A plan does; if only permissions are missing, so does the part that they don't stop."""
    if run.status in ONLY_PLANNED:
        return True
    codes = {fault.code for fault in run.errors}
    return run.dry_run and bool(run.planned) and codes == {PermissionMissing.code}


def is_outdated(log: Log, now: Glance) -> bool:
    """Whether the newest plan is a file's that was discarded here, or has changed since."""
    run = now.latest
    if run is None or run.source != "file" or run.started_by != DASHBOARD:
        return False
    return run.status in ONLY_PLANNED and proposal(log, now) is None


def domain_part(log: Log, run: Run) -> DomainPart | None:
    """The part of a run at the domain that it approves, or is to approve."""
    if run.approves_domain is None:
        return None
    records, people = changes.at_domain(log.store, run.id, run.approves_domain)
    return DomainPart(run.approves_domain, records, people)


def why_not(log: Log, environment: Mapping[str, str], now: Glance) -> OptbackError | None:
    """Why this dashboard can't start a run, for example because only cron has the credentials."""
    try:
        credentials = choose(log, environment, now.connection).credentials
        credentials.salesforce.checked()
        source_of(credentials)
    except OptbackError as error:
        return error
    return None


def preview(
    log: Log, environment: Mapping[str, str], connection: str, *, approve_domain: str | None = None
) -> str:
    """Start a dry run from JangoMail, and return its ID; as if this domain were approved."""
    start = RunStart(connection, dry_run=True, approve_domain=approve_domain)
    return start_run(log, environment, start)


def preview_file(
    log: Log, environment: Mapping[str, str], connection: str, upload: Upload, column: str | None
) -> str:
    """Start a dry run from the uploaded file, with what was confirmed about it; return its ID."""
    start = RunStart(
        connection,
        dry_run=True,
        file=upload.path,
        file_name=upload.name,
        column=column,
        choice=upload.choice,
    )
    run_id = start_run(log, environment, start)
    uploads.remember(log, connection, replace(upload, column=column, run_id=run_id))
    return run_id


def approve(log: Log, environment: Mapping[str, str], plan: Proposal) -> str:
    """Carry out the plan, for at most the number shown (rules.md, 4.2), and return the run's ID."""
    upload = plan.upload
    connection = plan.run.connection
    start = RunStart(
        connection,
        dry_run=False,
        file=upload.path if upload else None,
        file_name=upload.name if upload else None,
        column=upload.column if upload else None,
        choice=upload.choice if upload else UNDECIDED,
        allowance=Allowance(max_changes=plan.run.planned),
        approve_domain=plan.run.approves_domain,
    )
    run_id = start_run(log, environment, start)
    if upload is not None:
        uploads.remember(log, connection, replace(upload, run_id=run_id))
    return run_id


def discard_finished_upload(log: Log, connection: str) -> None:
    """Discard the uploaded file once a run has all of it in the log."""
    upload = uploads.waiting(log, connection)
    run = runs.get(log.store, upload.run_id) if upload and upload.run_id else None
    if run is not None and run.status in CARRIED_OUT:
        uploads.discard(log, connection)
