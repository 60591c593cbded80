"""Moments and durations in the words of an alert."""

from datetime import datetime

from lib.clock import month_and_day, time_of_day
from lib.words import counted

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


def moment_in_words(moment: datetime) -> str:
    """`Nov 24 at 7:02 AM UTC`, in this computer's zone."""
    here = moment.astimezone()
    return f"{month_and_day(here)} at {time_of_day(here)} {here.tzname()}"


def duration_in_words(seconds: float) -> str:
    """`less than an hour`, `26 hours`, `3 days`."""
    if seconds < _HOUR_S:
        return "less than an hour"
    if seconds < 2 * _DAY_S:
        return counted(int(seconds // _HOUR_S), "hour", "hours")
    return counted(int(seconds // _DAY_S), "day", "days")


def gap_in_words(seconds: float) -> str:
    """What follows "every": `minute`, `30 minutes`, `hour`, `24 hours`, `5 days`."""
    if seconds >= 2 * _HOUR_S:
        return duration_in_words(seconds)
    minutes = max(1, round(seconds / _MINUTE_S))
    return {1: "minute", 60: "hour"}.get(minutes, f"{minutes} minutes")
