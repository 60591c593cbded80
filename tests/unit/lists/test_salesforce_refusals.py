"""Why Salesforce refuses a query, in words that help its author."""

import pytest

from lib.errors import RequestRefused, SoqlError
from lib.lists.salesforce_refusals import as_written

SOQL = "SELECT Email FROM Contact WHERE Description LIKE '%x%' AND Birthdate = '1970-01-01'"


def refused(said: str) -> SoqlError:
    """Salesforce's answer, with the usual cause for its code."""
    error = RequestRefused(
        f"The user can't see a field, or the field doesn't exist ({said})",
        remedy="Set Field-Level Security.",
        vendor_code="INVALID_FIELD",
        status=400,
        said=said,
    )
    told = as_written(error, SOQL)
    assert isinstance(told, SoqlError)
    return told


@pytest.mark.parametrize(
    ("said", "name", "remedy"),
    [
        ("field 'Description' can not be filtered in a query call", "Description", "condition"),
        ("field 'Description' can not be sorted in a query call", "Description", "ORDER BY"),
        (
            "value of filter criterion for field 'Birthdate' must be of type date and should not "
            "be enclosed in quotes",
            "Birthdate",
            "2026-01-31",
        ),
    ],
)
def test_an_existing_field_is_not_called_hidden(said: str, name: str, remedy: str) -> None:
    told = refused(said)

    assert "can't see" not in told.message
    assert said in told.message
    assert remedy in told.remedy
    assert told.column == SOQL.index(name) + 1


def test_a_missing_field_may_be_hidden() -> None:
    told = refused("No such column 'Birthdate' on entity 'Contact'")

    assert "can't see" in told.message
    assert "hidden" in told.remedy
