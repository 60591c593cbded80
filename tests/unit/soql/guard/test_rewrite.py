"""Queries and their guarded form. guarded.txt has the cases, two lines each."""

from pathlib import Path

import pytest

from lib.errors import SoqlError
from lib.soql import parse, render
from lib.soql.guard.guarded import Guarded, Person
from lib.soql.guard.rewrite import LONGEST, guard, guard_text
from lib.soql.schema import SObject
from lib.soql.standard_objects import STANDARD

BLOCKS = Path(__file__).with_name("guarded.txt").read_text(encoding="utf-8").strip().split("\n\n")
CASES = [tuple(block.splitlines()) for block in BLOCKS if not block.startswith("#")]


class Described:
    """The standard objects, and some objects as an org describes them."""

    def __init__(self, *described: SObject) -> None:
        self._described = {sobject.name.lower(): sobject for sobject in described}

    def sobject(self, name: str) -> SObject | None:
        return self._described.get(name.lower()) or STANDARD.sobject(name)


def sent(query: str) -> Guarded:
    return guard_text(query, STANDARD)


@pytest.mark.parametrize(("query", "guarded"), CASES)
def test_nothing_gets_around_the_guards_condition(query: str, guarded: str) -> None:
    assert render(sent(query).query) == guarded


@pytest.mark.parametrize("query", [query for query, _ in CASES])
def test_guarding_twice_changes_nothing(query: str) -> None:
    once = sent(query).query

    assert sent(render(once)).query == once


@pytest.mark.parametrize("query", [query for query, _ in CASES])
def test_the_unguarded_query_is_the_authors_query_without_unsent_clauses(query: str) -> None:
    guarded = sent(query)

    author = parse(query)
    assert guarded.unguarded.where == author.where
    assert guarded.unguarded.columns == author.columns


def test_the_guard_says_where_in_a_row_the_people_are() -> None:
    guarded = sent("SELECT r.Name, r.ReportsTo.Email, Owner.Email FROM Contact r")

    assert guarded.people == (
        Person((), "Contact", ("Email",), "Id"),
        Person((), "Contact", ("ReportsTo.Email",), "ReportsTo.Id"),
        Person((), "User", ("Owner.Email",)),
    )
    assert guarded.added == ("Email", "Id", "ReportsTo.Id")


def test_people_of_a_subquery_have_its_relationship() -> None:
    guarded = sent(
        "SELECT Name, (SELECT Id, (SELECT Contact.Email FROM Cases) FROM Contacts) FROM Account"
    )

    assert guarded.people == (
        Person(("Contacts",), "Contact", ("Email",), "Id"),
        Person(("Contacts", "Cases"), "Contact", ("Contact.Email",), "Contact.Id"),
    )
    assert guarded.added == ()


def test_addresses_among_figures_have_their_column() -> None:
    guarded = sent("SELECT MIN(Email), MAX(Email) highest, COUNT(Id) FROM Lead GROUP BY Company")

    assert guarded.is_figures
    assert [person.emails for person in guarded.people] == [("expr0",), ("highest",)]


def test_the_guard_names_the_clauses_it_does_not_send() -> None:
    guarded = sent("SELECT Id FROM Contact WITH USER_MODE FOR VIEW UPDATE VIEWSTAT")

    assert guarded.taken_out == ("FOR VIEW", "UPDATE VIEWSTAT", "WITH USER_MODE")


@pytest.mark.parametrize("mode", ["SECURITY_ENFORCED", "USER_MODE", "system_mode"])
def test_no_mode_is_sent_because_the_guard_adds_fields_that_its_author_did_not(mode: str) -> None:
    guarded = sent(f"SELECT Id FROM Contact WITH {mode}")  # noqa: S608

    assert mode.lower() not in render(guarded.query).lower()
    assert [clause.lower() for clause in guarded.taken_out] == [f"with {mode}".lower()]


def test_an_orgs_own_opt_out_field_is_checked_as_well_as_the_standard_field() -> None:
    both = SObject("Contact", ("HasOptedOutOfEmail", "NoMail__c"), frozenset(["email"]))

    guarded = guard(parse("SELECT Email, Id FROM Contact c"), Described(both))

    assert render(guarded.query) == (
        "SELECT Email, Id FROM Contact c WHERE c.HasOptedOutOfEmail = false AND c.NoMail__c = false"
    )


