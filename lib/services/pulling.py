"""Pull a list as a process of its own, and follow it in the log: as a run, it survives a reload.

The page writes the pull's row before the process starts, so that it has an id to follow at once.
The process reads query and options from that row: a query may be longer than an argument can be.
"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Thread

from lib.lists.values import Options
from lib.services.opening import Log, open_log
from lib.store import pulls

_SYNC = Path(__file__).resolve().parents[2] / "sync.py"


@dataclass(frozen=True, slots=True)
class PullOrder:
    """What is to be pulled, for whom, and where to.

    With `pull_id` (or `list_id`) the pull stands in the log with its people, and without `out` its
    CSV goes to the folder `lists` of the home (see `file_of`). `bom` marks the CSV as UTF-8 for
    Excel; `safe_cells` disarms formulas: `None` does so in .xlsx and leaves CSV as it is.
    """

    connection: str
    soql: str
    options: Options = field(default_factory=Options)
    pulled_by: str = ""
    list_id: str | None = None
    pull_id: str | None = None
    out: Path | None = None
    bom: bool = False
    safe_cells: bool | None = None


def start_pull(log: Log, environment: Mapping[str, str], order: PullOrder) -> str:
    """Write the pull's row, start its process, and return the id to follow (store/pulls.py)."""
    pulls.close_silent(log.store, order.connection)
    pull_id = pulls.start(
        log.store,
        connection=order.connection,
        soql=order.soql,
        options=asdict(order.options),
        pulled_by=order.pulled_by,
        list_id=order.list_id,
    )
    home = log.store.home
    child = subprocess.Popen(
        [sys.executable, str(_SYNC), "list", *_arguments(home, order.connection, pull_id)],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    waiting = (child, home, dict(environment), pull_id)
    Thread(target=_wait, args=waiting, daemon=True).start()
    return pull_id


def file_of(log: Log, pull: pulls.Pull) -> Path | None:
    """The CSV of a pull in the log, if it is still there."""
    if pull.file is None:
        return None
    path = log.store.home / "lists" / pull.file
    return path if path.exists() else None


def _arguments(home: Path, connection: str, pull_id: str) -> list[str]:
    arguments = ["--home", str(home), "--connection", connection]
    return [*arguments, "--pull-id", pull_id, "--quiet"]


def _wait(
    child: "subprocess.Popen[bytes]", home: Path, environment: Mapping[str, str], pull_id: str
) -> None:
    child.wait()
    with open_log(home, environment) as log:
        pulls.close_dead(log.store, pull_id)
