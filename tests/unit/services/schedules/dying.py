"""Claims a run in forks of one process, and kills a fork at its n-th SQL statement.

Arguments: a folder with a home in it, and the time. For each statement it copies the home to
`FOLDER/n`, and prints `n` once the fork was killed there. Started by test_many_schedulers.py.
"""

import os
import shutil
import signal
import sys
from datetime import datetime
from pathlib import Path

from lib.services.log import open_log
from lib.services.schedules.claims import Turn, claim_if_due
from lib.store import schedules


def main() -> None:
    folder, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    sys.stdout.reconfigure(line_buffering=True)
    statement, status = 0, signal.SIGKILL.value
    while status == signal.SIGKILL.value:
        statement += 1
        home = folder / str(statement)
        shutil.copytree(folder / "home", home)
        child = os.fork()
        if child == 0:
            _claim(home, now, statement)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{statement}\n")


def _claim(home: Path, now: datetime, kill_at: int) -> None:
    left = kill_at

    def count(_sql: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_log(home, {}, clock=lambda: now) as log:
        [stored] = schedules.switched_on(log.store)
        log.store.conn.set_trace_callback(count)
        claim_if_due(log, {}, Turn(stored.connection, stored.schedule, "one"))
    os._exit(0)


if __name__ == "__main__":
    main()
