"""A running practice org, and a signed-in session that talks to it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from lib.practice.clock import PracticeClock
from lib.practice.org_setup import USERNAME
from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world

SMALL = Size(contacts=60, leads=40, unsubscribes=20)


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A practice org with about a hundred people, and the loopback address it answers on."""
    with running(new_world(SMALL)) as one:
        yield one


@pytest.fixture
def stopped_practice() -> Iterator[Practice]:
    """The same, with its clock stopped at noon of 2 March 2026 until a test moves it."""
    clock = PracticeClock(lambda: datetime(2026, 3, 2, 12, tzinfo=UTC))
    clock.stop()
    with running(new_world(SMALL, clock=clock)) as one:
        yield one


@pytest.fixture
def rest(practice: Practice) -> Iterator[requests.Session]:
    """A requests session of the administrator; use full addresses."""
    user = practice.world.org.user_named(USERNAME)
    assert user is not None
    with requests.Session() as session:
        token = practice.world.sessions.open(user["Id"]).token
        session.headers["Authorization"] = f"Bearer {token}"
        yield session
