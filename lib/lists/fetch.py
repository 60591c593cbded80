"""The rows of a plan as Salesforce sends them, through REST pages or one Bulk 2.0 query."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from operator import itemgetter

from lib.errors import SalesforceError
from lib.lists.pull_plan import PullPlan
from lib.lists.salesforce_refusals import as_written
from lib.lists.table import ListRow, Table
from lib.lists.values import Way
from lib.salesforce import costs
from lib.salesforce.bulk_query import Line, bulk_rows
from lib.salesforce.costs import Cost
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.paging import first_page, further_rows, is_plain_count, rows_of


def way_of(plan: PullPlan, rows: int, *, bulk: bool = True) -> tuple[Way, Cost]:
    """The cheaper way to fetch about this many rows, and what it costs."""
    by_rest = costs.rest(rows)
    if plan.bulk_cannot or not bulk:
        return "rest", by_rest
    slowed_down = bool(plan.query.order) or plan.query.limit is not None
    by_bulk = costs.bulk(rows, slowed_down=slowed_down)
    return ("bulk", by_bulk) if by_bulk.weight < by_rest.weight else ("rest", by_rest)


@contextmanager
def fetched(
    door: Door, plan: PullPlan, way: Way, waiting: Callable[[int], None]
) -> Iterator[Iterator[ListRow]]:
    """All rows in order. `waiting` is called repeatedly until a Bulk job is ready.

    Raises SalesforceError. With REST, raises SoqlError if Salesforce refuses the query.
    """
    if way == "bulk":
        with bulk_rows(door, plan.query, waiting=waiting) as (names, lines):
            yield map(_reader(plan.table, names), lines)
        return
    try:
        yield _by_rest(door, plan)
    except SalesforceError as error:
        raise as_written(error, plan.soql) from error


def _by_rest(door: Door, plan: PullPlan) -> Iterator[ListRow]:
    if is_plain_count(plan.query):
        yield ListRow([str(first_page(door, plan.query).total)])
        return
    more = partial(further_rows, door)
    for record in rows_of(door, plan.query):
        yield plan.table.row_of(record, more)


def _reader(table: Table, names: Line) -> Callable[[Line], ListRow]:
    """Turns a line of CSV into a row. Rearranges the cells only if their order is another one."""
    header = [name.lower() for name in names]
    indexes = []
    for column in table.columns:
        index = next((header.index(name) for name in column.names if name in header), None)
        if index is None:
            raise broken(f"the Bulk answer has no column {column.names[0]}")
        indexes.append(index)
    if indexes == list(range(len(header))):
        return ListRow
    if len(indexes) == 1:
        return lambda line: ListRow([line[indexes[0]]])
    pick = itemgetter(*indexes)
    return lambda line: ListRow(list(pick(line)))
