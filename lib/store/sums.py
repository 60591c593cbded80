"""A run's records in numbers, counted in the log."""

from collections import Counter

from lib.store.db import Store
from lib.values import Outcome

_OUTCOMES = """
    select outcome, count(*) as count from change_row
    where run = (select id from term where text = :run_id)
    group by outcome
"""
_REFUSED = """
    select reason, message, count(*) as count from change_row
    where run = (select id from term where text = :run_id) and outcome = 'failed'
    group by reason, message
    order by min(id)
"""


def outcomes(store: Store, run_id: str) -> Counter[Outcome]:
    """How many records of a run have each outcome."""
    rows = store.query(_OUTCOMES, {"run_id": run_id})
    return Counter({Outcome(row["outcome"]): row["count"] for row in rows})


def refused(store: Store, run_id: str) -> Counter[tuple[str | None, str | None]]:
    """How many records Salesforce refused for each reason, with its words."""
    rows = store.query(_REFUSED, {"run_id": run_id})
    return Counter({(row["reason"], row["message"]): row["count"] for row in rows})
