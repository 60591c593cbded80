"""Where the guard says a row has people, and which columns it adds to see them."""

from dataclasses import replace

import pytest

from lib.errors import SoqlError
from lib.soql import parse, render
from lib.soql.guard.guarded import Guarded, Person
from lib.soql.guard.rewrite import guard, guard_text
from lib.soql.schema import SObject
from tests.unit.soql.guard.test_rewrite import Described, sent

CONTACT = SObject(
    "Contact",
    ("HasOptedOutOfEmail",),
    frozenset(["email", "mail2__c", "reach__c"]),
    parents={"reportsto": ("Contact",)},
    children={"invites__r": "Invite__c"},
)
INVITE = SObject(
    "Invite__c",
    emails=frozenset(["mail__c", "second__c"]),
    parents={"guest__r": ("Contact",)},
    spelled={"guest__r": "Guest__r"},
)
GUEST = Person((), "Contact", ("Guest__r.Email",), "Guest__r.Id")


def described(query: str, *objects: SObject) -> Guarded:
    return guard_text(query, Described(*objects))


@pytest.mark.parametrize(
    ("columns", "emails"),
    [
        ("Id, Email", ("Email",)),
        ("Id, Email, Mail2__c", ("Email", "Mail2__c")),
        ("Id, Mail2__c, Reach__c", ("Email", "Mail2__c", "Reach__c")),
        ("Id, EMAIL", ("Email",)),
        ("Id, ReportsTo.Reach__c, Email", ("Email",)),
    ],
)
def test_every_address_of_a_person_in_the_row_is_checked(
    columns: str, emails: tuple[str, ...]
) -> None:
    guarded = described(f"SELECT {columns} FROM Contact", CONTACT)  # noqa: S608

    assert guarded.people[0] == Person((), "Contact", emails, "Id")


@pytest.mark.parametrize(
    ("kind", "emails"),
    [
        ("STANDARD", ("Email",)),
        ("ALL", ("Email", "mail2__c", "reach__c")),
        ("CUSTOM", ("Email", "mail2__c", "reach__c")),
    ],
)
def test_the_addresses_that_fields_brings_in_are_checked_too(
    kind: str, emails: tuple[str, ...]
) -> None:
    guarded = described(f"SELECT FIELDS({kind}) FROM Contact LIMIT 200", CONTACT)  # noqa: S608

    assert guarded.people == (Person((), "Contact", emails, "Id"),)
    assert guarded.added == (() if kind != "CUSTOM" else ("Email", "Id"))


@pytest.mark.parametrize(
    ("kind", "emails"), [("ALL", ("mail__c", "second__c")), ("CUSTOM", ("mail__c", "second__c"))]
)
def test_addresses_of_an_object_without_people_are_checked_too(
    kind: str, emails: tuple[str, ...]
) -> None:
    guarded = described(f"SELECT FIELDS({kind}) FROM Invite__c LIMIT 200", INVITE)  # noqa: S608

    assert guarded.people == (GUEST, Person((), "Invite__c", emails))


def test_addresses_in_a_subquery_have_its_relationship() -> None:
    guarded = described(
        "SELECT Id, Email, (SELECT FIELDS(CUSTOM), Owner.Email FROM Invites__r LIMIT 200) "
        "FROM Contact",
        CONTACT,
        SObject(
            "Invite__c",
            emails=frozenset(["mail__c"]),
            parents={"owner": ("User",), "guest__r": ("Contact",)},
            spelled={"owner": "Owner", "guest__r": "Guest__r"},
        ),
    )

    assert guarded.people == (
        Person((), "Contact", ("Email",), "Id"),
        Person(("Invites__r",), "Contact", ("Guest__r.Email",), "Guest__r.Id"),
        Person(("Invites__r",), "User", ("Owner.Email",)),
        Person(("Invites__r",), "Invite__c", ("mail__c",)),
    )


@pytest.mark.parametrize(
    ("member", "record_id"),
    [
        (SObject("CampaignMember", emails=frozenset(["email"])), "LeadOrContactId"),
        (
            SObject("CampaignMember", fields=frozenset(["leadorcontactid"]), is_whole=True),
            "LeadOrContactId",
        ),
        (SObject("CampaignMember", fields=frozenset(["email"]), is_whole=True), None),
    ],
)
def test_a_campaign_members_person_is_fetched_unless_the_org_hides_it(
    member: SObject, record_id: str | None
) -> None:
    guarded = described("SELECT Email FROM CampaignMember", member)

    assert guarded.people[0] == Person((), "CampaignMember", ("Email",), record_id)
    assert (record_id in guarded.added) == (record_id is not None)


