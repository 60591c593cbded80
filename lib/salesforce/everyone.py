"""All records of an org, as they stream in: REST pages or Bulk 2.0, whichever is cheaper.

Memory doesn't grow with the org. A user who may not use Bulk 2.0 gets REST pages.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lib import soql
from lib.errors import PermissionMissing, RequestRefused, SalesforceUnreachable
from lib.salesforce import costs, matching, query
from lib.salesforce.access import Access
from lib.salesforce.bulk_query import Line, bulk_rows
from lib.salesforce.conditions import counted_once, has_address, mailable
from lib.salesforce.costs import Cost
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.soql import Condition, Query
from lib.values import Record

TOO_MANY = 1 << 40
"""The count of records that Salesforce couldn't find by REST: a Bulk 2.0 query is tried."""
LONGEST_WAIT_S = 1800.0
"""A Bulk job that takes longer than this is given up. REST pages take a few minutes at most."""


def mailable_query(access: Access, *conditions: Condition, or_converted: bool) -> Query:
    """A query for the mailable records of an sObject that meet these conditions."""
    wanted = mailable(access, or_converted=or_converted)
    return matching.select(access, soql.all_of(*conditions, wanted))


def count_mailable(door: Door, rights: Sequence[Access], *, or_converted: bool) -> list[int]:
    """How many mailable records each sObject has. Costs 1 API call."""
    conditions = [mailable(right, or_converted=or_converted) for right in rights]
    pairs = zip(rights, conditions, strict=True)
    return query.count(door, [soql.count(right.sobject, condition) for right, condition in pairs])


def cost(counts: Sequence[int]) -> Cost:
    """What it costs to read this many records of each sObject."""
    return sum((min(_ways(count), key=lambda each: each.weight) for count in counts), costs.NOTHING)


def is_for_bulk(count: int) -> bool:
    """Whether a Bulk 2.0 query is the cheaper way to read this many records."""
    by_pages, in_bulk = _ways(count)
    return in_bulk.weight < by_pages.weight


def mailable_records(
    door: Door,
    rights: Sequence[Access],
    counts: Sequence[int],
    *conditions: Condition,
    or_converted: bool,
    waiting: Callable[[], None],
) -> Iterator[Record]:
    """Every mailable record of these sObjects that meets the conditions, in no order.

    A few may come twice. With `or_converted`, converted Leads come too. `counts` are about how many
    there are. `waiting` is called while a Bulk job isn't ready. Raises RequestRefused if the org is
    too large for REST pages and Bulk 2.0 isn't available.
    """
    wanted = [mailable_query(right, *conditions, or_converted=or_converted) for right in rights]
    yield from _records(door, rights, wanted, counts, waiting)


def anyone(access: Access, *conditions: Condition) -> Condition:
    """The record has an address, also if it's opted out or a converted Lead."""
    return soql.all_of(*conditions, has_address(access.fields.email), *counted_once(access))


def count_with_address(door: Door, rights: Sequence[Access]) -> list[int]:
    """How many records of each sObject have an address, mailable or not. Costs 1 API call."""
    return query.count(door, [soql.count(right.sobject, anyone(right)) for right in rights])


def with_address(
    door: Door,
    rights: Sequence[Access],
    counts: Sequence[int],
    *conditions: Condition,
    waiting: Callable[[], None],
    pages_instead: bool = True,
) -> Iterator[Record]:
    """Every record with an address, mailable or not; otherwise like `mailable_records`.

    Without `pages_instead`, what refuses a Bulk 2.0 query is raised: PermissionMissing,
    RequestRefused, or SalesforceUnreachable.
    """
    wanted = [matching.select(right, anyone(right, *conditions)) for right in rights]
    yield from _records(door, rights, wanted, counts, waiting, pages_instead=pages_instead)


def _records(
    door: Door,
    rights: Sequence[Access],
    queries: Sequence[Query],
    counts: Sequence[int],
    waiting: Callable[[], None],
    *,
    pages_instead: bool = True,
) -> Iterator[Record]:
    paged = []
    for right, wanted, count in zip(rights, queries, counts, strict=True):
        if not is_for_bulk(count):
            paged.append((right, wanted))
            continue
        try:
            yield from _in_bulk(door, right, wanted, waiting)
        except (PermissionMissing, RequestRefused, SalesforceUnreachable):
            if not pages_instead:
                raise
            paged.append((right, wanted))
    for index, row in query.records(door, [wanted for _, wanted in paged]):
        yield from people(paged[index][0], row)


def people(access: Access, row: Mapping[str, Any]) -> Iterator[Record]:
    """The record of a row; none for a Contact that is found as a person account instead."""
    record = matching.to_person(access, row)
    if record is not None:
        yield record


def _in_bulk(
    door: Door, access: Access, wanted: Query, waiting: Callable[[], None]
) -> Iterator[Record]:
    began = time.monotonic()

    def wait(_rows: int) -> None:
        waiting()
        if time.monotonic() - began > LONGEST_WAIT_S:
            raise SalesforceUnreachable("the Bulk job takes too long", remedy="Use REST pages.")

    with bulk_rows(door, wanted, waiting=wait) as (names, lines):
        for line in lines:
            yield from people(access, _row(names, line))


def _row(names: Line, line: Line) -> Mapping[str, Any]:
    """A line of CSV as REST would send it."""
    if len(names) != len(line):
        raise broken("a line of a Bulk answer has another number of cells")
    return {name: _VALUES.get(cell, cell) for name, cell in zip(names, line, strict=True)}


_VALUES = {"true": True, "false": False, "": None}


def _ways(count: int) -> tuple[Cost, Cost]:
    return costs.rest(count), costs.bulk(count)
