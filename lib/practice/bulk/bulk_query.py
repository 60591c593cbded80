"""A query in Bulk API 2.0: what it refuses, and its pages of CSV.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Understanding Bulk API 2.0 Query". The messages
for subqueries, aggregates and compound fields are recorded, those for OFFSET and TYPEOF guessed.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.soql.aggregates import is_aggregate
from lib.practice.soql.csv_columns import CsvColumn
from lib.practice.soql.evaluation import parsed, sobject_of
from lib.practice.soql.query_plan import QueryPlan
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}

_AT_ONCE = 2000
"""Rows written together: about 200 kB of text."""


@dataclass(frozen=True, slots=True)
class BulkQuery:
    """A query that Bulk accepts, compiled: its sObject, its columns, and how to find its rows."""

    sobject: str
    columns: tuple[CsvColumn, ...]
    find: Callable[[], Sequence[Row]]


def bulk_query(request: QueryRequest) -> BulkQuery:
    """Compile a query for a job. Raises Refusal where Salesforce or its Bulk API refuses it."""
    query = parsed(request.text)
    kind = sobject_of(request, query)
    _refuse_unsupported(query)
    plan = QueryPlan(request, query, kind)
    columns = plan.csv_columns()
    if any(column.type in ("address", "location") for column in columns):
        raise _unsupported("Selecting compound data not supported in Bulk Query")
    plan.check()
    return BulkQuery(kind.name, tuple(columns), plan.rows)


def csv_page(
    columns: Sequence[CsvColumn], rows: Sequence[Row], delimiter: str, line_ending: str
) -> Iterator[bytes]:
    """A page of results in pieces: the header, then the rows, with every value in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator=line_ending, quoting=csv.QUOTE_ALL
    )
    writer.writerow([column.title for column in columns])
    for start in range(0, max(len(rows), 1), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        writer.writerows(zip(*(column.values(some) for column in columns), strict=True))
        yield text.getvalue().encode("utf-8", "replace")
        text.seek(0)
        text.truncate()


def _refuse_unsupported(query: tree.Query) -> None:
    if is_aggregate(query):
        raise _unsupported("Aggregate Relationships not supported in Bulk Query")
    if query.offset is not None:
        raise _unsupported("OFFSET not supported in Bulk Query")
    for column in query.columns:
        match column:
            case tree.Child():
                raise _unsupported(
                    "Aggregate Relationships not supported in Bulk V2 Query with CSV content type"
                )
            case tree.TypeOf():
                raise _unsupported("TYPEOF not supported in Bulk Query")
            case tree.Column(tree.Function() as function) if _is_unbounded(function):
                raise _unsupported("FIELDS(ALL) and FIELDS(CUSTOM) not supported in Bulk Query")


def _is_unbounded(function: tree.Function) -> bool:
    names = [
        argument.name.upper() for argument in function.arguments if isinstance(argument, tree.Field)
    ]
    return function.name.lower() == "fields" and names != ["STANDARD"]


def _unsupported(message: str) -> Refusal:
    return Refusal("API_ERROR", message)
