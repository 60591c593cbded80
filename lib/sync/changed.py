"""Records changed since the last run: boxes that someone cleared, and late arrivals.

One query for each sObject finds both, by SystemModstamp. So the cost depends only on how many
records changed, no matter how many people unsubscribed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib import soql
from lib.errors import RequestRefused
from lib.salesforce import query
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.everyone import (
    TOO_MANY,
    is_for_bulk,
    mailable_query,
    mailable_records,
    people,
)
from lib.salesforce.query import error_to_raise, needs_smaller_queries
from lib.soql import Query
from lib.store import ledger
from lib.store.db import Store
from lib.sync import full_when
from lib.sync.converted import ConvertedLeads
from lib.sync.mailable import NeedsALook, sift
from lib.values import Record

STREAM = full_when.CHANGES
OVERLAP = timedelta(minutes=15)
"""SystemModstamp is set before a change commits, so reading starts this long before the mark."""


@dataclass(frozen=True, slots=True)
class ChangedRecords:
    """What was found, and whether Salesforce answered every query."""

    found: NeedsALook
    is_complete: bool


def look(
    store: Store,
    scope: str,
    door: Door,
    access: Mapping[str, Access],
    *,
    pending: Set[str],
    converted: ConvertedLeads,
    waiting: Callable[[], None],
) -> ChangedRecords:
    """Records changed since the last run that were cleared or are late arrivals (see `sift`).

    Costs 1 API call, plus 1 for each 2,000 mailable records that changed since the last run, or a
    Bulk 2.0 query if that's cheaper. The first run of a connection costs none: it looks for every
    address anyway. If a converted Lead is found, 1 more call asks whether it may be
    edited. `waiting` is called while a Bulk job isn't ready.
    """
    since = _since(store, scope, door)
    if since is None:
        return ChangedRecords(NeedsALook(), is_complete=True)
    found = NeedsALook()
    try:
        changed = _changed_since(since, door, _searchable(access), waiting)
        sift(store, scope, changed, pending=pending, into=found)
    except RequestRefused:
        # The org is too large for this query. Addresses that are named again are still checked.
        return ChangedRecords(_editable(found, converted), is_complete=False)
    return ChangedRecords(_editable(found, converted), is_complete=True)


def queries(store: Store, scope: str, door: Door, access: Mapping[str, Access]) -> list[Query]:
    """What `look` asks first, to ask it ahead."""
    since = _since(store, scope, door)
    return [] if since is None else _queries(since, _searchable(access))


def _since(store: Store, scope: str, door: Door) -> datetime | None:
    since = ledger.marked(store, scope, STREAM)
    if since is None:
        return None
    # A mark in the future comes from a clock that was wrong.
    return min(since, max(door.server_now or store.now(), store.now())) - OVERLAP


def _searchable(access: Mapping[str, Access]) -> list[Access]:
    return [right for right in access.values() if right.can_match and right.boxes_visible]


def _queries(since: datetime, rights: Sequence[Access]) -> list[Query]:
    changed = soql.at_least("SystemModstamp", since)
    return [mailable_query(right, changed, or_converted=True) for right in rights]


def _editable(found: NeedsALook, converted: ConvertedLeads) -> NeedsALook:
    """Without converted Leads that this user may not edit (rules.md, 3.6)."""
    if not found.has_converted or converted.may_be_edited():
        return found
    return found.without_converted()


def _changed_since(
    since: datetime, door: Door, rights: Sequence[Access], waiting: Callable[[], None]
) -> Iterator[Record]:
    """By REST pages, unless there are so many that Bulk 2.0 is cheaper, or Salesforce gives up."""
    changed = soql.at_least("SystemModstamp", since)
    counts = [0 for _ in rights]
    try:
        for answer in query.pages(door, _queries(since, rights)):
            if answer.error is not None:
                raise error_to_raise(answer.error)
            counts[answer.index] = answer.total
            if is_for_bulk(answer.total):
                break
            for row in answer.rows:
                yield from people(rights[answer.index], row)
        else:
            return
    except RequestRefused as error:
        if not needs_smaller_queries(error):
            raise
        counts = [TOO_MANY for _ in rights]
    yield from mailable_records(door, rights, counts, changed, or_converted=True, waiting=waiting)
