"""Fields that Salesforce fills from others: full names, compound addresses, the bounced mark."""

from lib.practice.rows import Row
from lib.practice.schema import SObjectType

_PARTS = (
    "City",
    "Country",
    "GeocodeAccuracy",
    "Latitude",
    "Longitude",
    "PostalCode",
    "State",
    "Street",
)
MEMBER_COPIES = (
    "Salutation",
    "FirstName",
    "LastName",
    "Name",
    "Title",
    "Email",
    "Phone",
    "Fax",
    "MobilePhone",
    "LeadSource",
    "DoNotCall",
    "HasOptedOutOfEmail",
    "HasOptedOutOfFax",
)
"""Fields of a campaign member that repeat the Contact's or Lead's."""


def completed(kind: SObjectType, row: Row) -> Row:
    """A new row with every default and derived field of its whole sObject filled in."""
    return refreshed(kind, {**kind.defaults, **_filled(row)})


def refreshed(kind: SObjectType, row: Row) -> Row:
    """A row whose derived fields follow its others again; its nulls are left out."""
    full = _filled(row)
    if full.get("LastName"):
        full["Name"] = full_name(full)
    if "isemailbounced" in kind.fields:
        full["IsEmailBounced"] = bool(
            full.get("EmailBouncedReason") or full.get("EmailBouncedDate")
        )
    for name in kind.addresses:
        _fill_address(full, name)
    return full


def full_name(row: Row) -> str:
    """First name and last name, as far as they are there; the salutation is no part of it."""
    return " ".join(part for part in (row.get("FirstName"), row.get("LastName")) if part)


def member_copies(person: Row) -> Row:
    """The fields of a campaign member that are copies of the Contact's or Lead's."""
    copies: Row = {name: person[name] for name in MEMBER_COPIES if person.get(name) is not None}
    copies["LeadOrContactId"] = person["Id"]
    copies["LeadOrContactOwnerId"] = person.get("OwnerId")
    copies["Type"] = "Lead" if "Company" in person else "Contact"
    return copies


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _fill_address(row: Row, name: str) -> None:
    prefix = name.removesuffix("Address")
    row.pop(name, None)
    if any(prefix + part in row for part in _PARTS):
        row[name] = {part[0].lower() + part[1:]: row.get(prefix + part) for part in _PARTS}
