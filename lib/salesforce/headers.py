"""What the headers of an answer say: the calls used, the server's clock, how long to wait."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_USAGE = re.compile(r"(?:^|[;\s])api-usage=(\d+)/(\d+)")


def usage_in(headers: Mapping[str, str]) -> tuple[int, int] | None:
    """(used, total) API calls of the org in the last 24 hours, from Sforce-Limit-Info."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return (int(found[1]), int(found[2])) if found else None


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
