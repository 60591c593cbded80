"""Record IDs in their 18-character form."""

import pytest

from lib.salesforce.rows import to18


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("003RO0000035WQg", "003RO0000035WQgYAM"),
        ("7508d00000Ihhl5", "7508d00000Ihhl5AAB"),
        ("001D000000IRFma", "001D000000IRFmaIAH"),
    ],
)
def test_the_last_three_letters_of_an_id_encode_its_capitals(short: str, long: str) -> None:
    assert to18(short) == long


@pytest.mark.parametrize("other", ["", "003RO0000035WQgYAM", "not an id"])
def test_anything_but_fifteen_characters_stays_unchanged(other: str) -> None:
    assert to18(other) == other
