"""One clock for the program and the practice org, which stands still while a command works."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

from lib import clock
from tests.clocks import HandClock

BEGINNING = datetime(2026, 3, 2, 12, tzinfo=UTC)


@contextmanager
def one_clock() -> Iterator[HandClock]:
    """All of lib gets its time from `lib.clock.utc_now`; in this block, it reads this clock."""
    hand = HandClock(BEGINNING)
    still = SimpleNamespace(now=lambda _zone: hand(), fromisoformat=datetime.fromisoformat)
    with patch.object(clock, "datetime", still):
        yield hand
