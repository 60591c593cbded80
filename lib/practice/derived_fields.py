"""Fields that Salesforce fills from others: full names, compound addresses, IsEmailBounced."""

from functools import lru_cache
from typing import Any

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
"""Fields of a campaign member that repeat fields of its Contact or Lead."""


def completed(kind: SObjectType, row: Row) -> Row:
    """A new row with every default and derived field of its sObject."""
    return _followed(kind, {**kind.defaults, **_filled(row)})


def refreshed(kind: SObjectType, row: Row) -> Row:
    """A changed row with its derived fields updated; nulls are left out."""
    return _followed(kind, _filled(row))


def _followed(kind: SObjectType, full: Row) -> Row:
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
    """First and last name, if present, without the salutation."""
    return " ".join(part for part in (row.get("FirstName"), row.get("LastName")) if part)


def member_copies(person: Row) -> Row:
    """The values a campaign member copies from its Contact or Lead."""
    copies: Row = {name: person[name] for name in MEMBER_COPIES if person.get(name) is not None}
    copies["LeadOrContactId"] = person["Id"]
    copies["LeadOrContactOwnerId"] = person.get("OwnerId")
    copies["Type"] = "Lead" if "Company" in person else "Contact"
    return copies


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _fill_address(row: Row, name: str) -> None:
    parts = _parts_of(name)
    row.pop(name, None)
    if not row.keys().isdisjoint(parts):
        row[name] = _address(tuple(row.get(part) for part in parts))


@lru_cache
def _parts_of(name: str) -> tuple[str, ...]:
    prefix = name.removesuffix("Address")
    return tuple(prefix + part for part in _PARTS)


@lru_cache(maxsize=1024)
def _address(values: tuple[Any, ...]) -> dict[str, Any]:
    """A compound address; rows can share it, because rows are never changed in place."""
    names = (part[0].lower() + part[1:] for part in _PARTS)
    return dict(zip(names, values, strict=True))
