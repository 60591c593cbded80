"""What the columns of a guarded query are: their titles, and where each stands in an answer.

An answer is JSON with parents nested (REST) or plain CSV in the order asked (Bulk); both become
rows of one form here: a cell for every column, as text, and child rows beside them. Columns that
the guard or an option added are fetched, and left out of the titles again.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from lib.salesforce.described_org import DescribedOrg
from lib.soql import Query, render
from lib.soql.names import FromNames
from lib.soql.select_clause import NUMBERS, fields_function, is_figures
from lib.soql.tree import Child, Column, Field, Function, Operand, Selected, Source, TypeOf
from lib.soql.walk import fields_in

_NEVER_TEXT = frozenset(
    ("boolean", "int", "long", "double", "currency", "percent", "date", "datetime", "time", "id")
)


class Row(NamedTuple):
    """One record: a cell for each column of its table, and its child rows, table by table."""

    cells: list[str]
    children: tuple[list["Row"], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: its title (`None`: fetched, not shown), and its names in an answer.

    `names` are dotted and in lower case, the likeliest first. `kind` is the field's type by
    describe, "" where that is not known; `leads_to` are the sObjects whose ids may be in it.
    """

    title: str | None
    names: tuple[str, ...]
    kind: str = ""
    leads_to: tuple[str, ...] = ()

    @property
    def may_hold_text(self) -> bool:
        """Whether an address could be in it: a phone number, a picklist or a street is text too."""
        return self.kind not in _NEVER_TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one SELECT … FROM, and the child tables behind them."""

    cells: tuple[Cell, ...]
    children: tuple["ChildTable", ...] = ()

    @property
    def titles(self) -> list[str]:
        """The titles of the file, children's behind their relationship's name."""
        own = [one.title for one in self.cells if one.title is not None]
        return own + [
            f"{child.name}.{title}" for child in self.children for title in child.table.titles
        ]

    @property
    def shown(self) -> list[int]:
        """The places of the columns that have a title."""
        return [place for place, one in enumerate(self.cells) if one.title is not None]

    def place_of(self, name: str) -> int:
        """Where the column of that name in an answer stands.

        Raises LookupError: a column that cannot be found must never pass for an empty one.
        """
        wanted = name.lower()
        for place, one in enumerate(self.cells):
            if wanted in one.names:
                return place
        raise LookupError(f"no column {name}")

    def has(self, name: str) -> bool:
        """Whether there is a column of that name in an answer."""
        return any(name.lower() in one.names for one in self.cells)

    def row_of(self, record: Mapping[str, Any], more: "MoreRows") -> Row:
        """A record of a JSON answer as a row; `more` fetches child rows behind the first page."""
        found = _Lowered(record)
        cells = [_text(found.value(one.names)) for one in self.cells]
        if not self.children:
            return Row(cells)
        return Row(cells, tuple(child.rows_of(found, more) for child in self.children))

    def lines_of(self, row: Row) -> Iterator[list[str]]:
        """The lines of the file for a row: one, or one a child with the row's cells repeated."""
        own = [row.cells[place] for place in self.shown]
        if self.children:
            yield from self._joined(own, row)
        else:
            yield own

    def _joined(self, own: list[str], row: Row) -> Iterator[list[str]]:
        if not any(row.children):
            yield own + [""] * (len(self.titles) - len(own))
            return
        widths = [len(child.table.titles) for child in self.children]
        for place, (child, rows) in enumerate(zip(self.children, row.children, strict=True)):
            before, behind = sum(widths[:place]), sum(widths[place + 1 :])
            for one in rows:
                for line in child.table.lines_of(one):
                    yield own + [""] * before + line + [""] * behind


@dataclass(frozen=True, slots=True)
class ChildTable:
    """A subquery in SELECT: the relationship's name as the author wrote it, and its columns."""

    name: str
    table: Table
    keys: tuple[str, ...] = field(default=())

    def rows_of(self, parent: "_Lowered", more: "MoreRows") -> list[Row]:
        """The child rows of a record, those behind the first page fetched."""
        answer = parent.value(self.keys)
        if not isinstance(answer, Mapping):
            return []
        records = list(answer.get("records") or ())
        if not answer.get("done", True):
            records += more(str(answer.get("nextRecordsUrl") or ""))
        return [self.table.row_of(one, more) for one in records]


MoreRows = Callable[[str], Iterator[Mapping[str, Any]]]


def table_of(org: DescribedOrg, query: Query, author: Query) -> Table:
    """The table of a guarded query; `author` is the same one as its author wrote it.

    Columns behind the author's own were added: they are fetched and not shown.
    """
    return _table(org, query, author, query.sources[0].name)


def _table(org: DescribedOrg, query: Query, author: Query, sobject: str) -> Table:
    reader = _Reader(org, FromNames(org, sobject, query.sources), is_figures(query))
    cells: list[Cell] = []
    children: list[ChildTable] = []
    for place, column in enumerate(query.columns):
        if isinstance(column, Child):
            written = author.columns[place]
            asked = written.query if isinstance(written, Child) else column.query
            children.append(_child_table(org, reader.names, column, asked))
            continue
        found = reader.cells_of(column)
        titles = _titles(reader, author.columns[place]) if place < len(author.columns) else ()
        for number, cell in enumerate(found):
            title = titles[number] if number < len(titles) else None
            cells.append(replace(cell, title=title))
    return Table(tuple(cells), tuple(children))


