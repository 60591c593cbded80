"""Answers SOQL queries with the rows of the practice org; lib/soql parses them.

Unsupported queries are refused with MALFORMED_QUERY, never answered with wrong rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.errors import SoqlError
from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import SObjectType
from lib.practice.soql.from_clause import unknown_sobject
from lib.practice.soql.query_plan import QueryPlan
from lib.practice.soql.query_request import QueryRequest, VisibleOrg
from lib.practice.soql.record_shape import LazyRecords, Record
from lib.practice.soql.syntax_errors import malformed, unexpected
from lib.soql import comment_in, parse
from lib.soql.tree import Query

_LONGEST = 100_000
_TRACES = {
    "VIEW": ("LastViewedDate", "LastReferencedDate"),
    "REFERENCE": ("LastReferencedDate",),
}


@dataclass(frozen=True, slots=True)
class Traces:
    """The rows that FOR VIEW or FOR REFERENCE marks as viewed, and the `fields` for the time."""

    sobject: str
    fields: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """All records of an answer, before paging; none for COUNT(), which is a number."""

    total_size: int
    records: Sequence[Record]
    traces: Traces | None = None
    is_shifted: bool = False
    """Whether the query has an OFFSET; its answer then has no further pages."""


def evaluate(
    text: str,
    view: VisibleOrg,
    *,
    now: datetime,
    root: str = "/services/data/v59.0",
    include_deleted: bool = False,
) -> QueryAnswer:
    """Answer a query for the user of `view`. Raises Refusal.

    The addresses of records start with `root`; `include_deleted` is /queryAll. The caller holds the
    org's lock.
    """
    query = parsed(text)
    request = QueryRequest(text, view, now, root, include_deleted)
    kind = sobject_of(request, query)
    plan = QueryPlan(request, query, kind)
    if plan.is_count:
        return QueryAnswer(plan.count(), [])
    records = plan.records()
    traces = _traces(query, kind, records)
    return QueryAnswer(len(records), records, traces, query.offset is not None)


def _traces(query: Query, kind: SObjectType, records: Sequence[Record]) -> Traces | None:
    fields = tuple(name for name in _TRACES.get(query.purpose, ()) if kind.field(name))
    if not fields or not isinstance(records, LazyRecords):
        return None
    return Traces(kind.name, fields, records.rows)


def sobject_of(request: QueryRequest, query: Query) -> SObjectType:
    """The sObject in a query's FROM. Raises Refusal."""
    source = query.sources[0]
    kind = request.type(source.name)
    if kind is None:
        raise unknown_sobject(request, source.name, source.at)
    return kind


def parsed(text: str) -> Query:
    """The tree of a query. Raises Refusal in Salesforce's words."""
    if len(text) > _LONGEST:
        message = f"SOQL statements cannot be longer than {_LONGEST} characters."
        raise Refusal("MALFORMED_QUERY", message)
    comment = comment_in(text)
    if comment is not None:
        raise Refusal("MALFORMED_QUERY", unexpected(text, comment))
    try:
        return parse(text)
    except SoqlError as error:
        raise Refusal("MALFORMED_QUERY", malformed(text, error)) from error
