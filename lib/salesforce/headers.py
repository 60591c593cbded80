"""What only Salesforce's headers say: the calls used. See also lib/http_headers.py."""

import re
from collections.abc import Mapping

_USAGE = re.compile(r"(?:^|[;\s])api-usage=(\d+)/(\d+)")


def usage_in(headers: Mapping[str, str]) -> tuple[int, int] | None:
    """(used, total) API calls of the org in the last 24 hours, from Sforce-Limit-Info."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return (int(found[1]), int(found[2])) if found else None