def test_an_account_is_a_person_if_the_org_has_person_accounts() -> None:
    account = SObject(
        "Account",
        ("PersonHasOptedOutOfEmail",),
        frozenset(["personemail"]),
        has_person_accounts=True,
    )

    guarded = guard(parse("SELECT Name FROM Account"), Described(account))

    assert guarded.conditions == ("PersonHasOptedOutOfEmail = false",)
    assert guarded.people == (Person((), "Account", ("PersonEmail",), "Id"),)


MEMBER = SObject(
    "CampaignMember",
    ("HasOptedOutOfEmail",),
    frozenset(["email"]),
    parents={"contact": ("Contact",), "lead": ("Lead",), "account": ("Account",)},
    spelled={"contact": "Contact", "lead": "Lead", "account": "Account"},
)


@pytest.mark.parametrize("has_person_accounts", [True, False])
def test_rule_3_7_a_campaign_member_may_be_the_copy_of_a_person_account(
    has_person_accounts: bool,
) -> None:
    account = SObject(
        "Account",
        ("PersonHasOptedOutOfEmail",) if has_person_accounts else (),
        frozenset(["personemail"]) if has_person_accounts else frozenset(),
        has_person_accounts=has_person_accounts,
    )

    guarded = guard(parse("SELECT Id FROM CampaignMember"), Described(account, MEMBER))

    others = ("HasOptedOutOfEmail", "Contact.HasOptedOutOfEmail", "Lead.HasOptedOutOfEmail")
    wanted = {f"{name} = false" for name in others}
    of_account = {"Account.PersonHasOptedOutOfEmail = false"} if has_person_accounts else set()
    assert set(guarded.conditions) == wanted | of_account
    copied = Person((), "Account", ("Account.PersonEmail",), "Account.Id")
    assert (copied in guarded.people) == has_person_accounts


def test_an_address_on_an_object_without_people_brings_in_those_its_lookups_lead_to() -> None:
    invite = SObject(
        "Invite__c",
        emails=frozenset(["mail__c"]),
        parents={"guest__r": ("Contact",), "account__r": ("Account",), "owner": ("User", "Group")},
        spelled={"guest__r": "Guest__r"},
    )

    by_address = guard(parse("SELECT Mail__c FROM Invite__c"), Described(invite))
    by_set = guard(parse("SELECT FIELDS(STANDARD) FROM Invite__c"), Described(invite))

    assert by_address.conditions == ("Guest__r.HasOptedOutOfEmail = false",)
    assert by_set.conditions == by_address.conditions
    unspelled = SObject(
        "Invite__c", emails=frozenset(["mail__c"]), parents={"guest__r": ("Contact",)}
    )
    found = guard(parse("SELECT Mail__c FROM Invite__c"), Described(unspelled))
    assert found.conditions == ("guest__r.HasOptedOutOfEmail = false",)


@pytest.mark.parametrize(
    ("name", "is_address"),
    [
        ("Work_E_Mail__c", True),
        ("E_mail__c", True),
        ("EMAIL2__c", True),
        ("Email_Opt_Out__c", False),
        ("E_Mail_Date__c", False),
        ("E_Mail_Date__pc", False),
        ("Phone__c", False),
    ],
)
def test_a_field_is_an_address_by_its_name_however_its_words_are_parted(
    name: str, is_address: bool
) -> None:
    path = f"Guest__r.{name}"
    query = f"SELECT Id, {path} FROM Contact"  # noqa: S608

    if is_address:
        with pytest.raises(SoqlError, match="doesn't know where Guest__r leads"):
            sent(query)
    else:
        assert path in render(sent(query).query)


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("SELECT Id, ^PersonEmail FROM Account", "PersonEmail"),
        ("SELECT MAX(^Mood__pc) FROM Account", "Mood__pc"),
        ("SELECT Email, ^Account.PersonEmail FROM Contact", "PersonEmail"),
        ("SELECT COUNT() FROM Account WHERE ^IsPersonAccount = true", "IsPersonAccount"),
    ],
)
def test_fields_of_person_accounts_are_refused_if_the_org_has_none(marked: str, name: str) -> None:
    account = SObject("Account", fields=frozenset(["id", "name"]), is_whole=True)

    before, _, after = marked.partition("^")

    with pytest.raises(SoqlError) as caught:
        guard_text(before + after, Described(account))

    assert f"no person accounts, so Account has no field {name}." in caught.value.message
    assert caught.value.remedy.startswith(f"Remove {name}, or use Contact")
    assert (caught.value.line, caught.value.column) == (1, len(before) + 1)


