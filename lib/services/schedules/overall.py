"""What starts runs by itself, over all connections and on this computer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lib.services.child_process import ROOT
from lib.services.log import Log
from lib.services.schedules.claims import why_it_rests
from lib.services.schedules.elsewhere import Found, found_elsewhere
from lib.services.schedules.setting import next_run
from lib.store import schedulers, schedules
from lib.store.schedulers import SeenScheduler
from lib.store.schedules import Schedule

_NOBODY = "no dashboard, no `sync.py schedule --all`, and no timer is running"


@dataclass(frozen=True, slots=True)
class Watched:
    """A connection's schedule: set on its page, or with a `sync.py schedule` that is running."""

    connection: str
    schedule: Schedule
    kind: str  # "page" or "command"
    next_run: datetime | None
    why_not: str | None
    is_resting: bool = False  # a person wants no run now, and something would start them

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
        stands_still = any(
            watched.next_run is None and not watched.is_resting for watched in self.watched
        )
        return not stands_still and bool(self.watched or starts_elsewhere)

    @property
    def starts_twice(self) -> bool:
        """Whether something elsewhere starts runs at its own times, beside a schedule."""
        has_own = any(found.is_on and not found.follows_schedules for found in self.elsewhere)
        return has_own and bool(self.watched)


def overall(log: Log, environment: Mapping[str, str]) -> Overall:
    """Look at the log, this user's crontab, and the timers of this computer."""
    alive = tuple(seen for seen in schedulers.seen(log.store) if seen.is_alive)
    elsewhere = tuple(found_elsewhere(ROOT))
    looks_elsewhere = any(found.is_on and found.follows_schedules for found in elsewhere)
    pages = _of_the_pages(log, environment, alive, looks_elsewhere=looks_elsewhere)
    watched = [*pages, *_of_the_commands(log, environment, alive)]
    return Overall(tuple(watched), alive, elsewhere)


def _of_the_pages(
    log: Log,
    environment: Mapping[str, str],
    alive: tuple[SeenScheduler, ...],
    *,
    looks_elsewhere: bool,
) -> list[Watched]:
    followers = {seen.scheduler.connection for seen in alive if seen.scheduler.schedule is None}
    found = []
    for stored in schedules.switched_on(log.store):
        name = stored.connection
        upcoming = next_run(log, environment, name, stored.schedule)
        is_watched = looks_elsewhere or not followers.isdisjoint({None, name})
        at = upcoming.at if is_watched else None
        why_not = upcoming.why_not or (None if is_watched else _NOBODY)
        is_resting = is_watched and why_not is not None and why_not == why_it_rests(log, name)
        found.append(Watched(name, stored.schedule, "page", at, why_not, is_resting))
    return found


def _of_the_commands(
    log: Log, environment: Mapping[str, str], alive: tuple[SeenScheduler, ...]
) -> list[Watched]:
    found = []
    for seen in alive:
        name, schedule = seen.scheduler.connection, seen.scheduler.schedule
        if name is not None and schedule is not None:
            upcoming = next_run(log, environment, name, schedule)
            at, why_not = upcoming.at, upcoming.why_not
            is_resting = why_not is not None and why_not == why_it_rests(log, name)
            found.append(Watched(name, schedule, "command", at, why_not, is_resting))
    return found
