"""Rules for the Setup rows that grant permissions over the API.

Source: Object Reference, FieldPermissions, ObjectPermissions, PermissionSetAssignment.
"""

from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal, no_access
from lib.practice.rows import Row
from lib.practice.saving.field_values import bad_choice
from lib.practice.schema import SObjectType

_ONE_OF_A_KIND = {
    "FieldPermissions": ("ParentId", "SobjectType", "Field"),
    "ObjectPermissions": ("ParentId", "SobjectType"),
    "PermissionSetAssignment": ("PermissionSetId", "AssigneeId"),
    "PermissionSet": ("Name",),
    "User": ("Username",),
}


def check(org: PracticeOrg, kind: SObjectType, row: Row) -> None:
    """Refuse a Setup row that Salesforce would refuse; other rows pass."""
    if kind.name not in _ONE_OF_A_KIND:
        return
    if kind.name == "FieldPermissions":
        _check_field(org, kind, row)
    if kind.name == "PermissionSetAssignment" and "PermissionSetId" not in row:
        message = "Required fields are missing: [PermissionSetId]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, ["PermissionSetId"])
    if row.get("PermissionsEdit") and not row.get("PermissionsRead"):
        what = row.get("Field") or row["SobjectType"]
        message = f"Permission Edit {what} depends on permission(s): Read {what}"
        raise Refusal("FIELD_INTEGRITY_EXCEPTION", message, [])
    _check_duplicate(org, kind, row)


def is_pointless(row: Row) -> bool:
    """Whether the row no longer grants anything: Salesforce deletes such rows."""
    return row.get("PermissionsRead") is False


def refuse_removal(row: Row) -> None:
    """Refuse to delete the permission set of a profile."""
    if row.get("IsOwnedByProfile"):
        raise no_access()


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
