"""The rows of a delimited text: which lines are rows, and which may be part of one."""

import io

import pytest

from lib.sources.files.delimited_rows import LONGEST_LINE, rows_of

IN_QUOTES = "it may be part of quoted text, not a separate row"
CANT = "the line can't be read"
LONG = "a" * (LONGEST_LINE - 1)

Row = tuple[int, list[str], str]


def read(text: str, delimiter: str = ",", width: int | None = None) -> list[Row]:
    rows = rows_of(io.StringIO(text, newline=""), delimiter, width)
    return [(row.number, row.cells, row.why) for row in rows]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d\n", [(1, ["a", "b"], ""), (2, ["c", "d"], "")]),
        ("a,b\r\n\r\n ,\r\nc,d", [(1, ["a", "b"], ""), (3, [" ", ""], ""), (4, ["c", "d"], "")]),
        ("a,b\rc,d\r", [(1, ["a", "b"], ""), (2, ["c", "d"], "")]),
        ("a\0,1\0\nb,2\n\0\n", [(1, ["a", "1"], ""), (2, ["b", "2"], "")]),
        ("o&#39;hara@x,Yes\n", [(1, ["o&#39;hara@x", "Yes"], "")]),
        ('a,"say ""no"""\nb,2\n', [(1, ["a", 'say "no"'], ""), (2, ["b", "2"], "")]),
        (LONG + "\nb,2\n", [(1, [LONG], ""), (2, ["b", "2"], "")]),
        (LONG + "ab,x\nb,2\n", [(1, [], CANT), (2, ["b", "2"], "")]),
        (3 * LONG + "\nb,2\n", [(1, [], CANT), (2, ["b", "2"], "")]),
    ],
)
def test_each_line_is_a_row_with_its_number(text: str, rows: list[Row]) -> None:
    assert read(text) == rows


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("o&#39;hara@x;Yes\n", ["o&#39;hara@x", "Yes"]),
        ("Yes;no;o&#39;hara@x;x&amp;y;z\n", ["Yes", "no", "o&#39;hara@x", "x&amp;y", "z"]),
        ("a&b;c;d\n", ["a&b", "c", "d"]),
        ("&lt;a@x&gt;;b\n", ["&lt;a@x&gt;", "b"]),
    ],
)
def test_a_semicolon_that_ends_an_entity_parts_no_cells(text: str, cells: list[str]) -> None:
    assert read(text, ";") == [(1, cells, "")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # A quote that never closes takes no one else with it.
        ('"a@x,1\nb@x,2\n', [(1, ["a@x,1\n"], ""), (2, ["b@x", "2"], "")]),
        (
            'a@x,"1\nb@x,"2\nc@x,3\n',
            [(1, ["a@x", "1\n"], ""), (2, ["b@x", "2\n"], ""), (3, ["c@x", "3"], "")],
        ),
        # Text in quotes may go on in the next lines.
        ('a@x,"one\ntwo"\nb@x,2\n', [(1, ["a@x", "one\ntwo"], ""), (3, ["b@x", "2"], "")]),
        (
            'a@x,"one\nc@x\ntwo"\nb@x,2\n',
            [(1, ["a@x", "one\nc@x\ntwo"], ""), (4, ["b@x", "2"], "")],
        ),
        # A line in it that may be a row is named if the row isn't as wide as the others.
        (
            'a@x,"one\nc@x,x\ntwo",y\nb@x,2\n',
            [(1, ["a@x", "one\nc@x,x\ntwo", "y"], ""), (2, [], IN_QUOTES), (4, ["b@x", "2"], "")],
        ),
        # After an odd quote, rows of another width are in doubt until one fits.
        (
            'a@x,1"\nb@x,2,3\nc@x,4,5\nd@x,6\ne@x,7,8\n',
            [
                (1, ["a@x", '1"'], ""),
                (2, [], IN_QUOTES),
                (3, [], IN_QUOTES),
                (4, ["d@x", "6"], ""),
                (5, ["e@x", "7", "8"], ""),
            ],
        ),
        ('a@x,1"""\nb@x,2,3\n', [(1, ["a@x", '1"""'], ""), (2, [], IN_QUOTES)]),
        # Two quotes in a line are no odd one.
        ('a@x,1""\nb@x,2,3\n', [(1, ["a@x", '1""'], ""), (2, ["b@x", "2", "3"], "")]),
    ],
)
def test_quotes_swallow_no_one(text: str, rows: list[Row]) -> None:
    assert read(text, width=2) == rows


def test_a_quote_that_never_closes_parts_its_line_at_the_same_sign() -> None:
    rows = read('a@x;"1\nb@x;2\n', ";")

    assert rows == [(1, ["a@x", "1\n"], ""), (2, ["b@x", "2"], "")]


@pytest.mark.parametrize(("lines", "rows"), [(497, 2), (499, 501)])
def test_a_quoted_text_of_more_than_500_lines_is_a_quote_that_someone_forgot_to_close(
    lines: int, rows: int
) -> None:
    text = 'a@x,"1\n' + "line\n" * lines + '"\nb@x,2\n'

    found = read(text, width=2)

    assert len(found) == rows + (lines == 499)
    assert found[-1] == (lines + 3, ["b@x", "2"], "")
