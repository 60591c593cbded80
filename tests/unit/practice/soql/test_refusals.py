"""Refusals in Salesforce's own words, as recorded from real orgs."""

import pytest

from lib.practice.refusal import Refusal
from lib.practice.soql.query_request import pointed
from tests.unit.practice.soql.soql_world import World

WSDL = "Please reference your WSDL or the describe call for the appropriate names."


def _refused(query: str, world: World | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        (world or World()).ask(query)
    return caught.value


def test_a_hidden_field_is_refused_as_if_it_did_not_exist() -> None:
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
def test_a_long_query_is_shown_with_thirty_characters_on_either_side(
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
    ("query", "shown", "caret", "place", "sentence"),
    [
        # Recorded: the parser counts columns from 0, and its caret stands one to the left.
        (
            "SELECT Id FROM Account SET OPTIONS (honorEmptyStrings = true) LIMIT 1",
            "OPTIONS (honorEmptyStrings = true) LIMIT 1",
            34,
            "1:Column:62",
            "unexpected token: 'LIMIT'",
        ),
        (
            "SELECT Id, Email, Name\nFROM Contact\nWHERE AccountId = '0014000000p6XlS' AND "
            "LastName LIKE 'test' OR email LIKE 'test'",
            "'0014000000p6XlS' AND LastName LIKE 'test' OR email LIKE 'test'",
            42,
            "3:Column:61",
            "unexpected token: 'OR'",
        ),
        (
            "Select Id, Name From ApexClass Where Name = 'C:\\Users\\m\\src\\AccountStructure'",
            "Name From ApexClass Where Name = 'C:\\Users\\m\\src\\AccountStructure'",
            32,
            "1:Column:44",
            "Invalid string literal 'C:\\Users\\m\\src\\AccountStructure'. Illegal unicode"
            " sequence. '\\users' in string literal.",
        ),
        (
            "SELECT Id, Data_Quality_Score__c from Contact where FirstName = 'Anne\\-Marie'",
            "from Contact where FirstName = 'Anne\\-Marie'",
            30,
            "1:Column:64",
            "Invalid string literal 'Anne\\-Marie'. Illegal character sequence '\\-' in string"
            " literal.",
        ),
        (
            'SELECT FirstName, LastName FROM CampaignMember WHERE Id = "00v3D000003BjNa"',
            'FROM CampaignMember WHERE Id = "00v3D000003BjNa"',
            30,
            "1:Column:58",
            "line 1:58 no viable alternative at character '\"'",
        ),
        (
            "SELECT id, name, description FROM Account WHERE LastModifiedDate >= "
            "2013-12-01T12:00:00 00:00",
            "LastModifiedDate >= 2013-12-01T12:00:00 00:00",
            38,
            "1:Column:87",
            "line 1:87 no viable alternative at character ' '",
        ),
    ],
)
def test_a_syntax_error_is_shown_as_salesforces_parser_shows_it(
    query: str, shown: str, caret: int, place: str, sentence: str
) -> None:
    refusal = _refused(query)

    lines = f"\n{shown}\n{' ' * caret}^\nERROR at Row:{place}\n{sentence}"
    assert (refusal.error_code, refusal.message) == ("MALFORMED_QUERY", lines)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        # Recorded, the first one as the answer to ?q=invalid.
        ("invalid", "unexpected token: 'invalid'"),
        ("SELECT Id FROM Contact WHERE", "unexpected token: '<EOF>'"),
    ],
)
def test_no_place_is_given_if_a_query_starts_wrong_or_ends_too_early(
    query: str, message: str
) -> None:
    assert _refused(query).message == message


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
            "MALFORMED_QUERY",
            "field 'Description' can not be sorted in a query call",
        ),
        (
            "SELECT Id FROM Contact WHERE MailingAddress = 'x'",
            "INVALID_FIELD",
            "Address fields can only be filtered using Distance expressions",
        ),
        (
            "SELECT Id FROM Contact WHERE MailingAddress IN ('x')",
            "INVALID_FIELD",
            "Address fields can only be filtered using Distance expressions",
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
            "SELECT Id FROM Lead "
            "WHERE (ConvertedContactId IN (SELECT ContactId FROM CampaignMember) AND Id != 'x')",
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
        ("SELECT Id FROM Contact -- all", "MALFORMED_QUERY", "unexpected token: '-'"),
        ("SELECT Id FROM Contact WHERE Name = Foo", "MALFORMED_QUERY", "unexpected token: 'Foo'"),
        ("SELECT Id FROM Contact // all", "MALFORMED_QUERY", "unexpected token: '/'"),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
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
def test_a_query_that_salesforce_refuses_is_refused_with_its_code(
    query: str, code: str, message: str
) -> None:
    refusal = _refused(query)

    assert refusal.error_code == code
    assert message in refusal.message
