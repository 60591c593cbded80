"""What a user can see and edit, computed from the permission rows as Salesforce documents it.

A user has the permission set of their profile and those assigned to them. A field with permissions
needs a FieldPermissions row in one of these sets; an sObject needs an ObjectPermissions row. No row
means no access. Edit implies Read. Field permissions apply to administrators too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lib.practice.custom_fields import on_account
from lib.practice.rows import Row, stamp
from lib.practice.schema import SCHEMA, Field, SObjectType
from lib.practice.tables import Tables

PERMISSION_TABLES = (
    "User",
    "PermissionSet",
    "FieldPermissions",
    "ObjectPermissions",
    "PermissionSetAssignment",
)
"""The sObjects whose rows decide what a user sees."""

OWN_PERMISSIONS = "UserPermissionAccess"
"""The sObject whose only row has the caller's own user permissions, from all of their sets."""

_RIGHTS = ("PermissionsRead", "PermissionsCreate", "PermissionsEdit", "PermissionsDelete")
_SETUP_RIGHT = {
    "user": "PermissionsManageUsers",
    "group": "PermissionsManageUsers",
    "permissionsetassignment": "PermissionsAssignPermissionSets",
    "recordtype": "PermissionsCustomizeApplication",
    "organization": "PermissionsCustomizeApplication",
}
_FOLLOWS = {
    "AccountContactRelation": "Account",
    "CampaignMember": "Campaign",
    "OpportunityContactRole": "Opportunity",
}
"""sObjects without permissions of their own: they follow the permissions of another sObject."""
_ACTIVITIES = ("Event", "Task")
_VIEW_SETUP = "PermissionsViewSetup"
_ASSIGN = "PermissionsAssignPermissionSets"
_SEEN_WITH = {
    "fieldpermissions": (_VIEW_SETUP,),
    "objectpermissions": (_VIEW_SETUP,),
    "permissionset": (_VIEW_SETUP, _ASSIGN, "PermissionsManageProfilesPermissionsets"),
    "permissionsetassignment": (_VIEW_SETUP, _ASSIGN, "PermissionsManageUsers"),
}
"""Setup objects that only users with one of these permissions can see (since Summer '20)."""


@dataclass(frozen=True, slots=True)
class Granted:
    """One user's permission sets, with their field and object permissions."""

    sets: tuple[Row, ...]
    fields: tuple[Row, ...]
    objects: tuple[Row, ...]

    def holds(self, permission: str) -> bool:
        """Whether a user permission such as `PermissionsApiEnabled` is in one of the sets."""
        return any(permission_set.get(permission) for permission_set in self.sets)


def granted(user: Row, tables: Tables) -> Granted:
    """The permission rows that apply to a user."""
    assigned = {
        row["PermissionSetId"]
        for row in tables.rows("PermissionSetAssignment").values()
        if row["AssigneeId"] == user["Id"]
    }
    sets = [
        row
        for row in tables.rows("PermissionSet").values()
        if row["Id"] in assigned or row.get("ProfileId") == user["ProfileId"]
    ]
    ids = {row["Id"] for row in sets}
    return Granted(
        tuple(sets),
        tuple(row for row in tables.rows("FieldPermissions").values() if row["ParentId"] in ids),
        tuple(row for row in tables.rows("ObjectPermissions").values() if row["ParentId"] in ids),
    )


def own_permissions(rights: Granted, since: datetime) -> Row:
    """The row of UserPermissionAccess: every user permission, and whether this user has it.

    Users see it without View Setup. Source: Object Reference, UserPermissionAccess.
    """
    names = [field.name for field in SCHEMA[OWN_PERMISSIONS.lower()].fields.values()]
    held = {name: rights.holds(name) for name in names if name.startswith("Permissions")}
    return {"Id": "000000000000000AAA", "LastCacheUpdate": stamp(since), **held}


def visible_types(schema: Mapping[str, SObjectType], rights: Granted) -> dict[str, SObjectType]:
    """The schema as this user sees it, without hidden fields, and with read-only fields marked."""
    fields = _fields_by_type(rights.fields)
    seen = (_visible(kind, rights, fields.get(kind.name, {})) for kind in schema.values())
    return {kind.name.lower(): kind for kind in seen if kind is not None}


def _fields_by_type(rows: Iterable[Row]) -> dict[str, dict[str, bool]]:
    """sObject → field → whether the user can edit it. Fields they cannot see are absent."""
    found: dict[str, dict[str, bool]] = {}
    for row in rows:
        if row.get("PermissionsRead"):
            fields = found.setdefault(row["SobjectType"], {})
            name = row["Field"].partition(".")[2]
            fields[name] = fields.get(name, False) or bool(row.get("PermissionsEdit"))
    # The fields of a person account follow the fields of the Contact inside it.
    persons = {
        on_account(name) if name.endswith("__c") else f"Person{name}": edit
        for name, edit in found.get("Contact", {}).items()
    }
    found.setdefault("Account", {}).update(persons)
    return found


def _visible(kind: SObjectType, rights: Granted, fields: Mapping[str, bool]) -> SObjectType | None:
    if not kind.permissionable:
        return _visible_setup(kind, rights)
    read, create, edit, delete = _object_rights(kind.name, rights)
    if not read:
        return None
    shown = (_visible_field(field, fields) for field in kind.fields.values())
    return replace(
        kind,
        fields={visible.name.lower(): visible for visible in shown if visible is not None},
        createable=kind.createable and create,
        updateable=kind.updateable and edit,
        deletable=kind.deletable and delete,
    )


def _object_rights(name: str, rights: Granted) -> tuple[bool, ...]:
    if name in _ACTIVITIES or rights.holds("PermissionsModifyAllData"):
        return (True,) * len(_RIGHTS)
    own = _FOLLOWS.get(name, name)
    rows = [row for row in rights.objects if row["SobjectType"] == own]
    return tuple(any(row.get(right) for row in rows) for right in _RIGHTS)


def _visible_field(field: Field, fields: Mapping[str, bool]) -> Field | None:
    if not field.permissionable:
        return field
    # The parts of an address have no rows of their own; the address's row covers them.
    may_edit = fields.get(field.compound_field_name or field.name)
    if may_edit is None:
        return None
    if may_edit:
        return field
    return replace(field, createable=False, updateable=False)


def _visible_setup(kind: SObjectType, rights: Granted) -> SObjectType | None:
    name = kind.name.lower()
    if name in _SEEN_WITH and not any(map(rights.holds, _SEEN_WITH[name])):
        return None
    right = _SETUP_RIGHT.get(name, "PermissionsManageProfilesPermissionsets")
    may = rights.holds(right)
    return replace(
        kind,
        createable=kind.createable and may,
        updateable=kind.updateable and may,
        deletable=kind.deletable and may,
    )
