"""The test of a connection: sign-in, permissions, JangoMail, API calls left."""

from dataclasses import dataclass, replace

from lib.errors import CredentialsRefused, OptbackError, SalesforceError, UsageError
from lib.salesforce.access import SIGN_IN, checks
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.services.alerts import watch
from lib.services.connections.chosen import Chosen
from lib.services.connections.source import source_of
from lib.services.log import Log
from lib.settings import Credentials, SalesforceLogin
from lib.store import connections
from lib.store.connections import ConnectionState
from lib.sync import pause
from lib.sync.org_check import is_other, wrong_org
from lib.values import Check, Org
from lib.words import JANGOMAIL

SAME_ORG = "Same org as before"


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
    tried = _with_org_check(log, chosen, try_credentials(chosen.credentials))
    keep(log, chosen, tried)
    watch.after_test(log, chosen.name)
    return list(tried.checks)


def try_credentials(credentials: Credentials) -> CheckedCredentials:
    """Test credentials that may not be stored yet, without touching the log. Raises UsageError."""
    tried = _salesforce(credentials.salesforce.checked())
    return replace(tried, checks=(*tried.checks, _jangomail(credentials)))


def keep(
    log: Log, chosen: Chosen, tried: CheckedCredentials, *, means_this_org: bool = False
) -> None:
    """Write the result of a test of these credentials to the log; a success ends a pause.

    If they lead to another org than before, that's noted, until a person `means_this_org`.
    """
    name = chosen.name
    if tried.org is not None:
        if not means_this_org and _other_org(log, chosen, tried.org):
            connections.note_other_org(log.store, name, tried.org, tried.instance_url)
        else:
            mark = pause.fingerprint(log.vault, chosen.credentials.salesforce)
            connections.remember_org(log.store, name, tried.org, tried.instance_url, mark)
        connections.unpause(log.store, name)
    if tried.refused is not None:
        login = chosen.credentials.salesforce
        pause.pause(log.store, log.vault, name, login, tried.refused)
    connections.keep_checks(log.store, name, tried.checks)


def connect(log: Log, candidate: Chosen) -> tuple[bool, list[Check]]:
    """Test a connection, and store it, encrypted, if both accounts accept the credentials.

    A missing permission doesn't prevent that, because it is fixed in Salesforce. Storing them says
    that the org they lead to is meant, even if it was another org before. Raises UsageError for
    incomplete credentials, before anything is contacted.
    """
    candidate.credentials.salesforce.checked()
    candidate.credentials.jangomail.checked()
    tried = try_credentials(candidate.credentials)
    accepted = all(check.ok for check in tried.checks if check.name in (SIGN_IN, JANGOMAIL))
    with log.store.writing():
        keep(log, candidate, tried, means_this_org=accepted)
        if accepted:
            connections.save(log.store, log.vault, candidate.name, candidate.credentials)
    watch.after_test(log, candidate.name)
    return accepted, list(tried.checks)


def use_other_org(log: Log, chosen: Chosen, org_id: str) -> None:
    """From now on, the connection is for the other org it led to, as a person has said.

    Raises UsageError if that isn't the org the person was shown.
    """
    with log.store.writing():
        state = connections.state(log.store, chosen.name)
        other = state.other if state else None
        if other is None or other.org.org_id != org_id:
            raise UsageError(
                "That isn't the org this connection leads to anymore",
                remedy="Test the connection, then choose again.",
            )
        mark = pause.fingerprint(log.vault, chosen.credentials.salesforce)
        connections.remember_org(log.store, chosen.name, other.org, other.instance_url, mark)
        connections.keep_checks(log.store, chosen.name, _without_org_check(state))
    watch.after_test(log, chosen.name)


def _other_org(log: Log, chosen: Chosen, org: Org) -> bool:
    marks = pause.fingerprints(log.vault, chosen.credentials.salesforce)
    return is_other(chosen.name, connections.state(log.store, chosen.name), org.org_id, marks)


def _with_org_check(log: Log, chosen: Chosen, tried: CheckedCredentials) -> CheckedCredentials:
    if tried.org is None or not _other_org(log, chosen, tried.org):
        return tried
    error = wrong_org(chosen.name, connections.state(log.store, chosen.name), tried.org)
    return replace(tried, checks=(*tried.checks, _failed(SAME_ORG, error)))


def _without_org_check(state: ConnectionState | None) -> list[Check]:
    return [check for check in state.checks if check.name != SAME_ORG] if state else []


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
