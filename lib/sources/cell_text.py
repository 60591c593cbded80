"""A cell as a person would read it, without what programs add around or inside its text."""

import re
from collections.abc import Iterable
from html import unescape
from html.entities import html5

from lib.addresses import is_well_formed

# No address holds a semicolon, so this is always an entity.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.ASCII | re.I)
_SEPARATORS = frozenset(",;|\n\r\t\v\f\x85\u2028\u2029")
_MOST_LAYERS = 4  # `&amp;#39;` was written by two programs, one after the other

# Full-width letters and signs, and the dots and commas of Chinese and Japanese keyboards.
NARROW = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x3001: ",",
    0x3002: ".",
    0xFE6B: "@",
    0xFF61: ".",
}
# Blanks without a width, marks of direction and byte order marks: no one sees or types them.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff]")
# These two belong to some scripts, but never occur next to Latin letters.
_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")

CURLY = "\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_QUOTES = f"'\"`{CURLY}"
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FORMULA = re.compile(r"[\"']?=\s*(?P<quote>[\"'])(?P<text>.*)(?P=quote)[\"']?", re.DOTALL)


def cut_an_entity(cells: Iterable[str]) -> bool:
    """Whether a semicolon between two cells was in fact the end of an HTML entity.

    Of `o&#39;hara@example.org` the next cell would name `hara`, who is someone else; and of
    `Salt &amp; Co` it would move all cells after it.
    """
    return any("&" in cell and _ends_in_an_entity(cell) for cell in cells)


def _ends_in_an_entity(cell: str) -> bool:
    name = f"{cell[cell.rindex('&') + 1 :]};"
    return _ENTITY.fullmatch(f"&{name}") is not None and (name[0] == "#" or name in html5)


def as_seen(cell: str) -> str:
    """The cell as a person would read it, without what programs put around it."""
    text = cell
    for _ in range(_MOST_LAYERS if "&" in text else 0):
        text = _ENTITY.sub(_character, text)
    if not text.isascii():
        text = _JOINERS.sub("", _INVISIBLE.sub("", text.translate(NARROW)))
    return unwrapped(text)


def _character(entity: re.Match[str]) -> str:
    """The character of an entity; the entity itself if that character separates addresses."""
    found = unescape(entity[0])
    return entity[0] if _SEPARATORS & set(found.translate(NARROW)) else found


def unwrapped(text: str) -> str:
    """The text without blanks, quotes, brackets and a spreadsheet's formula around it."""
    for _ in range(_MOST_LAYERS):
        before = text
        text = text.strip().strip("\0")
        if formula := _FORMULA.fullmatch(text):
            text = formula["text"]
        text = _without_brackets(_without_quotes(text))
        if text == before:
            break
    return text


def _without_quotes(text: str) -> str:
    """Quotes at both ends go, or at the one that has some; those within belong to a part of it."""
    inner = text.strip(_QUOTES)
    return text if '"' in inner or _is_quoted_local_part(text) else inner


def _is_quoted_local_part(text: str) -> bool:
    return text[:1] == '"' and is_well_formed(text)


def _without_brackets(text: str) -> str:
    closing = _PAIRS.get(text[:1])
    inner = text[1:-1]
    if closing is None or text[-1] != closing or text[0] in inner or closing in inner:
        return text
    return inner
