"""A query with its user, time and rows, and the wording of its refusals."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import SObjectType

_SHOWN = 30
_WORD_END = re.compile(r"[\s,]|$")


class RowsById(Protocol):
    """The tables; their rows are in the order of creation."""

    def rows(self, sobject: str) -> Mapping[str, Row]: ...

    def with_texts(self, sobject: str, field: str, texts: Iterable[str]) -> list[Row]: ...


class VisibleOrg(Protocol):
    """What a user sees of the org; org.UserView has this form."""

    @property
    def user(self) -> Row: ...

    @property
    def types(self) -> Mapping[str, SObjectType]: ...

    @property
    def tables(self) -> RowsById: ...

    def rows(self, name: str) -> Iterable[Row]: ...


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """`root` starts the addresses of records, such as `/services/data/v59.0`."""

    text: str
    view: VisibleOrg
    now: datetime
    root: str
    include_deleted: bool

    def type(self, name: str) -> SObjectType | None:
        """The sObject with this name, as the user sees it."""
        kind = self.view.types.get(name.lower())
        return kind if kind and kind.queryable else None

    def rows(self, kind: SObjectType, among: Iterable[Row] | None = None) -> Iterable[Row]:
        """The rows a query can find, in the order of creation: among all rows, or among some."""
        rows = self.view.rows(kind.name) if among is None else among
        if self.include_deleted:
            return rows
        return [row for row in rows if not row.get("IsDeleted")]

    def attributes(self, kind: SObjectType, row: Row) -> dict[str, str]:
        return {"type": kind.name, "url": f"{self.root}/sobjects/{kind.name}/{row['Id']}"}

    def refusal(self, code: str, message: str, at: int | None) -> Refusal:
        """A refusal that points at a place in the query, in Salesforce's words."""
        return Refusal(code, pointed(self.text, at or 0, message))

    def malformed(self, message: str) -> Refusal:
        return Refusal("MALFORMED_QUERY", message)


def pointed(text: str, at: int, message: str) -> str:
    """Four lines: a part of the query, a caret, the place, and the message."""
    return _lines(text, at, 0, message)


def pointed_left(text: str, at: int, message: str) -> str:
    """The same for the parser: the caret is one to the left, and columns count from 0."""
    return _lines(text, at, 1, message)


def _lines(text: str, at: int, left: int, message: str) -> str:
    """Salesforce shows about 30 characters on either side, in whole words, as a dozen recorded
    answers show."""
    start = _word_start(text, max(0, at - _SHOWN))
    after = _WORD_END.search(text, min(len(text), at + _SHOWN))
    shown = text[start : after.start() if after else len(text)]
    row = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at) - left
    caret = " " * (at - start - left) + "^"
    return f"\n{shown}\n{caret}\nERROR at Row:{row}:Column:{column}\n{message}"


def _word_start(text: str, at: int) -> int:
    while at and not _WORD_END.match(text[at - 1]):
        at -= 1
    return at
