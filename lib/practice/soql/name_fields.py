"""Name: the fields of a record after a lookup that can lead to several sObjects.

Source: Object Reference, "Name".
"""

from collections.abc import Callable, Sequence
from typing import Any

from lib.practice.rows import Row
from lib.practice.schema import Field, SObjectType

RELATIONSHIPS = ("profile", "recordtype", "userrole")
"""Lookups of Name that a path can continue with."""


class NameField(Field):
    """A field of Name; the field it is read from depends on the record's sObject."""


_TYPES = {
    "Alias": "string",
    "Email": "email",
    "FirstName": "string",
    "Id": "id",
    "IsActive": "boolean",
    "LastName": "string",
    "LastReferencedDate": "datetime",
    "LastViewedDate": "datetime",
    "Name": "string",
    "NameOrAlias": "string",
    "Phone": "phone",
    "ProfileId": "reference",
    "RecordTypeId": "reference",
    "Title": "string",
    "Type": "picklist",
    "UserRoleId": "reference",
    "Username": "string",
}
FIELDS = {name.lower(): NameField(name, name, kind) for name, kind in _TYPES.items()}


def read(kinds: Sequence[SObjectType], field: NameField) -> Callable[[Row], Any]:
    """How to get a field of Name from a row of one of these sObjects."""
    if field.name == "Type":
        types = {kind.key_prefix: kind.name for kind in kinds}
        return lambda row: types.get(row["Id"][:3])
    columns = {kind.key_prefix: _column(kind, field.name) for kind in kinds}
    empty: Any = False if field.type == "boolean" else None
    return lambda row: row.get(columns.get(row["Id"][:3], ""), empty)


def _column(kind: SObjectType, name: str) -> str:
    """The sObject's own field for a field of Name; empty if missing or hidden."""
    if name == "NameOrAlias":
        name = "Alias" if kind.field("Alias") else "Name"
    if name == "Name":
        return next((field.name for field in kind.fields.values() if field.name_field), "")
    found = kind.field(name)
    return found.name if found else ""
