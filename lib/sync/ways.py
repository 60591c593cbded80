"""The ways to do a step of a run, with their estimates, as the run's log has them."""

from collections.abc import Sequence

from lib.salesforce.costs import Cost
from lib.store.operations import Way


def way(name: str, cost: Cost) -> Way:
    """A way to do a step, with its estimate."""
    return Way(name, cost.calls, round(cost.seconds, 1))


def decide_nothing(_way: str, _why: str, _ways: Sequence[Way]) -> None:
    """No one keeps which way was chosen."""
