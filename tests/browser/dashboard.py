"""The dashboard as a process with its own home, and the practice org behind it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.processes import stop_processes_of

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("SALESFORCE_", "JANGOMAIL_", "OPTBACK_", "STREAMLIT_")
_READY_WITHIN_S = 120.0
_LOOK_EVERY_S = 0.05
_END_WITHIN_S = 60
_ANSWER_WITHIN_S = 60
_PORTS_TRIED = 5


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A running dashboard: its address, and the home of its log."""

    url: str
    home: Path
    variables: Mapping[str, str]

    def sync(self, *arguments: str) -> int:
        """The exit code of `sync.py` with these arguments, as cron would start it."""
        command = [sys.executable, "sync.py", *arguments, "--home", str(self.home)]
        return subprocess.run(
            command, cwd=ROOT, env=_environment(self), capture_output=True, check=False
        ).returncode

    def runs(self) -> list[dict[str, Any]]:
        """What `sync.py history --json` prints, newest first."""
        found: list[dict[str, Any]] = _history(self, "--last", "1000")["runs"]
        return found

    def run(self, run_id: str) -> dict[str, Any]:
        """What `sync.py history --run ID --json` prints."""
        return _history(self, "--run", run_id)

    def act(self, act: str, **values: object) -> dict[str, Any]:
        """Make something happen in its practice org, through a control address."""
        answer = requests.post(
            f"{self.practice}/practice/{act}", json=values, timeout=_ANSWER_WITHIN_S
        )
        answer.raise_for_status()
        shown: dict[str, Any] = answer.json()
        return shown

    def state(self) -> dict[str, Any]:
        """The state of its practice org."""
        shown: dict[str, Any] = requests.get(
            f"{self.practice}/practice/state", timeout=_ANSWER_WITHIN_S
        ).json()
        return shown

    @property
    def practice(self) -> str:
        """The address of its practice org."""
        printed = json.loads((self.home / "practice.ready").read_text(encoding="utf-8"))
        return str(printed["SALESFORCE_LOGIN_URL"])


@contextmanager
def served(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[Dashboard]:
    """`streamlit run app.py`, as in README, with an empty home; configured only by `variables`."""
    output = folder / "dashboard.log"
    for _ in range(_PORTS_TRIED):
        url = f"http://127.0.0.1:{_free_port()}"
        dashboard = Dashboard(url, folder / "home", variables or {})
        with output.open("wb") as log:
            server = _start(dashboard, log.fileno())
        if _is_healthy(dashboard, server):
            break
        # Someone else may take a free port before the dashboard does. Anything else is a failure.
        shown = output.read_text(encoding="utf-8")
        assert "is not available" in shown, f"the dashboard did not start:\n{shown}"
    else:
        raise AssertionError("the dashboard found no port of its own")
    try:
        yield dashboard
    finally:
        server.terminate()
        server.wait(_END_WITHIN_S)
        stop_processes_of(dashboard.home)


def _start(dashboard: Dashboard, output: int) -> "subprocess.Popen[bytes]":
    port = dashboard.url.rpartition(":")[2]
    options = [f"--server.port={port}", "--server.headless=true"]
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        env=_environment(dashboard),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def _is_healthy(dashboard: Dashboard, server: "subprocess.Popen[bytes]") -> bool:
    """Waits until it answers. False if its process ends first, or it takes too long."""
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if requests.get(f"{dashboard.url}/_stcore/health", timeout=5).text == "ok":
                return True
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(_LOOK_EVERY_S)
    server.kill()
    server.wait()
    return False


def _history(dashboard: Dashboard, *options: str) -> dict[str, Any]:
    home = str(dashboard.home)
    command = [sys.executable, "sync.py", "history", "--json", "--home", home, *options]
    printed = subprocess.run(command, cwd=ROOT, env=_environment(dashboard), capture_output=True)
    assert printed.returncode == 0, printed.stderr.decode()
    shown: dict[str, Any] = json.loads(printed.stdout)
    return shown


def _environment(dashboard: Dashboard) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**others, "OPTBACK_HOME": str(dashboard.home), **dashboard.variables}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
