"""What a way of asking costs: API calls and seconds, estimated, and which way is cheaper.

Seconds are those seen in real orgs: about two thirds of one for a REST page; a Bulk job of 740,000
rows took 21, and any job some to begin with. ORDER BY and LIMIT keep Salesforce from splitting a
Bulk query among many workers.
"""

from dataclasses import dataclass
from math import ceil

from lib.salesforce import bulk_query, paging

_REST_PAGE_S = 0.65
_BULK_BEGINS_S = 8.0
_BULK_ROWS_A_SECOND = 25_000
_SLOWED_DOWN = 4
_JOB_CALLS = 9  # making, looking, deleting
ADDRESSES_A_CALL = 5_000
_ASKED_CALL_S = 3.0  # five queries of 100,000 characters, one after the other


@dataclass(frozen=True, slots=True)
class Cost:
    """API calls and seconds; a call weighs as much as a second."""

    calls: int
    seconds: float

    @property
    def weight(self) -> float:
        """What is compared."""
        return self.calls + self.seconds

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.calls + other.calls, self.seconds + other.seconds)


NOTHING = Cost(0, 0.0)


def rest(rows: int) -> Cost:
    """Page after page."""
    pages = max(1, ceil(rows / paging.PAGE_ROWS))
    return Cost(pages, pages * _REST_PAGE_S)


def bulk(rows: int, *, slowed_down: bool = False) -> Cost:
    """One Bulk 2.0 query."""
    seconds = rows / _BULK_ROWS_A_SECOND * (_SLOWED_DOWN if slowed_down else 1)
    return Cost(_JOB_CALLS + max(1, ceil(rows / bulk_query.PAGE_ROWS)), _BULK_BEGINS_S + seconds)


def asked(addresses: int) -> Cost:
    """Selective queries for so many addresses, on Contact and Lead."""
    calls = 1 + max(1, ceil(addresses / ADDRESSES_A_CALL))
    return Cost(calls, calls * _ASKED_CALL_S)
