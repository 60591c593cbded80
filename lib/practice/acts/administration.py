"""What administrators do to the practice org: rights, rules, limits, sign-in.

Rights are rows, so every call sees a change made here, as in a real org.
"""

from random import Random
from typing import Any

from lib.practice.acts.people import OPT_OUT, PEOPLE, ActRefused
from lib.practice.crowd import person_names
from lib.practice.org_settings import ValidationRule
from lib.practice.org_setup import USERNAME
from lib.practice.rows import Row
from lib.practice.saving.person_accounts import turn_on
from lib.practice.saving.save import Writer
from lib.practice.schema import SCHEMA
from lib.practice.world import World

ACCESS = ("hidden", "read_only", "editable")

_TAKEN = "taken_field_rights"
_MODIFY_ALL = "PermissionsModifyAllData"


def field_access(
    world: World, access: str, sobject: str = "", field: str = OPT_OUT, user: str = USERNAME
) -> dict[str, Any]:
    """Make a field hidden, read-only or editable for a user; without `sobject`, on both objects."""
    if access not in ACCESS:
        raise ActRefused(f"access is one of {', '.join(ACCESS)}")
    fields = [f"{name}.{field}" for name in ([sobject] if sobject else PEOPLE)]
    with world.org.transaction():
        _give_back(world, fields)
        for row in _rights(world, user, "FieldPermissions"):
            if row["Field"] in fields:
                _restrict(world, row, access)
    return {"access": field_rights(world, user)}


def _restrict(world: World, row: Row, access: str) -> None:
    tables = world.org.tables
    if access == "hidden":
        tables.put_note(_TAKEN, [*(tables.note(_TAKEN) or []), row])
        tables.drop("FieldPermissions", row["Id"])
    else:
        tables.put("FieldPermissions", {**row, "PermissionsEdit": access == "editable"})


def _give_back(world: World, fields: list[str]) -> None:
    tables = world.org.tables
    taken: list[Row] = tables.note(_TAKEN) or []
    for row in taken:
        if row["Field"] in fields:
            tables.put("FieldPermissions", row)
    tables.put_note(_TAKEN, [row for row in taken if row["Field"] not in fields])


def field_rights(world: World, user: str = USERNAME, field: str = OPT_OUT) -> dict[str, str]:
    """A user's access to a field of Contact and Lead now: hidden, read_only or editable."""
    rights = {}
    for sobject in PEOPLE:
        kind = world.org.view(_user_id(world, user)).type(sobject)
        seen = kind.field(field) if kind else None
        rights[sobject] = "hidden" if seen is None else ACCESS[1 + seen.updateable]
    return rights


def object_edit(world: World, sobject: str, on: bool, user: str = USERNAME) -> dict[str, Any]:
    """Take the right to edit an sObject away from a user's profile, or give it back."""
    with world.org.transaction():
        for row in _rights(world, user, "ObjectPermissions"):
            if row["SobjectType"] == sobject:
                changes = {"PermissionsEdit": on, "PermissionsModifyAllRecords": on}
                world.org.tables.put("ObjectPermissions", {**row, **changes})
        # The Modify All Data permission overrides every missing right.
        rows = _rights(world, user, "ObjectPermissions")
        _set_permission(world, user, _MODIFY_ALL, all(row["PermissionsEdit"] for row in rows))
    return {"sobject": sobject, "edit": on}


def view_all(world: World, on: bool, sobject: str = "", user: str = USERNAME) -> dict[str, Any]:
    """Take View All and Modify All away from a user, or give them back.

    Without `sobject`, on all of them. Users see all records all the same: there is no sharing.
    """
    wide = {"PermissionsViewAllRecords": on, "PermissionsModifyAllRecords": on}
    with world.org.transaction():
        for row in _rights(world, user, "ObjectPermissions"):
            if sobject in ("", row["SobjectType"]):
                world.org.tables.put("ObjectPermissions", {**row, **wide})
        if not on or not sobject:  # a right on everything would outdo a right on one object
            _set_permission(world, user, _MODIFY_ALL, on)
            _set_permission(world, user, "PermissionsViewAllData", on)
    return {"sobject": sobject, "view_all": on}


def user_permission(
    world: World, permission: str, on: bool, user: str = USERNAME
) -> dict[str, Any]:
    """Grant or revoke a permission such as `ApiEnabled` or `AllowViewEditConvertedLeads`."""
    full = f"Permissions{permission.removeprefix('Permissions')}"
    kind = world.org.schema["permissionset"]
    if kind.field(full) is None:
        raise ActRefused(f"there is no permission {permission}")
    with world.org.transaction():
        _set_permission(world, user, full, on)
    return {"permission": full, "on": on}


def integration_license(world: World, on: bool, user: str = USERNAME) -> dict[str, Any]:
    """Give a user the Salesforce Integration license, without its permission set license, or undo.

    What their profile allows stays as it is.
    """
    user_id = _user_id(world, user)
    with world.org.transaction():
        others = [each for each in world.org.settings.integration_users if each != user_id]
        world.org.settings.integration_users = [*others, user_id] if on else others
    return {"user": user, "integration_license": on}


