"""What a person wants to see of a record but a run doesn't need: name, last change, bounce."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib import soql
from lib.clock import from_text
from lib.errors import SalesforceError
from lib.fields import EMAIL_BOUNCED, PERSON_EMAIL_BOUNCED, bounced_field
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.failures import storable
from lib.salesforce.query import pages
from lib.salesforce.rows import id_of
from lib.values import Record

_NAMES = ("Name", "LastModifiedBy.Name")


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """Empty where the user can't see it, or where there is nothing."""

    name: str = ""
    changed_by: str = ""
    bounced_at: datetime | None = None


def details_of(
    door: Door, records: Iterable[Record], access: Mapping[str, Access]
) -> dict[str, RecordDetails]:
    """By record ID. Costs 1 API call; what Salesforce refuses is left out."""
    ids: dict[str, list[str]] = {}
    for record in records:
        ids.setdefault(record.sobject, []).append(record.record_id)
    queries = [
        soql.select(["Id", *fields], sobject, soql.any_of("Id", some))
        for sobject, some in ids.items()
        if access[sobject].can_match
        for fields in (_NAMES, (bounced_field(sobject),))
    ]
    found: dict[str, RecordDetails] = {}
    with suppress(SalesforceError):  # the records themselves are known without
        for answer in pages(door, queries):
            for row in answer.rows:
                record_id = id_of(row)
                found[record_id] = _with(found.get(record_id, RecordDetails()), row)
    return found


def _with(known: RecordDetails, row: Mapping[str, Any]) -> RecordDetails:
    user = row.get("LastModifiedBy")
    bounced = row.get(EMAIL_BOUNCED) or row.get(PERSON_EMAIL_BOUNCED)
    return replace(
        known,
        name=storable(str(row.get("Name") or known.name)),
        changed_by=storable(str(user.get("Name") or ""))
        if isinstance(user, dict)
        else known.changed_by,
        bounced_at=from_text(str(bounced)) if bounced else known.bounced_at,
    )
