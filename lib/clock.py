"""Times: UTC everywhere, stored as text of one fixed width so that text order is time order."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Fixed texts, because `%b` follows the computer's language."""


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601, UTC, always with six digits of a second: `2026-11-23T07:02:00.000000Z`."""
    # not strftime: it writes the year 1, which .NET uses for "no date", as one digit
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """The moment that `to_text` wrote; also reads Salesforce's `…T07:02:00.000+0000`."""
    return datetime.fromisoformat(text).astimezone(UTC)
