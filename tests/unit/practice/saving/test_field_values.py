"""Which values a field accepts, and how the org stores them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.saving.field_values import accepted
from lib.practice.schema import SCHEMA

CONTACT = SCHEMA["contact"].fields
LEAD = SCHEMA["lead"].fields


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (CONTACT["lastname"], "  Neu ", "Neu"),
        (CONTACT["title"], "   ", None),
        (CONTACT["email"], " a@b.example ", "a@b.example"),
        (CONTACT["hasoptedoutofemail"], "TRUE", True),
        (CONTACT["hasoptedoutofemail"], False, False),
        (LEAD["numberofemployees"], "10000", 10_000),
        (LEAD["annualrevenue"], 5, 5.0),
        (CONTACT["birthdate"], "1990-05-01", "1990-05-01"),
        (CONTACT["birthdate"], "1990-05-01T00:00:00.000Z", "1990-05-01"),
        (
            CONTACT["emailbounceddate"],
            "2026-03-02T13:00:00.123+01:00",
            "2026-03-02T12:00:00.000+0000",
        ),
        (CONTACT["accountid"], "0012300000bVTq1", "0012300000bVTq1AAG"),
        (CONTACT["leadsource"], "Somewhere new", "Somewhere new"),
    ],
)
def test_a_value_is_stored_as_in_salesforce(field: Any, value: Any, kept: Any):
    assert accepted(field, value) == kept


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (CONTACT["hasoptedoutofemail"], None, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        (CONTACT["hasoptedoutofemail"], "maybe", "JSON_PARSER_ERROR"),
        (CONTACT["lastname"], 1, "JSON_PARSER_ERROR"),
        (CONTACT["birthdate"], "soon", "JSON_PARSER_ERROR"),
        (CONTACT["emailbounceddate"], "2017-10-17 00:00:00", "JSON_PARSER_ERROR"),
        (CONTACT["emailbounceddate"], 5, "JSON_PARSER_ERROR"),
        (LEAD["numberofemployees"], 1.5, "JSON_PARSER_ERROR"),
        (CONTACT["accountid"], "no id", "MALFORMED_ID"),
        (CONTACT["cleanstatus"], "Shiny", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (CONTACT["email"], "x" * 70 + "@mail.example", "STRING_TOO_LONG"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(field: Any, value: Any, code: str):
    with pytest.raises(Refusal) as caught:
        accepted(field, value)

    assert caught.value.error_code == code


@pytest.mark.parametrize(
    "address",
    ["a", "a@b", "@b.example", "a b@c.example", "a..b@c.example", ".a@c.example", "a@.example"],
)
def test_an_invalid_address_is_refused(address: str):
    with pytest.raises(Refusal, match="invalid email address"):
        accepted(CONTACT["email"], address)


def test_every_made_up_address_is_valid():
    org = PracticeOrg(clock=lambda: datetime(2026, 3, 2, tzinfo=UTC), contacts=300, leads=150)
    rows = [*org.tables.rows("Contact").values(), *org.tables.rows("Lead").values()]
    addresses = [row["Email"] for row in rows if row.get("Email")]

    assert [accepted(CONTACT["email"], address) for address in addresses] == [
        address.strip() for address in addresses
    ]
