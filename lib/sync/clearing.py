"""Who cleared many boxes at once, and which of them were set again since (rules.md, 3.5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib import soql
from lib.errors import SalesforceError
from lib.salesforce import matching, query
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.failures import storable
from lib.salesforce.rows import to_record
from lib.store import mass_clearings, memory
from lib.store.db import Store
from lib.store.mass_clearings import ClearedBox, by_whom
from lib.store.sql_values import chunks
from lib.sync.findings import OpenRun
from lib.sync.remembered import seen_set
from lib.sync.request import RunRequest
from lib.values import Fault, Record
from lib.words import MASS_CLEARING, records, whose

_IDS = 2_000  # per query; each takes about 22 characters
_BY = "LastModifiedBy.Name"


def look_into(
    run: OpenRun[RunRequest], scope: str, door: Door, access: Mapping[str, Access]
) -> None:
    """Ask Salesforce about the boxes in question. Costs nothing if there are none.

    Otherwise 1 API call, and 1 for each further 2,000 records. If Salesforce refuses, the boxes
    stay in question without a name.
    """
    boxes = {box.record_id: box for box in mass_clearings.open_boxes(run.store, scope)}
    try:
        found = _ask(door, access, list(boxes.values()))
    except SalesforceError:
        return  # the next run asks again
    set_again = [record for record, _ in found if record.opted_out]
    names = [
        (box, name if box.cleared_at == record.modified_at else "")
        for record, name in found
        if (box := boxes[record.record_id]).by_name is None and not record.opted_out
    ]
    with run.store.writing():
        _remember_set(run, scope, boxes, set_again)
        mass_clearings.name_them(run.store, scope, names)


def question(store: Store, scope: str) -> Fault | None:
    """What the run says about the boxes in question, with the number that confirms them."""
    boxes = mass_clearings.open_boxes(store, scope)
    if not boxes:
        return None
    return Fault(
        code=MASS_CLEARING,
        message=f"Email Opt Out was cleared on {records(len(boxes))} at once"
        f"{whose(by_whom(boxes))}. That was most likely a program",
        remedy="These people stay off lists until someone decides. If it wasn't meant, set Email "
        "Opt Out on these records in Salesforce again. If it was, confirm the number: "
        f"--confirm-cleared {len(boxes)}, or the button on Overview.",
        count=len(boxes),
    )


def _remember_set(
    run: OpenRun[RunRequest], scope: str, boxes: Mapping[str, ClearedBox], found: Sequence[Record]
) -> None:
    """Someone set these boxes again, so nothing is in question there."""
    seen = [
        seen_set(record, run.request.own_field)
        for record in found
        if record.address == boxes[record.record_id].address
    ]
    memory.seen_opted_out(run.store, scope, run.run_id, seen)


def _ask(
    door: Door, access: Mapping[str, Access], boxes: Sequence[ClearedBox]
) -> list[tuple[Record, str]]:
    """The records as they are now, each with the name of the user who changed it last."""
    rights: list[Access] = []
    queries: list[soql.Query] = []
    for right in access.values():
        ids = [box.record_id for box in boxes if box.sobject == right.sobject]
        if not (right.can_match and right.boxes_visible):
            continue
        for some in chunks(ids, _IDS):
            rights.append(right)
            queries.append(matching.select(right, soql.any_of("Id", some), _BY))
    return [
        (to_record(rights[index].sobject, row, rights[index].fields), _name(row))
        for index, row in query.records(door, queries)
    ]


def _name(row: Mapping[str, Any]) -> str:
    user = row.get("LastModifiedBy")
    return storable(str(user.get("Name") or "")) if isinstance(user, dict) else ""
