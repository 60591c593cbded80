"""The builder's model and the tree mean the same, and what the builder can't show is named."""

import pytest

from lib.soql import parse, render
from lib.soql.builder import (
    Beyond,
    Condition,
    ConditionGroup,
    Match,
    Membership,
    Model,
    Operator,
    Order,
    from_query,
    place_of,
    to_query,
)
from lib.soql.tree import Boolean, DateLiteral, Null, Pattern, Text

SAME = [
    "SELECT Id FROM Contact",
    "SELECT Email, Account.Name FROM Contact ORDER BY LastName, Title DESC NULLS LAST LIMIT 5",
    "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:30",
    "SELECT Id FROM Lead WHERE Company = null AND Email != null",
    "SELECT Id FROM Lead WHERE Name LIKE 'a%' AND Name LIKE '%a' AND Name LIKE '%a%'",
    "SELECT Id FROM Lead WHERE NOT (Name LIKE '%a%')",
    "SELECT Id FROM Lead WHERE NOT (Name LIKE 'a%')",
    "SELECT Id FROM Lead WHERE Name LIKE 'a_b%' AND Name LIKE '%' AND Name LIKE '50\\\\%%'",
    "SELECT Id FROM Lead WHERE Rating IN ('Hot') AND Status NOT IN ('Open', 'Closed')",
    "SELECT Id FROM Lead WHERE Interests__c INCLUDES ('A;B', 'C') AND X__c EXCLUDES ('D')",
    "SELECT Id FROM Lead WHERE A = 1 OR B = 1.50 OR C = USD5",
    "SELECT Id FROM Lead WHERE A = 1 AND (B = 2 OR C = 3) AND (NOT (D = 4 OR E = 5))",
    "SELECT Id FROM Lead WHERE A = 1 OR (B = 2 AND C = 3) OR (B = 3 AND C = 2)",
    "SELECT Id FROM Lead WHERE NOT (A = 1 OR (B = 2 AND C = 3))",
    "SELECT Id FROM Lead WHERE NOT (A = 1 AND B = 2)",
    "SELECT Id FROM Lead WHERE NOT A = 1",
    "SELECT Id FROM Contact WHERE Id IN (SELECT ContactId FROM CampaignMember"
    " WHERE CampaignId = '701')",
    "SELECT Id FROM Contact WHERE (A = 1 OR B = 2) AND Id NOT IN (SELECT ContactId FROM"
    " CampaignMember WHERE CampaignId IN ('1', '2') AND Status = 'Sent')",
    "SELECT Id FROM Lead WHERE Id IN (SELECT LeadId FROM CampaignMember WHERE CampaignId = '1'"
    " AND Status IN ('Sent', 'Responded')) AND Id NOT IN (SELECT LeadId FROM CampaignMember"
    " WHERE CampaignId = '2')",
    "SELECT PersonEmail FROM Account WHERE IsPersonAccount = true AND PersonContactId IN"
    " (SELECT ContactId FROM CampaignMember WHERE CampaignId = '1')",
]


@pytest.mark.parametrize("text", SAME)
def test_a_query_that_fits_comes_back_as_the_same_tree(text):
    query = parse(text)
    model = from_query(query)

    assert isinstance(model, Model), model
    assert to_query(model) == query


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (
            "SELECT Id FROM Lead WHERE Id IN (SELECT leadid FROM campaignmember WHERE"
            " Status IN ('Sent') AND campaignid IN ('1')) AND A = 1",
            "SELECT Id FROM Lead WHERE A = 1 AND Id IN (SELECT LeadId FROM CampaignMember WHERE"
            " CampaignId = '1' AND Status = 'Sent')",
        ),
        (
            "SELECT Id FROM Lead WHERE (A = 1 AND B = 2) AND Id IN (SELECT LeadId FROM"
            " CampaignMember WHERE CampaignId = '1')",
            "SELECT Id FROM Lead WHERE A = 1 AND B = 2 AND Id IN (SELECT LeadId FROM"
            " CampaignMember WHERE CampaignId = '1')",
        ),
    ],
)
def test_equivalent_forms_come_back_as_the_same_query(text, normal):
    model = from_query(parse(text))

    assert isinstance(model, Model)
    assert render(to_query(model)) == normal
    assert from_query(parse(normal)) == model


