"""What the headers of any answer say: the server's clock, and how long to wait."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def server_time_in(headers: Mapping[str, str]) -> datetime | None:
    """The server's clock at the time of its answer, in UTC."""
    return _moment(headers.get("Date", ""))


def wait_in(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait according to Retry-After: a number, or a date (by the server's clock)."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    until, now = _moment(asked), server_time_in(headers)
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
