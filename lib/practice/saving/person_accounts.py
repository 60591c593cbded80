"""Person accounts: an Account that is one person, and the Contact inside it."""

from lib.practice.custom_fields import on_contact
from lib.practice.derived_fields import completed, full_name, refreshed
from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.rows import Row

_SHARED = ("FirstName", "LastName", "Salutation", "Phone", "Fax", "OwnerId")
_NO_TWIN = {"PersonContactId", "PersonPronouns", "PersonGenderIdentity"}
_RECORD_TYPE = {
    "Name": "Person Account",
    "DeveloperName": "PersonAccount",
    "SobjectType": "Account",
    "IsActive": True,
    "IsPersonType": True,
}


def turn_on(org: PracticeOrg) -> None:
    """Turn the feature on, as Salesforce support does; it cannot be turned off."""
    if org.settings.person_accounts:
        return
    with org.transaction():
        org.settings.person_accounts = True
        for sobject in ("Account", "Contact", "RecordType"):
            kind = org.schema[sobject.lower()]
            for row in list(org.tables.rows(sobject).values()):
                org.tables.put(sobject, completed(kind, row))
        _add_record_type(org)


def _add_record_type(org: PracticeOrg) -> None:
    kind = org.schema["recordtype"]
    like = next(iter(org.tables.rows("RecordType").values()))
    made = {"Id": org.ids.next(kind.key_prefix), **_RECORD_TYPE}
    now = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), org.now())
    org.tables.put(kind.name, completed(kind, {**like, **made, **now}))


def require_name(account: Row) -> None:
    """Refuse a business without a name: only a person account can leave the field empty."""
    if not account.get("Name"):
        message = "Required fields are missing: [Name]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, ["Name"])


def prepare(org: PracticeOrg, account: Row) -> None:
    """Make a new Account with a last name a person account."""
    if account.get("LastName"):
        record_types = org.tables.rows("RecordType").values()
        own = next(
            (
                str(record_type["Id"])
                for record_type in record_types
                if record_type.get("IsPersonType")
            ),
            None,
        )
        account["RecordTypeId"] = account.get("RecordTypeId") or own
        account["IsPersonAccount"] = True
        account["Name"] = full_name(account)
        account["PersonContactId"] = org.ids.next("003")


def mirror(org: PracticeOrg, account: Row) -> None:
    """Copy the Account's values to the Contact inside it."""
    kind = org.schema["contact"]
    within = org.tables.rows("Contact").get(account["PersonContactId"])
    begun = within or completed(kind, {"Id": account["PersonContactId"]})
    org.tables.put("Contact", refreshed(kind, {**begun, **_twin_values(org, account)}))


def is_within_person_account(row: Row) -> bool:
    """Whether the row is the Contact of a person account, which is saved through its Account."""
    return bool(row.get("IsPersonAccount")) and "PersonContactId" not in row


def _twin_values(org: PracticeOrg, account: Row) -> Row:
    values: Row = {name: account.get(name) for name in _SHARED}
    fields = org.schema["account"].fields
    for name, twin in on_contact([field.name for field in fields.values()]).items():
        values[twin] = account.get(name)
    for name, field in fields.items():
        if name.startswith("person") and field.name not in _NO_TWIN and field.type != "address":
            values[field.name.removeprefix("Person")] = account.get(field.name)
    for name in ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"):
        values[name] = account[name]
    values |= {"SystemModstamp": account["SystemModstamp"], "AccountId": account["Id"]}
    return {**values, "IsPersonAccount": True, "IsDeleted": account["IsDeleted"]}