def test_an_orgs_own_account_field_is_not_a_person_account_field() -> None:
    account = SObject(
        "Account",
        fields=frozenset(["personnel__c"]),
        children={"contacts": "Contact"},
        is_whole=True,
    )

    guarded = guard(
        parse("SELECT Personnel__c, (SELECT Id, Email FROM Contacts) FROM Account"),
        Described(account),
    )

    assert guarded.conditions == ("HasOptedOutOfEmail = false",)


def test_a_guarded_path_does_not_excuse_another_path_that_cannot_be_guarded() -> None:
    account = SObject(
        "Account",
        ("PersonHasOptedOutOfEmail",),
        frozenset(["personemail"]),
        has_person_accounts=True,
    )

    with pytest.raises(SoqlError, match="Who can lead to"):
        guard(parse("SELECT Who.Name, Who.Phone, Subject FROM Task"), Described(account))


def test_an_orgs_own_lookups_and_subqueries_are_guarded_once_they_are_described() -> None:
    invite = SObject(
        "Invite__c",
        parents={"guest__r": ("Contact",), "host__r": ("Lead",)},
        spelled={"guest__r": "Guest__r", "host__r": "Host__r"},
        is_whole=True,
    )
    contact = SObject(
        "Contact",
        ("HasOptedOutOfEmail",),
        frozenset(["email", "mail2__c"]),
        children={"invites__r": "Invite__c"},
    )
    org = Described(invite, contact)

    by_path = guard(parse("SELECT Guest__r.Mail2__c FROM Invite__c"), org)
    by_lookup = guard(parse("SELECT Host__c FROM Invite__c"), org)
    known = guard(parse("SELECT Name FROM Invite__c"), org)
    child = guard(
        parse("SELECT Id, Email, (SELECT Host__r.Email FROM Invites__r) FROM Contact"), org
    )

    assert by_path.conditions[0] == "Guest__r.HasOptedOutOfEmail = false"
    assert by_lookup.conditions[0] == "Host__r.HasOptedOutOfEmail = false"
    assert set(known.conditions) == set(by_path.conditions) == set(by_lookup.conditions)
    assert child.conditions == ("HasOptedOutOfEmail = false", "Host__r.HasOptedOutOfEmail = false")