def _titles(reader: "_Reader", written: Selected) -> list[str | None]:
    """The titles of a column as its author wrote it: the guard may have given it an alias."""
    if isinstance(written, Child):
        return []
    return [one.title for one in replace(reader).cells_of(written)]


def _child_table(org: DescribedOrg, outer: FromNames, column: Child, author: Query) -> ChildTable:
    name = column.query.sources[0].name.rpartition(".")[2]
    told = outer.sobject.children.get(name.lower()) if outer.sobject else None
    keys = dict.fromkeys((name.lower(), (column.alias or name).lower()))
    table = _table(org, column.query, author, told or name)
    return ChildTable(column.alias or name, table, tuple(keys))


@dataclass(slots=True)
class _Reader:
    """Reads the columns of one SELECT … FROM, in their order."""

    org: DescribedOrg
    names: FromNames
    is_figures: bool
    unnamed: int = 0

    def cells_of(self, column: Column | TypeOf) -> list[Cell]:
        """The cells of one column: several for FIELDS() and TYPEOF."""
        if isinstance(column, TypeOf):
            return self._type_of(column)
        which = fields_function(column)
        if which is not None:
            name = self.names.sobject.name if self.names.sobject else self.names.name
            return _fields(self.org.fields(name), which)
        kind, leads_to = self._kind_of(column.operand)
        if column.alias:
            return [Cell(column.alias, (column.alias.lower(),), kind, leads_to)]
        if isinstance(column.operand, Function):
            return [self._call(column.operand, kind)]
        path = self.names.resolve(column.operand)
        names = (path.name, path.column) if self.is_figures else (path.column,)
        lower = tuple(dict.fromkeys(one.lower() for one in names))
        return [Cell(path.column, lower, kind, leads_to)]

    def _kind_of(self, operand: Operand) -> tuple[str, tuple[str, ...]]:
        """What comes out, by describe: a field's own type, a number out of counts and sums."""
        inner, functions = next(fields_in(operand), (None, ()))
        if inner is None or NUMBERS.intersection(functions):
            return "double", ()
        path = self.names.resolve(inner)
        known = self.org.fields(path.sobject.name) if path.sobject else {}
        return _told_of(known.get(path.name.lower(), {}))

    def _call(self, function: Function, kind: str) -> Cell:
        """A call without an alias: a figure is `expr0`, `toLabel(Status)` stays `Status`."""
        names = [f"expr{self.unnamed}"]
        self.unnamed += 1
        fields = [one for one in function.arguments if isinstance(one, Field)]
        if fields and not self.is_figures:
            names.append(self.names.resolve(fields[0]).column.lower())
        return Cell(_call(function), tuple(names), kind)

    def _type_of(self, column: TypeOf) -> list[Cell]:
        start = self.names.resolve(column.field).column
        operands = [one for when in column.whens for one in when.fields] + list(column.otherwise)
        names = dict.fromkeys(one.name for one in operands if isinstance(one, Field))
        return [Cell(f"{start}.{name}", (f"{start}.{name}".lower(),)) for name in names]


def _call(function: Function) -> str:
    """A call as its author wrote it."""
    text = render(Query((Column(function),), (Source("X"),)))
    return text.removeprefix("SELECT ").removesuffix(" FROM X")


def _fields(described: Mapping[str, Mapping[str, Any]], which: str) -> list[Cell]:
    return [
        Cell(str(one.get("name") or key), (key,), *_told_of(one))
        for key, one in described.items()
        if which == "all" or bool(one.get("custom")) == (which == "custom")
    ]


def _told_of(described: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """A field's type, and the sObjects it may lead to."""
    return str(described.get("type") or ""), tuple(map(str, described.get("referenceTo") or ()))


class _Lowered:
    """A record of JSON, found in by names of any case."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._values = {name.lower(): value for name, value in record.items()}
        self._below: dict[str, _Lowered] = {}

    def value(self, names: Sequence[str]) -> Any:
        """The value of the first name that is there; `None` behind an empty look-up."""
        for name in names:
            first, _, rest = name.partition(".")
            if name in self._values:
                return self._values[name]
            if rest and first in self._values:
                below = self._below_of(first)
                return below.value([rest]) if below else None
        return None

    def _below_of(self, name: str) -> "_Lowered | None":
        if name not in self._below:
            value = self._values[name]
            if not isinstance(value, Mapping):
                return None
            self._below[name] = _Lowered(value)
        return self._below[name]


def _text(value: Any) -> str:
    """A JSON value as a cell; an address or another compound value stays JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return _plain(value)
        case int():
            return str(value)
        case Mapping():
            shown = {name: one for name, one in value.items() if name != "attributes"}
            return json.dumps(shown, ensure_ascii=False)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _plain(number: float) -> str:
    """A number without an exponent, and without a fraction where it has none."""
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
