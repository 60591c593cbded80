"""An administrator adds a custom field to Contact and Lead."""

from typing import Any

from lib.practice.acts.people import PEOPLE, ActRefused
from lib.practice.custom_fields import KINDS
from lib.practice.derived_fields import completed
from lib.practice.org import PracticeOrg
from lib.practice.org_settings import CustomField
from lib.practice.world import World

_LIKE = "HasOptedOutOfEmail"


def custom_field(
    world: World, field: str, sobject: str = "", kind: str = "checkbox", label: str = ""
) -> dict[str, Any]:
    """Add a checkbox, formula, or text field; without `sobject`, to Contact and Lead.

    Everyone who can see Email Opt Out can see it, and, unless it's a formula, everyone who can
    edit Email Opt Out can edit it.
    """
    if kind not in KINDS:
        raise ActRefused(f"kind is one of {', '.join(KINDS)}")
    if not field.endswith("__c"):
        raise ActRefused("the name of a custom field ends in __c")
    shown = label or field.removesuffix("__c").replace("_", " ")
    with world.org.transaction():
        for each in [sobject] if sobject else PEOPLE:
            _add(world.org, CustomField(each, field, shown, kind))
    return {"fields": [added.name for added in world.org.settings.custom_fields]}


def _add(org: PracticeOrg, added: CustomField) -> None:
    if added.sobject not in PEOPLE:
        raise ActRefused("custom fields can be added to Contact and Lead")
    if org.schema[added.sobject.lower()].field(added.name):
        raise ActRefused(f"{added.sobject} already has a field {added.name}")
    org.settings.custom_fields.append(added)
    twin = ["Account"] if added.sobject == "Contact" and org.settings.person_accounts else []
    for sobject in (added.sobject, *twin):
        kind = org.schema[sobject.lower()]
        for row in list(org.tables.rows(sobject).values()):
            org.tables.put(sobject, completed(kind, row))
    _grant(org, added)


def _grant(org: PracticeOrg, added: CustomField) -> None:
    for row in list(org.tables.rows("FieldPermissions").values()):
        if row["Field"] == f"{added.sobject}.{_LIKE}":
            own = {"Id": org.ids.next("01k"), "Field": f"{added.sobject}.{added.name}"}
            edits = row["PermissionsEdit"] and added.kind != "formula"
            org.tables.put("FieldPermissions", {**row, **own, "PermissionsEdit": edits})