# A query with ^ before the place, and part of the message.
REFUSED = [
    ("SELECT Id FROM ^Foo__c", "doesn't know which people Foo__c leads to"),
    ("SELECT Name FROM ^Account", "has no people"),
    ("SELECT Name FROM ^Campaign", "has no people"),
    (
        "SELECT Name, COUNT(Id) FROM ^Foo__c GROUP BY Name",
        "doesn't know which people Foo__c leads to",
    ),
    ("SELECT ^WhoId, COUNT(Id) FROM Task GROUP BY WhoId", "Who can lead to"),
    ("SELECT ^Foo__r.Name, COUNT(Id) FROM Task GROUP BY Foo__r.Name", "where Foo__r leads"),
    ("SELECT ^FromAddress FROM EmailMessage", "EmailMessage has email addresses (FromAddress)"),
    ("SELECT Subject FROM ^EmailMessage", "EmailMessage has email addresses"),
    ("SELECT ^ToAddress, COUNT(Id) FROM EmailMessage GROUP BY ToAddress", "email addresses"),
    ("SELECT ^Email FROM Group", "Group has email addresses (Email)"),
    ("SELECT Id FROM ^ListEmail", "ListEmail has email addresses"),
    ("SELECT Id FROM ^EmailMessageRelation", "EmailMessageRelation has email addresses"),
    ("SELECT Name, ^Billing_Email__c FROM Account", "Account has email addresses"),
    ("SELECT c.Email FROM Contact c, ^c.ReportsTo c", "already names something else"),
    (
        "SELECT contact.Email FROM Contact, ^Contact.ReportsTo contact",
        "already names something else",
    ),
    ("SELECT c.Id FROM Contact c, c.Account a, ^c.ReportsTo A", "already names something else"),
    ("SELECT Id FROM Contact Contact, ^Contact.Contact", "already names something else"),
    ("SELECT Id FROM CampaignMember, ^Contact.Contact", "alias"),
    ("SELECT Id, TYPEOF ^Owner WHEN User THEN ContactId END FROM Lead", "Owner.Contact can lead"),
    ("SELECT MAX(^ConvertedContactId) FROM Lead", "would name a person"),
    ("SELECT ^Who.Email FROM Task", "Who can lead to Contact or Lead"),
    ("SELECT ^What.Email FROM Event", "many kinds of records"),
    ("SELECT ^LeadOrContact.Email FROM CampaignMember", "Contact or Lead"),
    ("SELECT Subject FROM ^Task", "Who can lead to"),
    ("SELECT ^Who.Name FROM Task", "Who can lead to"),
    ("SELECT Id, TYPEOF ^Who WHEN Contact THEN Email END FROM Task", "Who can lead to"),
    ("SELECT Id, TYPEOF ^Who WHEN User THEN Name ELSE Email END FROM Task", "Who can lead to"),
    ("SELECT Id, Email, ^Contact.Email FROM Contact", "duplicate field selected: Email"),
    ("SELECT c.Id, ^id FROM Contact c", "duplicate field selected"),
    ("SELECT FIELDS(STANDARD), ^LastName FROM Lead", "duplicate field selected"),
    ("SELECT Id, Account.PersonEmail, ^WhoId FROM Task", "Who can lead to"),
    ("SELECT Id, Account.PersonEmail, ^Who.Name FROM Task", "Who can lead to"),
    ("SELECT FIELDS(STANDARD) FROM ^Task", "Who can lead to"),
    (
        "SELECT TYPEOF ^Who WHEN Contact THEN Phone END FROM Task",
        "Who can lead to",
    ),
    ("SELECT Name, (SELECT Subject, ^WhoId FROM Tasks) FROM Account", "Who can lead to"),
    ("SELECT Id, ^Foo__r.Work_Email__c FROM Contact", "doesn't know where Foo__r leads"),
    ("SELECT Id, ^Account.Boss__r.Email FROM Contact", "doesn't know where Account.Boss__r leads"),
    ("SELECT Id, (SELECT ^Email__c FROM Guests__r) FROM Contact", "whose records"),
    ("SELECT Id, (SELECT FIELDS(STANDARD) FROM ^Guests__r) FROM Contact", "FIELDS()"),
    ("SELECT Id FROM Contact ^ALL ROWS", "deleted"),
    ("SELECT Email FROM ^Contacts", "There's no object Contacts"),
    ("SELECT Id, Name FROM ^leads", "There's no object leads"),
    ("SELECT Id, (SELECT Id FROM Cases), (SELECT Subject FROM ^cases) FROM Contact", "only one"),
    (
        "SELECT Name, (SELECT Id, (SELECT Id FROM Cases), (SELECT Id FROM ^Cases) FROM Contacts) "
        "FROM Account",
        "only one",
    ),
    ("SELECT Contact.Email FROM ^Case Contact", "alias"),
    ("SELECT b.Email FROM Case c, ^b.Contact b", "nothing connects them"),
    ("SELECT COUNT(Id) FROM Contact GROUP BY ^HasOptedOutOfEmail", "the figure would be wrong"),
    ("SELECT COUNT(^HasOptedOutOfEmail) FROM Contact", "the figure would be wrong"),
    (
        "SELECT Name FROM Contact GROUP BY Name HAVING COUNT_DISTINCT(^HasOptedOutOfEmail) > 1",
        "the figure would be wrong",
    ),
    ("SELECT Id FROM Lead ORDER BY ^HasOptedOutOfEmail", "doesn't sort Leads"),
    ("SELECT Id FROM CampaignMember ORDER BY ^Lead.HasOptedOutOfEmail", "doesn't sort Leads"),
    ("SELECT ^MAX(Id) FROM Contact".replace("^MAX(Id", "MAX(^Id"), "without an address"),
    ("SELECT ^Id, Name FROM Contact GROUP BY ROLLUP(Id, Name)", "without an address"),
    ("SELECT MAX(^Id), Name FROM Contact GROUP BY Name", "without an address"),
    ("SELECT ^Id, COUNT(Name) FROM Contact", "without an address"),
    (
        "SELECT CreatedBy.Name, ^Foo__r.Name, COUNT(Id) FROM Task "
        "GROUP BY CreatedBy.Name, Foo__r.Name",
        "where Foo__r leads",
    ),
    ("SELECT toLabel(Status), Id, ^Id FROM Lead", "duplicate field selected"),
    ("SELECT Id, (SELECT Id FROM c.Cases), (SELECT Id FROM ^Cases) FROM Contact c", "only one"),
    (
        "SELECT Id FROM Contact WHERE NOT (^HasOptedOutOfEmail = false OR Name = 'x')",
        "always be empty",
    ),
    ("SELECT Id FROM Contact WHERE ^HasOptedOutOfEmail = true", "always be empty"),
    ("SELECT Id FROM Contact WHERE a = 1 AND ^HasOptedOutOfEmail != false", "always be empty"),
    ("SELECT Id FROM Contact WHERE ^HasOptedOutOfEmail != null", "always be empty"),
    ("SELECT Id FROM Contact WHERE ^HasOptedOutOfEmail IN (true)", "always be empty"),
    ("SELECT Id FROM Contact WHERE ^HasOptedOutOfEmail NOT IN (false)", "always be empty"),
    ("SELECT Id FROM Contact WHERE NOT ^HasOptedOutOfEmail = false", "always be empty"),
    ("SELECT Id FROM Contact WHERE (NOT ^HasOptedOutOfEmail = null) AND a = 1", "always be empty"),
    ("SELECT Contact.Email FROM Case WHERE ^Contact.HasOptedOutOfEmail = true", "always be empty"),
    (
        "SELECT Name, (SELECT Id FROM Contacts WHERE ^HasOptedOutOfEmail = true) FROM Account",
        "always be empty",
    ),
]


