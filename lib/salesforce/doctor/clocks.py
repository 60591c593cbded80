"""Whether Salesforce's clock and ours agree: the order of events is judged by both."""

from datetime import datetime, timedelta

from lib.clock import Clock, utc_now
from lib.salesforce.door import Door
from lib.values import Check, Level, Stops
from lib.words import counted

CLOCK = "Clocks agree"
_MAY_DIFFER = timedelta(minutes=2)
"""From 3 minutes on, Salesforce refuses a sign-in with a private key."""


def clock_check(door: Door, clock: Clock = utc_now) -> Check:
    """How far Salesforce's clock, as of its last answer, is from ours."""
    theirs = door.server_now
    if theirs is None:
        detail, stops = "Salesforce doesn't say what time it is", Stops.COMPLETENESS
        return Check(CLOCK, True, detail, level=Level.NOTE, stops=stops)
    apart = clock() - theirs
    if abs(apart) < _MAY_DIFFER:
        return Check(CLOCK, True, "within 2 minutes", stops=Stops.COMPLETENESS)
    return _apart(apart, theirs)


def _apart(apart: timedelta, theirs: datetime) -> Check:
    way = "ahead of" if apart > timedelta() else "behind"
    return Check(
        CLOCK,
        ok=True,
        detail=f"This computer's clock is {_in_words(abs(apart))} {way} Salesforce's "
        f"({theirs:%Y-%m-%d %H:%M} UTC)",
        remedy="Set this computer's clock by the network. Linux: timedatectl set-ntp true. "
        'Windows and macOS: turn on "Set time automatically" in the date and time settings.',
        level=Level.WARNING,
        effect="Optback can misjudge whether someone unsubscribed before or after a colleague "
        "cleared their box. Signing in with a private key fails from 3 minutes on.",
        stops=Stops.COMPLETENESS,
    )


def _in_words(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 120:
        return counted(minutes, "minute", "minutes")
    hours = round(minutes / 60)
    return counted(hours, "hour", "hours") if hours < 48 else counted(hours // 24, "day", "days")
