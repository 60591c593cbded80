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
    yield from _running("Dashboard", [one for one in found.alive if _is_dashboard(one)])
    yield from _running("sync.py schedule", [one for one in found.alive if not _is_dashboard(one)])
    yield from _found("cron", "no line that runs this Optback", found.elsewhere)
    yield from _found("systemd", "no timer that runs this Optback", found.elsewhere)
    if not found.is_well:
        yield f"What to do: {_REMEDY}"


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
    lines = [f"{name}: running on {one.scheduler.host} since {_since(one)}" for one in found]
    return lines or [f"{name}: not running"]


def _found(kind: str, nothing: str, found: Iterable[Found]) -> Iterable[str]:
    lines = [
        f"{kind}: {one.line} ({one.where}{'' if one.is_on else ', not enabled'})"
        for one in found
        if one.kind == kind
    ]
    return lines or [f"{kind}: {nothing}"]


def _since(seen: SeenScheduler) -> str:
    return f"{seen.started_at.astimezone():%Y-%m-%d %H:%M}"


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _is_dashboard(seen: SeenScheduler) -> bool:
    return seen.scheduler.kind == "dashboard"


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
            {"kind": one.kind, "where": one.where, "line": one.line, "enabled": one.is_on}
            for one in found.elsewhere
        ],
    }
