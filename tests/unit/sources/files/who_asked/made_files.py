"""Small made-up files, each written the way some program would, with the truth next to it.

A file's dress (delimiter, encoding, line ends, quotes, blanks, order of columns, neighbors) follows
from its number, so a failure can be made again.
"""

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.unit.sources.files.who_asked.ground_truth import Truth, answer_for, faults_in
from tests.unit.sources.files.who_asked.vocabulary import Language

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")
LETTER_CASES = (str, str, str.lower, str.upper)
_SHOWN = 12

Column = tuple[str, Sequence[str]]


@dataclass(slots=True)
class Made:
    """One file: its columns next to the address, and who asked. `plain` files wear no odd dress."""

    columns: list[Column]
    truth: Truth
    addresses: list[str] = field(default_factory=list)
    plain: bool = False

    def __post_init__(self) -> None:
        length = max(len(cells) for _, cells in self.columns)
        self.addresses = self.addresses or people(length)

    @property
    def label(self) -> str:
        """The columns that matter, for a failure's text."""
        return "; ".join(f"{heading} = {list(cells)[:8]}" for heading, cells in self.columns)


def people(count: int) -> list[str]:
    """Addresses of `count` different people."""
    return [f"p{number}@x.example" for number in range(count)]


def those(cells: Sequence[str], *values: str) -> frozenset[str]:
    """The people whose cell is one of these values."""
    return frozenset(
        address for address, cell in zip(people(len(cells)), cells, strict=True) if cell in values
    )


def spread(number: int, values: Sequence[str]) -> list[str]:
    """2 to 9 cells in which each value turns up, at places that follow from the number."""
    chance = random.Random(number)
    cells = [*values, *chance.choices(values, k=chance.randint(0, 6))]
    chance.shuffle(cells)
    return cells


def write(path: Path, made: Made, number: int, language: Language) -> None:
    """Write a file in the dress of its number."""
    chance = random.Random(f"dress {number}")
    rows = _rows(made, chance, language)
    text = io.StringIO()
    csv.writer(
        text,
        delimiter="," if made.plain else chance.choice(DELIMITERS),
        quoting=csv.QUOTE_ALL if chance.random() < 0.3 else csv.QUOTE_MINIMAL,
        lineterminator=chance.choice(["\n", "\r\n"]),
    ).writerows(rows)
    path.write_bytes(_encoded(text.getvalue(), made.plain, chance))


def _encoded(text: str, plain: bool, chance: random.Random) -> bytes:
    encoding = "utf-8" if plain else chance.choice(ENCODINGS)
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        content = text.encode()
    # Some programs end a file with the mark that others start it with.
    ends_with_mark = encoding == "utf-8-sig" and chance.random() < 0.3
    return content + b"\xef\xbb\xbf" if ends_with_mark else content


def _rows(made: Made, chance: random.Random, language: Language) -> list[list[str]]:
    columns: list[Column] = [(language.email, made.addresses)]
    for heading, cells in made.columns:
        columns.insert(chance.choice([0, len(columns)]), (heading, _dressed(cells, made, chance)))
    taken = {heading for heading, _ in columns}
    spare = [one for one in language.neutral if one[0] not in taken]
    count = 0 if made.plain else chance.randint(0, min(3, len(spare)))
    for heading, values in chance.sample(spare, count):
        cells = [values[place % len(values)] for place in range(len(made.addresses))]
        columns.insert(chance.randint(0, len(columns)), (heading, cells))
    headings = [heading for heading, _ in columns]
    return [headings, *map(list, zip(*(cells for _, cells in columns), strict=True))]


def _dressed(cells: Sequence[str], made: Made, chance: random.Random) -> list[str]:
    if made.plain:
        return list(cells)
    letters = chance.choice(LETTER_CASES)
    blanks = chance.choice(["", "", "", " "])
    return [f"{blanks}{letters(cell)}{blanks}" if cell else cell for cell in cells]


def judge(folder: Path, files: Iterable[Made], language: Language) -> None:
    """Read each file, and fail with what is wrong with the answers."""
    wrong: list[str] = []
    total = 0
    path = folder / "people.csv"
    for number, made in enumerate(files):
        total += 1
        write(path, made, number, language)
        faults = faults_in(answer_for(path), made.truth)
        if faults:
            wrong.append(f"file {number} ({made.label}):\n    " + "\n    ".join(faults[:3]))
    assert total, "no files were made"
    if wrong:
        shown = "\n".join(wrong[:_SHOWN])
        pytest.fail(f"{len(wrong)} of {total} files judged wrongly\n{shown}", pytrace=False)
