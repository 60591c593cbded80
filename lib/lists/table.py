"""The columns of a guarded query: their titles, and where to find each in an answer.

An answer is JSON with nested parents (REST) or plain CSV in the order asked (Bulk). Both become
rows of the same shape here: a text cell for every column, plus child rows. Columns that the guard
or an option added are fetched but have no title.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from lib.lists.json_record import JsonRecord, text_of
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.failures import broken
from lib.soql import Query, render
from lib.soql.names import FromNames
from lib.soql.select_clause import NUMBERS, fields_function, is_figures
from lib.soql.tree import Child, Column, Field, FromItem, Function, Operand, Selected, TypeOf
from lib.soql.walk import fields_in

_NEVER_TEXT = frozenset(
    ("boolean", "int", "long", "double", "currency", "percent", "date", "datetime", "time", "id")
)


TablePath = tuple[int, ...]
"""The positions of child tables down to a table; `()` is the table of the query itself."""


class ListRow(NamedTuple):
    """A fetched record: a cell for each column of its table, and its child rows, table by table."""

    cells: list[str]
    children: tuple[list["ListRow"], ...] = ()


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its title (`None` if it's fetched but not shown), and its names in an answer.

    `names` are dotted and in lower case, the likeliest first. `kind` is the field's type as
    Salesforce describes it, "" where that isn't known. `leads_to` are the sObjects whose IDs may
    be in it.
    """

    title: str | None
    names: tuple[str, ...]
    kind: str = ""
    leads_to: tuple[str, ...] = ()

    @property
    def may_hold_text(self) -> bool:
        """Whether an address could be in it: phone numbers, picklists, and streets are text too."""
        return self.kind not in _NEVER_TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one SELECT … FROM, and the child tables after them."""

    columns: tuple[ListColumn, ...]
    children: tuple["ChildTable", ...] = ()

    @property
    def titles(self) -> list[str]:
        """The titles of the file; those of children start with their relationship's name."""
        own = [column.title for column in self.columns if column.title is not None]
        return own + [
            f"{child.name}.{title}" for child in self.children for title in child.table.titles
        ]

    @property
    def shown(self) -> list[int]:
        """The indexes of the columns that have a title."""
        return [index for index, column in enumerate(self.columns) if column.title is not None]

    def index_of(self, name: str) -> int:
        """The index of the column of that name in an answer.

        Raises LookupError: a column that can't be found must never pass for an empty column.
        """
        wanted = name.lower()
        for index, column in enumerate(self.columns):
            if wanted in column.names:
                return index
        raise LookupError(f"no column {name}")

    def row_of(self, record: Mapping[str, Any], more: "MoreRows") -> ListRow:
        """A record of a JSON answer as a row; `more` fetches child rows after the first page.

        Raises SalesforceUnreachable for a record that lacks a column.
        """
        found = JsonRecord(record)
        for column in self.columns:
            if not found.has(column.names):  # who knows whose row it is
                raise broken(f"a record has no {column.names[0]}")
        cells = [text_of(found.value(column.names)) for column in self.columns]
        if not self.children:
            return ListRow(cells)
        return ListRow(cells, tuple(child.rows_of(found, more) for child in self.children))

    def lines_of(self, row: ListRow) -> Iterator[list[str]]:
        """The lines of the file for a row: a line for each child, with the row's cells repeated."""
        own = [row.cells[index] for index in self.shown]
        if self.children:
            yield from self._joined(own, row)
        else:
            yield own

    def _joined(self, own: list[str], row: ListRow) -> Iterator[list[str]]:
        if not any(row.children):
            yield own + [""] * (len(self.titles) - len(own))
            return
        widths = [len(child.table.titles) for child in self.children]
        for number, (child, rows) in enumerate(zip(self.children, row.children, strict=True)):
            before, after = sum(widths[:number]), sum(widths[number + 1 :])
            for child_row in rows:
                for line in child.table.lines_of(child_row):
                    yield own + [""] * before + line + [""] * after


@dataclass(frozen=True, slots=True)
class ChildTable:
    """A subquery in SELECT: the relationship's name as the author wrote it, and its columns."""

    name: str
    table: Table
    keys: tuple[str, ...]  # its names in an answer, in lower case

    def rows_of(self, parent: "JsonRecord", more: "MoreRows") -> list[ListRow]:
        """The child rows of a record, including those after the first page."""
        answer = parent.value(self.keys)
        if not isinstance(answer, Mapping):
            return []
        records = list(answer.get("records") or ())
        if not answer.get("done", True):
            records += more(str(answer.get("nextRecordsUrl") or ""))
        return [self.table.row_of(child, more) for child in records]


_CELLS = attrgetter("cells")

MoreRows = Callable[[str], Iterator[Mapping[str, Any]]]


def table_of(org: DescribedOrg, query: Query, author: Query) -> Table:
    """The table of a guarded query; `author` is the same query as its author wrote it.

    Columns after the author's own were added: they are fetched but not shown.
    """
    return _table(org, query, author, query.sources[0].name)


