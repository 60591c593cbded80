"""What is sent for a query, and what Bulk 2.0 can't answer (rules.md, 6.2 and 6.4)."""

from collections.abc import Iterator
from typing import Any

import pytest

from lib.errors import SoqlError, UsageError
from lib.lists.pull_plan import make_plan
from lib.lists.values import Options
from lib.practice.acts.administration import org_switch
from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.door import Door
from lib.settings import credentials_from
from lib.soql import parse

BOTH = Options(no_converted=True, no_bounced=True)
ANY_MEMBER = (
    "Email, LeadOrContactId, Contact.Email, Contact.Id, Lead.Email, Lead.Id{options} "
    "{source}HasOptedOutOfEmail = false AND Contact.HasOptedOutOfEmail = false AND "
    "Lead.HasOptedOutOfEmail = false"
)
OF_MEMBERS = ", Contact.EmailBouncedDate, Lead.IsConverted, Lead.EmailBouncedDate"


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    """A practice org without people."""
    with running(new_world(Size(contacts=0, leads=0, unsubscribes=0))) as practice:
        yield practice


@pytest.fixture(scope="module")
def org(practice: Practice) -> Iterator[DescribedOrg]:
    """The org as its user sees it."""
    with Door.open(credentials_from(practice.environment).salesforce) as door:
        yield DescribedOrg(door)


@pytest.mark.parametrize(
    ("soql", "reason"),
    [
        ("SELECT Id FROM Contact", ""),
        ("SELECT Id, Account.Owner.Name FROM Contact ORDER BY Id LIMIT 5", ""),
        ("SELECT Id, COUNT(Id) n FROM Contact GROUP BY Id", "GROUP BY"),
        ("SELECT Id FROM Contact OFFSET 5", "OFFSET"),
        ("SELECT Id FROM Contact USING SCOPE mine", "USING or WITH"),
        ("SELECT Id FROM Contact WITH DATA CATEGORY A__c AT b__c", "USING or WITH"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "subqueries"),
        ("SELECT Id, TYPEOF Owner WHEN User THEN Name END FROM Contact", "TYPEOF"),
        ("SELECT COUNT() FROM Contact", "COUNT()"),
        ("SELECT Id, toLabel(LeadSource) FROM Contact", "toLabel()"),
        ("SELECT FIELDS(STANDARD) FROM Contact", "FIELDS()"),
        ("SELECT Id, MailingAddress FROM Contact", "compound fields"),
        ("SELECT Address, Id FROM Lead", "compound fields"),
        ("SELECT c.OtherAddress FROM Contact c", "compound fields"),
        ("SELECT Id, Account.BillingAddress FROM Contact", "compound fields"),
        ("SELECT Id, Account.Owner.Address FROM Contact", "compound fields"),
    ],
)
def test_bulk_is_left_out_where_salesforce_refuses_it(org: DescribedOrg, soql: str, reason: str):
    assert make_plan(org, soql, Options()).bulk_cannot == reason


@pytest.mark.parametrize(
    ("soql", "is_cut", "counts"),
    [
        ("SELECT Id FROM Contact", False, True),
        ("SELECT Id FROM Contact LIMIT 5", True, False),
        ("SELECT Id FROM Contact OFFSET 5", True, False),
        ("SELECT COUNT(Id) FROM Contact", False, False),
    ],
)
def test_rule_6_4_how_many_match_is_known_unless_the_query_is_cut_or_has_figures(
    org: DescribedOrg, soql: str, is_cut: bool, counts: bool
):
    plan = make_plan(org, soql, Options())

    assert (plan.is_cut, plan.counts) == (is_cut, counts)


@pytest.mark.parametrize(
    ("soql", "sent"),
    [
        ("SELECT Id FROM Contact", "SELECT Id, Email, EmailBouncedDate FROM Contact"),
        ("SELECT Id FROM Lead", "SELECT Id, Email, IsConverted, EmailBouncedDate FROM Lead"),
        (
            "SELECT Id, emailbounceddate FROM Contact",
            "SELECT Id, emailbounceddate, Email FROM Contact",
        ),
        (
            "SELECT Id, Contact.EmailBouncedDate FROM Contact",
            "SELECT Id, Contact.EmailBouncedDate, Email FROM Contact",
        ),
        ("SELECT l.isconverted, l.Id, l.EmailBouncedDate FROM Lead l", None),
        ("SELECT l.Id FROM Lead l", "SELECT l.Id, l.Email, l.IsConverted, l.EmailBouncedDate "),
        ("SELECT FIELDS(STANDARD) FROM Lead", "SELECT FIELDS(STANDARD) FROM Lead WHERE"),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 9", "SELECT FIELDS(ALL) FROM Lead WHERE"),
        (
            "SELECT FIELDS(STANDARD) FROM CampaignMember",
            "SELECT FIELDS(STANDARD), Contact.Email, Contact.Id, Lead.Email, Lead.Id, "
            "Contact.EmailBouncedDate, Lead.IsConverted, Lead.EmailBouncedDate FROM",
        ),
        (
            "SELECT toLabel(LeadSource), Id FROM Contact",
            "SELECT toLabel(LeadSource), Id, Email, EmailBouncedDate FROM Contact",
        ),
        (
            "SELECT Name, (SELECT Id FROM Contacts c), (SELECT Id FROM Cases) FROM Account",
            "SELECT Name, (SELECT Id, c.Email, c.EmailBouncedDate FROM Contacts c "
            "WHERE c.HasOptedOutOfEmail = false), (SELECT Id FROM Cases) FROM Account",
        ),
        (
            "SELECT Id, (SELECT Id FROM Account.Contacts) FROM Account",
            "SELECT Id, (SELECT Id, Email, EmailBouncedDate FROM Account.Contacts",
        ),
        (
            "SELECT Id FROM CampaignMember",
            f"SELECT Id, {ANY_MEMBER.format(options=OF_MEMBERS, source='FROM CampaignMember WHERE ')}",  # noqa: E501
        ),
        (
            "SELECT Id, (SELECT Id, (SELECT Id FROM CampaignMembers) FROM Contacts) FROM Account",
            "SELECT Id, (SELECT Id, (SELECT Id, "  # noqa: S608
            f"{ANY_MEMBER.format(options=OF_MEMBERS, source='FROM CampaignMembers WHERE ')}), "
            "Email, EmailBouncedDate FROM Contacts",
        ),
    ],
)
def test_the_options_add_their_columns_to_everyone_on_the_list_once(
    org: DescribedOrg, soql: str, sent: str | None
):
    plan = make_plan(org, soql, BOTH)

    if sent is None:
        assert "Bounced" not in plan.text.replace("l.EmailBouncedDate", "", 1)
        assert plan.text.lower().count("isconverted") == 1
    else:
        assert plan.text.startswith(sent)


