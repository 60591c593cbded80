"""Times: UTC everywhere, stored as text of a fixed width, so that text order is time order.

Months and AM/PM for people to read are fixed here: `%b` and `%p` follow the computer's language.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def month_and_day(day: date) -> str:
    """`Nov 24`."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def time_of_day(moment: datetime) -> str:
    """`7:02 AM`, in the moment's own zone."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def to_text(moment: datetime) -> str:
    """ISO 8601, UTC, always with six digits of a second: `2026-11-23T07:02:00.000000Z`."""
    # not strftime: it writes the year 1, which .NET uses for "no date", as one digit
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """The moment that `to_text` wrote; also reads Salesforce's `…T07:02:00.000+0000`."""
    return datetime.fromisoformat(text).astimezone(UTC)
