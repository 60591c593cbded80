"""Which conditions of a query a record doesn't meet, each by itself."""

from collections.abc import Sequence
from dataclasses import replace

from lib.salesforce.door import Door
from lib.salesforce.query import count
from lib.soql import Condition, Query, render
from lib.soql.tree import And


def unmet(door: Door, query: Query, records: Sequence[Condition]) -> list[tuple[str, ...]]:
    """The conditions, as SOQL, that each of these records fails; `query` counts.

    Costs an API call for every five conditions of every record. A record that fails none is left
    out by something else, such as USING SCOPE.
    """
    where = query.where
    parts = where.parts if isinstance(where, And) else (where,) if where is not None else ()
    asked = [replace(query, where=And((part, record))) for record in records for part in parts]
    met = iter(count(door, asked))
    return [tuple(render(part) for part in parts if not next(met)) for _ in records]
