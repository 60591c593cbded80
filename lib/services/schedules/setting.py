"""The schedule of a connection as people set and see it: the switch, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.services.log import Log
from lib.services.schedules import timetable
from lib.services.schedules.claims import past_of, why_left_out
from lib.services.schedules.due import next_due
from lib.services.schedules.zones import check_zone, host_name
from lib.services.started_by import user
from lib.store import claims, connection_settings, schedulers, schedules
from lib.store.schedules import Schedule, StoredSchedule

_BEGINS_AGAIN_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """When a connection runs next, by which schedule; `why_not` says why it doesn't."""

    schedule: Schedule
    at: datetime | None
    why_not: str | None = None


def switch_on(log: Log, connection: str, schedule: Schedule) -> None:
    """Set a schedule that begins now: no earlier time is caught up. Raises SettingsError."""
    check_zone(schedule.zone)
    store = log.store
    with store.writing():
        schedules.save(store, connection, schedule, is_on=True, set_by=user())
        claims.put(store, connection, store.now(), host=host_name())


def switch_off(log: Log, connection: str) -> None:
    """No run starts by itself from now on; the time stays known. A run in progress goes on."""
    stored = schedules.get(log.store, connection)
    if stored is not None:
        schedules.save(log.store, connection, stored.schedule, is_on=False, set_by=user())


def set_again(log: Log, stored: StoredSchedule) -> None:
    """Set the schedule of a connection whose log was emptied; it begins now."""
    store, name = log.store, stored.connection
    with store.writing():
        schedules.save(store, name, stored.schedule, is_on=stored.is_on, set_by=stored.set_by)
        claims.put(store, name, store.now(), host=host_name())


def setting_of(log: Log, connection: str) -> StoredSchedule | None:
    """The schedule as it was last set, on or off."""
    return schedules.get(log.store, connection)


def upcoming(log: Log, environment: Mapping[str, str], connection: str) -> Upcoming | None:
    """The next run by the stored schedule, or by a `sync.py schedule` that is running.

    None if neither starts runs of the connection.
    """
    found = [
        next_run(log, environment, connection, schedule)
        for schedule in _followed(log, connection, only_alive=True)
    ]
    return min(found, key=lambda one: one.at or log.store.now(), default=None)


def runs_without_dashboard(log: Log, connection: str) -> bool:
    """Whether a timer or a `sync.py schedule --all` has looked at the stored schedule lately."""
    return any(
        seen.is_alive
        and seen.scheduler.kind != "dashboard"
        and seen.scheduler.schedule is None
        and seen.scheduler.connection in (None, connection)
        for seen in schedulers.seen(log.store)
    )


def expected_gap(log: Log, connection: str) -> timedelta | None:
    """How long the connection's schedule allows between two runs that finish; None without one.

    None also while copying is off, and for an hour after it was turned on again.
    Also counts a `sync.py schedule` that was killed in the last days: its silence is the news.
    """
    settings, now = connection_settings.get(log.store, connection), log.store.now()
    is_new = settings.set_at is not None and abs(now - settings.set_at) < _BEGINS_AGAIN_WITHIN
    if is_new or not settings.copies_unsubscribes:
        return None
    gaps = [
        timetable.gap(schedule, log.store.now())
        for schedule in _followed(log, connection, only_alive=False)
    ]
    return min(gaps, default=None)


def _followed(log: Log, connection: str, *, only_alive: bool) -> list[Schedule]:
    stored = schedules.get(log.store, connection)
    own = [stored.schedule] if stored is not None and stored.is_on else []
    commands = [
        seen.scheduler.schedule
        for seen in schedulers.seen(log.store)
        if seen.scheduler.connection == connection and (seen.is_alive or not only_alive)
    ]
    return own + [schedule for schedule in commands if schedule is not None]


def next_run(
    log: Log, environment: Mapping[str, str], connection: str, schedule: Schedule
) -> Upcoming:
    """The next run by this schedule, or why there is none; it is due if that is now."""
    why_not = why_left_out(log, environment, connection)
    if why_not is not None:
        return Upcoming(schedule, None, why_not)
    past, jitter = past_of(log, connection), timetable.jitter(connection)
    return Upcoming(schedule, next_due(schedule, past, log.store.now(), jitter))
