"""The test of a connection: what lib/salesforce/doctor finds, JangoMail, and the org it is for."""

from dataclasses import dataclass, replace

from lib.call_cap import USUAL, CallCap
from lib.errors import (
    ApiLimitReached,
    CredentialsRefused,
    OptbackError,
    SalesforceError,
    SignInRefused,
    UsageError,
)
from lib.fields import OptOutField
from lib.salesforce.access import access, own_checkboxes
from lib.salesforce.doctor import session
from lib.salesforce.doctor.affected import AffectedIn
from lib.salesforce.doctor.checks import checks
from lib.salesforce.doctor.permissions import Permissions
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.salesforce.own_box import Checkbox
from lib.services.alerts import watch
from lib.services.connections import waiting
from lib.services.connections.affected import PeopleInLog, nobody_known
from lib.services.connections.chosen import Chosen, check_practice
from lib.services.connections.own_settings import call_cap
from lib.services.connections.source import source_of
from lib.services.log import Log
from lib.settings import Credentials, SalesforceLogin
from lib.store import connections, refused_sources
from lib.store.connections import ConnectionState
from lib.sync import pause
from lib.sync.org_check import is_other, wrong_org
from lib.values import Check, Org, Stops
from lib.words import JANGOMAIL, SIGN_IN

SAME_ORG = "Same org as before"
LIST = f"{JANGOMAIL}: unsubscribes can be read"
_REFUSED = "Runs and lists are refused, and no one is opted out, until you say which org is meant."
_UNHEARD = (
    "Optback doesn't hear of new unsubscribes. Anyone who unsubscribes from now on can still be "
    "emailed."
)


@dataclass(frozen=True, slots=True)
class CheckedCredentials:
    """The result of testing credentials: the checks, and the org if the sign-in succeeded."""

    checks: tuple[Check, ...]
    org: Org | None = None
    instance_url: str = ""
    refused: CredentialsRefused | None = None
    checkboxes: tuple[Checkbox, ...] = ()  # of the org's own, on Contact and Lead


def test_connection(log: Log, chosen: Chosen) -> list[Check]:
    """Run every check of a connection, and store them in the log. A failed check has a remedy.

    Tries the credentials even while the connection is paused, once: that's how a person
    confirms that they work again (rules.md, 7). Costs about 4 API calls. Raises UsageError.
    """
    tried = try_now(log, chosen)
    keep(log, chosen, tried)
    watch.after_test(log, chosen.name)
    return list(tried.checks)


def try_now(log: Log, chosen: Chosen) -> CheckedCredentials:
    """Every check of a connection, without storing the result. Raises UsageError."""
    people, cap = PeopleInLog(log.store, chosen.name), call_cap(log, chosen.name)
    return _with_org_check(log, chosen, try_credentials(chosen.credentials, people.of, cap))


def try_credentials(
    credentials: Credentials, affected_in: AffectedIn = nobody_known, cap: CallCap = USUAL
) -> CheckedCredentials:
    """Test credentials that may not be stored yet, without writing to the log. Raises UsageError.

    `affected_in` says what the log knows about the people of the org they lead to, and `cap` what
    runs may use of the org's API calls.
    """
    login, own = credentials.salesforce.checked(), credentials.own_field
    tried = _salesforce(login, own, affected_in, cap)
    return replace(tried, checks=(*tried.checks, *source_checks(credentials)))


def keep(
    log: Log, chosen: Chosen, tried: CheckedCredentials, *, means_this_org: bool = False
) -> None:
    """Write the result of a test of these credentials to the log; a success ends a pause.

    If they lead to another org than before, that's noted, until a person `means_this_org`.
    """
    name = chosen.name
    if any(check.ok and check.name == JANGOMAIL for check in tried.checks):
        refused_sources.forget(log.store, name)
    if tried.org is not None:
        if not means_this_org and _other_org(log, chosen, tried.org):
            connections.note_other_org(log.store, name, tried.org, tried.instance_url)
        else:
            mark = pause.fingerprint(log.vault, chosen.credentials.salesforce)
            connections.remember_org(log.store, name, tried.org, tried.instance_url, mark)
    if any(check.ok and check.name == SIGN_IN for check in tried.checks):
        connections.unpause(log.store, name)
    if tried.refused is not None:
        login = chosen.credentials.salesforce
        pause.pause(log.store, log.vault, name, login, tried.refused)
    connections.keep_checks(log.store, name, tried.checks)
    waiting.after_test(log, name, tried.checks, was_refused=tried.refused is not None)


