"""Estimates what a query or a write costs, in calls and seconds, to find the cheaper way.

The seconds of queries were measured in real orgs: about two thirds of a second for a REST page, and
21 seconds for a Bulk job of 740,000 rows. Every job takes a few seconds to start. ORDER BY and
LIMIT keep Salesforce from splitting a Bulk query among many workers. The seconds of writes are
those of orgs of customary size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from math import ceil

from lib.salesforce import boxes, bulk_query, paging
from lib.salesforce.composite import MOST_QUERIES

_REST_PAGE_S = 0.65
_BULK_BEGINS_S = 8.0
_BULK_ROWS_A_SECOND = 25_000
_SLOWED_DOWN = 4
_JOB_CALLS = 9  # create, check, delete
ADDRESSES_A_CALL = 4_500  # five queries, on Contact and Lead
QUERY_CHARACTERS = 94_800  # of addresses, with their quotes and commas
SPELLINGS_A_QUERY = 1_800
_ASKED_CALL_S = 3.0  # five queries of 100,000 characters in a row
CALLS_AT_ONCE = 8
_MORE_CALLS = 2
_CALL_S = 0.2
_SAVED_S = 0.004

INGEST_BEGINS_S = 3.0  # until Salesforce starts to work on a job
INGEST_ROWS_A_SECOND = 2_500
INGEST_MOST_ROWS = 250_000
"""A job could have more, but then its results would take long to come, and much memory to match."""
_INGEST_CALLS = 6  # create, upload, start, look twice, read the results
_INGEST_CALL_S = 0.12


@dataclass(frozen=True, slots=True)
class Cost:
    """API calls and seconds. One call counts as much as one second."""

    calls: int
    seconds: float

    @property
    def weight(self) -> float:
        """The number to compare."""
        return self.calls + self.seconds

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.calls + other.calls, self.seconds + other.seconds)


NOTHING = Cost(0, 0.0)


def rest(rows: int) -> Cost:
    """REST pages for this many rows."""
    pages = max(1, ceil(rows / paging.PAGE_ROWS))
    return Cost(pages, pages * _REST_PAGE_S)


def bulk(rows: int, *, slowed_down: bool = False) -> Cost:
    """A Bulk 2.0 query for this many rows."""
    seconds = rows / _BULK_ROWS_A_SECOND * (_SLOWED_DOWN if slowed_down else 1)
    return Cost(_JOB_CALLS + max(1, ceil(rows / bulk_query.PAGE_ROWS)), _BULK_BEGINS_S + seconds)


def asked(addresses: int) -> Cost:
    """Selective queries for this many addresses, on Contact and Lead."""
    calls = 1 + max(1, ceil(addresses / ADDRESSES_A_CALL))
    return Cost(calls, calls * _ASKED_CALL_S)


@dataclass(frozen=True, slots=True)
class Asked:
    """What selective queries hold: how many spellings, and how long they are with their quotes."""

    spellings: int
    characters: int

    @property
    def queries(self) -> int:
        """Queries for them on one sObject, as matching.packed makes them."""
        by_count = ceil(self.spellings / SPELLINGS_A_QUERY)
        return max(1, by_count, ceil(self.characters / QUERY_CHARACTERS))


def queries(asked: Asked, sobjects: int) -> Cost:
    """Selective queries on each of these sObjects; each also has one for blanks around addresses.

    The answer to a query fits into its first page.
    """
    calls = ceil(sobjects * (asked.queries + 1) / MOST_QUERIES)
    return Cost(calls, ceil(calls / CALLS_AT_ONCE) * _ASKED_CALL_S)


def records_a_call() -> int:
    """The most records that a call writes by Collections."""
    return boxes.MOST_IN_GROUP * boxes.MOST_GROUPS


def collections(records: int, *, packed: bool = False) -> Cost:
    """Writing this many records, up to 1,000 in a call and eight calls at once.

    Salesforce saves the records of a call one after the other, so 5,000 records take little more
    than half as long in 8 calls at once as in 5. So 2 calls more than the fewest are made if that
    lets more of them work at once; `packed`: calls are scarce, so it's the fewest.
    """
    fewest = ceil(records / records_a_call())
    at_once = ceil(fewest / CALLS_AT_ONCE) * CALLS_AT_ONCE
    groups = ceil(records / boxes.MOST_IN_GROUP)
    calls = fewest if packed else min(fewest + _MORE_CALLS, at_once, groups)
    rounds = ceil(calls / CALLS_AT_ONCE)
    return Cost(calls, rounds * (_CALL_S + _SAVED_S * records / max(1, calls)))


def ingest_s(rows: int) -> float:
    """Seconds from the start of a Bulk 2.0 ingest job to its end."""
    return INGEST_BEGINS_S + rows / INGEST_ROWS_A_SECOND


def ingested(records: int) -> Cost:
    """Bulk 2.0 ingest of records of one sObject, if Salesforce does what is usual."""
    calls = _INGEST_CALLS * ceil(records / INGEST_MOST_ROWS)
    return Cost(calls, ingest_s(records) + calls * _INGEST_CALL_S)


@dataclass(frozen=True, slots=True)
class Writing:
    """A way to write records: these sObjects in Bulk jobs, the others by Collections meanwhile.

    `packed`: each call has as many records as it may have, because calls are scarce.
    """

    in_bulk: frozenset[str] = frozenset()
    packed: bool = False

    def cost(self, records: Mapping[str, int]) -> Cost:
        """What it takes for this many records of each sObject."""
        jobs = [ingested(records[sobject]) for sobject in self.in_bulk]
        rest = sum(count for sobject, count in records.items() if sobject not in self.in_bulk)
        each = [*jobs, collections(rest, packed=self.packed)]
        return Cost(sum(cost.calls for cost in each), max(cost.seconds for cost in each))


def in_bulk(records: Mapping[str, int]) -> frozenset[str]:
    """The sObjects whose records are best written in Bulk jobs."""
    return min(_ways(records), key=lambda way: way.cost(records).weight).in_bulk


def writing(records: Mapping[str, int], most_calls: int | None = None) -> Writing:
    """The best way to write these records by sObject; if it takes too many calls, the fewest."""
    best = Writing(in_bulk(records))
    if most_calls is None or best.cost(records).calls <= most_calls:
        return best
    return min(_ways(records, packed=True), key=lambda way: way.cost(records).calls)


def _ways(records: Mapping[str, int], *, packed: bool = False) -> list[Writing]:
    names = sorted(records)
    choices = chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
    return [Writing(frozenset(choice), packed) for choice in choices]


def most_records(calls: int, records: Mapping[str, int]) -> int:
    """How many of these records can be written in this many calls.

    Bulk jobs cost the same for fewer records, so part of the records go by Collections.
    """
    needed = sum(records.values())
    fits = writing(records, calls).cost(records).calls <= calls
    return needed if fits else min(needed, calls * records_a_call())
