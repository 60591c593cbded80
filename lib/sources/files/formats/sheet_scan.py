"""What a workbook's XML shows that its reader skips: hidden rows, formulas without results.

It also bounds what is unpacked, and refuses entities, before any XML is parsed.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

_CHUNK = 1 << 20
MOST_ROWS = 1 << 20  # as many as Excel has
_LARGEST = 400 << 20  # unpacked, all parts together
_LARGEST_PART = {"xl/sharedStrings.xml": 200 << 20, "xl/styles.xml": 16 << 20}
_MOST_PARTS = 10_000
_DECLARED = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w-]+)")
_READ_ENCODINGS = (b"utf-8", b"us-ascii", b"ascii")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])([^>]*)>")
_NUMBER = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([^\"']*)")
# A row of height 0 is hidden as well.
_IS_HIDDEN = re.compile(
    rb"(?<![\w:])(?:hidden\s*=\s*[\"'](?:1|true|on)[\"']|ht\s*=\s*[\"']0(?:\.0*)?[\"'])"
)
_MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*\bref\s*=\s*[\"']\D+(\d+):\D+(\d+)[\"']")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?c(?:\s[^>]*)?>\s*<(?:[\w.-]+:)?f[\s/>]")
_NO_RESULT = re.compile(rb"(?:</(?:[\w.-]+:)?f>|<(?:[\w.-]+:)?f(?:\s[^>]*)?/>)\s*</(?:[\w.-]+:)?c>")
_ROW_END = b"row>"
_TO_BE_CALCULATED = re.compile(rb"\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_STRICT = b"http://purl.oclc.org/ooxml/"
_SHEET = re.compile(rb"<(?:[\w.-]+:)?sheet\s")


class TooLarge(Exception):
    """The workbook would unpack to more than any list of people has."""


class Suspicious(Exception):
    """The workbook has entities or an encoding that no spreadsheet program writes."""


@dataclass(slots=True)
class Oddities:
    """What is odd about one sheet; rows are numbered from 1.

    `merged`: rows that share a cell with a row above, so that its value is missing from them.
    """

    hidden: set[int] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    has_formulas: bool = False
    lacks_results: bool = False
    is_out_of_order: bool = False


@dataclass(slots=True)
class Scan:
    """All parts: `sheets` by the part's name; whether Excel was to calculate it all at first."""

    sheets: dict[str, Oddities] = field(default_factory=dict)
    to_be_calculated: bool = False
    is_strict: bool = False
    sheet_count: int = 0


def scan(archive: zipfile.ZipFile) -> Scan:
    """Look through every XML part once. Raises TooLarge or Suspicious."""
    _check_sizes(archive)
    found = Scan()
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        oddities = Oddities()
        row = 0
        for part in _parts(archive, info):
            row = _look_at_rows(part, row, oddities)
            if info.filename.endswith("workbook.xml"):
                _look_at_workbook(part, found)
        found.sheets[info.filename] = oddities
    return found


def _check_sizes(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    sizes = {info.filename: info.file_size for info in infos}
    if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _LARGEST:
        raise TooLarge
    if any(sizes.get(name, 0) > largest for name, largest in _LARGEST_PART.items()):
        raise TooLarge


def _parts(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes in pieces that end after a row, so that no row lies across two of them."""
    with archive.open(info) as file:
        rest = file.read(_CHUNK)
        _check_encoding(rest)
        while chunk := file.read(_CHUNK):
            end = rest.rfind(_ROW_END) + len(_ROW_END)
            if end >= len(_ROW_END):
                yield _checked(rest[:end])
                rest = rest[end:]
            elif len(rest) > _LARGEST_PART["xl/styles.xml"]:
                yield _checked(rest)
                rest = rest[-10:]  # an entity may start here
            rest += chunk
        yield _checked(rest)


def _check_encoding(beginning: bytes) -> None:
    declared = _DECLARED.match(beginning.lstrip(b"\xef\xbb\xbf \t\r\n"))
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in beginning[:100]:
        raise Suspicious
    if declared and declared[1].lower() not in _READ_ENCODINGS:
        raise Suspicious


def _checked(part: bytes) -> bytes:
    if _ENTITIES.search(part):
        raise Suspicious
    return part


def _look_at_workbook(part: bytes, found: Scan) -> None:
    found.to_be_calculated |= _TO_BE_CALCULATED.search(part) is not None
    found.is_strict |= _STRICT in part
    found.sheet_count += len(_SHEET.findall(part))


def _look_at_rows(part: bytes, row: int, oddities: Oddities) -> int:
    """The number of the last row; the next one follows it where it doesn't say its own."""
    for match in _ROW.finditer(part):
        number = _NUMBER.search(match[1])
        following = _row_number(number[1]) if number else row + 1
        oddities.is_out_of_order |= following <= row
        row = following
        if _IS_HIDDEN.search(match[1]):
            oddities.hidden.add(row)
    for merge in _MERGED.finditer(part):
        first, last = _row_number(merge[1]), _row_number(merge[2])
        oddities.merged.update(range(first + 1, last + 1))
    oddities.has_formulas |= _FORMULA.search(part) is not None
    oddities.lacks_results |= _NO_RESULT.search(part) is not None
    return row


def _row_number(text: bytes) -> int:
    if not text.isdigit():
        raise Suspicious
    if len(text) > 7 or int(text) > MOST_ROWS:
        raise TooLarge
    return int(text)