def connect(log: Log, candidate: Chosen) -> tuple[bool, list[Check]]:
    """Test a connection, and store it, encrypted, if both accounts accept the credentials.

    A missing permission doesn't prevent that, because it is fixed in Salesforce. Storing them says
    that the org they lead to is meant, even if it was another org before. Raises UsageError for
    incomplete credentials, or for practice elsewhere, before anything is contacted.
    """
    check_practice(candidate.name, candidate.credentials)
    candidate.credentials.salesforce.checked()
    candidate.credentials.jangomail.checked()
    tried = try_credentials(candidate.credentials)
    signed_in = all(check.ok for check in tried.checks if check.name in (SIGN_IN, JANGOMAIL))
    accepted = signed_in and tried.org is not None
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
    other = replace(_failed(SAME_ORG, error), effect=_REFUSED, stops=Stops.EVERYTHING)
    return replace(tried, checks=(*tried.checks, other))


def _without_org_check(state: ConnectionState | None) -> list[Check]:
    return [check for check in state.checks if check.name != SAME_ORG] if state else []


def source_checks(credentials: Credentials) -> list[Check]:
    """Whether JangoMail accepts the account, and its list can be read."""
    try:
        answer = source_of(credentials).check()
    except OptbackError as error:
        answer = _failed(JANGOMAIL, error)
    if not answer.ok:
        return [replace(answer, effect=_UNHEARD, stops=Stops.UNSUBSCRIBES)]
    who = f"as {credentials.jangomail.username}"
    return [
        Check(JANGOMAIL, True, who, stops=Stops.UNSUBSCRIBES),
        replace(answer, name=LIST, stops=Stops.UNSUBSCRIBES),
    ]


def _salesforce(
    login: SalesforceLogin, own: OptOutField | None, affected_in: AffectedIn, cap: CallCap
) -> CheckedCredentials:
    try:
        door = Door.open(login, own_field=own)
    except CredentialsRefused as error:
        return CheckedCredentials(_not_signed_in(error, affected_in), refused=error)
    except SalesforceError as error:
        return CheckedCredentials(_not_signed_in(error, affected_in))
    with door:
        return _behind(door, affected_in, cap)


def _behind(door: Door, affected_in: AffectedIn, cap: CallCap) -> CheckedCredentials:
    """The checks after a sign-in; if Salesforce then answers nothing, that is a check too."""
    url, org = door.session.instance_url, None
    try:
        org = read_org(door)
        rights = access(door)
        found = tuple(checks(door, org, affected_in(org), rights, cap))
        return CheckedCredentials(found, org, url, checkboxes=own_checkboxes(rights))
    except (CredentialsRefused, SignInRefused) as error:
        return CheckedCredentials(_not_signed_in(error, affected_in), org, url)
    except SalesforceError as error:
        affected = affected_in(org)
        trouble = (
            session.no_calls_left(error, affected)
            if isinstance(error, ApiLimitReached)
            else session.api_answers(error, affected, url)
        )
        few = (session.signed_in(door, Permissions()), session.method(door.login.flow), trouble)
        return CheckedCredentials(few, org, url)


def _not_signed_in(error: SalesforceError, affected_in: AffectedIn) -> tuple[Check, ...]:
    return (session.not_signed_in(error, affected_in(None)),)


def _failed(name: str, error: OptbackError) -> Check:
    return Check(name, ok=False, detail=error.message, remedy=error.remedy)
