"""A query of any length through REST, fetched one page ahead of the reader."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lib.salesforce.composite import query_path, read_together
from lib.salesforce.door import Door
from lib.salesforce.failures import broken, number_of
from lib.soql import Query
from lib.soql.tree import Column, Function

PAGE_ROWS = 2_000
_LONGEST_PATH = 7_000  # characters; proxies have lower limits than Salesforce's 16,384 bytes

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Some rows as Salesforce sends them, and how many the whole query has."""

    rows: list[Row]
    total: int
    next_url: str | None


def first_page(door: Door, query: Query) -> RowsPage:
    """Only the first page: about 2,000 rows, fewer if rows are wide. Costs 1 API call.

    A query that is too long for a URL goes into a composite. Raises RequestRefused.
    """
    path = query_path(query)
    if len(path) <= _LONGEST_PATH:
        return first_page_of(door.get(path), query)
    (part,) = read_together(door, [path])
    if part.failure is not None:
        raise part.failure.error
    return first_page_of(part.body, query)


def rows_of(door: Door, query: Query) -> Iterator[Row]:
    """All rows of a query, in its order. Costs 1 API call for about 2,000 rows.

    A row with many child rows has only the first of them; `further_rows` gets the rest. Raises
    RequestRefused, and SalesforceUnreachable if there are fewer than Salesforce said.
    """
    page, count = first_page(door, query), 0
    with ThreadPoolExecutor(1, thread_name_prefix="query page") as pool:
        while True:
            coming = _coming(pool, door, page.next_url)
            yield from page.rows
            count += len(page.rows)
            if coming is None:
                break
            page = coming.result()
    if count < page.total and not is_plain_count(query):
        raise broken("some of its records are missing")


def further_rows(door: Door, url: str) -> Iterator[Row]:
    """The rows from a nextRecordsUrl on, such as that of a child relationship."""
    following: str | None = own_path(url)
    while following:
        page = page_of(door.get(following))
        yield from page.rows
        following = page.next_url


def page_of(body: Any) -> RowsPage:
    """A page in the documented shape. Raises SalesforceUnreachable for anything else."""
    if not isinstance(body, dict) or not isinstance(body.get("records"), list):
        raise broken("it has no records")
    if not all(isinstance(row, dict) for row in body["records"]):
        raise broken("a record isn't valid")
    rows, total = body["records"], number_of(body.get("totalSize"))
    return RowsPage(rows, len(rows) if total is None else total, _following(body))


def first_page_of(body: Any, query: Query) -> RowsPage:
    """The first page of a query, which has all rows if there's no other page. Raises as above."""
    page = page_of(body)
    if is_plain_count(query):
        if number_of(body.get("totalSize")) is None:
            raise broken("it doesn't say how many records there are")
    elif page.next_url is None and len(page.rows) < page.total:
        raise broken("some of its records are missing")
    return page


def is_plain_count(query: Query) -> bool:
    """Whether this is `SELECT COUNT()`, whose answer is a number instead of rows."""
    match query.columns:
        case (Column(Function(name, ())),):
            return name.lower() == "count"
        case _:
            return False


def _following(body: Mapping[str, Any]) -> str | None:
    """The next page; an answer that names one isn't done, whatever else it says."""
    url = body.get("nextRecordsUrl")
    return None if url is None and body.get("done") is True else own_path(url)


def own_path(url: object) -> str:
    """A page's address. It must be a path in this org, because the token is sent with it."""
    if isinstance(url, str) and url.startswith("/services/data/"):
        return url
    raise broken("it doesn't name the next page")


def _coming(pool: ThreadPoolExecutor, door: Door, url: str | None) -> Future[RowsPage] | None:
    return pool.submit(lambda: page_of(door.get(url))) if url else None
