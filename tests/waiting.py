"""Wait for something to happen, not for time to pass."""

import time
from collections.abc import Callable

_AT_MOST_S = 120.0  # much longer than anything takes; only a failing test waits this long
_LOOK_EVERY_S = 0.02


def wait_until(holds: Callable[[], object], what: str = "it") -> None:
    """Check again and again until `holds` is true. AssertionError if it never is."""
    deadline = time.monotonic() + _AT_MOST_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} didn't happen"
        time.sleep(_LOOK_EVERY_S)
