"""A cell without what programs put around its text."""

import pytest

from lib.sources.cell_text import cut_an_entity


@pytest.mark.parametrize(
    ("before", "cuts"),
    [
        ("o&#39", True),
        ("o&#x27", True),
        ("Tom &amp", True),
        ("o", False),
        ("", False),
        ("R&D", False),
        ("A & B", False),
        ("o&#39;hara", False),
    ],
)
def test_a_semicolon_that_ends_an_entity_splits_no_cells(before: str, cuts: bool) -> None:
    assert cut_an_entity(["Ada", before, "x"]) == cuts
