"""A practice org without people, the command line connected to it, and a clock for both."""

import contextlib
import io
import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sync
from lib.practice.acts import administration
from lib.practice.rows import Row
from lib.practice.serve import Practice, running
from lib.practice.tls import Certificate
from lib.practice.world import Size, World, new_world
from lib.salesforce import costs, door
from lib.salesforce.bulk_ingest import waiting
from lib.salesforce.patience import Patience
from lib.sources.jangomail import asmx
from lib.store import leases
from tests.clocks import HandClock
from tests.model import boxes
from tests.model.clock import BEGINNING, one_clock
from tests.model.death import Death, Killed, mortal

_EMPTY = Size(contacts=0, leads=0, unsubscribes=0)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_OURS = ("SALESFORCE_", "JANGOMAIL_", "OPTBACK_")
_IN_BACKGROUND = ("JangoMail", "sign in", "ahead")
TABLES = ("Contact", "Lead", "Account", "Campaign", "CampaignMember", "Case", "Task")

Rows = Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and its JSON, or that it was killed."""

    code: int = -1
    told: dict[str, Any] = field(default_factory=dict)
    killed: bool = False
    errors: str = ""


class House:
    """A world that can be started over, and commands that work in it."""

    def __init__(self, practice: Practice, clock: HandClock, death: Death, folder: Path) -> None:
        self.practice = practice
        self.clock = clock
        self.death = death
        self.folder = folder
        self.home = folder / "home"
        self._template = folder / "template"
        self._run("history", "--home", str(self._template))

    @property
    def world(self) -> World:
        """The practice org's world."""
        return self.practice.world

    def start_over(self) -> None:
        """An empty org, an empty log, and the clock at its beginning."""
        self.clock.now = BEGINNING
        boxes.choose("")
        self.practice.current._replace(_EMPTY, None)
        administration.org_switch(self.world, assignment_rule=True)  # it may change owners
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self._template, self.home)

    def command(self, *arguments: str, dies_at: int = 0) -> Ended:
        """Run a command, with `--json` unless it's `--quiet`; kill it at its `dies_at`-th step."""
        self.death.expect(dies_at)
        as_json = () if "--quiet" in arguments else ("--json",)
        try:
            return self._run(*arguments, "--home", str(self.home), *as_json)
        except Killed:
            return Ended(killed=True)
        finally:
            _end_calls_in_background()
            self.death.expect(0)

    def rows(self, sobject: str) -> Rows:
        """The rows of an sObject now, deleted ones too."""
        with self.world.org.lock:
            return dict(self.world.org.tables.rows(sobject))

    def _run(self, *arguments: str) -> Ended:
        said, errors = io.StringIO(), io.StringIO()
        handlers = [(number, signal.getsignal(number)) for number in _SIGNALS]
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
                code = sync.main(list(arguments))
        finally:
            for number, handler in handlers:
                signal.signal(number, handler)
        assert said.getvalue() or "--json" not in arguments, (arguments, code, errors.getvalue())
        told = json.loads(said.getvalue()) if "--json" in arguments else {}
        return Ended(code, told, errors=errors.getvalue())


def _end_calls_in_background() -> None:
    """A process that ends leaves its calls behind; here, they'd go on during the next command."""
    for thread in threading.enumerate():
        if thread.name in _IN_BACKGROUND:
            thread.join()


@contextlib.contextmanager
def open_house(
    death: Death | None = None, certificate: Certificate | None = None
) -> Iterator[House]:
    """A house, until the block ends. Nothing in it waits. `death` is another end than a kill.

    With a `certificate`, the practice org is on https.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clock, death = stack.enter_context(one_clock()), death or Death()
        practice = stack.enter_context(running(new_world(_EMPTY), certificate=certificate))
        others = {name: "" for name in os.environ if name.startswith(_OURS)}
        stack.enter_context(patch.dict(os.environ, {**others, **practice.environment}))
        stack.enter_context(mortal(death))
        stack.enter_context(patch.object(door, "Patience", partial(Patience, first_s=0.001)))
        stack.enter_context(patch.object(asmx, "_FIRST_PAUSE_S", 0.001))
        # Half of all writes go in Bulk jobs, which are never waited for.
        stack.enter_context(patch.object(costs, "in_bulk", _if_odd))
        stack.enter_context(patch.object(costs, "INGEST_BEGINS_S", 0.0))
        stack.enter_context(patch.object(waiting, "FIRST_PAUSE_S", 0.001))
        stack.enter_context(patch.object(waiting, "LONGEST_SILENCE_S", 5.0))
        # A killed command's lease is free at once.
        stack.enter_context(patch.object(leases, "SILENCE_S", 0.0))
        stack.enter_context(patch.object(leases, "_LOOK_S", 0.0))
        yield House(practice, clock, death, folder)


def _if_odd(records: Mapping[str, int]) -> frozenset[str]:
    """Write an odd number of records in Bulk jobs, so that stories have both ways."""
    return frozenset(records) if sum(records.values()) % 2 else frozenset()
