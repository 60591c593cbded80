"""A connected org as the guard's schema: what describe says, and what must not be hidden."""

from typing import Any

import pytest

from lib import soql
from lib.errors import PermissionMissing, SettingsError
from lib.fields import OptOutField
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.door import Door
from tests.unit.salesforce.wire import Answer, Wire, composite

BOX = {"name": "HasOptedOutOfEmail", "type": "boolean"}
OWN = {"name": "No_Mail__c", "type": "boolean", "custom": True}
EMAIL = {"name": "Email", "type": "email"}
ACCOUNT = {
    "name": "AccountId",
    "type": "reference",
    "relationshipName": "Account",
    "referenceTo": ["Account"],
}


def described(sobject: str, *fields: dict[str, Any]) -> Answer:
    children = [{"relationshipName": "Cases", "childSObject": "Case"}, {"relationshipName": None}]
    return Answer(200, {"name": sobject, "fields": list(fields), "childRelationships": children})


def test_the_guard_knows_what_describe_says(wire: Wire, door: Door):
    wire.on("GET", "/sobjects/contact/describe", described("Contact", EMAIL, BOX, ACCOUNT))

    found = DescribedOrg(door).sobject("contact")

    assert found is not None
    assert (found.name, found.opt_out, found.emails) == (
        "Contact",
        ("HasOptedOutOfEmail",),
        frozenset({"email"}),
    )
    assert (found.parents, found.children) == ({"account": ("Account",)}, {"cases": "Case"})
    assert found.spelled["account"] == "Account"
    assert (found.spelled["hasoptedoutofemail"], found.is_whole) == ("HasOptedOutOfEmail", True)


def test_each_sobject_is_described_once(wire: Wire, door: Door):
    wire.on("GET", "/sobjects/Lead/describe", described("Lead", EMAIL, BOX))
    org = DescribedOrg(door)

    for name in ("Lead", "lead", "LEAD"):
        org.sobject(name)

    assert len(wire.heard("describe")) == 1


def test_contact_and_lead_are_described_in_one_call(wire: Wire, door: Door):
    bodies = [described(name, EMAIL, BOX).body for name in ("Contact", "Lead")]
    wire.on("POST", "/composite", composite(*((200, body) for body in bodies)))

    contact, lead = DescribedOrg(door).people()

    assert (contact.name, lead.name, door.calls) == ("Contact", "Lead", 1)


def test_an_unknown_sobject_is_none(wire: Wire, door: Door):
    assert DescribedOrg(door).sobject("Nonsense__c") is None


@pytest.mark.parametrize("name", ["Contact", "Lead"])
def test_hidden_people_are_a_missing_permission_with_a_remedy(wire: Wire, door: Door, name: str):
    with pytest.raises(PermissionMissing) as raised:
        DescribedOrg(door).sobject(name)

    assert name in raised.value.message
    assert "Permission Sets" in raised.value.remedy


@pytest.mark.parametrize(
    ("sobject", "fields"),
    [
        ("Contact", [EMAIL]),
        ("Lead", [EMAIL]),
        ("CampaignMember", [EMAIL]),
        ("Account", [{"name": "IsPersonAccount", "type": "boolean"}]),
    ],
)
def test_a_hidden_opt_out_field_has_the_remedy_of_the_permission_check(
    wire: Wire, door: Door, sobject: str, fields: list[dict[str, Any]]
):
    wire.on("GET", "/describe", described(sobject, *fields))

    with pytest.raises(PermissionMissing) as raised:
        DescribedOrg(door).sobject(sobject)

    assert "Set Field-Level Security" in raised.value.remedy


def test_an_account_without_person_accounts_has_no_people(wire: Wire, door: Door):
    wire.on("GET", "/describe", described("Account", {"name": "Name", "type": "string"}))

    found = DescribedOrg(door).sobject("Account")

    assert found is not None
    assert (found.opt_out, found.has_person_accounts) == ((), False)


@pytest.mark.parametrize(
    ("own", "fields", "opt_out"),
    [
        (OptOutField("no_mail__c", is_only=False), [BOX, OWN], ("HasOptedOutOfEmail", OWN["name"])),
        (OptOutField("No_Mail__c", is_only=True), [BOX, OWN], ("HasOptedOutOfEmail", OWN["name"])),
        (OptOutField("No_Mail__c", is_only=True), [OWN], (OWN["name"],)),
    ],
)
def test_the_guard_uses_the_orgs_own_field_and_the_standard_field_if_visible(
    wire: Wire,
    door: Door,
    own: OptOutField,
    fields: list[dict[str, Any]],
    opt_out: tuple[str, ...],
):
    wire.on("GET", "/describe", described("Contact", EMAIL, *fields))
    org = DescribedOrg(door, own)

    guarded = soql.guard_text("SELECT Id, Email FROM Contact", org)

    assert guarded.conditions == tuple(f"{name} = false" for name in opt_out)


@pytest.mark.parametrize("is_only", [True, False])
def test_an_own_field_that_is_hidden_or_not_a_checkbox_stops_everything(
    wire: Wire, door: Door, is_only: bool
):
    own = OptOutField("No_Mail__c", is_only=is_only)
    wire.on("GET", "/Contact/describe", described("Contact", EMAIL, BOX))
    wire.on("GET", "/Lead/describe", described("Lead", EMAIL, BOX, {**OWN, "type": "string"}))
    org = DescribedOrg(door, own)

    with pytest.raises(PermissionMissing, match="No_Mail__c"):
        org.sobject("Contact")
    with pytest.raises(SettingsError, match="isn't a checkbox"):
        org.sobject("Lead")


def test_an_own_field_is_not_enough_if_the_standard_field_is_hidden(wire: Wire, door: Door):
    wire.on("GET", "/describe", described("Contact", EMAIL, OWN))

    with pytest.raises(PermissionMissing, match="Email Opt Out"):
        DescribedOrg(door, OptOutField("No_Mail__c", is_only=False)).sobject("Contact")


def test_on_a_person_account_the_own_field_has_the_suffix_pc(wire: Wire, door: Door):
    fields = [
        {"name": "IsPersonAccount", "type": "boolean"},
        {"name": "PersonHasOptedOutOfEmail", "type": "boolean"},
        {"name": "No_Mail__pc", "type": "boolean"},
    ]
    wire.on("GET", "/describe", described("Account", *fields))

    found = DescribedOrg(door, OptOutField("No_Mail__c", is_only=False)).sobject("Account")

    assert found is not None
    assert found.opt_out == ("PersonHasOptedOutOfEmail", "No_Mail__pc")
