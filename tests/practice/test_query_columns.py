"""`query?columns=true`, which Salesforce's command line uses to get the columns of a query."""

from typing import Any

import pytest
import requests

from lib.practice.serve import Practice


def columns(practice: Practice, rest: requests.Session, soql: str) -> dict[str, Any]:
    """The answer for one query."""
    url = f"{practice.url}/services/data/v59.0/query"
    answer = rest.get(url, params={"q": soql, "columns": "true"}, timeout=10)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def named(told: list[dict[str, Any]]) -> list[Any]:
    """The names of columns, each with its joined columns."""
    return [
        (column["columnName"], named(column["joinColumns"]))
        if column["joinColumns"]
        else column["columnName"]
        for column in told
    ]


@pytest.mark.parametrize(
    ("soql", "expected"),
    [
        ("SELECT id, c.Email FROM Contact c", ["Id", "Email"]),
        ("SELECT Account.Owner.Name FROM Contact", [("Account", [("Owner", ["Name"])])]),
        ("SELECT Id, (SELECT Email FROM Contacts) FROM Account", ["Id", ("Contacts", ["Email"])]),
        ("SELECT Status, COUNT(Id), MAX(Id) m FROM Lead GROUP BY Status", ["Status", "expr0", "m"]),
    ],
)
def test_columns_are_named_as_the_records_name_them(
    practice: Practice, rest: requests.Session, soql: str, expected: list[Any]
) -> None:
    assert named(columns(practice, rest, soql)["columnMetadata"]) == expected


def test_a_column_has_its_type(practice: Practice, rest: requests.Session) -> None:
    told = columns(practice, rest, "SELECT Id, HasOptedOutOfEmail FROM Lead")
    box = told["columnMetadata"][1]

    assert (told["entityName"], told["keyPrefix"], told["idSelected"]) == ("Lead", "00Q", True)
    assert (box["booleanType"], box["textType"], box["updatable"]) == (True, False, True)


def test_fields_all_lists_every_field(practice: Practice, rest: requests.Session) -> None:
    told = columns(practice, rest, "SELECT FIELDS(ALL) FROM Lead LIMIT 1")

    assert "HasOptedOutOfEmail" in named(told["columnMetadata"])


def test_a_wrong_query_is_refused_as_without_columns(
    practice: Practice, rest: requests.Session
) -> None:
    url = f"{practice.url}/services/data/v59.0/query"
    params = {"q": "SELECT Nonsense FROM Lead", "columns": "true"}

    assert rest.get(url, params=params, timeout=10).json()[0]["errorCode"] == "INVALID_FIELD"
