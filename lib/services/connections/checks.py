"""The test of a connection: sign-in, permissions, JangoMail, API calls left."""

from dataclasses import dataclass, replace

from lib.errors import CredentialsRefused, OptbackError, SalesforceError
from lib.salesforce.access import SIGN_IN, checks
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.services.alerts import watch
from lib.services.connections.chosen import Chosen
from lib.services.connections.source import source_of
from lib.services.log import Log
from lib.settings import Credentials, SalesforceLogin
from lib.store import connections
from lib.sync import pause
from lib.values import Check, Org
from lib.words import JANGOMAIL


@dataclass(frozen=True, slots=True)
class CheckedCredentials:
    """The result of testing credentials: the checks, and the org if the sign-in succeeded."""

    checks: tuple[Check, ...]
    org: Org | None = None
    instance_url: str = ""
    refused: CredentialsRefused | None = None


def test_connection(log: Log, chosen: Chosen) -> list[Check]:
    """Run every check of a connection, and store them in the log. A failed check has a remedy.

    Tries the credentials even while the connection is paused, once: that's how a person
    confirms that they work again (rules.md, 7). Costs about 4 API calls. Raises UsageError.
    """
    tried = try_credentials(chosen.credentials)
    keep(log, chosen, tried)
    watch.after_test(log, chosen.name)
    return list(tried.checks)


def try_credentials(credentials: Credentials) -> CheckedCredentials:
    """Test credentials that may not be stored yet, without touching the log. Raises UsageError."""
    tried = _salesforce(credentials.salesforce.checked())
    return replace(tried, checks=(*tried.checks, _jangomail(credentials)))


def keep(log: Log, chosen: Chosen, tried: CheckedCredentials) -> None:
    """Write the result of a test of these credentials to the log; a success ends a pause."""
    name = chosen.name
    if tried.org is not None:
        connections.remember_org(log.store, name, tried.org, tried.instance_url)
        connections.unpause(log.store, name)
    if tried.refused is not None:
        login = chosen.credentials.salesforce
        pause.pause(log.store, log.vault, name, login, tried.refused)
    connections.keep_checks(log.store, name, tried.checks)


def connect(log: Log, candidate: Chosen) -> tuple[bool, list[Check]]:
    """Test a connection, and store it, encrypted, if both accounts accept the credentials.

    A missing permission doesn't prevent that, because it is fixed in Salesforce. Raises UsageError
    for incomplete credentials, before anything is contacted.
    """
    candidate.credentials.salesforce.checked()
    candidate.credentials.jangomail.checked()
    found = test_connection(log, candidate)
    accepted = all(check.ok for check in found if check.name in (SIGN_IN, JANGOMAIL))
    if accepted:
        connections.save(log.store, log.vault, candidate.name, candidate.credentials)
    return accepted, found


def _salesforce(login: SalesforceLogin) -> CheckedCredentials:
    try:
        door = Door.open(login)
        org, url = read_org(door), door.session.instance_url
    except CredentialsRefused as error:
        return CheckedCredentials((_failed(SIGN_IN, error),), refused=error)
    except SalesforceError as error:
        return CheckedCredentials((_failed(SIGN_IN, error),))
    try:
        return CheckedCredentials(tuple(checks(door)), org, url)
    except SalesforceError as error:
        return CheckedCredentials((_failed(SIGN_IN, error),), org, url)


def _jangomail(credentials: Credentials) -> Check:
    try:
        return source_of(credentials).check()
    except OptbackError as error:
        return _failed(JANGOMAIL, error)


def _failed(name: str, error: OptbackError) -> Check:
    return Check(name, ok=False, detail=error.message, remedy=error.remedy)
