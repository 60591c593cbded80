"""The practice org as a separate process: started when needed, and found again by its address.

It survives a page reload and the dashboard's stop. Its world is in a file next to the log, so a
restart finds the same people. Its address and harmless credentials are the connection `practice`.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from lib.services.child_process import Handles, start_sync
from lib.services.connections import own_settings
from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.services.practice import world as practice_world
from lib.services.practice.world import PracticeError, PracticeWorld
from lib.services.runs.start import RunStart, start_run
from lib.services.schedules.setting import set_again
from lib.settings import Credentials, credentials_from
from lib.store import connections, runs, schedules

_STATE = "practice.sqlite"
_READY = "practice.ready"  # what the process prints once it listens
_STDERR = "practice.log"
_LOCK = "practice.lock"
_START_WITHIN_S = 30.0
_PREVIEW_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.05


def find(log: Log) -> PracticeWorld | None:
    """The practice org, if it runs: this asks its stored address, which takes milliseconds."""
    address = connections.public(log.store, PRACTICE).get("login_url")
    return practice_world.look(str(address)) if address else None


def is_asleep(log: Log) -> bool:
    """Whether this home has a practice org that isn't running, for example after a restart."""
    return (log.store.home / _STATE).exists() and find(log) is None


def ensure(log: Log, environment: Mapping[str, str]) -> PracticeWorld:
    """The practice org, started if it isn't running, which takes a second or two.

    Raises PracticeError if it doesn't start.
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


def is_of_dashboard(home: Path, connection: str) -> bool:
    """Whether a connection is the practice org that the dashboard of this home keeps."""
    return connection == PRACTICE and (home / _READY).exists()


def ensure_and_preview(
    log: Log, environment: Mapping[str, str], tell: Callable[[str], None]
) -> str:
    """Start the practice org, preview a run, and return the preview's ID once it has ended.

    If the preview takes long, its ID is returned while it still runs. `tell` gets each step in
    words. Raises PracticeError.
    """
    tell("Creating 2,000 Contacts and 1,000 Leads")
    ensure(log, environment)
    tell("Reading who unsubscribed and finding them in Salesforce")
    run_id = start_run(log, environment, RunStart(PRACTICE, dry_run=True))
    deadline = time.monotonic() + _PREVIEW_WITHIN_S
    while time.monotonic() < deadline and not _has_ended(log, run_id):
        time.sleep(_LOOK_EVERY_S)
    return run_id


def start_over(log: Log, world: PracticeWorld, *, at: str = "") -> PracticeWorld:
    """New people from another seed, and an empty log; `at` sets the clock there.

    The settings stay as a person set them, and so does the schedule, which begins again now.
    """
    world.act("start-afresh", **({"at": at} if at else {}))
    schedule = schedules.get(log.store, PRACTICE)
    settings = own_settings.settings_of(log, PRACTICE)
    with log.store.writing():
        connections.forget_everything(log.store, PRACTICE)
        if schedule is not None:
            set_again(log, schedule)
        own_settings.keep_over(log, PRACTICE, settings)
    fresh = practice_world.look(world.url)
    if fresh is None:
        raise _does_not_start(log.store.home)
    connections.save(log.store, log.vault, PRACTICE, fresh.credentials)
    return fresh


def enter_credentials(log: Log, world: PracticeWorld) -> None:
    """Store the current passwords, as a person does after a change of password."""
    connections.save(log.store, log.vault, PRACTICE, world.credentials)


def _has_ended(log: Log, run_id: str) -> bool:
    run = runs.get(log.store, run_id)
    return run is None or run.is_finished


def _start(log: Log, environment: Mapping[str, str]) -> Credentials:
    """Start the process and wait until it listens, at its old address if that's free."""
    port = urlsplit(str(connections.public(log.store, PRACTICE).get("login_url", ""))).port
    if port:
        try:
            return _start_at(port, log.store.home, environment)
        except PracticeError:
            pass  # another program has the port now
    return _start_at(0, log.store.home, environment)


def _start_at(port: int, home: Path, environment: Mapping[str, str]) -> Credentials:
    ready = home / _READY
    with _private(ready) as out, _private(home / _STDERR) as errors:
        child = start_sync(
            ["practice", "--json", *_options(port, home)], environment, handles=Handles(out, errors)
        )
    deadline = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < deadline and child.is_alive:
        printed = ready.read_text(encoding="utf-8")
        if printed.endswith("\n"):
            return credentials_from(json.loads(printed))
        time.sleep(_LOOK_EVERY_S)
    raise _does_not_start(home)


def _options(port: int, home: Path) -> list[str]:
    return ["--port", str(port), "--state", str(home / _STATE)]


def _save(log: Log, printed: Credentials) -> None:
    """Store where the org answers now, and keep the passwords that a person has stored."""
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
    """A file that only its owner can read, emptied and open for writing."""
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
