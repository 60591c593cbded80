"""The test of a connection: sign-in, permissions, JangoMail, API calls left."""

from dataclasses import dataclass, replace

from lib.errors import CredentialsRefused, OptbackError, SalesforceError
from lib.salesforce.access import SIGN_IN, checks
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.settings import Credentials, SalesforceLogin
from lib.sources.jangomail.source import JangoMail
from lib.store import connections
from lib.sync import pause
from lib.values import Check, Org

JANGOMAIL = "JangoMail"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a test of credentials brought: its checks, and the org if the sign-in succeeded."""

    checks: tuple[Check, ...]
    org: Org | None = None
    instance_url: str = ""
    refused: CredentialsRefused | None = None


def test_connection(log: Log, chosen: Chosen) -> list[Check]:
    """Every check of a connection, failed ones with their remedy; keeps them in the log.

    Offers the credentials even while the connection is paused, once: that is how a person says
    that they are right again (rules.md, 7). Costs about 4 API calls. Raises UsageError.
    """
    tried = try_out(chosen.credentials)
    keep(log, chosen, tried)
    return list(tried.checks)


def try_out(credentials: Credentials) -> Tried:
    """Test credentials that may not be stored yet; the log is not touched. Raises UsageError."""
    tried = _salesforce(credentials.salesforce.checked())
    return replace(tried, checks=(*tried.checks, _jangomail(credentials)))


def keep(log: Log, chosen: Chosen, tried: Tried) -> None:
    """Note in the log what a test of these credentials brought; a success ends a pause."""
    name = chosen.name
    if tried.org is not None:
        connections.remember_org(log.store, name, tried.org, tried.instance_url)
        connections.unpause(log.store, name)
    if tried.refused is not None:
        login = chosen.credentials.salesforce
        pause.pause(log.store, log.vault, name, login, tried.refused)
    connections.keep_checks(log.store, name, tried.checks)


def connect(log: Log, candidate: Chosen) -> tuple[bool, list[Check]]:
    """Test a connection and store it, encrypted, when both accounts accept the credentials.

    A permission that is missing does not keep it from being stored: that is mended in Salesforce.
    Raises UsageError when credentials are incomplete; nothing is contacted then.
    """
    candidate.credentials.salesforce.checked()
    candidate.credentials.jangomail.checked()
    found = test_connection(log, candidate)
    accepted = all(check.ok for check in found if check.name in (SIGN_IN, JANGOMAIL))
    if accepted:
        connections.save(log.store, log.vault, candidate.name, candidate.credentials)
    return accepted, found


def _salesforce(login: SalesforceLogin) -> Tried:
    try:
        door = Door.open(login)
        org, url = read_org(door), door.session.instance_url
    except CredentialsRefused as error:
        return Tried((_failed(SIGN_IN, error),), refused=error)
    except SalesforceError as error:
        return Tried((_failed(SIGN_IN, error),))
    try:
        return Tried(tuple(checks(door)), org, url)
    except SalesforceError as error:
        return Tried((_failed(SIGN_IN, error),), org, url)


def _jangomail(credentials: Credentials) -> Check:
    try:
        return JangoMail(credentials.jangomail.checked()).check()
    except OptbackError as error:
        return _failed(JANGOMAIL, error)


def _failed(name: str, error: OptbackError) -> Check:
    return Check(name, ok=False, detail=error.message, remedy=error.remedy)
