"""What changes in other fields and rows when a row is saved or deleted."""

from lib.practice import sales_fields
from lib.practice.derived_fields import MEMBER_COPIES, completed, member_copies
from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.saving import person_accounts
from lib.practice.schema import SObjectType


def before_save(
    org: PracticeOrg, kind: SObjectType, old: Row | None, row: Row, *, auto_assign: bool
) -> None:
    """Change the row as assignment rules and Salesforce's own logic do."""
    if kind.name == "Lead" and auto_assign and org.settings.assignment_rule_active:
        row["OwnerId"] = _queue(org) or row["OwnerId"]
    if kind.name == "CampaignMember":
        _copy_person(org, row)
    sales_fields.follow(org.tables, org.now(), kind.name, old, row)
    if kind.name == "Account":
        person_accounts.require_name(row)
        if old is None and org.settings.person_accounts:
            person_accounts.prepare(org, row)


def after_save(org: PracticeOrg, kind: SObjectType, old: Row | None, row: Row) -> None:
    """Update other rows that depend on the saved row."""
    if kind.name in ("Contact", "Lead"):
        _refresh_members(org, row)
    if kind.name == "Contact":
        sales_fields.refresh_cases(org.tables, row)
    if kind.name == "CampaignMember":
        _count_member(org, old, row)
    if kind.name == "Account" and row.get("IsPersonAccount"):
        person_accounts.mirror(org, row)
    if kind.name == "User" and (old is None or old["ProfileId"] != row["ProfileId"]):
        _assign_profile(org, row)


def dependents(org: PracticeOrg, kind: SObjectType, row: Row) -> list[tuple[str, str]]:
    """sObject and id of the rows that are deleted together with this one.

    The Contact of a person account isn't one of them: it goes when its Account is saved as deleted.
    """
    return [
        (link.child_sobject, str(child["Id"]))
        for link in kind.child_relationships
        if link.cascade_delete
        for child in org.tables.rows(link.child_sobject).values()
        if child.get(link.field) == row["Id"] and not child.get("IsDeleted")
        if child["Id"] != row.get("PersonContactId")
    ]


def _queue(org: PracticeOrg) -> str | None:
    """The queue to which the assignment rule assigns Leads: the first queue."""
    groups = org.tables.rows("Group").values()
    return next((str(group["Id"]) for group in groups if group["Type"] == "Queue"), None)


def _copy_person(org: PracticeOrg, row: Row) -> None:
    sobject, person_id = (
        ("Contact", row["ContactId"]) if row.get("ContactId") else ("Lead", row.get("LeadId"))
    )
    if person_id is None:
        message = "Required fields are missing: [LeadId, ContactId]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, ["LeadId", "ContactId"])
    row |= member_copies(org.tables.rows(sobject)[person_id])
    row["HasResponded"] = row.get("Status") == "Responded"


def _refresh_members(org: PracticeOrg, person: Row) -> None:
    for member in list(org.tables.rows("CampaignMember").values()):
        if member["LeadOrContactId"] == person["Id"]:
            kept = {name: value for name, value in member.items() if name not in MEMBER_COPIES}
            org.tables.put("CampaignMember", {**kept, **member_copies(person)})


def _count_member(org: PracticeOrg, old: Row | None, row: Row) -> None:
    step = 1 if old is None else -1 if row["IsDeleted"] and not old["IsDeleted"] else 0
    campaign = org.tables.rows("Campaign").get(row["CampaignId"])
    if step and campaign:
        name = "NumberOfLeads" if row.get("LeadId") else "NumberOfContacts"
        counted = {**campaign, name: campaign.get(name, 0) + step, "SystemModstamp": org.now()}
        org.tables.put("Campaign", counted)


def _assign_profile(org: PracticeOrg, user: Row) -> None:
    """Assign the user the permission set of their profile, and no other profile's."""
    profile_sets = {
        str(permission_set["Id"]): permission_set["ProfileId"]
        for permission_set in org.tables.rows("PermissionSet").values()
        if permission_set["IsOwnedByProfile"]
    }
    for row in list(org.tables.rows("PermissionSetAssignment").values()):
        if row["AssigneeId"] == user["Id"] and row["PermissionSetId"] in profile_sets:
            org.tables.drop("PermissionSetAssignment", row["Id"])
    chosen = next(
        (
            permission_set
            for permission_set, profile in profile_sets.items()
            if profile == user["ProfileId"]
        ),
        None,
    )
    kind = org.schema["permissionsetassignment"]
    values = {"AssigneeId": user["Id"], "PermissionSetId": chosen, "IsActive": True}
    row = completed(kind, {"Id": org.ids.next(kind.key_prefix), **values})
    org.tables.put(kind.name, {**row, "SystemModstamp": org.now()})
