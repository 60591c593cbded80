"""The place where faults strike, and the calls that commands make there."""

from collections.abc import Iterator

import pytest

from tests.journeys.faults.place import Place, open_place
from tests.journeys.faults.strikes import Call, calls_of

_CALLS: dict[str, list[Call]] = {}
"""They are the same each time, so they are looked for once."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A practice org without people, and the real command line connected to it."""
    with open_place() as place:
        yield place


@pytest.fixture(scope="module")
def calls(place: Place) -> dict[str, list[Call]]:
    """The kinds of call that runs and undos make, with where they make them."""
    if not _CALLS:
        _CALLS.update(calls_of(place))
    return _CALLS
