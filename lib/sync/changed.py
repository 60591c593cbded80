"""Records changed since the last run: boxes that someone cleared, and late arrivals.

One query for each sObject finds both, by SystemModstamp. So the cost depends only on how many
records changed, no matter how many people unsubscribed.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib import soql
from lib.errors import RequestRefused
from lib.salesforce import matching, query
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.everyone import mailable_query
from lib.store import ledger
from lib.store.db import Store
from lib.sync.mailable import NeedsALook, sift
from lib.values import Record

STREAM = "salesforce"
OVERLAP = timedelta(minutes=15)
"""SystemModstamp is set before a change commits, so reading starts this long before the mark."""


@dataclass(frozen=True, slots=True)
class ChangedRecords:
    """What was found, and whether Salesforce answered every query."""

    found: NeedsALook
    is_complete: bool


def look(
    store: Store, scope: str, door: Door, access: Mapping[str, Access], *, pending: Set[str]
) -> ChangedRecords:
    """Records changed since the last run that were cleared or are late arrivals (see `sift`).

    Costs 1 API call, plus 1 for each 2,000 mailable records that changed since the last run. The
    first run of a connection costs none: it looks for every address anyway.
    """
    since = ledger.marked(store, scope, STREAM)
    if since is None:
        return ChangedRecords(NeedsALook(), is_complete=True)
    # A mark in the future comes from a clock that was wrong.
    since = min(since, max(door.server_now or store.now(), store.now()))
    rights = [right for right in access.values() if right.can_match and right.boxes_visible]
    found = NeedsALook()
    try:
        changed = _changed_since(since - OVERLAP, door, rights)
        sift(store, scope, changed, pending=pending, into=found)
    except RequestRefused:
        # The org is too large for this query. Addresses that are named again are still checked.
        return ChangedRecords(found, is_complete=False)
    return ChangedRecords(found, is_complete=True)


def _changed_since(since: datetime, door: Door, rights: Sequence[Access]) -> Iterator[Record]:
    changed = soql.at_least("SystemModstamp", since)
    queries = [mailable_query(right, changed) for right in rights]
    for index, row in query.records(door, queries):
        record = matching.to_person(rights[index], row)
        if record is not None:
            yield record
