"""Times as people read them: in the viewer's zone, exact and as a distance."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from lib.clock import month_and_day, time_of_day, utc_now
from lib.words import counted

OLD = timedelta(days=1)
"""What was read longer ago than this is said to be old."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def viewer_zone() -> tzinfo:
    """The zone of the browser, or UTC if it doesn't say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def when(moment: datetime, *, now: datetime | None = None) -> str:
    """`7:02 AM, 3 hours ago`; on another day with its date: `Mar 3 at 7:02 AM, 5 days ago`."""
    now = now or utc_now()
    return f"{exact(moment, now=now)}, {distance(moment, now=now)}"


def exact(moment: datetime, *, now: datetime | None = None) -> str:
    """`7:02 AM` today, `Mar 3 at 7:02 AM` on another day, with the year in other years."""
    here = moment.astimezone(viewer_zone())
    today = (now or utc_now()).astimezone(viewer_zone()).date()
    clock = time_of_day(here)
    if here.date() == today:
        return clock
    if here.date() == today + timedelta(days=1):
        return f"tomorrow at {clock}"
    if here.date() == today - timedelta(days=1):
        return f"yesterday at {clock}"
    year = "" if here.year == today.year else f", {here.year}"
    return f"{month_and_day(here)}{year} at {clock}"


def day(moment: datetime, *, now: datetime | None = None) -> str:
    """`Mar 3`, with the year in other years."""
    here = moment.astimezone(viewer_zone())
    is_this_year = here.year == (now or utc_now()).astimezone(viewer_zone()).year
    return month_and_day(here) if is_this_year else f"{month_and_day(here)}, {here.year}"


def day_and_time(moment: datetime, *, now: datetime | None = None) -> str:
    """Like `exact`, with today named as well: `today at 7:02 AM`."""
    text = exact(moment, now=now)
    return text if " at " in text else f"today at {text}"


def time_or_day(moment: datetime, *, now: datetime | None = None) -> str:
    """`7:02 AM` today, `Nov 24` before: short, for a narrow column."""
    text = exact(moment, now=now)
    return day(moment, now=now) if " at " in text else text


def clock_and_day(moment: datetime, *, now: datetime | None = None) -> tuple[str, str]:
    """`7:00 AM` and `tomorrow`, for places that set them in two sizes."""
    text = day_and_time(moment, now=now)
    day_part, _, clock = text.rpartition(" at ")
    return clock, day_part


def distance(moment: datetime, *, now: datetime | None = None) -> str:
    """`just now`, `3 hours ago`, `in 5 days`."""
    seconds = ((now or utc_now()) - moment).total_seconds()
    size = _size(abs(seconds))
    if not size:
        return "just now"
    return f"{size} ago" if seconds > 0 else f"in {size}"


def is_old(moment: datetime) -> bool:
    """Whether so much may have happened since that a sentence about now has to say so."""
    return utc_now() - moment > OLD


def _size(seconds: float) -> str:
    if seconds < _MINUTE:
        return ""
    if seconds < _HOUR:
        return counted(int(seconds // _MINUTE), "minute", "minutes")
    if seconds < 2 * _DAY:
        return counted(int(seconds // _HOUR), "hour", "hours")
    return counted(int(seconds // _DAY), "day", "days")