def test_a_query_with_every_part_becomes_a_model():
    text = (
        "SELECT Email, Account.Name FROM Contact WHERE (LeadSource IN ('Web') OR Name LIKE '%b%')"
        " AND (NOT Title = null) AND CreatedDate = LAST_N_DAYS:30 AND IsEmailBounced = false"
        " AND Id IN (SELECT ContactId FROM CampaignMember WHERE CampaignId = '701')"
        " ORDER BY LastName DESC LIMIT 10"
    )

    assert from_query(parse(text)) == Model(
        sobject="Contact",
        columns=("Email", "Account.Name"),
        match=Match.ALL,
        parts=(
            ConditionGroup(
                Match.ANY,
                (
                    Condition("LeadSource", Operator.ONE_OF, (Text("Web"),)),
                    Condition("Name", Operator.CONTAINS, (Text("b"),)),
                ),
            ),
            ConditionGroup(Match.NONE, (Condition("Title", Operator.EQUALS, (Null(),)),)),
            Condition("CreatedDate", Operator.EQUALS, (DateLiteral("LAST_N_DAYS", 30),)),
            Condition("IsEmailBounced", Operator.EQUALS, (Boolean(False),)),
        ),
        memberships=(Membership(("701",)),),
        order=(Order("LastName", "DESC"),),
        limit=10,
    )


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("SELECT COUNT() FROM Contact", "a function in SELECT (COUNT)", 8),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 9", "a function in SELECT (FIELDS)", 8),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "a subquery in SELECT", 28),
        ("SELECT TYPEOF Who WHEN Lead THEN Id END FROM Task", "TYPEOF in SELECT", 15),
        ("SELECT c.Id FROM Contact c", "an alias after FROM (c)", 18),
        ("SELECT Id FROM Lead USING SCOPE mine", "USING SCOPE", 21),
        ("SELECT Name FROM Lead GROUP BY Name", "GROUP BY", 23),
        ("SELECT Id FROM Lead ORDER BY FORMAT(A)", "a function in ORDER BY (FORMAT)", 30),
        ("SELECT Id FROM Lead WHERE A = 'offset' OFFSET 5", "OFFSET", 40),
        ("SELECT Id FROM Lead ALL ROWS", "ALL ROWS", 21),
        ("SELECT Id FROM Lead FOR  VIEW", "FOR VIEW", 21),
        ("SELECT Id FROM Lead WITH USER_MODE", "WITH", 21),
        (
            "SELECT Id FROM Lead WHERE CALENDAR_YEAR(CreatedDate) = 2025",
            "a function in a condition (CALENDAR_YEAR)",
            27,
        ),
        (
            "SELECT Id FROM Lead WHERE A = 1 AND (B = 2 OR (C = 3 AND D = 4))",
            "a group inside a group",
            48,
        ),
        (
            "SELECT Id FROM Lead WHERE A = 1 AND (NOT (B = 2 AND C = 3))",
            "a group inside a group",
            43,
        ),
        ("SELECT Id FROM Lead WHERE A LIKE null", "LIKE null", 27),
        (
            "SELECT Id FROM Contact WHERE AccountId IN (SELECT AccountId FROM Opportunity)",
            "a subquery after IN, other than the members of a campaign",
            30,
        ),
        (
            "SELECT Id FROM Lead WHERE Id IN (SELECT LeadId FROM CampaignMember"
            " WHERE CampaignId = '1' AND HasResponded = true)",
            "a subquery after IN, other than the members of a campaign",
            27,
        ),
        (
            "SELECT Id FROM Lead WHERE Id IN (SELECT LeadId FROM CampaignMember"
            " WHERE CampaignId != '1')",
            "a subquery after IN, other than the members of a campaign",
            27,
        ),
    ],
)
def test_what_is_beyond_the_builder_is_named_with_its_place(text, words, column):
    found = from_query(parse(text))

    assert isinstance(found, Beyond)
    assert found.parts[0].words == words
    assert place_of(text, found.parts[0]) == (1, column)


def test_every_part_beyond_the_builder_is_named():
    found = from_query(
        parse("SELECT COUNT(Id) FROM Lead WHERE DAY_ONLY(A) = TODAY GROUP BY B LIMIT 1 OFFSET 2")
    )

    assert isinstance(found, Beyond)
    assert [part.words.split(" (")[0] for part in found.parts] == [
        "a function in SELECT",
        "a function in a condition",
        "GROUP BY",
        "OFFSET",
    ]


def test_the_place_of_a_part_is_its_line_and_column():
    text = "SELECT Id\nFROM Lead\n  offset 5"
    found = from_query(parse(text))

    assert isinstance(found, Beyond)
    assert place_of(text, found.parts[0]) == (3, 3)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Condition("A", Operator.EQUALS, ()), "0 values"),
        (lambda: Condition("A", Operator.EQUALS, (Text("a"), Text("b"))), "2 values"),
        (lambda: Condition("A", Operator.CONTAINS, (Text(""),)), "needs a text"),
        (lambda: Condition("A", Operator.BEGINS, (Null(),)), "needs a text"),
        (lambda: Condition("A", Operator.LIKE, (Text("a"),)), "pattern"),
        (lambda: Condition("A", Operator.EQUALS, (Pattern("a"),)), "pattern"),
        (lambda: Membership(()), "needs a campaign"),
        (lambda: Model("Lead", ()), "needs a column"),
        (lambda: Model("Case", ("Id",), memberships=(Membership(("1",)),)), "no campaign members"),
        (lambda: Model("Lead", ("Id",), memberships=(Membership(("1",)),) * 3), "at most 2"),
    ],
)
def test_a_model_that_makes_no_query_raises_value_error(make, why):
    with pytest.raises(ValueError, match=why):
        make()


def test_groups_without_conditions_are_left_out():
    model = Model("Lead", ("Id",), Match.NONE, (ConditionGroup(Match.ANY, ()),))

    assert render(to_query(model)) == "SELECT Id FROM Lead"
