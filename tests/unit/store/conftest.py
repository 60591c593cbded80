"""An empty log in its own folder, with a clock that only moves when a test moves it."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
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


@pytest.fixture(scope="session")
def empty_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty log: creating its tables takes longer than most tests."""
    folder = tmp_path_factory.getbasetemp() / "empty_log"
    if not folder.exists():
        made = tmp_path_factory.mktemp("log") / "home"
        Store.open(made).close()
        with suppress(OSError):  # tests/mutants shares the folder among processes
            made.rename(folder)
    return folder


@pytest.fixture
def store(home: Path, clock: HandClock, empty_log: Path) -> Iterator[Store]:
    """An empty log."""
    shutil.copytree(empty_log, home)
    with Store.open(home, clock=clock) as opened:
        yield opened
