"""Names that the org doesn't have: each is found, with the nearest right name, and no right one."""

import pytest

from lib.soql import parse
from lib.soql.schema import SObject
from lib.soql.unknown_names import first_unknown

CONTACT = SObject(
    "Contact",
    fields=frozenset(("id", "email", "accountid", "region__c", "createddate")),
    parents={"account": ("Account",), "owner": ("User", "Group"), "case__r": ("Case",)},
    children={"cases": "Case", "twins__r": "Contact"},
    spelled={"email": "Email", "region__c": "Region__c", "account": "Account"},
    is_whole=True,
)
ACCOUNT = SObject(
    "Account", fields=frozenset(("id", "name")), spelled={"name": "Name"}, is_whole=True
)


class Org:
    """Contact and Account are described; Case isn't."""

    def sobject(self, name: str) -> SObject | None:
        return {"contact": CONTACT, "account": ACCOUNT, "case": SObject("Case")}.get(name.lower())


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        ("SELECT Emial FROM Contact", "field Emial", "Did you mean Email?"),
        ("SELECT c.emial FROM Contact c", "field emial", "Did you mean Email?"),
        ("SELECT Id FROM Contact WHERE Region = 'x'", "field Region", "Did you mean Region__c?"),
        ("SELECT Id, Acount.Name FROM Contact", "relationship Acount", "Did you mean Account?"),
        ("SELECT Account.Nmae FROM Contact", "field Nmae", "Did you mean Name?"),
        ("SELECT COUNT(Id) FROM Contact GROUP BY Xyzzy", "field Xyzzy", "Object Manager"),
        ("SELECT Id FROM Contact ORDER BY Emial", "field Emial", "Did you mean Email?"),
        ("SELECT Id, (SELECT Emial FROM Twins__r) FROM Contact", "field Emial", "Email"),
        ("SELECT Id FROM Lead WHERE X IN (SELECT Emial FROM Contact)", "field Emial", "Email"),
    ],
)
def test_a_name_that_the_org_lacks_is_found_with_the_nearest_name(text, name, near):
    found = first_unknown(parse(text), Org())

    assert found is not None
    assert name in found.message
    assert near in found.remedy
    assert name.split()[1] in text[found.offset :].split()[0]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT FIELDS(ALL) FROM Contact LIMIT 200",
        "SELECT COUNT(Id) people, Region__c r FROM Contact GROUP BY Region__c ORDER BY people",
        "SELECT Owner.Anything, CreatedBy.Whatever, Case__r.Other FROM Contact",
        "SELECT Anything, (SELECT Whatever FROM Contacts) FROM Case",
        "SELECT Id, (SELECT Whatever FROM Cases), (SELECT Id FROM Unknown__r) FROM Contact",
        "SELECT TYPEOF Owner WHEN User THEN Email END FROM Contact",
        "SELECT c.Email, Contact.Account.Name FROM Contact c WHERE c.CreatedDate = TODAY",
    ],
)
def test_what_may_exist_is_left_to_salesforce(text):
    assert first_unknown(parse(text), Org()) is None
