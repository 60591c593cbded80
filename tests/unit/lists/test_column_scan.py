"""Looking through a column at once finds exactly what looking at each cell finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.lists.column_scan import maybe_addresses, plain_addresses
from lib.mentions import may_hold_address

PLAIN = re.compile(r"[A-Za-z0-9][\w.+'-]*@[\w.-]*[A-Za-z0-9]", re.ASCII)
PIECES = (
    *("@", "ann@example.org", "Ann", "", " ", "\n", "\r", "&", "&commat;", "&#64", "&#6", "4;"),
    *("%40", "%", "40", "%EF%BC", "%A0", "＠", "﹫", "é", "\u0301", "\u200b", "\u2028", "İ", "."),
)
CELLS = st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), max_size=8)
USUAL = ["Ann", "ann@example.org", "", "Müller & Söhne", "50 %"] * 60  # more than is joined at once


def is_at(cell: str) -> str:
    return cell.lower() if PLAIN.fullmatch(cell) else ""


@given(CELLS)
def test_the_same_cells_may_hold_an_address(cells: list[str]) -> None:
    expected = [number for number, cell in enumerate(cells) if may_hold_address(cell)]

    assert list(maybe_addresses(cells)) == expected


@given(CELLS)
def test_the_same_cells_are_plain_addresses(cells: list[str]) -> None:
    assert plain_addresses(cells) == list(map(is_at, cells))


@pytest.mark.parametrize("place", [0, 249, 250, 299])
@pytest.mark.parametrize("cell", ["a@b.org\nc@d.org", "x %40 y", "write to ＠nn", "Ann@B.org"])
def test_an_unusual_cell_is_found_wherever_it_is(place: int, cell: str) -> None:
    cells = [*USUAL[:place], cell, *USUAL[place:]]

    expected = [number for number, each in enumerate(cells) if may_hold_address(each)]
    assert place in expected
    assert list(maybe_addresses(cells)) == expected
    assert plain_addresses(cells) == list(map(is_at, cells))
