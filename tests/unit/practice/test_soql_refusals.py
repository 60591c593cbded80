"""Refusals in Salesforce's own words, as recorded from real orgs."""

import pytest

from lib.practice.refusal import Refusal
from lib.practice.soql_asked import pointed
from tests.unit.practice.soql_world import World

WSDL = "Please reference your WSDL or the describe call for the appropriate names."


def _refused(query: str, world: World | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        (world or World()).ask(query)
    return caught.value


def test_a_hidden_field_is_refused_as_if_it_were_not_there() -> None:
    world = World().without_field("Lead", "HasOptedOutOfEmail")

    refusal = _refused("SELECT Company, Email, LastName, HasOptedOutOfEmail, Id from Lead", world)

    assert (refusal.error_code, refusal.status) == ("INVALID_FIELD", 400)
    assert refusal.message == (
        "\nSELECT Company, Email, LastName, HasOptedOutOfEmail, Id from Lead\n"
        "                                 ^\n"
        "ERROR at Row:1:Column:34\n"
        "No such column 'HasOptedOutOfEmail' on entity 'Lead'. If you are attempting to use a"
        f" custom field, be sure to append the '__c' after the custom field name. {WSDL}"
    )


def test_an_unknown_sobject_is_refused() -> None:
    refusal = _refused("select count() from XYZZY")

    assert refusal.error_code == "INVALID_TYPE"
    assert refusal.message == (
        "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n"
        "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be"
        f" sure to append the '__c' after the entity name. {WSDL}"
    )


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        # Recorded: what real orgs showed of long queries, ^ being the place.
        ("A,B,", "CreatedById,OCE__ActualCap__c,^TPI_Product__c,Name,OCE__JobId__c"),
        ("A,B,", "LastModifiedById,NumberOfEmployees,OwnerId,^Ownership,ParentId,Rating,Sic,Type"),
        (
            "A, B, ",
            "Account.Phone, Account.Rating, ^Account.RecordTypeId, Account.ShippingCity",
        ),
        ("A,", "Test_Phone__c,Test_Picklist__c,^Test_Text1__c,Test_Text_Area__c"),
        ("", "SELECT Id, ^Dispenser__c, Answer__c, Audit_Question__c"),
    ],
)
def test_of_a_long_query_thirty_characters_to_either_side_are_shown(
    before: str, shown: str
) -> None:
    left, _, right = shown.partition("^")

    _, line, caret, place, _ = pointed(
        f"{before}{left}{right}, X, Y", len(before + left), "no"
    ).split("\n")

    assert line == left + right
    assert caret == " " * len(left) + "^"
    assert place == f"ERROR at Row:1:Column:{len(before + left) + 1}"


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        (
            "SELECT Id FROM Contact WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Contact ORDER BY Description",
            "INVALID_FIELD",
            "field 'Description' can not be sorted in a query call",
        ),
        (
            "SELECT CreatedDate, COUNT(Id) FROM Contact GROUP BY CreatedDate",
            "INVALID_FIELD",
            "field 'CreatedDate' can not be grouped in a query call",
        ),
        (
            "SELECT Id FROM Contact WHERE CreatedDate > 2026-01-01",
            "INVALID_FIELD",
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and should"
            " not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Contact WHERE HasOptedOutOfEmail = 'true'",
            "INVALID_FIELD",
            "value of filter criterion for field 'HasOptedOutOfEmail' must be of type boolean and"
            " should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Contact WHERE LastName = 5",
            "INVALID_FIELD",
            "value of filter criterion for field 'LastName' must be of type string and should be"
            " enclosed in quotes",
        ),
        (
            "SELECT Id FROM Contact WHERE Birthdate LIKE '19%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator",
        ),
        (
            "SELECT Id FROM Contact WHERE Id = 'abc'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid ID field: abc",
        ),
        (
            "SELECT Name n FROM Contact",
            "MALFORMED_QUERY",
            "only aggregate expressions use field aliasing",
        ),
        (
            "SELECT Id FROM Contact WHERE (Id IN (SELECT ContactId FROM CampaignMember))",
            "MALFORMED_QUERY",
            "Semi join sub-selects are only allowed at the top level WHERE expressions",
        ),
        (
            "SELECT Name, COUNT(Id) FROM Contact",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: Name",
        ),
        (
            "SELECT LeadSource FROM Lead GROUP BY LeadSource ORDER BY LastName",
            "MALFORMED_QUERY",
            "Ordered field must be grouped or aggregated: LastName",
        ),
        (
            "SELECT COUNT(Id) FROM Contact LIMIT 1",
            "MALFORMED_QUERY",
            "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
        ),
        (
            "SELECT Account.Name, Account.Owner.Name FROM Contact"
            " GROUP BY Account.Name, Account.Owner.Name",
            "MALFORMED_QUERY",
            "duplicate alias: Name",
        ),
        (
            "SELECT Name, (SELECT COUNT(Id) FROM Contacts) FROM Account",
            "MALFORMED_QUERY",
            "only root queries support aggregate expressions",
        ),
        (
            "SELECT Foo.Name FROM Contact",
            "INVALID_FIELD",
            "Didn't understand relationship 'Foo' in field path.",
        ),
        (
            "SELECT (SELECT Id FROM Foos) FROM Account",
            "INVALID_TYPE",
            "Didn't understand relationship 'Foos' in FROM part of query call.",
        ),
        ("SELECT Id, id FROM Contact", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Id, FIELDS(STANDARD) FROM Contact",
            "INVALID_FIELD",
            "duplicate field selected: Id",
        ),
        (
            "SELECT FIELDS(ALL) FROM Contact",
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            "SELECT FIELDS(CUSTOM) FROM Contact LIMIT 1",
            "MALFORMED_QUERY",
            "expansion function must result in at least one field being selected.",
        ),
        (
            "SELECT Id FROM Contact OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
            "MALFORMED_QUERY",
            "The inner and outer selects should not be on the same object type",
        ),
        (
            "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Campaign)",
            "MALFORMED_QUERY",
            "should point to the same object type",
        ),
        (
            "SELECT Id FROM Contact WHERE LastName IN (SELECT Id FROM Account)",
            "MALFORMED_QUERY",
            "id",
        ),
        ("SELECT Id FROM Contact ALL ROWS", "MALFORMED_QUERY", "ALL ROWS"),
        ("SELECT Id FROM Contact WITH SECURITY_ENFORCED", "MALFORMED_QUERY", "not imitated"),
        ("SELECT TYPEOF Owner WHEN User THEN Id END FROM Lead", "MALFORMED_QUERY", "not imitated"),
        ("SELECT Id FROM Contact -- all", "MALFORMED_QUERY", "unexpected token: '-'"),
        ("SELECT Id FROM Contact // all", "MALFORMED_QUERY", "unexpected token: '/'"),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: <EOF>"),
        ("SELECT Id, From Account LIMIT 10", "MALFORMED_QUERY", "unexpected token: 'From'"),
        ("SELECT Id FROM Contact WHERE a = 1 AND b = 2 OR c = 3", "MALFORMED_QUERY", "token: 'OR'"),
        (
            "SELECT Id FROM Contact WHERE Name = '" + "x" * 100_000 + "'",
            "MALFORMED_QUERY",
            "100000",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:9999999",
            "MALFORMED_QUERY",
            "calendar",
        ),
        (
            "SELECT SUM(LastName) FROM Contact",
            "INVALID_FIELD",
            "field LastName does not support aggregate operator SUM",
        ),
    ],
)
def test_what_salesforce_refuses_is_refused_with_its_code(
    query: str, code: str, message: str
) -> None:
    refusal = _refused(query)

    assert refusal.error_code == code
    assert message in refusal.message
