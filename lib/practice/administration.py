"""What administrators and the people outside do to a practice org: rights, switches, unsubscribes.

Rights change as rows do in a real org, so describe, queries and writes follow at once.
"""

from random import Random
from typing import Literal

from lib.practice.org import Org
from lib.practice.people import mailable
from lib.practice.rows import Row
from lib.practice.schema import SCHEMA

Access = Literal["hidden", "read_only", "editable"]

_EDIT_CONVERTED = "PermissionsAllowViewEditConvertedLeads"
_HIDDEN_AT_FIRST = ("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall")


def set_field_access(org: Org, field: str, access: Access) -> None:
    """Let everybody see or edit a field such as `Contact.HasOptedOutOfEmail`, or nobody."""
    with org.transaction():
        for row in list(org.tables.rows("FieldPermissions").values()):
            if row["Field"].lower() == field.lower():
                org.tables.drop("FieldPermissions", row["Id"])
        if access != "hidden":
            for one in _sets_of_profiles(org):
                _grant_field(org, one, field, may_edit=access == "editable")


def hide_until_set_up(org: Org) -> None:
    """Put the org where a new one starts: opt-out fields are hidden even from administrators."""
    with org.transaction():
        for sobject in ("Contact", "Lead"):
            for name in _HIDDEN_AT_FIRST:
                set_field_access(org, f"{sobject}.{name}", "hidden")


def set_object_edit(org: Org, sobject: str, *, allowed: bool) -> None:
    """Give or take everybody's right to edit records of an sObject.

    Modify All Data implies every such right, so it goes with the first one taken.
    """
    with org.transaction():
        for row in list(org.tables.rows("ObjectPermissions").values()):
            if row["SobjectType"].lower() == sobject.lower():
                rights = {"PermissionsEdit": allowed}
                if not allowed:
                    rights |= {"PermissionsDelete": False, "PermissionsModifyAllRecords": False}
                org.tables.put("ObjectPermissions", {**row, **rights})
        if not allowed:
            _set_user_permission(org, "PermissionsModifyAllData", allowed=False)


def set_converted_lead_edit(org: Org, *, allowed: bool) -> None:
    """Give or take "View and Edit Converted Leads"."""
    with org.transaction():
        _set_user_permission(org, _EDIT_CONVERTED, allowed=allowed)


def unsubscribe_people(org: Org, number: int) -> list[str]:
    """Let this many people whom a mailing would reach unsubscribe now; returns their addresses."""
    with org.transaction():
        listed = {one.address.strip().lower() for one in org.unsubscribes}
        rows = [*org.tables.rows("Contact").values(), *org.tables.rows("Lead").values()]
        found = {row["Email"].strip().lower(): row["Email"].strip() for row in mailable(rows)}
        free = sorted(address for key, address in found.items() if key not in listed)
        chosen = Random(org.seed + len(listed)).sample(free, min(number, len(free)))
        for address in chosen:
            org.add_unsubscribe(address, org.clock())
        return chosen


def _sets_of_profiles(org: Org) -> list[Row]:
    return [one for one in org.tables.rows("PermissionSet").values() if one["IsOwnedByProfile"]]


def _grant_field(org: Org, permission_set: Row, field: str, *, may_edit: bool) -> None:
    row: Row = {
        "Id": org.ids.next(SCHEMA["fieldpermissions"].key_prefix),
        "ParentId": permission_set["Id"],
        "SobjectType": field.partition(".")[0],
        "Field": field,
        "PermissionsRead": True,
        "PermissionsEdit": may_edit,
        "SystemModstamp": org.now(),
    }
    org.tables.put("FieldPermissions", row)


def _set_user_permission(org: Org, permission: str, *, allowed: bool) -> None:
    for one in _sets_of_profiles(org):
        org.tables.put("PermissionSet", {**one, permission: allowed})
        profile = org.tables.rows("Profile")[one["ProfileId"]]
        org.tables.put("Profile", {**profile, permission: allowed})
