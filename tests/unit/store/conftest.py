"""An empty log in its own folder, with a clock that only moves when a test moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.store.db import Store
from tests.clocks import HandClock

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> HandClock:
    """Monday, March 2, 2026, 7:00 UTC."""
    return HandClock(MONDAY)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that doesn't exist yet."""
    return tmp_path / "home"


@pytest.fixture
def store(home: Path, clock: HandClock) -> Iterator[Store]:
    """An empty log."""
    with Store.open(home, clock=clock) as opened:
        yield opened
