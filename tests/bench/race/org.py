"""A practice org in a process of its own, and a program that runs against it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[3]
LOCAL_LOG = "optback.sqlite"


@dataclass(frozen=True)
class Size:
    """Who is in the org."""

    contacts: int
    leads: int
    addresses: int  # that unsubscribed


@dataclass(frozen=True)
class Cost:
    """What a program took. `calls` were counted by the org, `opted_out` are records."""

    seconds: float
    cpu_s: float
    memory_mb: float
    calls: int
    opted_out: int
    printed: Mapping[str, Any] = field(default_factory=dict)


class Org:
    """A practice org that is running; `environment` leads to it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self.url = environment["SALESFORCE_LOGIN_URL"]

    def calls(self) -> int:
        """The API calls that count against the org's daily limit, so far."""
        answer = requests.get(f"{self.url}/practice/state", timeout=600)
        return int(answer.json()["api_calls"]["used"])

    def opted_out(self) -> int:
        """How many Contacts and Leads are opted out now."""
        from lib.salesforce.door import Door
        from lib.settings import credentials_from

        with Door.open(credentials_from(self.environment).salesforce) as door:
            where = "WHERE HasOptedOutOfEmail = true"
            counts = [
                door.get("query", {"q": f"SELECT COUNT() FROM {sobject} {where}"})["totalSize"]
                for sobject in ("Contact", "Lead")
            ]
        return sum(counts)


@contextmanager
def practice_org(size: Size, pace: str) -> Iterator[Org]:
    """A new practice org for the length of a block."""
    numbers = {"contacts": size.contacts, "leads": size.leads, "unsubscribes": size.addresses}
    options = [part for name, value in numbers.items() for part in (f"--{name}", str(value))]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "sync.py"), "practice", "--json", "--pace", pace, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=(Path(folder) / "errors").open("wb"),
            text=True,
        )
        try:
            assert process.stdout
            yield Org(json.loads(process.stdout.readline()))
        finally:
            process.terminate()
            process.wait()


def timed(org: Org, arguments: Sequence[str]) -> Cost:
    """Run a Python program to its end, and see what it took and what came of it."""
    calls, opted_out = org.calls(), org.opted_out()
    calls_to_look = org.calls() - calls
    calls = org.calls()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=org.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = printed.strip().splitlines()
    if process.returncode not in (0, 3) or not lines:
        raise RuntimeError(f"{arguments} ended with {process.returncode}: {printed[-300:]}")
    now = org.opted_out()
    return Cost(
        seconds=seconds,
        cpu_s=usage.ru_utime + usage.ru_stime,
        memory_mb=usage.ru_maxrss / 1024,
        calls=org.calls() - calls - calls_to_look,
        opted_out=now - opted_out,
        printed=json.loads(lines[-1]),
    )


def log_bytes(home: str) -> int:
    """The size of a log, with its journal."""
    return sum(path.stat().st_size for path in Path(home).glob(f"{LOCAL_LOG}*"))
