"""A world with a few rows for queries: the real schema and the rows of a test, without an org."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from lib.practice.ids import to_18
from lib.practice.schema import SCHEMA, SObjectType
from lib.practice.soql.evaluation import QueryAnswer, evaluate

NOW = datetime(2026, 5, 13, 12, 30, tzinfo=UTC)  # a Wednesday
Row = dict[str, Any]


def record_id(prefix: str, number: int) -> str:
    """A made-up id of 18 characters."""
    return to_18(f"{prefix}xx{number:010}")


@dataclass
class StoredRows:
    """All rows, no matter who asks."""

    stored: Mapping[str, Mapping[str, Row]]

    def rows(self, sobject: str) -> Mapping[str, Row]:
        return self.stored.get(sobject.lower(), {})

    def with_texts(self, sobject: str, field: str, texts: Iterable[str]) -> list[Row]:
        wanted = set(texts)
        return [row for row in self.rows(sobject).values() if str(row.get(field)).lower() in wanted]


@dataclass
class World:
    """What a user sees; `ask` answers queries."""

    user: Row = field(default_factory=lambda: {"Id": record_id("005", 1)})
    types: Mapping[str, SObjectType] = field(default_factory=lambda: dict(SCHEMA))
    stored: dict[str, dict[str, Row]] = field(default_factory=dict)

    @property
    def tables(self) -> StoredRows:
        return StoredRows(self.stored)

    def rows(self, sobject: str) -> Iterable[Row]:
        return self.tables.rows(sobject).values()

    def add(self, sobject: str, **values: Any) -> Row:
        """Add a row; its id tells its number."""
        table = self.stored.setdefault(sobject.lower(), {})
        row = {"Id": record_id(SCHEMA[sobject.lower()].key_prefix, len(table) + 1), **values}
        table[row["Id"]] = row
        return row

    def without_field(self, sobject: str, name: str) -> "World":
        """The same rows, seen by a user who can't see one field."""
        kind = self.types[sobject.lower()]
        fields = {key: known for key, known in kind.fields.items() if key != name.lower()}
        return replace(self, types={**self.types, sobject.lower(): replace(kind, fields=fields)})

    def ask(self, query: str, **more: Any) -> QueryAnswer:
        return evaluate(query, self, now=NOW, **more)

    def people(self, clauses: str) -> list[str]:
        """The last names of the Contacts that these clauses leave."""
        query = ["SELECT LastName FROM Contact", clauses]
        return [record["LastName"] for record in self.ask(" ".join(query)).records]

    def values(self, query: str) -> list[Any]:
        """The first column of each record, without its attributes."""
        return [list(record.values())[1] for record in self.ask(query).records]
