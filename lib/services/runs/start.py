"""Start a run as a process of its own: it survives a reload, a closed tab, the dashboard's stop.

The page writes the run's row before the process starts, so that it has an id to follow at once;
a thread waits for the process, so that it leaves no zombie, and closes a row it never took over.
"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from lib.services.log import Log, open_log
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, where_text
from lib.store import runs
from lib.sync.safety_limit import Allowance

_SYNC = Path(__file__).resolve().parents[3] / "sync.py"
STARTED_BY = "dashboard"


@dataclass(frozen=True, slots=True)
class RunStart:
    """What the page asks for: a preview or a run, from JangoMail or a file.

    `column` and `choice` are what a person confirmed about the file.
    """

    connection: str
    dry_run: bool
    file: Path | None = None
    file_name: str | None = None
    column: str | None = None
    choice: Choice = UNDECIDED
    allowance: Allowance = field(default_factory=Allowance)


def start_run(log: Log, environment: Mapping[str, str], wanted: RunStart) -> str:
    """Write the run's row, start its process, and return the id to follow in the log."""
    run_id = runs.start(
        log.store,
        connection=wanted.connection,
        started_by=STARTED_BY,
        dry_run=wanted.dry_run,
        source="file" if wanted.file else "jangomail",
        file_name=wanted.file_name,
    )
    home = log.store.home
    child = subprocess.Popen(
        [sys.executable, str(_SYNC), "run", *arguments_of(wanted, home, run_id)],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    waiting = (child, home, dict(environment), run_id)
    Thread(target=_wait, args=waiting, daemon=True).start()
    return run_id


def arguments_of(wanted: RunStart, home: Path, run_id: str) -> list[str]:
    """What `sync.py run` is given to do just this."""
    arguments = [f"--home={home}", f"--connection={wanted.connection}"]
    arguments += ["--run-id", run_id, "--started-by", STARTED_BY, "--quiet"]
    if wanted.dry_run:
        arguments.append("--dry-run")
    if wanted.file is not None:
        arguments.append(f"--file={wanted.file}")
        arguments += [f"--where={where_text(one)}" for one in wanted.choice.where]
    if wanted.choice.everyone:
        arguments.append("--everyone")
    if wanted.column is not None:
        arguments.append(f"--column={wanted.column}")
    if wanted.allowance.max_changes is not None:
        arguments += ["--max-changes", str(wanted.allowance.max_changes)]
    if wanted.allowance.allow_large:
        arguments.append("--allow-large")
    return arguments


def _wait(
    child: "subprocess.Popen[bytes]", home: Path, environment: Mapping[str, str], run_id: str
) -> None:
    child.wait()
    with open_log(home, environment) as log:
        runs.close_dead(log.store, run_id)
