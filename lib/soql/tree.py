"""The tree of a SOQL query: frozen values, named after the words of Salesforce's manual.

Two trees are equal if they mean the same. `at` is where a name was in the text (in characters from
0; `None` if there was no text). It is only for messages, so comparisons ignore it. Parentheses are
not nodes: the writer puts them where they are needed.
Source: SOQL and SOSL Reference, "SOQL SELECT Syntax".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or a path to one: `Email`, `Account.Owner.Name`, `c.Email` after an alias."""

    name: str
    at: int | None = field(default=None, compare=False, repr=False)

    @property
    def path(self) -> tuple[str, ...]:
        """The steps of the path, in the author's spelling."""
        return tuple(self.name.split("."))


@dataclass(frozen=True, slots=True)
class Function:
    """A call: `COUNT()`, `FORMAT(Amount)`, `DISTANCE(Spot__c, GEOLOCATION(1, 2), 'mi')`."""

    name: str
    arguments: tuple[Argument, ...] = ()
    at: int | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A string's value, without quotes and escapes."""

    value: str


@dataclass(frozen=True, slots=True)
class Pattern:
    r"""What comes after LIKE: `%` is any text, `_` any character, `\%`, `\_`, `\\` themselves."""

    value: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"(?:[^\\]|\\[\\%_])*", self.value, re.DOTALL):
            raise ValueError("a backslash in a LIKE pattern must come before %, _, or a backslash")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the author's digits, such as `1.50`."""

    text: str


@dataclass(frozen=True, slots=True)
class Currency:
    """An amount with its ISO code, such as `USD5000`."""

    text: str


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool


@dataclass(frozen=True, slots=True)
class Null:
    pass


@dataclass(frozen=True, slots=True)
class Date:
    value: date


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and time; `value` has a time zone."""

    value: datetime

    def __post_init__(self) -> None:
        if self.value.tzinfo is None:
            raise ValueError("a SOQL date and time needs a time zone")


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, for fields of the type time. Without a zone, it is in UTC."""

    value: time


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """`TODAY`, `LAST_N_DAYS:30`: a span of days that depends on today's date."""

    name: str
    count: int | None = None


Value = Text | Pattern | Number | Currency | Boolean | Null | Date | DateTime | Time | DateLiteral
Option = tuple[str, Value]
Operand = Field | Function
Argument = Field | Function | Text | Number
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "LIKE"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operand operator value`; after LIKE the value is a Pattern (or null)."""

    operand: Operand
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Sum:
    """`left + right` or `left - right` compared with a value."""

    left: Field
    sign: Literal["+", "-"]
    right: Field
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    """`IN (…)`, or `NOT IN (…)` when negated; at least one value."""

    operand: Operand
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InQuery:
    """A semi-join, or an anti-join when negated."""

    operand: Operand
    query: Query
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Includes:
    """`INCLUDES (…)` on a multi-select picklist, or `EXCLUDES (…)` when negated."""

    operand: Operand
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of at least two conditions."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of at least two conditions."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Comparison | Sum | In | InQuery | Includes | And | Or | Not


@dataclass(frozen=True, slots=True)
class Column:
    """A field or a call in SELECT."""

    operand: Operand
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """A subquery in SELECT: the rows of a child relationship."""

    query: Query
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """One branch of TYPEOF."""

    sobject: str
    fields: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class TypeOf:
    """`TYPEOF Owner WHEN User THEN Email ELSE Name END`."""

    field: Field
    whens: tuple[When, ...]
    otherwise: tuple[Operand, ...] = ()
    alias: str | None = None


Selected = Column | Child | TypeOf


@dataclass(frozen=True, slots=True)
class FromItem:
    """A name in FROM: an sObject, a child relationship, or a path from an alias (`c.Account`)."""

    name: str
    alias: str | None = None
    at: int | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Using:
    """`USING SCOPE mine`, `USING LOOKUP …`."""

    kind: Literal["SCOPE", "LOOKUP"]
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """One condition of WITH DATA CATEGORY; `operator` is AT, ABOVE, BELOW or ABOVE_OR_BELOW."""

    field: Field
    operator: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithCategories:
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class WithMode:
    """`WITH SECURITY_ENFORCED`, `WITH USER_MODE`, or `WITH name (key = value, …)`."""

    name: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class WithValue:
    """`WITH Network = '…'`."""

    name: str
    value: Text


With = WithCategories | WithMode | WithValue


@dataclass(frozen=True, slots=True)
class Grouping:
    """GROUP BY, with ROLLUP or CUBE, and HAVING."""

    operands: tuple[Operand, ...]
    kind: Literal["", "ROLLUP", "CUBE"] = ""
    having: Condition | None = None


@dataclass(frozen=True, slots=True)
class Ordering:
    """A key of ORDER BY; "" means the default (ASC, NULLS FIRST)."""

    operand: Operand
    direction: Literal["", "ASC", "DESC"] = ""
    nulls: Literal["", "FIRST", "LAST"] = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query, or a subquery; `sources[0]` is what it is about.

    `options` are those of SET OPTIONS, each a name and a text, whole number or boolean. `bind`
    gives the filter of USING LOOKUP its values.
    """

    columns: tuple[Selected, ...]
    sources: tuple[FromItem, ...]
    using: tuple[Using, ...] = ()
    where: Condition | None = None
    with_: tuple[With, ...] = ()
    group: Grouping | None = None
    order: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int | None = None
    bind: tuple[Option, ...] = ()
    all_rows: bool = False
    purpose: Literal["", "VIEW", "REFERENCE", "UPDATE"] = ""
    update: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
