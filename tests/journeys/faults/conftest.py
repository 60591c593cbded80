"""The place where faults strike, and the calls that commands make there."""

from collections.abc import Iterator

import pytest

from tests.journeys.faults.place import Place, open_place
from tests.journeys.faults.strikes import Call, calls_of


@pytest.fixture(scope="package")
def place() -> Iterator[Place]:
    """A practice org without people, and the real command line connected to it."""
    with open_place() as place:
        yield place


@pytest.fixture(scope="package")
def calls(place: Place) -> dict[str, list[Call]]:
    """The kinds of call that runs and undos make, with where they make them."""
    return calls_of(place)
