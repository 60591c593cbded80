"""From nothing to a preview in seconds: the practice org started, its first run previewed."""

import time
from collections.abc import Callable, Mapping

from lib.services.connections.offered import PRACTICE
from lib.services.log import Log
from lib.services.practice import process
from lib.services.runs.start import RunStart, start_run
from lib.store import runs

_WAIT_AT_MOST_S = 30.0
_LOOK_EVERY_S = 0.1


def look_around(log: Log, environment: Mapping[str, str], tell: Callable[[str], None]) -> str:
    """Start the practice org, preview a run, and return the preview's id once it has ended.

    Where the preview takes long, its id is returned while it still runs. Raises PracticeError.
    """
    tell("Creating 2,000 Contacts and 1,000 Leads")
    process.ensure(log, environment)
    tell("Reading who unsubscribed, and finding them in Salesforce")
    run_id = start_run(log, environment, RunStart(PRACTICE, dry_run=True))
    deadline = time.monotonic() + _WAIT_AT_MOST_S
    while time.monotonic() < deadline and not _has_ended(log, run_id):
        time.sleep(_LOOK_EVERY_S)
    return run_id


def _has_ended(log: Log, run_id: str) -> bool:
    run = runs.get(log.store, run_id)
    return run is None or run.is_finished