def _set_permission(world: World, user: str, name: str, on: bool) -> None:
    for row in world.org.view(_user_id(world, user)).rights.sets:
        world.org.tables.put("PermissionSet", {**row, name: on})


def lock_rows(world: World, records: list[str], tries: int = 1) -> dict[str, Any]:
    """Lock records for their next `tries` writes, as if someone else were saving them."""
    with world.org.transaction():
        for record in records:
            world.org.settings.locked[record] = tries
    return {"locked": dict(world.org.settings.locked)}


def in_approval(world: World, record: str, on: bool = True) -> dict[str, Any]:
    """Put a record into an approval process, where it cannot be edited, or take it out."""
    with world.org.transaction():
        waiting = world.org.settings.in_approval
        (waiting.add if on else waiting.discard)(record)
    return {"in_approval": sorted(waiting)}


def validation_rule(
    world: World,
    sobject: str,
    field: str,
    value: Any,
    message: str = "Ask the data team before you change this record.",
    record: str = "",
) -> dict[str, Any]:
    """Refuse every save that leaves `value` in a field, for one record or for all."""
    rule = ValidationRule(sobject, field, value, message, record)
    with world.org.transaction():
        world.org.settings.validation_rules.append(rule)
    return {"rules": len(world.org.settings.validation_rules)}


def drop_rules(world: World) -> dict[str, Any]:
    """Remove all validation rules, row locks and pending approvals."""
    with world.org.transaction():
        settings = world.org.settings
        settings.validation_rules.clear()
        settings.locked.clear()
        settings.in_approval.clear()
    return {"rules": 0}


def api_limit(world: World, used: int | None = None, maximum: int | None = None) -> dict[str, Any]:
    """Set the API calls used in the last 24 hours, and the maximum."""
    with world.org.transaction():
        if used is not None:
            world.org.meter.used = used
        if maximum is not None:
            world.org.settings.api_calls_max = maximum
    return {"used": world.org.meter.used, "maximum": world.org.settings.api_calls_max}


def org_switch(
    world: World,
    person_accounts: bool = False,
    assignment_rule: bool | None = None,
    persons: int = 0,
    edition: str = "",
    sharing: str = "",
) -> dict[str, Any]:
    """Turn on person accounts (permanent in a real org); turn the Lead assignment rule on or off.

    `persons` made-up person accounts are added, every third of them opted out. `edition` is an
    OrganizationType. `sharing` is what everyone may do with all Contacts and Leads: None, Read, or
    Edit; it changes what the org says of itself, and hides no record.
    """
    settings = world.org.settings
    with world.org.transaction():
        _set_organization(world, edition, sharing)
        if person_accounts:
            turn_on(world.org)
            _add_person_accounts(world, persons)
        if assignment_rule is not None:
            settings.assignment_rule_active = assignment_rule
    return {
        "person_accounts": settings.person_accounts,
        "assignment_rule": settings.assignment_rule_active,
    }


def _set_organization(world: World, edition: str, sharing: str) -> None:
    defaults = dict.fromkeys(("DefaultContactAccess", "DefaultLeadAccess"), sharing)
    changes = {"OrganizationType": edition, **defaults}
    row, kind = world.org.tables.rows("Organization")[world.org.id], SCHEMA["organization"]
    for name, value in changes.items():
        known = kind.field(name)
        if value and known and value not in [choice.value for choice in known.picklist]:
            raise ActRefused(f"{name} has no value {value}")
    given = {name: value for name, value in changes.items() if value}
    world.org.tables.put("Organization", {**row, **given})


def _add_person_accounts(world: World, number: int) -> None:
    """Made up from the org's seed: every third is opted out, every tenth has no address."""
    random = Random(f"{world.org.seed} persons")
    writer = Writer(world.org, _user_id(world, USERNAME))
    before = len(world.org.tables.rows("Account"))
    for added in range(number):
        writer.create("Account", _made_up_person(random, before + added))


def _made_up_person(random: Random, number: int) -> Row:
    first, last = person_names.person(random)
    return {
        "FirstName": first,
        "LastName": last,
        "PersonEmail": None
        if number % 10 == 9
        else person_names.address(random, first, last, number),
        "PersonHasOptedOutOfEmail": number % 3 == 0,
    }


def _rights(world: World, user: str, sobject: str) -> list[Row]:
    ids = {row["Id"] for row in world.org.view(_user_id(world, user)).rights.sets}
    rows = world.org.tables.rows(sobject).values()
    return [row for row in rows if row["ParentId"] in ids]


def _user_id(world: World, user: str) -> str:
    row = world.org.user_named(user)
    if row is None:
        raise ActRefused(f"there is no user {user}")
    return str(row["Id"])
