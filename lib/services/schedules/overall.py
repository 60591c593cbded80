"""What starts runs by itself, over all connections and on this computer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lib.services.child_process import ROOT
from lib.services.log import Log
from lib.services.schedules.elsewhere import Found, found_elsewhere
from lib.services.schedules.setting import next_run
from lib.store import schedulers, schedules
from lib.store.schedulers import SeenScheduler
from lib.store.schedules import Schedule

_NOBODY = "no dashboard and no `sync.py schedule --all` is running"


@dataclass(frozen=True, slots=True)
class Watched:
    """A connection's schedule: set on its page, or with a `sync.py schedule` that is running."""

    connection: str
    schedule: Schedule
    kind: str  # "page" or "command"
    next_run: datetime | None
    why_not: str | None

    @property
    def where(self) -> str:
        """Where it was set, in words."""
        return {"page": "set on the Connection page", "command": "set by sync.py schedule"}[
            self.kind
        ]


@dataclass(frozen=True, slots=True)
class Overall:
    """Every schedule, the schedulers that are running, and what cron and systemd start."""

    watched: tuple[Watched, ...]
    alive: tuple[SeenScheduler, ...]
    elsewhere: tuple[Found, ...]

    @property
    def is_well(self) -> bool:
        """Whether runs start by themselves and no schedule stands still."""
        starts_elsewhere = any(found.is_on for found in self.elsewhere)
        stands_still = any(watched.next_run is None for watched in self.watched)
        return not stands_still and bool(self.watched or starts_elsewhere)


def overall(log: Log, environment: Mapping[str, str]) -> Overall:
    """Look at the log, this user's crontab, and the timers of this computer."""
    alive = tuple(seen for seen in schedulers.seen(log.store) if seen.is_alive)
    watched = [*_of_the_pages(log, environment, alive), *_of_the_commands(log, environment, alive)]
    return Overall(tuple(watched), alive, tuple(found_elsewhere(ROOT)))


def _of_the_pages(
    log: Log, environment: Mapping[str, str], alive: tuple[SeenScheduler, ...]
) -> list[Watched]:
    is_watched = any(seen.scheduler.connection is None for seen in alive)
    found = []
    for stored in schedules.switched_on(log.store):
        upcoming = next_run(log, environment, stored.connection, stored.schedule)
        at = upcoming.at if is_watched else None
        why_not = upcoming.why_not or (None if is_watched else _NOBODY)
        found.append(Watched(stored.connection, stored.schedule, "page", at, why_not))
    return found


def _of_the_commands(
    log: Log, environment: Mapping[str, str], alive: tuple[SeenScheduler, ...]
) -> list[Watched]:
    found = []
    for seen in alive:
        name, schedule = seen.scheduler.connection, seen.scheduler.schedule
        if name is not None and schedule is not None:
            upcoming = next_run(log, environment, name, schedule)
            found.append(Watched(name, schedule, "command", upcoming.at, upcoming.why_not))
    return found
