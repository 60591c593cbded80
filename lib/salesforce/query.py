"""Run queries: five per call, several calls at once, every page followed."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Any

from lib.errors import (
    PermissionMissing,
    RequestRefused,
    SalesforceError,
    SalesforceUnreachable,
    TooMuchAtOnce,
)
from lib.salesforce.codes import Meaning, entry, means
from lib.salesforce.composite import MOST_QUERIES, query_path, read_together
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.paging import RowsPage, first_page_of, page_of
from lib.soql import Query

Row = dict[str, Any]
Numbered = tuple[int, Query]

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """A page of query number `index`, or why the query was refused."""

    index: int
    rows: Sequence[Row] = ()
    total: int = 0
    next_url: str | None = None
    error: SalesforceError | None = None


def records(door: Door, queries: Sequence[Query]) -> Iterator[tuple[int, Row]]:
    """The rows of all queries, each with the number of its query, in the order they arrive.

    Costs 1 API call for 5 queries and 1 for each further page of about 2,000 rows. Raises
    PermissionMissing if a column or object is hidden, otherwise RequestRefused with its code.
    """
    for answer in pages(door, queries):
        if answer.error:
            raise error_to_raise(answer.error)
        for row in answer.rows:
            yield answer.index, row


def count(door: Door, queries: Sequence[Query]) -> list[int]:
    """The result of each `SELECT COUNT()` query, in order. Costs 1 API call for 5 queries."""
    totals = dict.fromkeys(range(len(queries)), 0)
    for answer in pages(door, queries):
        if answer.error:
            raise error_to_raise(answer.error)
        totals[answer.index] = answer.total
    return list(totals.values())


def pages(door: Door, queries: Sequence[Query]) -> Iterator[QueryAnswer]:
    """Every page of every query as it arrives; a refused query is an answer with an error.

    A query whose pages lack some of its rows is asked once more, so its rows may come twice.
    """
    tally = _Tally()
    numbered = list(enumerate(queries))
    waiting: deque[Callable[[], list[QueryAnswer]]] = deque(
        partial(_first_pages, door, numbered[start : start + MOST_QUERIES])
        for start in range(0, len(numbered), MOST_QUERIES)
    )
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="query") as pool:
        running: set[Future[list[QueryAnswer]]] = set()
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                running.add(pool.submit(waiting.popleft()))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for answer in (page for future in done for page in future.result()):
                if answer.next_url:  # first, to keep few cursors open
                    waiting.appendleft(partial(_next_page, door, answer.index, answer.next_url))
                elif tally.lacks_rows_after(answer):
                    waiting.append(partial(_first_pages, door, [numbered[answer.index]]))
                tally.note(answer)
                yield answer


class _Tally:
    """Counts the rows of queries with several pages: together they have as many as Salesforce said.

    A record that is deleted between two pages is missing, so the first time says little.
    """

    def __init__(self) -> None:
        self._rows: Counter[int] = Counter()
        self._asked_again: set[int] = set()

    def note(self, answer: QueryAnswer) -> None:
        """Count the rows of a page."""
        self._rows[answer.index] += len(answer.rows)
        if answer.next_url is None:
            del self._rows[answer.index]

    def lacks_rows_after(self, last: QueryAnswer) -> bool:
        """Whether a query lacks rows when its last page has come. Raises if it does so again."""
        earlier = self._rows[last.index]
        if last.error or not earlier or earlier + len(last.rows) >= last.total:
            return False
        if last.index in self._asked_again:
            raise broken("some of its records are missing")
        self._asked_again.add(last.index)
        return True


def _first_pages(door: Door, asked: Sequence[Numbered]) -> list[QueryAnswer]:
    """The first page of up to five queries.

    If the queries are too much for a single call, each gets its own call.
    """
    try:
        parts = read_together(door, [query_path(query) for _, query in asked])
    except TooMuchAtOnce as error:
        return _one_by_one(door, asked, error)
    return [
        QueryAnswer(index, error=part.failure.error)
        if part.failure
        else _answer(index, first_page_of(part.body, query))
        for (index, query), part in zip(asked, parts, strict=True)
    ]


def _one_by_one(door: Door, asked: Sequence[Numbered], error: TooMuchAtOnce) -> list[QueryAnswer]:
    """The first pages of queries that are too much for a single call."""
    if len(asked) == 1:
        return [QueryAnswer(asked[0][0], error=error)]
    return [answer for query in asked for answer in _first_pages(door, [query])]


def _next_page(door: Door, index: int, url: str) -> list[QueryAnswer]:
    try:
        return [_answer(index, page_of(door.get(url)))]
    except RequestRefused as error:
        return [QueryAnswer(index, error=error)]


def _answer(index: int, page: RowsPage) -> QueryAnswer:
    rows = [{name: row[name] for name in row if name != "attributes"} for row in page.rows]
    return QueryAnswer(index, rows, page.total, page.next_url)


def error_to_raise(error: SalesforceError) -> SalesforceError:
    """The error to raise. The columns are ours, so the user can't see a column that is unknown."""
    if isinstance(error, RequestRefused) and means(
        error.vendor_code, Meaning.HIDDEN_FIELD, Meaning.HIDDEN_OBJECT
    ):
        return PermissionMissing(error.message, remedy=entry(error.vendor_code).remedy)
    return error


def needs_smaller_queries(error: SalesforceError) -> bool:
    """Whether Salesforce gave up on a query, and may answer several smaller ones."""
    return isinstance(error, RequestRefused | SalesforceUnreachable) and means(
        error.vendor_code, Meaning.SMALLER_QUERY
    )
