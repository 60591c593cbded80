"""The practice org as a process of its own: started when it is needed, found again by its address.

It outlives a page reload and the dashboard's stop. Its world lies in a file beside the log, so a
restart finds the same people; its address and harmless credentials are the connection `practice`.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from lib.services.connections.offered import PRACTICE
from lib.services.log import Log
from lib.services.practice import world as practice_world
from lib.services.practice.world import PracticeError, PracticeWorld
from lib.settings import Credentials, credentials_from
from lib.store import connections

_SYNC = Path(__file__).resolve().parents[3] / "sync.py"
_STATE = "practice.sqlite"
_READY = "practice.ready"  # what the process prints once it listens
_STDERR = "practice.log"
_LOCK = "practice.lock"
_START_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.05


def find(log: Log) -> PracticeWorld | None:
    """The practice org if it runs: its stored address is asked, which takes milliseconds."""
    address = connections.public(log.store, PRACTICE).get("login_url")
    return practice_world.look(str(address)) if address else None


def is_asleep(log: Log) -> bool:
    """Whether there is a practice org of this home which does not run, as after a restart."""
    return (log.store.home / _STATE).exists() and find(log) is None


def ensure(log: Log, environment: Mapping[str, str]) -> PracticeWorld:
    """The practice org, started or started again where it does not run.

    Raises PracticeError when it does not start. Takes a second or two then.
    """
    running = find(log)
    if running is not None:
        return running
    with _one_at_a_time(log.store.home):
        running = find(log)  # another page may have been faster
        if running is not None:
            return running
        _save(log, _start(log, environment))
    started = find(log)
    if started is None:
        raise _does_not_start(log.store.home)
    return started


def start_afresh(log: Log, world: PracticeWorld, *, at: str = "") -> PracticeWorld:
    """Other people from another seed, and nothing in the log of what was; `at`: as of that time."""
    world.act("start-afresh", **({"at": at} if at else {}))
    connections.forget_everything(log.store, PRACTICE)
    fresh = practice_world.look(world.url)
    if fresh is None:
        raise _does_not_start(log.store.home)
    connections.save(log.store, log.vault, PRACTICE, fresh.credentials)
    return fresh


def enter_credentials(log: Log, world: PracticeWorld) -> None:
    """Store the passwords that are right now, as a person does after a change of password."""
    connections.save(log.store, log.vault, PRACTICE, world.credentials)


def _start(log: Log, environment: Mapping[str, str]) -> Credentials:
    """Start the process and wait until it listens: at its old address if that is free."""
    port = urlsplit(str(connections.public(log.store, PRACTICE).get("login_url", ""))).port
    if port:
        try:
            return _start_at(port, log.store.home, environment)
        except PracticeError:
            pass  # the port is taken by now
    return _start_at(0, log.store.home, environment)


def _start_at(port: int, home: Path, environment: Mapping[str, str]) -> Credentials:
    ready = home / _READY
    with _private(ready) as out, _private(home / _STDERR) as errors:
        child = subprocess.Popen(
            [sys.executable, str(_SYNC), "practice", "--json", *_options(port, home)],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,
            umask=0o077,  # its state file is for its owner alone, too
        )
    Thread(target=child.wait, daemon=True).start()  # else it would stay behind as a zombie
    deadline = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < deadline and child.poll() is None:
        printed = ready.read_text(encoding="utf-8")
        if printed.endswith("\n"):
            return credentials_from(json.loads(printed))
        time.sleep(_LOOK_EVERY_S)
    raise _does_not_start(home)


def _options(port: int, home: Path) -> list[str]:
    return ["--port", str(port), "--state", str(home / _STATE)]


def _save(log: Log, printed: Credentials) -> None:
    """Store where the org answers now; passwords that a person has stored stay as they are."""
    known = connections.load(log.store, log.vault, PRACTICE)
    url = printed.salesforce.login_url
    if known is not None:
        printed = Credentials(
            replace(known.salesforce, login_url=url), replace(known.jangomail, url=url)
        )
    connections.save(log.store, log.vault, PRACTICE, printed)


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with _private(home / _LOCK) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _private(path: Path) -> Iterator[int]:
    """A file for its owner alone, emptied, open for writing."""
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _does_not_start(home: Path) -> PracticeError:
    return PracticeError(
        "The practice org won't start",
        remedy=f"Its messages are in {home / _STDERR}. Try again. If it still fails, run "
        "sync.py practice to see why.",
    )
