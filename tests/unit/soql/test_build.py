"""The functions that make queries."""

from datetime import UTC, date, datetime

import pytest

from lib.soql import (
    all_of,
    any_from,
    any_of,
    at_least,
    count,
    differs,
    equals,
    escape_like,
    like,
    one_of,
    parse,
    render,
    select,
)


def test_a_query_of_every_part_is_written_as_salesforce_reads_it() -> None:
    query = select(
        ["Id", "Account.Name"],
        "Contact",
        all_of(
            equals("HasOptedOutOfEmail", False),
            differs("Email", None),
            at_least("SystemModstamp", datetime(2026, 1, 31, 23, 1, 1, tzinfo=UTC)),
            one_of(equals("Birthdate", date(2000, 2, 29)), equals("Children__c", 3)),
            any_of("LastName", ["O'Neil", "Back\\slash"]),
        ),
        order_by=["SystemModstamp", "Id"],
        limit=10,
    )

    assert render(query) == (
        "SELECT Id, Account.Name FROM Contact WHERE HasOptedOutOfEmail = false AND Email != null"
        " AND SystemModstamp >= 2026-01-31T23:01:01Z"
        " AND (Birthdate = 2000-02-29 OR Children__c = 3)"
        r" AND LastName IN ('O\'Neil', 'Back\\slash') ORDER BY SystemModstamp, Id LIMIT 10"
    )
    assert parse(render(query)) == query


def test_a_count_has_no_columns_but_count() -> None:
    assert render(count("Lead")) == "SELECT COUNT() FROM Lead"


def test_joining_joined_conditions_stays_flat() -> None:
    two = all_of(equals("A", 1), equals("B", 2))
    joins = any_from("Id", select(["ContactId"], "CampaignMember"))

    assert render(all_of(two, joins)) == (
        "A = 1 AND B = 2 AND Id IN (SELECT ContactId FROM CampaignMember)"
    )
    assert all_of(joins) == joins


def test_literal_text_is_escaped_in_a_pattern() -> None:
    assert render(like("Email", f"%{escape_like('a_b%')}")) == r"Email LIKE '%a\_b\%'"


def test_a_pattern_with_a_stray_backslash_raises_value_error() -> None:
    with pytest.raises(ValueError, match="backslash"):
        like("Email", "a\\b")


def test_an_empty_list_of_values_raises_value_error() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        any_of("Email", [])


def test_a_date_and_time_without_a_zone_raises_value_error() -> None:
    with pytest.raises(ValueError, match="zone"):
        equals("CreatedDate", datetime(2026, 1, 1))


def test_three_thousand_addresses_fit_in_a_query_and_are_read_quickly() -> None:
    addresses = [f"somebody{number:06}@example.org" for number in range(3000)]

    text = render(select(["Id"], "Contact", any_of("Email", addresses)))

    assert len(text) < 100_000
    assert parse(text) == select(["Id"], "Contact", any_of("Email", addresses))
