"""Boxes cleared since the last run: found by SystemModstamp, and reported once as `kept`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib import soql
from lib.errors import RequestRefused
from lib.fields import EMAIL, OPT_OUT
from lib.salesforce import query
from lib.salesforce.access import Access
from lib.salesforce.conditions import mailable
from lib.salesforce.door import Door
from lib.salesforce.rows import to_record
from lib.store import ledger, memory
from lib.store.db import Store
from lib.values import Record

STREAM = "salesforce"
OVERLAP = timedelta(minutes=15)
"""SystemModstamp is set before a change commits, so reading starts this long before the mark."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ClearedRecords:
    """The records found, and whether Salesforce answered every query."""

    records: list[Record]
    is_complete: bool


def newly_cleared(
    store: Store, scope: str, door: Door, access: Mapping[str, Access]
) -> ClearedRecords:
    """Records that were opted out, now aren't, have the same address, and weren't reported yet.

    Costs 1 API call, plus 1 for each 2,000 mailable records that changed since the last run. The
    first run of a connection costs none.
    """
    since = ledger.marked(store, scope, STREAM)
    if since is None:
        return ClearedRecords([], is_complete=True)
    since = min(since, store.now())  # a mark in the future comes from a clock that was wrong
    found: list[Record] = []
    batch: list[Record] = []
    sobjects = [name for name, right in access.items() if right.can_match and right.opt_out_visible]
    queries = [_changed_since(since - OVERLAP, access[name]) for name in sobjects]
    try:
        for index, row in query.records(door, queries):
            batch.append(to_record(sobjects[index], row))
            if len(batch) == _CHUNK:
                found.extend(_cleared(store, scope, batch))
                batch.clear()
    except RequestRefused:
        # The org is too large for this query. Addresses that are named again are still checked.
        return ClearedRecords(found, is_complete=False)
    return ClearedRecords(found + _cleared(store, scope, batch), is_complete=True)


def _changed_since(since: datetime, access: Access) -> soql.Query:
    columns = ["Id", EMAIL, OPT_OUT, "LastModifiedDate"]
    is_mailable = mailable(has_is_converted=access.has_is_converted)
    return soql.select(
        columns,
        access.sobject,
        soql.all_of(soql.at_least("SystemModstamp", since), is_mailable),
    )


def _cleared(store: Store, scope: str, records: list[Record]) -> list[Record]:
    seen = memory.recall(store, scope, [record.record_id for record in records])
    return [
        record
        for record in records
        if (known := seen.get(record.record_id)) is not None
        and known.address == record.address
        and known.cleared_at is None
    ]
