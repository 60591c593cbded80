"""A scripted server, a login for it, and a door to it."""

from collections.abc import Iterator

import pytest

from lib.salesforce.door import Door
from lib.salesforce.sessions import Limits
from lib.settings import SalesforceLogin
from tests.unit.salesforce.wire import SECRET, TOKEN, Wire, serving


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server that accepts only SOAP sign-ins, with the tokens token1, token2, …"""
    with serving() as wire:
        yield wire


@pytest.fixture
def login(wire: Wire) -> SalesforceLogin:
    """A user with a password and token, at the scripted server."""
    return SalesforceLogin(
        login_url=wire.url, username="ana@example.org", password=SECRET, security_token=TOKEN
    )


@pytest.fixture
def slept() -> list[float]:
    """The waits the door asked for; the tests don't actually wait."""
    return []


@pytest.fixture
def door(login: SalesforceLogin, slept: list[float]) -> Iterator[Door]:
    """A door to the scripted server; its waits are in `slept`."""
    # No test waits for these. They're long, so that a busy computer loses no answers.
    limits = Limits(connect_s=60, sign_in_s=60, read_s=60, long_s=60)
    with Door.open(login, sleep=slept.append, jitter=lambda: 1.0, limits=limits) as door:
        yield door
