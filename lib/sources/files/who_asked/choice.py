"""What a person said about who in a file asked: only certain lines, or everyone."""

import csv
import io
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from lib.errors import UsageError

_QUOTED_COLUMN = re.compile(r'\s*"((?:[^"]|"")+)"\s*(=)(.*)', re.S)
_EXAMPLE = "Write it like this: --where 'Status=unsubscribed,complained'"


@dataclass(frozen=True, slots=True)
class Where:
    """Only lines that have one of these values in this column count.

    `column` is a heading as the file spells it, or `Column 2` where it has none.
    """

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's answer. With `where`, a line counts when it meets each column's values.

    `everyone`: every line counts, whatever its columns say. Neither: the file has to be certain.
    """

    where: tuple[Where, ...] = ()
    everyone: bool = False

    def __post_init__(self) -> None:
        if self.where and self.everyone:
            raise UsageError(
                "--where and --everyone can't be used together",
                remedy="Use --where for some lines, or --everyone for all of them.",
            )

    @property
    def is_made(self) -> bool:
        """Whether a person decided; else the file has to say it."""
        return self.everyone or bool(self.where)


UNDECIDED = Choice()


def parse_where(text: str) -> Where:
    """Read `COLUMN=VALUE[,VALUE…]`. A value with a comma goes in double quotes.

    So does a column with an equals sign. An empty value among others means an empty cell, and so
    does `""` alone. Raises UsageError.
    """
    quoted = _QUOTED_COLUMN.fullmatch(text)
    column, sign, listed = quoted.groups() if quoted else text.partition("=")
    if quoted:
        column = column.replace('""', '"')
    if not sign or not column.strip():
        raise UsageError(f"--where {text} doesn't name a column and a value", remedy=_EXAMPLE)
    values = _values_in(listed)
    if not any(values) and not listed.strip().startswith('"'):
        raise UsageError(f"--where {text} doesn't name a value", remedy=_EXAMPLE)
    return Where(column.strip(), values)


def where_text(where: Where) -> str:
    """The text that `parse_where` reads as this."""
    column = where.column
    if "=" in column or column.startswith('"'):
        column = '"' + column.replace('"', '""') + '"'
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="").writerow(where.values)
    return f"{column}={line.getvalue()}"


def as_typed(column: str, value: str) -> str:
    """What a person types on a command line to choose the lines with one value."""
    if "=" in column or column.startswith('"'):
        column = '"' + column.replace('"', '""') + '"'
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_MINIMAL, lineterminator="").writerow([value])
    text = f"{column}={line.getvalue()}"
    return f"--where {shlex.quote(text)}" if "'" in text else f"--where '{text}'"


def choice_from(wheres: Iterable[str], *, everyone: bool) -> Choice:
    """The choice that `--where` and `--everyone` make; a column named twice has both's values.

    Raises UsageError.
    """
    values: dict[str, tuple[str, ...]] = {}
    for where in map(parse_where, wheres):
        values[where.column] = (*values.get(where.column, ()), *where.values)
    return Choice(tuple(Where(*pair) for pair in values.items()), everyone)


def _values_in(listed: str) -> tuple[str, ...]:
    try:
        return tuple(value.strip() for value in next(csv.reader([listed]), [""]))
    except csv.Error as error:
        raise UsageError(f"--where can't read the values {listed}", remedy=_EXAMPLE) from error
