"""What a person said about who in a file asked: only certain lines, or everyone."""

import csv
from dataclasses import dataclass

from lib.errors import UsageError

_EXAMPLE = "Write it like --where 'Status=unsubscribed,complained'."


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
                "--where and --everyone contradict each other",
                remedy="Use --where for some of the lines, or --everyone for all of them.",
            )

    @property
    def is_made(self) -> bool:
        """Whether a person decided; else the file has to say it."""
        return self.everyone or bool(self.where)


UNDECIDED = Choice()


def parse_where(text: str) -> Where:
    """Read `COLUMN=VALUE[,VALUE…]`. A value with a comma stands in double quotes.

    An empty value among others stands for an empty cell. Raises UsageError.
    """
    column, sign, listed = text.partition("=")
    if not sign or not column.strip():
        raise UsageError(f"--where {text} does not name a column and a value", remedy=_EXAMPLE)
    values = tuple(value.strip() for value in next(csv.reader([listed]), [""]))
    if not any(values):
        raise UsageError(f"--where {text} does not name a value", remedy=_EXAMPLE)
    return Where(column.strip(), values)
