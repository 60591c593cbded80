"""Rules for the Setup rows that grant permissions over the API.

Source: Object Reference, PermissionSet, FieldPermissions, ObjectPermissions,
PermissionSetAssignment.
"""

import re

from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal, no_access
from lib.practice.rows import Row
from lib.practice.saving import user_license
from lib.practice.saving.field_values import bad_choice
from lib.practice.schema import SObjectType

_ONE_OF_A_KIND = {
    "FieldPermissions": ("ParentId", "SobjectType", "Field"),
    "ObjectPermissions": ("ParentId", "SobjectType"),
    "PermissionSetAssignment": ("PermissionSetId", "AssigneeId"),
    "PermissionSet": ("Name",),
    "User": ("Username",),
}

_DEPENDS = {
    "Create": ("Read",),
    "Edit": ("Read",),
    "Delete": ("Read", "Edit"),
    "ViewAllRecords": ("Read",),
    "ModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords"),
}
"""What a right needs in the same row."""
_RIGHT_WORDS = {"ViewAllRecords": "View All", "ModifyAllRecords": "Modify All"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check(org: PracticeOrg, kind: SObjectType, row: Row) -> None:
    """Refuse a Setup row that Salesforce would refuse; other rows pass."""
    if kind.name not in _ONE_OF_A_KIND:
        return
    if kind.name == "FieldPermissions":
        _check_field(org, kind, row)
    if kind.name == "PermissionSetAssignment" and "PermissionSetId" not in row:
        message = "Required fields are missing: [PermissionSetId]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, ["PermissionSetId"])
    if kind.name == "PermissionSet" and not row.get("IsOwnedByProfile"):
        _check_name(str(row.get("Name")))
    _check_dependencies(row)
    user_license.check(org, kind.name, row)
    _check_duplicate(org, kind, row)


def is_pointless(row: Row) -> bool:
    """Whether the row no longer grants anything: Salesforce deletes such rows."""
    return row.get("PermissionsRead") is False


def refuse_removal(row: Row) -> None:
    """Refuse to delete the permission set of a profile."""
    if row.get("IsOwnedByProfile"):
        raise no_access()


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name.endswith("_") or "__" in name:
        message = (
            "The Permission Set Name can only contain underscores and alphanumeric characters. It "
            "must be unique, begin with a letter, not include spaces, not end with an underscore, "
            "and not contain two consecutive underscores."
        )
        raise Refusal("FIELD_INTEGRITY_EXCEPTION", message, ["Name"])


def _check_dependencies(row: Row) -> None:
    """Each right needs those below it: View All needs Read, Modify All needs all of them."""
    for right, needed in _DEPENDS.items():
        missing = [name for name in needed if not row.get(f"Permissions{name}")]
        if row.get(f"Permissions{right}") and missing:
            what = row.get("Field") or row["SobjectType"]
            words = ", ".join(f"{_RIGHT_WORDS.get(name, name)} {what}" for name in missing)
            message = (
                f"Permission {_RIGHT_WORDS.get(right, right)} {what} depends on permission(s): "
                f"{words}"
            )
            raise Refusal("FIELD_INTEGRITY_EXCEPTION", message, [])


def _check_field(org: PracticeOrg, kind: SObjectType, row: Row) -> None:
    sobject, _, name = row["Field"].partition(".")
    target = org.schema.get(sobject.lower())
    field = target.field(name) if target else None
    known = field is not None and field.permissionable and not field.compound_field_name
    if not known or sobject.lower() != row["SobjectType"].lower():
        raise bad_choice(kind.fields["field"], row["Field"])


def _check_duplicate(org: PracticeOrg, kind: SObjectType, row: Row) -> None:
    names = _ONE_OF_A_KIND[kind.name]
    key = [str(row.get(name)).lower() for name in names]
    for other in org.tables.rows(kind.name).values():
        same = other["Id"] != row["Id"] and [str(other.get(name)).lower() for name in names] == key
        if same and kind.name == "User":
            message = (
                "Duplicate Username.<br>The username already exists in this or another Salesforce "
                "organization. Usernames must be unique across all Salesforce organizations. "
                "To resolve, use a different username (it doesn't need to match the user's email "
                "address). "
            )
            raise Refusal("DUPLICATE_USERNAME", message, ["Username"])
        if same:
            message = (
                f"duplicate value found: {names[-1]} duplicates value on record with id: "
                f"{other['Id'][:15]}"
            )
            raise Refusal("DUPLICATE_VALUE", message, [])
