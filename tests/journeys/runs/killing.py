"""Commands in a warm process of their own, each of which can be killed at an SQL statement."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]

Command = Callable[..., int]
"""Takes a home, the statement to die at or None, the command and its options; gives its status.

What else killable.py can do is given by name, such as `kill_call`.
"""


@contextmanager
def killable_commands() -> Iterator[Command]:
    """Starts the process (killable.py), and ends it with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.runs.killable"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ.copy(),
    ) as process:
        assert process.stdin
        assert process.stdout

        def once(home: Path, kill_at: int | None, name: str, *more: str, **others: object) -> int:
            order = {"home": str(home), "kill_at": kill_at, "command": name, "more": more, **others}
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            return int(json.loads(process.stdout.readline()))

        yield once
        process.stdin.close()
