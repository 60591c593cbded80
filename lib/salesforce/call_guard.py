"""Keeps a run's calls below the connection's cap: each call is counted before it's sent.

Salesforce says in each answer how many calls the whole org has made in 24 hours (the header
Sforce-Limit-Info). An org that doesn't say has no limit that we could keep below.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from lib.call_cap import CallCap
from lib.errors import CallCapReached

Usage = tuple[int, int]  # calls used, and the limit

_REMEDY = (
    "Nothing is lost: the next run goes on, with the people who have waited longest first. To "
    "allow more calls, raise the share under Settings on the Connection page, or ask your "
    "Salesforce administrator what else uses calls."
)


class CallGuard:
    """The cap, and the calls that are being answered right now."""

    def __init__(self, cap: CallCap, *, waits: bool = True) -> None:
        """`waits`: until a first answer says how many calls were used, there's one at a time."""
        self.cap = cap
        self._open = 0
        self._is_told = not waits
        self._counting = Condition()

    @contextmanager
    def passing(self, so_far: Callable[[], tuple[int, Usage | None]]) -> Iterator[None]:
        """Around a call. Raises CallCapReached, before it's sent, if it would pass the cap.

        `so_far` says how many calls the run has made, and how many the org.
        """
        with self._counting:
            self._counting.wait_for(lambda: self._is_told or not self._open)
            made, usage = so_far()
            if usage is not None and not self._left(made, usage):
                raise cap_reached(self.cap, made, usage)
            self._open += 1
        try:
            yield
        finally:
            with self._counting:
                self._open -= 1
                self._is_told = True
                self._counting.notify_all()

    def _left(self, made: int, usage: Usage) -> int:
        used, limit = usage
        return self.cap.left(made + self._open, used + self._open, limit)


def cap_reached(cap: CallCap, made: int, usage: Usage) -> CallCapReached:
    """Which of the two shares was reached, in calls."""
    used, limit = usage
    if cap.calls_a_day(limit) - used <= cap.calls_a_run(limit) - made:
        return CallCapReached(
            f"The org has used {used:,} of its {limit:,} API calls in the last 24 hours, and "
            f"Optback makes no more from {cap.a_day}% on",
            remedy=_REMEDY,
        )
    return CallCapReached(
        f"The run has made {made:,} API calls, and may use at most {cap.a_run}% of the org's "
        f"{limit:,} in 24 hours",
        remedy=_REMEDY,
    )
