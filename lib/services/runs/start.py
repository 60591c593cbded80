"""Start a run in a separate process.

The page writes the run's row before the process starts, so that it has an ID to follow at once.
If the process ends without ever taking over the row, the row is closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lib.services.alerts import watch
from lib.services.child_process import start_sync
from lib.services.log import Log, open_log
from lib.services.started_by import DASHBOARD
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, where_text
from lib.store import runs
from lib.sync.safety_limit import Allowance
from lib.values import RunStatus


@dataclass(frozen=True, slots=True)
class RunStart:
    """What the page asks for: a preview or a run, from JangoMail or a file.

    `column` and `choice` are what a person confirmed about the file. `approve_domain` is a whole
    domain to approve.
    """

    connection: str
    dry_run: bool
    file: Path | None = None
    file_name: str | None = None
    column: str | None = None
    choice: Choice = UNDECIDED
    allowance: Allowance = field(default_factory=Allowance)
    approve_domain: str | None = None


def start_run(log: Log, environment: Mapping[str, str], wanted: RunStart) -> str:
    """Write the run's row, start its process, and return the ID to follow in the log."""
    run_id = runs.start(
        log.store,
        connection=wanted.connection,
        started_by=DASHBOARD,
        dry_run=wanted.dry_run,
        source="file" if wanted.file else "jangomail",
        file_name=wanted.file_name,
        approves_domain=wanted.approve_domain,
    )
    follow(log, environment, run_id, ["run", *arguments_of(wanted, log.store.home, run_id)])
    return run_id


def follow(log: Log, environment: Mapping[str, str], run_id: str, arguments: Sequence[str]) -> None:
    """Start the process of a run whose row exists, and close the row if the process dies."""
    home = log.store.home
    known = dict(environment)

    def close_if_dead(_exit_code: int) -> None:
        with open_log(home, known) as ended:
            run = runs.get(ended.store, run_id)
            if run is None or run.is_finished:
                return
            runs.close_dead(ended.store, run_id)
            watch.after_run(ended, run.connection, RunStatus.FAILED, dry_run=run.dry_run)

    start_sync(arguments, known, at_end=close_if_dead)


def arguments_of(wanted: RunStart, home: Path, run_id: str) -> list[str]:
    """The options of `sync.py run` for this run."""
    arguments = [f"--home={home}", f"--connection={wanted.connection}"]
    arguments += ["--run-id", run_id, "--started-by", DASHBOARD, "--quiet"]
    if wanted.dry_run:
        arguments.append("--dry-run")
    if wanted.file is not None:
        arguments.append(f"--file={wanted.file}")
        arguments += [f"--where={where_text(where)}" for where in wanted.choice.where]
    if wanted.choice.everyone:
        arguments.append("--everyone")
    if wanted.column is not None:
        arguments.append(f"--column={wanted.column}")
    if wanted.approve_domain is not None:
        arguments += ["--approve-domain", wanted.approve_domain]
    if wanted.allowance.max_changes is not None:
        arguments += ["--max-changes", str(wanted.allowance.max_changes)]
    if wanted.allowance.allow_large:
        arguments.append("--allow-large")
    return arguments
