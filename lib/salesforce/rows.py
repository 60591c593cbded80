"""A row of Salesforce's answer as one of our values, and its ID in one form."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.addresses import compared
from lib.clock import from_text
from lib.fields import EMAIL, PersonFields, fields_of
from lib.salesforce.failures import broken, storable
from lib.values import Record

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT, _GROUP = 15, 5


def to_record(sobject: str, row: Mapping[str, Any], fields: PersonFields | None = None) -> Record:
    """A row of Salesforce's answer as our value; a record without an email has the address "".

    `fields` are those of the sObject, the standard ones by default. Raises SalesforceUnreachable
    for a row without an ID, an email field, or the time of its last change.
    """
    standard = fields_of(sobject)
    fields = fields or standard
    try:
        boxes = [_flag(_value(row, name)) for name in fields.opt_outs]
        is_known = None not in boxes
        return Record(
            sobject=sobject,
            record_id=to18(str(row["Id"])),
            address=_address(row[fields.email]),
            opted_out=all(boxes) if is_known else None,
            is_partly_set=is_known and any(boxes) and not all(boxes),
            unset=frozenset() if fields == standard else _unset(fields.opt_outs, boxes),
            modified_at=from_text(row["LastModifiedDate"]),
            is_converted=bool(_flag(row.get("IsConverted"))),
            is_person_account=bool(_flag(row.get("IsPersonAccount"))),
            created_at=from_text(row["CreatedDate"]) if row.get("CreatedDate") else None,
            contact_id=_id_in(row, "PersonContactId"),
            modified_by=_id_in(row, "LastModifiedById"),
            account_id=_id_in(row, "AccountId"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise broken(f"a {sobject} isn't complete") from error


def id_of(row: Mapping[str, Any]) -> str:
    """The ID of a row, in its long form. Raises SalesforceUnreachable if there is none."""
    found = row.get("Id")
    if not isinstance(found, str) or not found:
        raise broken("a record has no ID")
    return to18(found)


def address_and_id(row: Mapping[str, Any]) -> tuple[str, str]:
    """Both, of a row that was asked for them. Raises SalesforceUnreachable if one isn't there."""
    if EMAIL not in row:
        raise broken("a record has no Email field")
    return address_of(row), id_of(row)


def address_of(row: Mapping[str, Any], email: str = EMAIL) -> str:
    """The address of a row in its compared form, "" if there is none."""
    return _address(row.get(email))


def _address(value: object) -> str:
    return compared(storable(str(value or "")))


def _flag(value: Any) -> bool | None:
    """A checkbox. Raises ValueError for anything else: "false" as text mustn't count as set."""
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(value)


def _unset(names: Sequence[str], boxes: Sequence[Any]) -> frozenset[str]:
    pairs = zip(names, boxes, strict=True)
    return frozenset(name.lower() for name, is_set in pairs if is_set is False)


def _id_in(row: Mapping[str, Any], name: str) -> str:
    """The ID in a field, "" if there is none."""
    found = row.get(name)
    return to18(str(found)) if found else ""


def _value(row: Mapping[str, Any], name: str) -> Any:
    """The value of a field; Salesforce spells a custom field its own way."""
    if name in row:
        return row[name]
    return next((row[key] for key in row if key.lower() == name.lower()), None)


def to18(record_id: str) -> str:
    """The 18-character form of an ID; anything but 15 characters comes back unchanged.

    The short form is case-sensitive, the long form isn't: each group of five characters adds
    a character that says which of them are capitals.
    """
    if len(record_id) != _SHORT:
        return record_id
    groups = (record_id[start : start + _GROUP] for start in range(0, _SHORT, _GROUP))
    return record_id + "".join(_CHECK[_capitals(group)] for group in groups)


def _capitals(group: str) -> int:
    return sum(1 << place for place, letter in enumerate(group) if "A" <= letter <= "Z")
