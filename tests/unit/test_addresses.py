"""Addresses in text fields: whatever is made of addresses alone, or names them in brackets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.addresses import addresses_in, compared, is_address, is_domain, is_well_formed, spellings


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("ann@example.org", ["ann@example.org"]),
        (" ANN@Example.org ", ["ann@example.org"]),
        ("ann@example.org;bo@example.org, cy@example.org", ["ann", "bo", "cy"]),
        ("Ann <ann@example.org>; bo@example.org", ["ann", "bo"]),
        ('"Li, Bo" <bo@example.org>', ["bo"]),
        ("<cy@example.org>", ["cy"]),
        ("knows ann@example.org well", []),
        ("@", []),
        ("twitter @ann", []),
        ("", []),
    ],
)
def test_the_addresses_of_a_text_are_found(text: str, addresses: list[str]) -> None:
    expected = [one if "@" in one else f"{one}@example.org" for one in addresses]

    assert addresses_in(text) == expected


@pytest.mark.parametrize(
    "text",
    ["ann@example.org", '"odd quote"@example.com', '"a@b"@example.com', "o'hara@x.example"],
)
def test_a_quoted_local_part_is_an_address_too(text: str) -> None:
    assert is_address(text)
    assert is_well_formed(text)


@pytest.mark.parametrize(
    "text", ["odd quote@example.com", '"odd" quote@example.com', "@example.com", "ann@", "ann"]
)
def test_blanks_outside_quotes_are_part_of_no_address(text: str) -> None:
    assert not is_address(text)
    assert not is_well_formed(text)


@pytest.mark.parametrize(
    "text",
    ["ann@host", "a@b@example.org", "ann@example.org;", "<ann@example.org>", "a@x.example/b"],
)
def test_what_is_not_exactly_one_address_is_not_well_formed(text: str) -> None:
    assert not is_well_formed(text)


@pytest.mark.parametrize(
    "text", ["a%40x.example", "x.example/b", "o&#39.example", "10.0.0.1", "x!y.z"]
)
def test_a_text_with_signs_is_no_domain(text: str) -> None:
    assert not is_domain(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_rule_2_any_text_is_compared_by_itself(text: str) -> None:
    entry = compared(text)

    assert compared(entry) == entry
    if "@" in entry:
        assert entry in spellings(entry, turkic=True)
