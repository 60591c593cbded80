"""A record as the practice org holds it, and the wire's way to write moments."""

from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
"""API name → JSON value: text, number, boolean, an address's object. Absent is null. Moments are
texts as the wire has them (`2026-11-23T07:02:00.000+0000`, `2026-11-23`): text order is time order.
A row is never changed in place; a change puts a new one in its stead."""


def stamp(moment: datetime) -> str:
    """A moment as Salesforce writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat()[:19] + ".000+0000"


def day(moment: date) -> str:
    """A date as Salesforce writes it."""
    return moment.strftime("%Y-%m-%d")


def moment_of(text: str) -> datetime:
    """The moment that a row's text stands for."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
