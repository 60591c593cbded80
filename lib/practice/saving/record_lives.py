"""What Salesforce does with whole records: undelete, merge, and convert a Lead.

Sources: SOAP API Developer Guide, undelete(), merge(), convertLead(); Salesforce Help, "What
Happens When I Convert Leads?".
"""

from typing import Any

from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.saving.save import Writer
from lib.practice.schema import SObjectType

_MERGED = ("Account", "Contact", "Lead")
_COPIED = (
    *("Salutation", "FirstName", "LastName", "Title", "Email", "Phone", "MobilePhone", "Fax"),
    *("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall", "LeadSource", "Description"),
    "OwnerId",
)
"""Fields of a Lead that its Contact gets without a mapping of the org's own."""


def undelete(writer: Writer, sobject: str, record_id: str) -> None:
    """Take a record out of the recycle bin, as it was; what was deleted with it stays there."""
    with writer.org.transaction():
        kind = writer.kind(sobject)
        row = writer.org.tables.rows(kind.name)[record_id]
        if not row["IsDeleted"]:
            raise Refusal("UNDELETE_FAILED", "Entity is not in the recycle bin", [])
        writer.put(kind, row, {**row, "IsDeleted": False, "MasterRecordId": None})


def merge(writer: Writer, sobject: str, winner: str, loser: str, values: dict[str, Any]) -> None:
    """The winner keeps its fields, except for the given ones; the loser is deleted."""
    if sobject not in _MERGED or winner == loser:
        raise Refusal("INVALID_OPERATION", f"{sobject} records can't be merged like this", [])
    with writer.org.transaction():
        kind = writer.kind(sobject)
        gone = writer.existing(kind, loser)
        writer.update(sobject, winner, values)
        _move_children(writer.org, kind, gone, winner)
        writer.put(kind, gone, {**gone, "IsDeleted": True, "MasterRecordId": winner})


def convert(writer: Writer, lead: str) -> str:
    """Make a Lead a Contact of a new Account: the Contact's id. The Lead stays, as converted."""
    org = writer.org
    with org.transaction():
        kind = writer.kind("Lead")
        row = writer.existing(kind, lead)
        if row.get("IsConverted"):
            raise Refusal("CANNOT_UPDATE_CONVERTED_LEAD", "lead is already converted", [])
        account = writer.create("Account", {"Name": row["Company"]})
        copied = {name: row[name] for name in _COPIED if row.get(name) is not None}
        contact = writer.create("Contact", {**copied, "AccountId": account})
        converted = {
            "IsConverted": True,
            "Status": "Closed - Converted",
            "ConvertedDate": org.now()[:10],
            "ConvertedAccountId": account,
            "ConvertedContactId": contact,
        }
        writer.put(kind, row, {**row, **converted})
        return contact


def _move_children(org: PracticeOrg, kind: SObjectType, loser: Row, winner: str) -> None:
    for link in kind.child_relationships:
        for child in list(org.tables.rows(link.child_sobject).values()):
            if child.get(link.field) == loser["Id"] and child["Id"] != winner:
                org.tables.put(link.child_sobject, {**child, link.field: winner})
