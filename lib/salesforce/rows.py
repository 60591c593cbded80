"""A row of Salesforce's answer as one of our values."""

from collections.abc import Mapping
from typing import Any

from lib.addresses import compared
from lib.clock import from_text
from lib.salesforce.composite import broken
from lib.salesforce.failures import storable
from lib.salesforce.ids import to18
from lib.values import Record

OPT_OUT = "HasOptedOutOfEmail"


def to_record(sobject: str, row: Mapping[str, Any]) -> Record:
    """A row of Salesforce's answer as our value; a record without e-mail has the address "".

    Raises SalesforceUnreachable for a row without id or time of its last change.
    """
    ticked = row.get(OPT_OUT)
    try:
        return Record(
            sobject=sobject,
            record_id=to18(str(row["Id"])),
            address=compared(storable(str(row.get("Email") or ""))),
            opted_out=None if ticked is None else bool(ticked),
            modified_at=from_text(row["LastModifiedDate"]),
            is_converted=bool(row.get("IsConverted")),
            is_person_account=bool(row.get("IsPersonAccount")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise broken(f"a {sobject} has no ID or date") from error
