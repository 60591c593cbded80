"""How much of a long row of cases is tried.

The test command takes the same sample each time, so that it stays quick. `TEST_SEARCH=1` takes all.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

SEARCHING = bool(os.environ.get("TEST_SEARCH"))

Case = TypeVar("Case")


def every(step: int) -> int:
    """How far it is to the next case that is tried."""
    return 1 if SEARCHING else step


def some(cases: Iterable[Case], step: int) -> list[Case]:
    """Every case at this step, and the last one."""
    all_cases = list(cases)
    return [*all_cases[: -1 : every(step)], all_cases[-1]]