@pytest.mark.parametrize(("marked", "message"), REFUSED)
def test_rule_6_3_what_cannot_be_proven_is_refused_with_its_reason(
    marked: str, message: str
) -> None:
    before, _, after = marked.partition("^")

    with pytest.raises(SoqlError) as caught:
        sent(before + after)

    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (1, len(before) + 1)
    assert caught.value.remedy


REFUSALS = Path(__file__).with_name("refused.txt").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("case", REFUSALS.split("\n\n"))
def test_each_refusal_says_in_its_own_words_what_to_write_instead(case: str) -> None:
    query, message, remedy = case.splitlines()

    with pytest.raises(SoqlError) as caught:
        sent(query)

    assert (caught.value.message.splitlines()[0], caught.value.remedy) == (message, remedy)


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("SELECT Subject FROM Task", "with (SELECT Id FROM Tasks)"),
        ("SELECT Subject, WhoId FROM Event", "with (SELECT Id FROM Events)"),
        ("SELECT Email, (SELECT WhoId FROM Tasks) FROM Contact", "Leave Who out"),
    ],
)
def test_the_remedy_is_a_query_that_salesforce_accepts(query: str, remedy: str) -> None:
    with pytest.raises(SoqlError) as caught:
        sent(query)

    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Contact WHERE HasOptedOutOfEmail = true OR Name = 'x'",
        "SELECT Id FROM Contact WHERE HasOptedOutOfEmail IN (true, false)",
        "SELECT Id FROM Contact WHERE NOT HasOptedOutOfEmail = true",
        "SELECT Id FROM Contact WHERE HasOptedOutOfEmail = null",
        "SELECT Id FROM Contact WHERE ReportsTo.HasOptedOutOfEmail = true",
        "SELECT Id FROM Contact ORDER BY HasOptedOutOfEmail",
        "SELECT Id, HasOptedOutOfEmail FROM Lead",
    ],
)
def test_a_condition_that_mailable_people_can_meet_is_accepted(query: str) -> None:
    assert "HasOptedOutOfEmail = false" in sent(query).conditions


def test_a_guarded_query_as_long_as_salesforce_allows_is_sent() -> None:
    text = "SELECT Id, Email FROM Contact WHERE Name = '{}'"
    room = LONGEST - len(render(sent(text).query)) + len("{}")

    assert len(render(sent(text.format("x" * room)).query)) == LONGEST


def test_a_guarded_query_too_long_for_salesforce_is_refused_before_sending() -> None:
    text = "SELECT Id FROM Contact WHERE Name = '" + "x" * (LONGEST - 50) + "'"

    with pytest.raises(SoqlError, match="characters") as caught:
        sent(text)

    assert caught.value.remedy.startswith("Split the query in two")
    assert (caught.value.line, caught.value.column) == (1, 1)