@pytest.mark.parametrize(
    ("query", "people", "added"),
    [
        (
            "SELECT Id, COUNT(CreatedDate) FROM Contact GROUP BY Id",
            [Person((), "Contact", ("Email",), "Id")],
            ("Email",),
        ),
        (
            "SELECT ContactId who, COUNT(Id) FROM Case GROUP BY ContactId",
            [Person((), "Contact", ("Email",), "who")],
            ("Email",),
        ),
        (
            "SELECT COUNT(Id), ContactId, Contact.Email FROM Case "
            "GROUP BY ContactId, Contact.Email",
            [Person((), "Contact", ("Email",), "ContactId"), Person((), "Contact", ("Email",))],
            (),
        ),
        (
            "SELECT Owner.Email, MAX(Email) latest FROM Contact GROUP BY Owner.Email",
            [Person((), "User", ("Email",)), Person((), "Contact", ("latest",))],
            (),
        ),
    ],
)
def test_a_person_among_figures_is_found_by_the_columns_of_the_answer(
    query: str, people: list[Person], added: tuple[str, ...]
) -> None:
    guarded = sent(query)

    assert list(guarded.people) == people
    assert guarded.added == added


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead"])
def test_the_standard_box_is_checked_if_the_describe_names_none(name: str) -> None:
    bare = SObject(name, has_person_accounts=name == "Account")

    box = "PersonHasOptedOutOfEmail" if name == "Account" else "HasOptedOutOfEmail"
    assert described(f"SELECT Id FROM {name}", bare).conditions == (f"{box} = false",)  # noqa: S608


def test_clauses_of_subqueries_that_are_not_sent_are_named_too() -> None:
    guarded = sent(
        "SELECT Id, Email, (SELECT Subject FROM Cases WITH SYSTEM_MODE) FROM Contact FOR VIEW"
    )

    assert guarded.taken_out == ("FOR VIEW", "WITH SYSTEM_MODE")
    for query in (guarded.query, guarded.unguarded):
        assert "MODE" not in render(query)


def test_options_for_data_360_are_named_and_not_sent() -> None:
    guarded = sent("SELECT Id FROM Contact SET OPTIONS(dataSpace = 'x')")

    assert guarded.taken_out == ("SET OPTIONS",)
    assert "OPTIONS" not in render(guarded.query)


def test_an_address_in_a_subquery_brings_in_those_its_lookups_lead_to() -> None:
    guarded = described(
        "SELECT Email, (SELECT Mail__c FROM Invites__r) FROM Contact", CONTACT, INVITE
    )

    assert guarded.conditions == (
        "HasOptedOutOfEmail = false",
        "Guest__r.HasOptedOutOfEmail = false",
    )


@pytest.mark.parametrize("columns", ["FIELDS(CUSTOM)", "Name"])
def test_lookups_that_the_describe_does_not_spell_are_refused_by_their_key(columns: str) -> None:
    emails = frozenset(["mail__c"] if "FIELDS" in columns else [])
    meeting = SObject("Meeting__c", emails=emails, parents={"host__r": ("Contact", "Lead")})

    with pytest.raises(SoqlError, match="host__r can lead to Contact or Lead"):
        described(f"SELECT {columns} FROM Meeting__c LIMIT 200", meeting)  # noqa: S608


@pytest.mark.parametrize(
    ("target", "words"), [("account", "an account"), ("Account", "an Account"), ("Lead", "a Lead")]
)
def test_a_kind_of_record_has_its_article(target: str, words: str) -> None:
    member = SObject("Visit__c", parents={"of__r": (target, "Contact")}, is_whole=True)

    with pytest.raises(SoqlError) as caught:
        described(
            f"SELECT Id, TYPEOF Of__r WHEN {target} THEN Email END FROM Visit__c",  # noqa: S608
            member,
            SObject(target, ("HasOptedOutOfEmail",), frozenset(["email"])),
        )

    assert words in caught.value.message


