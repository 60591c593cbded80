"""What a scheduler does each time it looks: note that it is alive, start what is due.

Each run is a process of its own, so a run that fails, hangs, or is killed ends nothing but itself.
Nothing is kept in memory that another scheduler would need (lib/services/schedules/due.py).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from lib.clock import Clock, utc_now
from lib.errors import StoppedError
from lib.services.alerts import watch
from lib.services.child_process import ChildProcess
from lib.services.connections import look_again, waiting
from lib.services.log import Log, open_log
from lib.services.schedules.claims import Turn, begin, claim_if_due
from lib.services.schedules.setting import expected_gap
from lib.services.schedules.zones import host_name
from lib.services.started_by import SCHEDULE
from lib.store import claims, runs, schedulers, schedules
from lib.store.run import Run
from lib.store.schedulers import RENEWED_EVERY_S, Scheduler
from lib.store.schedules import Schedule

LOOK_EVERY_S = 5.0
"""How often to look: the clock may be set, computers sleep, and people change schedules."""

_STOPPED = frozenset({StoppedError.code, "interrupted"})

Launch = Callable[[Sequence[str], Mapping[str, str]], ChildProcess]


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A run that a scheduler started, and its process."""

    connection: str
    run_id: str
    child: ChildProcess


class Starter:
    """Starts the runs of a scheduler. Used by a single thread at a time.

    `scheduler` says which connections; `launch` starts a process; `options` go to each run.
    """

    def __init__(
        self,
        home: Path,
        environment: Mapping[str, str],
        scheduler: Scheduler,
        launch: Launch,
        options: Sequence[str] = (),
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._home = home
        self._environment = environment
        self._scheduler = scheduler
        self._launch = launch
        self._options = options
        self._clock = clock
        self._started: dict[str, StartedRun] = {}
        self._looking: dict[str, ChildProcess] = {}
        self._announced: float | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a process that it started is still running."""
        children = [*(started.child for started in self._started.values()), *self._looking.values()]
        return any(child.is_alive for child in children)

    @property
    def started(self) -> tuple[StartedRun, ...]:
        """The runs it started whose end it hasn't noted yet."""
        return tuple(self._started.values())

    def look(self) -> None:
        """Close what has ended, and start what is due. Raises StoreError."""
        with open_log(self._home, self._environment, clock=self._clock) as log:
            self._announce(log)
            self._close_ended(log)
            for turn in self._turns(log):
                if turn.connection not in self._started:
                    self._start_if_due(log, turn)
            self._keep_checking(log)

    def leave(self) -> None:
        """Note in the log that this scheduler has ended; its runs go on."""
        with open_log(self._home, self._environment, clock=self._clock) as log:
            schedulers.leave(log.store, self._scheduler.id)

    def ask_to_stop(self) -> None:
        """Ask each run to stop."""
        for started in self._started.values():
            started.child.ask_to_stop()

    def close_ended(self) -> None:
        """Close the rows of runs whose process has ended. Raises StoreError."""
        with open_log(self._home, self._environment, clock=self._clock) as log:
            self._close_ended(log)

    def give_back(self) -> None:
        """Note which runs were stopped before they were done, so the next scheduler runs again."""
        with open_log(self._home, self._environment, clock=self._clock) as log:
            self._close_ended(log, was_stopped=True)

    def _announce(self, log: Log) -> None:
        now = time.monotonic()
        if self._announced is not None and now - self._announced < RENEWED_EVERY_S:
            return
        if self._announced is None and self._scheduler.schedule is not None:
            for turn in self._turns(log):
                begin(log, turn)
        schedulers.announce(log.store, self._scheduler)
        self._announced = now
        self._look_at_alerts(log)

    def _look_at_alerts(self, log: Log) -> None:
        """Let people know when runs stop finishing, and send what couldn't be sent before.

        By the shortest of the connection's schedules, so two schedulers don't contradict each
        other.
        """
        for turn in self._turns(log):
            gap = expected_gap(log, turn.connection)
            watch.look_again(log, turn.connection, expected_every=gap)
        look_again.tell_ended(log, self._only(log))

    def _keep_checking(self, log: Log) -> None:
        """Start the looks of connections that wait for rights, each a process of its own."""
        alive = {name: child for name, child in self._looking.items() if child.is_alive}
        self._looking, only = alive, self._only(log)
        for name in waiting.due(log, self._environment):
            if only in (None, name) and name not in alive and waiting.claim(log, name):
                words = [f"--home={self._home}", f"--connection={name}", "--look", "--quiet"]
                self._looking[name] = self._launch(["test", *words], self._environment)

    def _only(self, log: Log) -> str | None:
        """The only connection that this scheduler is about; None: all of them."""
        return schedulers.connection_of(log.store, self._scheduler)

    def _turns(self, log: Log) -> list[Turn]:
        name = self._only(log)
        schedule = self._scheduler.schedule
        if name is not None and schedule is not None:
            return [Turn(name, schedule, self._scheduler.host)]
        at_once = self._scheduler.kind == "timer"
        return [
            Turn(stored.connection, stored.schedule, self._scheduler.host, at_once)
            for stored in schedules.switched_on(log.store)
            if name in (None, stored.connection)
        ]

    def _start_if_due(self, log: Log, turn: Turn) -> None:
        run_id = claim_if_due(log, self._environment, turn)
        if run_id is not None:
            words = [f"--home={self._home}", f"--connection={turn.connection}"]
            words += ["--run-id", run_id, "--started-by", SCHEDULE, *self._options]
            child = self._launch(["run", *words], self._environment)
            self._started[turn.connection] = StartedRun(turn.connection, run_id, child)

    def _close_ended(self, log: Log, *, was_stopped: bool = False) -> None:
        for name, started in list(self._started.items()):
            if not started.child.is_alive:
                runs.close_dead(log.store, started.run_id)
                if was_stopped and not _was_done(runs.get(log.store, started.run_id)):
                    claims.give_back(log.store, started.run_id)
                del self._started[name]


def new_dashboard() -> Scheduler:
    """A dashboard that starts runs by the stored schedules."""
    return Scheduler(uuid4().hex, "dashboard", host_name())


def new_command(connection: str | None = None, schedule: Schedule | None = None) -> Scheduler:
    """A `sync.py schedule`: for one connection and its own schedule, or for the stored ones."""
    return Scheduler(uuid4().hex, "command", host_name(), connection, schedule)


def new_timer(connection: str | None = None) -> Scheduler:
    """A `sync.py schedule --once` on this computer: of all connections, or only of this one."""
    host = host_name()
    return Scheduler(f"timer:{host}:{connection or ''}", "timer", host, connection)


def _was_done(run: Run | None) -> bool:
    """Whether the run ended by itself, well or not."""
    return run is None or not any(fault.code in _STOPPED for fault in run.errors)