def line_maker(table: Table) -> Callable[[Iterable[ListRow]], Iterator[list[str]]]:
    """From rows to the lines of the file, without the columns that were only fetched.

    Faster for a million rows than asking `Table.lines_of` for each.
    """
    shown = table.shown
    if table.children:
        return lambda rows: (line for row in rows for line in table.lines_of(row))
    if shown == list(range(len(table.columns))):
        return lambda rows: map(_CELLS, rows)
    if len(shown) == 1:
        return lambda rows: ([row.cells[shown[0]]] for row in rows)
    pick = itemgetter(*shown)
    return lambda rows: map(list, map(pick, map(_CELLS, rows)))


def _table(org: DescribedOrg, query: Query, author: Query, sobject: str) -> Table:
    reader = _Reader(org, FromNames(org, sobject, query.sources), is_figures(query))
    columns: list[ListColumn] = []
    children: list[ChildTable] = []
    for index, column in enumerate(query.columns):
        if isinstance(column, Child):
            written = author.columns[index]
            asked = written.query if isinstance(written, Child) else column.query
            children.append(_child_table(org, reader.names, column, asked))
            continue
        found = reader.columns_of(column)
        titles = _titles(reader, author.columns[index]) if index < len(author.columns) else ()
        for number, made in enumerate(found):
            title = titles[number] if number < len(titles) else None
            columns.append(replace(made, title=title))
    return Table(tuple(columns), tuple(children))


def _titles(reader: "_Reader", written: Selected) -> list[str | None]:
    """The titles of a column as its author wrote it, because the guard may have added an alias."""
    if isinstance(written, Child):
        return []
    return [column.title for column in replace(reader).columns_of(written)]


def _child_table(org: DescribedOrg, outer: FromNames, column: Child, author: Query) -> ChildTable:
    name = column.query.sources[0].name.rpartition(".")[2]
    sobject = outer.sobject.children.get(name.lower()) if outer.sobject else None
    keys = dict.fromkeys((name.lower(), (column.alias or name).lower()))
    table = _table(org, column.query, author, sobject or name)
    return ChildTable(column.alias or name, table, tuple(keys))


@dataclass(slots=True)
class _Reader:
    """Reads the columns of one SELECT … FROM, in their order."""

    org: DescribedOrg
    names: FromNames
    is_figures: bool
    unnamed: int = 0

    def columns_of(self, column: Column | TypeOf) -> list[ListColumn]:
        """The columns of one selected item: several for FIELDS() and TYPEOF."""
        if isinstance(column, TypeOf):
            return self._type_of(column)
        which = fields_function(column)
        if which is not None:
            name = self.names.sobject.name if self.names.sobject else self.names.name
            return _fields(self.org.fields(name), which)
        kind, leads_to = self._kind_of(column.operand)
        if column.alias:
            return [ListColumn(column.alias, (column.alias.lower(),), kind, leads_to)]
        if isinstance(column.operand, Function):
            return [self._call(column.operand, kind)]
        path = self.names.resolve(column.operand)
        names = (path.name, path.column) if self.is_figures else (path.column,)
        lower = tuple(dict.fromkeys(name.lower() for name in names))
        return [ListColumn(path.column, lower, kind, leads_to)]

    def _kind_of(self, operand: Operand) -> tuple[str, tuple[str, ...]]:
        """The type of the result: a field's own type, or a number for counts and sums."""
        inner, functions = next(fields_in(operand), (None, ()))
        if inner is None or NUMBERS.intersection(functions):
            return "double", ()
        path = self.names.resolve(inner)
        known = self.org.fields(path.sobject.name) if path.sobject else {}
        return _type_and_targets(known.get(path.name.lower(), {}))

    def _call(self, function: Function, kind: str) -> ListColumn:
        """A call without an alias: answers call a figure `expr0`, and toLabel(Status) `Status`."""
        names = [f"expr{self.unnamed}"]
        self.unnamed += 1
        fields = [part for part in function.arguments if isinstance(part, Field)]
        if fields and not self.is_figures:
            names.append(self.names.resolve(fields[0]).column.lower())
        return ListColumn(_call(function), tuple(names), kind)

    def _type_of(self, column: TypeOf) -> list[ListColumn]:
        start = self.names.resolve(column.field).column
        operands = [field for when in column.whens for field in when.fields]
        operands += column.otherwise
        names = dict.fromkeys(field.name for field in operands if isinstance(field, Field))
        return [ListColumn(f"{start}.{name}", (f"{start}.{name}".lower(),)) for name in names]


def _call(function: Function) -> str:
    """A call as its author wrote it."""
    text = render(Query((Column(function),), (FromItem("X"),)))
    return text.removeprefix("SELECT ").removesuffix(" FROM X")


def _fields(described: Mapping[str, Mapping[str, Any]], which: str) -> list[ListColumn]:
    return [
        ListColumn(str(field.get("name") or key), (key,), *_type_and_targets(field))
        for key, field in described.items()
        if which == "all" or bool(field.get("custom")) == (which == "custom")
    ]


def _type_and_targets(described: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """A field's type, and the sObjects it may lead to."""
    return str(described.get("type") or ""), tuple(map(str, described.get("referenceTo") or ()))
