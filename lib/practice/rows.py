"""A record as the practice org stores it, and how Salesforce writes dates and times."""

from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
"""API name → JSON value: text, number, boolean, an address's object. Absent is null. Dates and
times are texts as in Salesforce (`2026-11-23T07:02:00.000+0000`, `2026-11-23`), so text order is
time order. A row is never changed in place; a change replaces the row."""


def stamp(moment: datetime) -> str:
    """A time as Salesforce writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat()[:19] + ".000+0000"


def day(moment: date) -> str:
    """A date as Salesforce writes it."""
    return moment.strftime("%Y-%m-%d")


def moment_of(text: str) -> datetime:
    """The time in a row's text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
