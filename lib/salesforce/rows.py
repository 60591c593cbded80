"""A row of Salesforce's answer as one of our values."""

from collections.abc import Mapping
from typing import Any

from lib.addresses import compared
from lib.clock import from_text
from lib.salesforce.ids import to18
from lib.values import Record

OPT_OUT = "HasOptedOutOfEmail"


def to_record(sobject: str, row: Mapping[str, Any]) -> Record:
    """A row of Salesforce's answer as our value; a record without e-mail has the address ""."""
    ticked = row.get(OPT_OUT)
    return Record(
        sobject=sobject,
        record_id=to18(row["Id"]),
        address=compared(row.get("Email") or ""),
        opted_out=None if ticked is None else bool(ticked),
        modified_at=from_text(row["LastModifiedDate"]),
        is_converted=bool(row.get("IsConverted")),
        is_person_account=bool(row.get("IsPersonAccount")),
    )
