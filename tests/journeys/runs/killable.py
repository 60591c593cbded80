"""Runs `sync.main` in forks of a warm process, and kills a fork at its n-th SQL statement or call.

Reads a line of JSON for each run from standard input, `{"home": …, "kill_at": n or null,
"more": […]}` and perhaps another `"command"` than `run`, and answers with the fork's wait status.
`"kill_call": [n, "before"]` kills it before its n-th call is sent, `"during"` once the call is
sent, and `"after"` once it's answered. With `"in_bulk"`, it writes in Bulk jobs. killing.py starts
it.
"""

import importlib
import json
import os
import signal
import sys
from itertools import count
from threading import local
from typing import Any

from requests.adapters import HTTPAdapter

import sync
from lib import transport
from lib.salesforce import costs
from lib.salesforce.bulk_ingest import waiting
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
    if order.get("kill_call"):
        _die_at_call(*order["kill_call"])
    if order.get("in_bulk"):
        costs.in_bulk = frozenset  # type: ignore[assignment]
        costs.INGEST_BEGINS_S, waiting.FIRST_PAUSE_S = 0.0, 0.001
    os._exit(sync.main([order.get("command", "run"), "--home", order["home"], *order["more"]]))


def _open_logs(kill_at: int | None) -> None:
    """Count the statements of each log that is opened, and die at this number."""
    left = kill_at or 0
    opened = Store.open.__func__  # type: ignore[attr-defined]

    def count_one(_sql: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            _die()

    def open_counting(cls: Any, *arguments: Any, **options: Any) -> Store:
        store: Store = opened(cls, *arguments, **options)
        # What a killed process wrote is still there. Only a power failure loses it.
        store.conn.execute("pragma synchronous = off")
        store.conn.set_trace_callback(count_one)
        return store

    Store.open = classmethod(open_counting)  # type: ignore[method-assign, assignment]


def _die_at_call(number: int, when: str) -> None:
    """Die before, during, or after a call: the connection waits for its answer during it."""
    calls, send, get = count(1), HTTPAdapter.send, transport._Http.getresponse

    def sending(adapter: Any, *arguments: Any, **options: Any) -> Any:
        here = next(calls) == number
        if here and when == "before":
            _die()
        dying.now = here and when == "during"
        answer = send(adapter, *arguments, **options)
        if here:
            _die()
        return answer

    def waiting_for_answer(connection: Any) -> Any:
        if getattr(dying, "now", False):
            _die()
        return get(connection)

    dying = local()
    HTTPAdapter.send = sending  # type: ignore[method-assign]
    transport._Http.getresponse = waiting_for_answer  # type: ignore[method-assign]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
