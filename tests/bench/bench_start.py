"""The cost of starting the command line, as a multiple of starting bare Python.

    python -m tests.bench.bench_start

Median CPU seconds (user and system) of nine starts each. The goal: `--help` at most
5 times a bare start, `history` at most 20 times.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS = 9


def main() -> None:
    """Print the figures in a line."""
    with tempfile.TemporaryDirectory() as home:
        bare = cpu_s(["-c", "pass"])
        cpu_s(["sync.py", "history", "--home", home])  # the first start creates the log
        history = cpu_s(["sync.py", "history", "--home", home])
    help_ = cpu_s(["sync.py", "--help"])
    figures = {
        "bare_ms": round(bare * 1000),
        "help_ms": round(help_ * 1000),
        "history_ms": round(history * 1000),
        "help_ratio": round(help_ / bare, 1),
        "history_ratio": round(history / bare, 1),
    }
    print(json.dumps(figures))


def cpu_s(arguments: list[str]) -> float:
    """CPU seconds of `python …`, the median of several starts."""
    return statistics.median(_once(arguments) for _ in range(STARTS))


def _once(arguments: list[str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


if __name__ == "__main__":
    main()
