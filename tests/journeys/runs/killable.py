"""Runs `sync.main` in forks of a warm process, and kills a fork at its n-th SQL statement.

Reads a line of JSON for each run from standard input, `{"home": …, "kill_at": n or null,
"more": […]}` and perhaps another `"command"` than `run`, and answers with the fork's wait status.
killing.py starts it.
"""

import importlib
import json
import os
import signal
import sys
from typing import Any

import sync
from lib.store import leases
from lib.store.db import Store

_WARM = (
    "lib.cli.run",
    "lib.cli.test",
    "lib.cli.undo",
    "lib.salesforce.client",
    "lib.salesforce.signin",
    "lib.salesforce.soap",
)


def main() -> None:
    for name in _WARM:  # here once, not in every fork
        importlib.import_module(name)
    leases.SILENCE_S = 0.0  # a killed run's lease is free at once
    leases._LOOK_S = 0.0
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(order)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{json.dumps(status)}\n")
        sys.stdout.flush()


def _run(order: dict[str, Any]) -> None:
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
    _open_logs(order["kill_at"])
    os._exit(sync.main([order.get("command", "run"), "--home", order["home"], *order["more"]]))


def _open_logs(kill_at: int | None) -> None:
    """Count the statements of each log that is opened, and die at this number."""
    left = kill_at or 0
    opened = Store.open.__func__  # type: ignore[attr-defined]

    def count(_sql: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def open_counting(cls: Any, *arguments: Any, **options: Any) -> Store:
        store: Store = opened(cls, *arguments, **options)
        # What a killed process wrote is still there. Only a power failure loses it.
        store.conn.execute("pragma synchronous = off")
        store.conn.set_trace_callback(count)
        return store

    Store.open = classmethod(open_counting)  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    main()
