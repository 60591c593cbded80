"""Times as people read them: in the viewer's zone, exact, with the distance beside."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from lib.clock import utc_now

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def viewer_zone() -> tzinfo:
    """The zone of the browser, UTC where it does not tell."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def told(moment: datetime, *, now: datetime | None = None) -> str:
    """`07:02, 3 h ago`; on another day with its date: `3 March, 07:02, 5 days ago`."""
    now = now or utc_now()
    return f"{exact(moment, now=now)}, {distance(moment, now=now)}"


def exact(moment: datetime, *, now: datetime | None = None) -> str:
    """`07:02` for today, `3 March, 07:02` within the year, with the year beyond."""
    here = moment.astimezone(viewer_zone())
    today = (now or utc_now()).astimezone(viewer_zone()).date()
    clock = f"{here:%H:%M}"
    if here.date() == today:
        return clock
    if here.date() == today + timedelta(days=1):
        return f"tomorrow {clock}"
    if here.date() == today - timedelta(days=1):
        return f"yesterday {clock}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year}, {clock}"


def distance(moment: datetime, *, now: datetime | None = None) -> str:
    """`just now`, `3 h ago`, `in 5 days`."""
    seconds = ((now or utc_now()) - moment).total_seconds()
    size = _size(abs(seconds))
    if not size:
        return "just now"
    return f"{size} ago" if seconds > 0 else f"in {size}"


def _size(seconds: float) -> str:
    if seconds < _MINUTE:
        return ""
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    return f"{int(seconds // _DAY)} days"
