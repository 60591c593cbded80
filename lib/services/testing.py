"""The test of a connection: sign-in, permissions, JangoMail, API calls left."""

from lib.errors import CredentialsRefused, OptbackError, SalesforceError
from lib.salesforce.access import SIGN_IN, checks
from lib.salesforce.door import Door
from lib.services.choosing import Chosen
from lib.services.opening import Log
from lib.sources.jangomail import JangoMail
from lib.store import connections
from lib.sync import pausing
from lib.values import Check

JANGOMAIL = "JangoMail"


def test_connection(log: Log, chosen: Chosen) -> list[Check]:
    """Every check of a connection, failed ones with their remedy; keeps them in the log.

    Offers the credentials even while the connection is paused, once: that is how a person says
    that they are right again (rules.md, 7). Costs about 4 API calls. Raises UsageError.
    """
    found = [*_salesforce(log, chosen), _jangomail(chosen)]
    connections.keep_checks(log.store, chosen.name, found)
    return found


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


def _salesforce(log: Log, chosen: Chosen) -> list[Check]:
    login = chosen.credentials.salesforce.checked()
    try:
        with Door.open(login) as door:
            org = door.org()
            connections.remember_org(log.store, chosen.name, org, door.session.instance_url)
            connections.unpause(log.store, chosen.name)
            return checks(door)
    except CredentialsRefused as error:
        pausing.pause(log.store, log.vault, chosen.name, login, error)
        return [_failed(SIGN_IN, error)]
    except SalesforceError as error:
        return [_failed(SIGN_IN, error)]


def _jangomail(chosen: Chosen) -> Check:
    try:
        return JangoMail(chosen.credentials.jangomail.checked()).check()
    except OptbackError as error:
        return _failed(JANGOMAIL, error)


def _failed(name: str, error: OptbackError) -> Check:
    return Check(name, ok=False, detail=error.message, remedy=error.remedy)
