"""A file's own headings and values as labels: shown as data, whatever is in them."""

from lib.sources.files.who_asked.column_values import Answers
from lib.sources.files.who_asked.column_votes import EMPTY
from lib.ui import columns
from lib.ui.errors import plain
from lib.words import counted

_LONGEST = 60
_END_KEPT = 18  # values of a column often differ only at the end


def shown(text: str) -> str:
    """A value as Markdown that reads as the value; cut with an ellipsis, `(empty)` for none."""
    return plain(cut(text))


def cut(text: str) -> str:
    """A value on a single line, for places without Markdown."""
    one_line = " ".join(text.split())
    if len(one_line) > _LONGEST:
        start = one_line[: _LONGEST - _END_KEPT - 1].rstrip()
        return f"{start}…{one_line[-_END_KEPT:].lstrip()}"
    return one_line or EMPTY


def clipped(text: str, most: int = 40) -> str:
    """A text on a single line, cut at its end."""
    return columns.cut(" ".join(text.split()), most)


def name_of(column: Answers) -> str:
    """The column's heading, with its number if another column has the same heading."""
    heading = cut(column.heading) if column.heading else ""
    if not heading or column.name == column.heading:
        return heading or column.name
    return f"{heading} ({column.name.lower()})"


def summary(column: Answers, most: int = 4) -> str:
    """`Yes 41, No 79 and 3 more`: the column's most frequent values with their lines."""
    counts = ", ".join(f"{cut(text)} {count:,}" for text, count in column.values[:most])
    more = len(column.values) - most
    return f"{counts} and {more:,} more" if more > 0 else counts


def lines(count: int) -> str:
    """`1 line`, `1,204 lines`."""
    return counted(count, "line", "lines")
