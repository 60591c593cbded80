"""How many seconds a command takes to end after SIGTERM, while an answer never comes.

Run it as `python tests/bench/bench_stop.py`. The contract allows two seconds.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lib.practice.faults.fault import InjectedFault
from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
LIST = ["list", "SELECT Id, Email FROM Contact", "--out"]
CALLS = ("sign_in", "report", "queries", "save")


def main() -> None:
    """Stop a run at each kind of call, and a list."""
    with running(new_world(Size(contacts=300, leads=100, unsubscribes=40))) as practice:
        for call in CALLS:
            print(f"run at {call}: {_seconds(practice, call, ['run']):.2f} s")
        with tempfile.TemporaryDirectory() as folder:
            command = [*LIST, str(Path(folder) / "list.csv")]
            print(f"list at queries: {_seconds(practice, 'queries', command):.2f} s")


def _seconds(practice: Practice, call: str, command: list[str]) -> float:
    faults = practice.world.faults
    faults.add(InjectedFault("silent", call=call, times=None))
    faults.calls.clear()
    with tempfile.TemporaryDirectory() as home:
        stopped = subprocess.Popen(
            [sys.executable, "sync.py", *command, "--quiet", "--home", home],
            cwd=ROOT,
            env={**os.environ, **practice.environment},
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: faults.calls[call] > 0, call)
        began = time.perf_counter()
        stopped.send_signal(signal.SIGTERM)
        stopped.wait()
        took = time.perf_counter() - began
    faults.clear()
    return took


if __name__ == "__main__":
    main()
