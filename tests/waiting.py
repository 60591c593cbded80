"""Wait for something to happen, never for a time to pass."""

import time
from collections.abc import Callable

_AT_MOST_S = 120.0  # far longer than it ever takes; only a test that fails waits that long
_LOOK_EVERY_S = 0.02


def wait_until(holds: Callable[[], object], what: str = "it") -> None:
    """Look again and again until `holds` does; an AssertionError when it never does."""
    deadline = time.monotonic() + _AT_MOST_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} does not happen"
        time.sleep(_LOOK_EVERY_S)