@pytest.mark.parametrize(
    ("options", "added"),
    [
        (Options(), ""),
        (Options(no_duplicates=True, no_empty=True), ""),
        (Options(no_converted=True), ", IsConverted"),
        (Options(no_bounced=True), ", EmailBouncedDate"),
    ],
)
def test_each_option_adds_only_what_it_needs(org: DescribedOrg, options: Options, added: str):
    plan = make_plan(org, "SELECT Id FROM Lead", options)

    columns = f"Id, Email{added}"
    assert plan.text.removeprefix("SELECT ").partition(" FROM ")[0] == columns


def test_the_columns_of_the_options_are_read_but_not_on_the_list(org: DescribedOrg):
    plan = make_plan(org, "SELECT Name, FirstName FROM Lead", BOTH)

    assert list(plan.table.titles) == ["Name", "FirstName"]
    (person,) = plan.people
    assert (person.sobject, person.is_main) == ("Lead", True)
    assert len(person.converted) == len(person.bounced) == 1
    assert set(plan.texts[()]) == {0, 1}


def test_a_plan_keeps_the_query_as_it_was_written(org: DescribedOrg):
    soql = "select Id, ReportsToId from Contact"

    plan = make_plan(org, soql, Options())

    assert (plan.soql, plan.author) == (soql, parse(soql))
    assert plan.guarded.query == plan.query
    assert plan.unchecked_ids == ()
    assert make_plan(org, "SELECT FIELDS(ALL) FROM Contact LIMIT 1", Options()).unchecked_ids == (
        "ReportsToId",
    )


@pytest.mark.parametrize("options", [Options(no_converted=True), Options(no_bounced=True)])
def test_nothing_can_be_left_out_of_figures(org: DescribedOrg, options: Options):
    with pytest.raises(UsageError, match="Figures have no individual records") as refused:
        make_plan(org, "SELECT COUNT(Id) FROM Lead", options)

    assert refused.value.remedy


def test_a_query_without_a_column_is_refused_where_it_asks_for_its_fields(org: DescribedOrg):
    with pytest.raises(SoqlError, match="doesn't select any column") as refused:
        make_plan(org, "SELECT FIELDS(CUSTOM) FROM Contact LIMIT 9", Options())

    assert (refused.value.line, refused.value.column) == (1, 8)
    assert "one by one" in (refused.value.remedy or "")


class WithoutBounces(DescribedOrg):
    """An org without bounce management: its Leads don't have the field."""

    def fields(self, name: str) -> dict[str, Any]:
        known = super().fields(name)
        hidden = {"emailbounceddate"} if name == "Lead" else set()
        return {key: field for key, field in known.items() if key not in hidden}


def test_bounced_addresses_cannot_be_left_out_if_salesforce_does_not_show_them(
    practice: Practice,
):
    with Door.open(credentials_from(practice.environment).salesforce) as door:
        org = WithoutBounces(door)
        make_plan(org, "SELECT Id FROM Contact", BOTH)
        with pytest.raises(UsageError, match="which Lead addresses bounced") as refused:
            make_plan(org, "SELECT Id FROM Lead", BOTH)

    assert "bounce management" in (refused.value.remedy or "")


def test_a_refusal_shows_the_query_as_it_was_written(org: DescribedOrg):
    with pytest.raises(SoqlError, match=r"\nselect  Name  from Account\n {19}\^"):
        make_plan(org, "select  Name  from Account", Options())


def test_rule_3_7_bounced_person_accounts_are_left_out_too():
    with running(new_world(Size(contacts=0, leads=0, unsubscribes=0))) as practice:
        org_switch(practice.world, person_accounts=True)
        with Door.open(credentials_from(practice.environment).salesforce) as door:
            plan = make_plan(DescribedOrg(door), "SELECT Id FROM Account", BOTH)

    assert plan.text.startswith("SELECT Id, PersonEmail, PersonEmailBouncedDate FROM Account")
