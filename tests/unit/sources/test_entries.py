"""What one cell of a file names."""

import pytest

from lib.sources.entries import entry_in, why_not


@pytest.mark.parametrize(
    ("cell", "entry"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada@Example.org\u00a0", "Ada@Example.org"),
        ("Ada Berg <ada@example.org>", "ada@example.org"),
        ("<ada@example.org>", "ada@example.org"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("'ada@example.org'", "ada@example.org"),
        ("dora.o'neil+news@example.org", "dora.o'neil+news@example.org"),
        ("emil@grün.example", "emil@grün.example"),
        ("example.com", "example.com"),
        ("@example.com", "@example.com"),
        ("*@example.com", "@example.com"),
    ],
)
def test_a_cell_names_an_address_or_a_domain(cell: str, entry: str) -> None:
    assert entry_in(cell) == entry


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("", "no address in it"),
        ("   ", "no address in it"),
        ("Ada Berg", "neither an address nor a domain"),
        ("ada@", "neither an address nor a domain"),
        ("ada@example", "neither an address nor a domain"),
        ("ada berg@example.org", "neither an address nor a domain"),
        ("ada@example.org, bo@example.org", "more than one address"),
        ("ada@example.org;bo@example.org", "more than one address"),
        ("ad\ufffd@example.org", "encoding"),
    ],
)
def test_a_cell_that_names_nobody_for_sure_says_why(cell: str, why: str) -> None:
    assert entry_in(cell) is None
    assert why in why_not(cell)
