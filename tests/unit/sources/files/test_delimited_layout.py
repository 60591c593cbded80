"""How a delimited text is laid out: its delimiter, its headings, and which column says what."""

import io

import pytest

from lib.sources.files import delimited_layout
from lib.sources.files.delimited_layout import layout_of

# Delimiter, first line of people, width, column of addresses, of dates, headings, titles, sideways
Shape = tuple[str, int, int, int | None, int | None, int | None, tuple[str, ...], bool]


def shape_of(text: str, delimiter: str | None = None) -> Shape:
    found = layout_of(io.StringIO(text, newline=""), delimiter)
    sure = (found.delimiter, found.first_line, found.width, found.address, found.date)
    return (*sure, found.headed, found.titles, found.is_sideways)


@pytest.mark.parametrize(
    ("text", "delimiter", "shape"),
    [
        ("Email;Name\na@x.example;A\n", None, (";", 2, 2, 0, None, 2, (), False)),
        ("a@x.example\nb@x.example\n", None, (",", 1, 1, 0, None, None, (), False)),
        ("sep=|\nEmail|Name\na@x.example|A\n", None, ("|", 3, 2, 0, None, 2, (), False)),
        ("\ufeffsep=;\nEmail;Name\na@x.example;A\n", None, (";", 3, 2, 0, None, 2, (), False)),
        ("sep=;\nEmail,Name\na@x.example,A\n", ",", (",", 3, 2, 0, None, 2, ("sep=;",), False)),
        ("sep=x\nEmail,Name\na@x.example,A\n", None, (",", 3, 2, 0, None, 2, ("sep=x",), False)),
        (
            "Our list\n\nEmail,Name\na@x.example,A\nb@x.example,B,C\n",
            None,
            (",", 4, 2, 0, None, 2, ("Our list",), False),
        ),
        (
            "Email\na@x.example;b@x.example\nc@x.example;d@x.example\n",
            None,
            (",", 2, 1, 0, None, 1, (), False),
        ),
        (
            "Name,Email,Email 2\nA,a@x.example,b@x.example\n",
            None,
            (",", 2, 3, 1, None, 3, (), False),
        ),
        ("Email,Email\na@x.example,b@x.example\n", None, (",", 2, 2, 0, None, 2, (), False)),
        ("Work email,Contact\nx,a@x.example\ny,b\nz,c\n", None, (",", 2, 2, 0, None, 2, (), False)),
        ("A,B\nx,a@x.example\ny,b\nz,c\n", None, (",", 2, 2, 1, None, 2, (), False)),
        ("A,B\na@x.example,a@x.example\ny,b\nz,c\n", None, (",", 2, 2, 0, None, 2, (), False)),
        ("A,B\nx,example.com\ny,example.org\n", None, (",", 2, 2, 1, None, 2, (), False)),
        ("Email,Unsubscribed on\na@x.example,2026-01-02\n", None, (",", 2, 2, 0, 1, 2, (), False)),
        (
            "Email,Date,Unsubscribed on\na@x.example,2026-01-02,2026-01-03\n",
            None,
            (",", 2, 3, 0, 2, 3, (), False),
        ),
        ("Email,Unsubscribed on\na@x.example,12.xx.2026\n", None, (",", 2, 2, 0, 1, 2, (), False)),
        ("Email,a@x.example,b@x.example\nName,A,B\n", None, (",", 1, 3, 1, None, None, (), True)),
        ("", None, (",", 1, 0, None, None, None, (), False)),
        ("Email,Name\n", None, (",", 2, 0, 0, None, 2, (), False)),
    ],
)
def test_the_first_rows_show_how_a_text_is_laid_out(
    text: str, delimiter: str | None, shape: Shape
) -> None:
    assert shape_of(text, delimiter) == shape


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_row_that_the_sample_cuts_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(delimited_layout, "_SAMPLE_CHARACTERS", 30)
    lines = ["Email,Name", "a@x.example,A", "b@x.example;B;C;D", ""]

    assert shape_of(end.join(lines)) == (",", 2, 2, 0, None, 2, (), False)
