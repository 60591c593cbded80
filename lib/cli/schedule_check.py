"""`sync.py schedule --check`: what is set up where, and what runs next."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from lib import settings
from lib.cli import output
from lib.clock import to_text
from lib.exit_codes import ExitCode
from lib.services.log import Log
from lib.services.schedules import timetable
from lib.services.schedules.elsewhere import Found
from lib.services.schedules.overall import Overall, Watched, overall
from lib.store.schedulers import SeenScheduler


def show(log: Log, *, as_json: bool) -> int:
    """Print it; 0 if runs start by themselves, 1 if a schedule stands still or there is none."""
    found = overall(log, settings.environment())
    if as_json:
        output.show_json(_json(found))
    else:
        for line in _lines(found):
            output.say(line)
    return ExitCode.DONE if found.is_well else ExitCode.FAILED


def _lines(found: Overall) -> Iterable[str]:
    for watched in found.watched:
        yield f"{watched.connection}: {timetable.in_words(watched.schedule)}, {watched.where}"
        yield f"  {_next(watched)}"
    yield from _running("Dashboard", _of_kind("dashboard", found))
    yield from _running("sync.py schedule", _of_kind("command", found))
    for timer in _of_kind("timer", found):
        yield f"Timer: last looked on {timer.scheduler.host} at {_time(timer.seen_at)}"
    yield from _found("cron", "no line that runs this Optback", found.elsewhere)
    yield from _found("systemd", "no timer that runs this Optback", found.elsewhere)
    if found.starts_twice:
        yield _TWICE
    if not found.is_well:
        yield f"What to do: {_REMEDY}"


_TWICE = (
    "A line of cron or a timer starts runs at times of its own, so a scheduled time may have a "
    "second run. To avoid that, replace it with the one from the Connection page."
)
_REMEDY = (
    "Switch on a schedule on the Connection page and keep the dashboard running, keep "
    "`sync.py schedule` running, or copy a systemd timer or a cron line from the Connection page."
)


def _next(watched: Watched) -> str:
    if watched.next_run is not None:
        here = _local(watched.next_run, watched.schedule.zone)
        return f"Next run: {here} ({watched.schedule.zone})"
    return f"No run starts: {watched.why_not}"


def _running(name: str, found: Iterable[SeenScheduler]) -> Iterable[str]:
    lines = [
        f"{name}: running on {one.scheduler.host} since {_time(one.started_at)}" for one in found
    ]
    return lines or [f"{name}: not running"]


def _found(kind: str, nothing: str, found: Iterable[Found]) -> Iterable[str]:
    lines = [
        f"{kind}: {one.line} ({one.where}{'' if one.is_on else ', not enabled'})"
        for one in found
        if one.kind == kind
    ]
    return lines or [f"{kind}: {nothing}"]


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _of_kind(kind: str, found: Overall) -> list[SeenScheduler]:
    return [one for one in found.alive if one.scheduler.kind == kind]


def _json(found: Overall) -> dict[str, object]:
    return {
        "ok": found.is_well,
        "schedules": [
            {
                "connection": watched.connection,
                "schedule": timetable.in_words(watched.schedule),
                "set_in": watched.kind,
                "next_run": to_text(watched.next_run) if watched.next_run else None,
                "why_not": watched.why_not,
            }
            for watched in found.watched
        ],
        "running": [
            {
                "kind": one.scheduler.kind,
                "host": one.scheduler.host,
                "connection": one.scheduler.connection,
                "started_at": to_text(one.started_at),
            }
            for one in found.alive
        ],
        "elsewhere": [
            {
                "kind": one.kind,
                "where": one.where,
                "line": one.line,
                "enabled": one.is_on,
                "follows_schedules": one.follows_schedules,
            }
            for one in found.elsewhere
        ],
    }
