"""The records of one run, page by page: what needs a hand first, what needs nothing last."""

from collections.abc import Sequence

from lib.store.column_values import moment
from lib.store.db import Store
from lib.values import Change, Outcome

HAND_FIRST = (
    Outcome.FAILED,
    Outcome.PENDING,
    Outcome.KEPT,
    Outcome.SKIPPED,
    Outcome.PLANNED,
    Outcome.UPDATED,
    Outcome.ALREADY,
)

_PAGE = """
    select * from change indexed by change_by_outcome
    where run_id = :run_id and outcome = :outcome
    order by id
    limit :limit offset :offset
"""
_PEOPLE = """
    select count(distinct address) as count from change
    where run_id = :run_id and outcome in ('planned', 'updated')
"""


def page_of_run(
    store: Store,
    run_id: str,
    counts: Sequence[tuple[Outcome, int]],
    *,
    limit: int,
    offset: int = 0,
) -> list[Change]:
    """The records of these outcomes in the order given, each outcome's oldest first.

    `counts` says how many records each outcome has, so that a page deep in the list is found
    without reading those before it.
    """
    found: list[Change] = []
    for outcome, count in counts:
        if offset < count and limit > len(found):
            found += _of_outcome(store, run_id, outcome, limit - len(found), offset)
        offset = max(0, offset - count)
    return found


def people_of_run(store: Store, run_id: str) -> int:
    """How many people, told apart by address, a run opted out or would."""
    row = store.one(_PEOPLE, {"run_id": run_id})
    return int(row["count"]) if row else 0


def _of_outcome(
    store: Store, run_id: str, outcome: Outcome, limit: int, offset: int
) -> list[Change]:
    parameters = {"run_id": run_id, "outcome": outcome.value, "limit": limit, "offset": offset}
    return [
        Change(
            sobject=row["sobject"],
            record_id=row["record_id"],
            address=row["address"],
            outcome=Outcome(row["outcome"]),
            reason=row["reason"],
            message=row["message"],
            modified_at=moment(row["modified_at"]),
        )
        for row in store.query(_PAGE, parameters)
    ]
