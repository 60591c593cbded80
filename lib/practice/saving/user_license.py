"""The Salesforce Integration license: no rights on objects without its permission set license.

Source: Salesforce Help, "Give Integration Users API Only Access"; the refusals are recorded from
orgs (an assignment) and from Help 001233479 (a set that is assigned already).
"""

from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.rows import Row

_WORDS = (("PermissionsRead", "Read"), ("PermissionsEdit", "Edit"), ("PermissionsCreate", "Create"))
_NAME = "Salesforce Integration"


def check(org: PracticeOrg, kind: str, row: Row) -> None:
    """Refuse an assignment, or a right of a set that is assigned, which the license forbids."""
    if kind == "PermissionSetAssignment" and row["AssigneeId"] in org.settings.integration_users:
        rights = _rights(org, str(row["PermissionSetId"]))
        if rights:
            label = org.tables.rows("PermissionSet")[row["PermissionSetId"]]["Label"]
            user = org.tables.rows("User")[row["AssigneeId"]]
            raise _refusal(
                f'Can\'t assign permission set "{label}" to user "{_name(user)}".', rights[0]
            )
    if kind == "ObjectPermissions" and _is_assigned(org, str(row["ParentId"])):
        label = org.tables.rows("PermissionSet")[row["ParentId"]]["Label"]
        what = f"Can't save permission set {label}, which is assigned to a user with user license"
        raise _refusal(f"{what} {_NAME}.", row)


def _refusal(what: str, right: Row) -> Refusal:
    verb = next((word for name, word in _WORDS if right.get(name)), "Read")
    message = (
        f"{what} The user license doesn't allow the permission: {verb} {right['SobjectType']}s"
    )
    return Refusal("FIELD_INTEGRITY_EXCEPTION", message, [])


def _rights(org: PracticeOrg, set_id: str) -> list[Row]:
    rows = org.tables.rows("ObjectPermissions").values()
    return [row for row in rows if row["ParentId"] == set_id]


def _is_assigned(org: PracticeOrg, set_id: str) -> bool:
    rows = org.tables.rows("PermissionSetAssignment").values()
    return any(
        row["PermissionSetId"] == set_id and row["AssigneeId"] in org.settings.integration_users
        for row in rows
    )


def _name(user: Row) -> str:
    return f"{user['FirstName']} {user['LastName']}"
