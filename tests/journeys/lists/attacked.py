"""An org where every text has the address of someone who opted out, and queries for it.

It has what the practice org lacks: an org's own fields and object, e-mail messages and history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.practice.derived_fields import completed
from lib.practice.ids import to_18
from lib.practice.schema import SCHEMA, ChildRelationship, Field, SObjectType
from tests.journeys.runs.conftest import House

STAY = "stay@ok.example"
TICKED = "ticked@out.example"  # opted out on this Contact
ASKED = "asked@out.example"  # on JangoMail's list, not in Salesforce
TWIN = "twin@out.example"  # opted out on a Lead of the same address
HELD = "somebody@held.example"  # a whole domain on JangoMail's list
ODD = "o/dd=x!@out.example"  # on JangoMail's list, an address that few would call one
OUT = (TICKED, ASKED, TWIN, HELD, ODD)

DRESSES = (
    "{}",
    "  {}  ",
    "Ann <{}>",
    "Ann<{}>",
    f"{STAY}; {{}}",
    f"{STAY}/{{}}",
    f"{STAY}|{{}}",
    "mailto:{}?subject=Hi",
    "{}.",
    "({})",
    "E-mail: {} (private)",
    "\u200b{}\u00a0",
)


def _own(name: str, kind: str, **more: object) -> Field:
    return Field(name, name, kind, length=255, custom=name.endswith("__c"), **more)  # type: ignore[arg-type]


def _look_up(name: str, *targets: str, relationship: str) -> Field:
    return _own(name, "reference", reference_to=targets, relationship_name=relationship)


_CONTACT = (
    _own("Other_Email__c", "string"),
    _own("Mail2__c", "email"),
    _own("Notes__c", "textarea"),
    _own("Choice__c", "picklist"),
    _own("Number__c", "phone"),
    _own("Web__c", "url"),
    _look_up("Boss__c", "Contact", relationship="Boss__r"),
)
_ACCOUNT = (_own("Billing_Email__c", "email"),)
_VISIT = (
    _own("Desk__c", "string"),
    _own("Contact_Email__c", "string"),
    _look_up("Contact__c", "Contact", relationship="Contact__r"),
    _look_up("Guest__c", "Lead", relationship="Guest__r"),
    _look_up("Account__c", "Account", relationship="Account__r"),
)
_MESSAGE = (
    _own("FromAddress", "email"),
    _own("ToAddress", "string"),
    _own("Subject", "string"),
    _look_up("ParentId", "Case", relationship="Parent"),
)
_HISTORY = (
    _look_up("ContactId", "Contact", relationship="Contact"),
    _own("Field", "picklist"),
    _own("OldValue", "anyType"),
    _own("NewValue", "anyType"),
)
_FURTHER = {
    "Visit__c": ("a01", _VISIT),
    "EmailMessage": ("02s", _MESSAGE),
    "ContactHistory": ("03j", _HISTORY),
}


def wide_schema() -> Mapping[str, SObjectType]:
    """The practice org's sObjects, with an org's own fields and three further sObjects."""
    types = dict(SCHEMA)
    types["contact"] = _wider(
        types["contact"],
        _CONTACT,
        ChildRelationship("Visit__c", "Contact__c", "Visits__r"),
        ChildRelationship("ContactHistory", "ContactId", "Histories"),
        ChildRelationship("Contact", "Boss__c", "Staff__r"),
    )
    types["account"] = _wider(
        types["account"], _ACCOUNT, ChildRelationship("Visit__c", "Account__c", "Visits__r")
    )
    types["case"] = _wider(
        types["case"], (), ChildRelationship("EmailMessage", "ParentId", "EmailMessages")
    )
    for name, (prefix, fields) in _FURTHER.items():
        types[name.lower()] = _sobject(types["contact"], name, prefix, fields)
    return types


def _wider(
    kind: SObjectType, fields: tuple[Field, ...], *children: ChildRelationship
) -> SObjectType:
    return replace(
        kind,
        fields={**kind.fields, **{one.name.lower(): one for one in fields}},
        child_relationships=(*kind.child_relationships, *children),
    )


def _sobject(like: SObjectType, name: str, prefix: str, fields: tuple[Field, ...]) -> SObjectType:
    usual = ("id", "isdeleted", "createdbyid", "createddate", "lastmodifieddate", "systemmodstamp")
    kept = {one: like.fields[one] for one in usual}
    kept["name"] = _own("Name", "string")
    return replace(
        like,
        name=name,
        label=name,
        key_prefix=prefix,
        fields={**kept, **{one.name.lower(): one for one in fields}},
        child_relationships=(),
        custom=name.endswith("__c"),
        permissionable=False,  # seen by everybody, without rows of rights
    )


@dataclass
class Attacked:
    """The org's people: the IDs of people who opted out, and of people who didn't."""

    out: set[str]
    stay: set[str]


def furnish(house: House) -> Attacked:
    """Add the people, and put their addresses in every text of the others."""
    account = _add(house, "Account", Name="Sample Ltd", Website=ASKED, Billing_Email__c=TICKED)
    ticked = house.contact(TICKED, HasOptedOutOfEmail=True, AccountId=account)
    house.lead(TWIN, HasOptedOutOfEmail=True)
    out = {ticked, house.contact(TWIN), house.contact(ASKED, AccountId=account)}
    out |= {house.contact(HELD), house.lead(ASKED), house.lead(TICKED)}
    house.unsubscribe(ASKED, ODD, "held.example")
    stay: set[str] = set()
    _join_in(house, account, sorted(out))
    for number, dress in enumerate(DRESSES):
        text = dress.format(OUT[number % len(OUT)])
        stay.add(_person(house, account, text, sorted(out)[number % len(out)], number))
    return Attacked(out, stay)


def _join_in(house: House, account: str, out: list[str]) -> None:
    """People who opted out are members of a campaign, and have roles and events."""
    campaign = _add(house, "Campaign", Name="Spring", IsActive=True)
    deal = _add(house, "Opportunity", Name="Deal", AccountId=account, StageName="Open",
                CloseDate="2026-12-31")  # fmt: skip
    start = {"StartDateTime": "2026-12-01T10:00:00Z", "DurationInMinutes": 30}
    for one in out:
        kind = "Contact" if one.startswith("003") else "Lead"
        _add(house, "CampaignMember", CampaignId=campaign, **{f"{kind}Id": one})
        _add(house, "Event", WhoId=one, Subject=ASKED, Location=TICKED, **start)
        if kind == "Contact":
            _add(house, "OpportunityContactRole", OpportunityId=deal, ContactId=one, Role="Other")
            _add(house, "Visit__c", Contact__c=one, Account__c=account, Desk__c=TWIN, Name=TWIN)
            _add(house, "Case", ContactId=one, AccountId=account, Subject=HELD)


def _person(house: House, account: str, text: str, other: str, number: int) -> str:
    """Someone who stays, with the text in a field and in every related record."""
    place = ("Other_Email__c", "Notes__c", "Choice__c", "Number__c", "Title", "MailingStreet")
    boss = {"Boss__c": other, "ReportsToId": other} if other.startswith("003") else {}
    person = house.contact(
        f"stay{number}@ok.example", AccountId=account, **{place[number % 6]: text}, **boss
    )
    clean = house.contact(f"clean{number}@ok.example", AccountId=account)
    case = _add(house, "Case", ContactId=clean, Subject=text, SuppliedEmail=OUT[number % 3])
    _add(house, "EmailMessage", ParentId=case, FromAddress=OUT[number % 3], ToAddress=text)
    for who in (person, clean):
        _add(house, "Task", WhoId=who, WhatId=account, Subject=text, Description=text)
        _add(house, "Visit__c", Contact__c=who, Desk__c=text, Contact_Email__c=text, Name=text)
        _add(house, "ContactHistory", ContactId=who, Field="Email", OldValue=text, NewValue="x")
    _add(house, "Opportunity", Name=text, AccountId=account, ContactId=clean,
         StageName="Open", CloseDate="2026-12-31")  # fmt: skip
    return person


def _add(house: House, sobject: str, **values: object) -> str:
    if sobject not in _FURTHER:
        return str(house.act("create-record", sobject=sobject, values=values)["id"])
    org = house.practice.world.org
    kind = org.schema[sobject.lower()]
    with org.transaction():
        number = len(org.tables.rows(sobject)) + 1
        record_id = to_18(f"{kind.key_prefix}xx{number:010}")
        usual = {"IsDeleted": False, "CreatedById": next(iter(org.tables.rows("User")))}
        moments = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), org.now())
        row = completed(kind, {"Id": record_id, **usual, **moments, **values})
        org.tables.put(sobject, row)
    return record_id
