"""How many rows match, with and without the guard, and how many records are opted out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lib.lists.pull_plan import PullPlan
from lib.lists.salesforce_refusals import as_written
from lib.salesforce import opted_out
from lib.salesforce.door import Door
from lib.salesforce.query import needs_smaller_queries, pages
from lib.soql import Query, SObject
from lib.soql.tree import Column, Function

_COUNT = (Column(Function("COUNT")),)
_FEW = 2_000  # with so few rows a count isn't worth asking for


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts at one moment; `None` where Salesforce gave no count, or wasn't asked.

    `mailable` are the rows that match the guarded query, without LIMIT and OFFSET. `elsewhere` are
    the opted-out records with an address: a number each for Contact and Lead.
    """

    matching: int | None = None
    mailable: int | None = None
    elsewhere: tuple[int | None, ...] = ()

    def expected(self, plan: PullPlan) -> int:
        """About how many rows will come."""
        if plan.guarded.is_figures:
            return _FEW
        known = [count for count in (self.mailable, plan.query.limit) if count is not None]
        return min(known, default=_FEW)


def count_all(door: Door, plan: PullPlan, people: Sequence[SObject]) -> Numbers:
    """All counts. Costs 1 API call. Raises SoqlError if Salesforce refuses the query."""
    queries = [counting(plan.guarded.unguarded), counting(plan.query)] if _is_counted(plan) else []
    known = _ask(door, [*queries, *opted_out.counts(people)], plan, own=len(queries))
    matching, mailable = known[:2] if queries else (None, None)
    elsewhere = tuple(known[len(queries) :])
    if not plan.counts:
        return Numbers(None, mailable, elsewhere)
    return Numbers(matching, mailable, elsewhere)


def count_again(door: Door, plan: PullPlan) -> Numbers:
    """What matches now, with and without the guard. Costs 1 API call."""
    queries = [counting(plan.guarded.unguarded), counting(plan.query)]
    matching, mailable = _ask(door, queries, plan, own=2)
    return Numbers(matching, mailable)


def counting(query: Query) -> Query:
    """`SELECT COUNT()` over the same conditions."""
    return replace(query, columns=_COUNT, order=(), limit=None, offset=None)


def _is_counted(plan: PullPlan) -> bool:
    """A large LIMIT needs a count too, to choose the way to fetch; a small LIMIT doesn't."""
    if plan.guarded.is_figures or plan.query.offset is not None:
        return False
    return plan.query.limit is None or plan.query.limit > _FEW


def _ask(door: Door, queries: Sequence[Query], plan: PullPlan, *, own: int) -> list[int | None]:
    found: list[int | None] = [None] * len(queries)
    for answer in pages(door, queries):
        if answer.error is None:
            found[answer.index] = answer.total
        elif needs_smaller_queries(answer.error):
            continue  # an org too large to be counted in time
        elif answer.index < own:
            raise as_written(answer.error, plan.soql)
        else:
            raise answer.error
    return found