def test_an_address_that_may_be_of_any_record_is_refused() -> None:
    meeting = SObject("Meeting__c", parents={"host__r": ("Contact", "-")}, is_whole=True)

    with pytest.raises(SoqlError, match="Host__r can lead to many kinds of records"):
        described("SELECT Host__r.Email FROM Meeting__c", meeting)


def test_counting_the_ids_behind_a_lookup_shows_no_one() -> None:
    contact = replace(CONTACT, parents={"boss__r": ("Contact", "Lead")})

    assert described("SELECT COUNT(Boss__c) FROM Contact", contact).is_figures
    with pytest.raises(SoqlError, match="Boss__r can lead to Contact or Lead"):
        described("SELECT Email, Boss__c FROM Contact", contact)


def test_a_field_of_person_accounts_that_the_describe_has_is_not_refused() -> None:
    account = SObject("Account", (), fields=frozenset(["personemail"]), is_whole=True)

    guarded = described("SELECT Id, PersonEmail FROM Account", account)

    assert guarded.conditions == ("PersonHasOptedOutOfEmail = false",)


class Unknown:
    """A schema that knows no object."""

    def sobject(self, name: str) -> SObject | None:
        return {}.get(name)


def test_people_of_an_unknown_schema_are_guarded_by_the_standard_names() -> None:
    guarded = guard_text("SELECT FIELDS(ALL) FROM Contact LIMIT 200", Unknown())

    assert guarded.people == (Person((), "Contact", ("Email",), "Id"),)
    assert guarded.conditions == ("HasOptedOutOfEmail = false",)


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("SELECT Id FROM Contact ALL ROWS", "Remove ALL ROWS."),
        ("SELECT Subject FROM Task", "(SELECT Id FROM Tasks)"),
    ],
)
def test_a_query_that_was_built_is_refused_with_the_same_remedy(query: str, remedy: str) -> None:
    with pytest.raises(SoqlError) as caught:
        guard(parse(query), Described())

    assert remedy in caught.value.remedy
    assert query in caught.value.message
    assert (caught.value.line, caught.value.column) == (1, 1)


def test_a_path_to_a_person_account_is_a_path_to_a_person() -> None:
    account = SObject("Account", ("PersonHasOptedOutOfEmail",), has_person_accounts=True)
    case = SObject("Case", parents={"account": ("Account",)}, is_whole=True)

    guarded = described("SELECT Account.Phone FROM Case", account, case)

    assert guarded.conditions == ("Account.PersonHasOptedOutOfEmail = false",)
    by_lookup = described("SELECT Subject FROM Case", account, case)
    assert by_lookup.people == (Person((), "Account", ("account.PersonEmail",), "account.Id"),)


def test_asking_for_people_with_an_orgs_own_box_set_is_refused() -> None:
    both = replace(CONTACT, opt_out=("HasOptedOutOfEmail", "NoMail__c"))

    with pytest.raises(SoqlError, match=r"asks for people who opted out \(NoMail__c\)"):
        described("SELECT Id FROM Contact WHERE NoMail__c = true", both)


def test_an_object_with_addresses_and_no_people_is_refused_even_if_none_is_selected() -> None:
    visit = SObject("Visit__c", emails=frozenset(["mail__c"]))

    with pytest.raises(SoqlError, match="Visit__c has email addresses, but no field that says"):
        described("SELECT Name FROM Visit__c", visit)


@pytest.mark.parametrize(
    ("field", "message", "remedy"),
    [
        ("Name", "and SOQL can't check there who opted out.", "Leave Host__r.Boss__r out of"),
        ("Email", "whether the person with Email opted out.", "Leave out Email here"),
    ],
)
def test_people_behind_several_lookups_are_refused_by_the_whole_path(
    field: str, message: str, remedy: str
) -> None:
    contact = replace(CONTACT, children={"visits__r": "Visit__c"})
    visit = SObject("Visit__c", parents={"host__r": ("User",)})
    user = SObject("User", parents={"boss__r": ("Contact", "Lead", "User")})

    with pytest.raises(SoqlError) as caught:
        described(
            f"SELECT Email, (SELECT Host__r.Boss__r.{field} FROM Visits__r) FROM Contact",  # noqa: S608
            contact,
            visit,
            user,
        )

    first = caught.value.message.splitlines()[0]
    assert first.startswith("Host__r.Boss__r can lead to Contact, Lead or User, and SOQL")
    assert first.endswith(message)
    assert caught.value.remedy.startswith(remedy)
