"""An empty log in a folder of its own, with a clock that stands until a test moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.store.db import Store

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


class HandClock:
    """A clock that goes only when it is told to."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> datetime:
        """Move the clock (`days=1`, `seconds=-5`); the time it shows then."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> HandClock:
    """Monday, 2 March 2026, 7:00 UTC."""
    return HandClock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def store(home: Path, clock: HandClock) -> Iterator[Store]:
    """An empty log."""
    with Store.open(home, clock=clock) as opened:
        yield opened
