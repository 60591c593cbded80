"""A log with a clock that stands until a test moves it, and a stored connection in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.services.log import Log, open_log
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store import connections
from tests.clocks import HandClock

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAME = "acme"


@pytest.fixture
def clock() -> HandClock:
    """Monday, 2 March 2026, 12:00 UTC."""
    return HandClock(MONDAY)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def log(home: Path, clock: HandClock) -> Iterator[Log]:
    """A log with the connection `acme`, which signs in by password."""
    with open_log(home, {}, clock=clock) as opened:
        login = SalesforceLogin(username="optback@acme.example", password="made-up")
        mail = JangoMailLogin(username="acme", password="made-up")
        connections.save(opened.store, opened.vault, NAME, Credentials(login, mail))
        yield opened
