"""Addresses in text fields: whatever is made of addresses alone, or names them in brackets."""

import pytest

from lib.addresses import addresses_in


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
