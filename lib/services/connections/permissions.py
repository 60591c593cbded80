"""Give the connection's user the rights it needs, where it may do so itself, and take them back.

A person sees every right first (`propose`), then says so (`make`). Only rows of Setup are written:
the permission set, its rights, and its assignment to this user.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lib.errors import CredentialsRefused, UsageError
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.permission_set import made
from lib.salesforce.permission_set.found import Found, find
from lib.salesforce.permission_set.rights import Right, missing_from, rights_needed
from lib.services.alerts import watch
from lib.services.connections.checks import test_connection
from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.services.started_by import user
from lib.settings import Credentials
from lib.store import connections, permission_sets
from lib.store.permission_sets import PermissionSetNote
from lib.sync import pause
from lib.sync.org_check import scope_in
from lib.values import Check, Org


@dataclass(frozen=True, slots=True)
class Proposal:
    """All rights of the set, those that are missing in it, and whether the user has the set."""

    org: Org
    rights: tuple[Right, ...]
    missing: tuple[Right, ...]
    is_there: bool
    is_assigned: bool

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing to do."""
        return self.is_assigned and not self.missing


@dataclass(frozen=True, slots=True)
class Fixed:
    """The checks after the change, and the names of those that weren't fine before it."""

    checks: tuple[Check, ...]
    were_failing: frozenset[str]

    @property
    def now_fine(self) -> list[Check]:
        """What the change has fixed."""
        return [each for each in self.checks if each.ok and each.name in self.were_failing]

    @property
    def still_failing(self) -> list[Check]:
        """What still needs someone, or time."""
        return [each for each in self.checks if not each.ok]


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken back: the user's assignment, and the set, unless others have it too."""

    was_assigned: bool
    was_deleted: bool
    checks: tuple[Check, ...]


def propose(log: Log, chosen: Chosen) -> Proposal:
    """What would be made, without changing anything. Costs about 2 API calls.

    Raises PermissionMissing if the user may not make it or the edition has no permission sets,
    RequestRefused if someone else's set has its name, and PausedError, WrongOrg, UsageError.
    """
    with _signed_in(log, chosen) as (door, org):
        found = find(door, _user_id(door))
        made.refuse_taken(found)
        return _proposal(org, found, chosen.credentials)


def make(log: Log, chosen: Chosen, shown: Proposal) -> Fixed:
    """Make what was shown to a person, then run the checks again.

    Safe to repeat after anything: what is there is never made twice. Raises what `propose` does.
    """
    failing = _failing(log, chosen.name)
    with _signed_in(log, chosen) as (door, org):
        if _proposal(org, find(door, _user_id(door)), chosen.credentials).rights != shown.rights:
            raise _changed_meanwhile()
        if org.org_id != shown.org.org_id or org.username != shown.org.username:
            raise _changed_meanwhile()
        permission_sets.begin(
            log.store, chosen.name, org_id=org.org_id, username=org.username, by=user()
        )
        made.make(door, shown.rights, _user_id(door))
        permission_sets.made(log.store, chosen.name)
    return Fixed(tuple(test_connection(log, chosen)), failing)


def remove(log: Log, chosen: Chosen) -> Removed:
    """Take the set back from the user, delete it unless others have it, and check again."""
    with _signed_in(log, chosen) as (door, _org):
        found = made.remove(door, _user_id(door))
        permission_sets.forget(log.store, chosen.name)
    checks = tuple(test_connection(log, chosen))
    is_deleted = found.set_id is not None and not found.others
    return Removed(found.assignment_id is not None, is_deleted, checks)


def note_of(log: Log, name: str) -> PermissionSetNote | None:
    """The set Optback made for the connection, if it's for the org it's connected to now."""
    note, state = permission_sets.get(log.store, name), connections.state(log.store, name)
    org = state.org if state else None
    return note if note is not None and org is not None and note.org_id == org.org_id else None


def _proposal(org: Org, found: Found, credentials: Credentials) -> Proposal:
    rights = rights_needed(
        credentials.own_field,
        has_person_accounts=found.has_person_accounts,
        free=found.free,
    )
    is_assigned = found.assignment_id is not None
    missing = missing_from(rights, found.given)
    return Proposal(org, rights, missing, found.set_id is not None, is_assigned)


@contextmanager
def _signed_in(log: Log, chosen: Chosen) -> Iterator[tuple[Door, Org]]:
    """The org that is meant. Refused credentials aren't tried again, and pause the connection."""
    login = chosen.credentials.salesforce.checked()
    pause.refuse_if_paused(log.store, log.vault, chosen.name, login)
    try:
        with Door.open(login) as door:
            _scope, org = scope_in(log.store, log.vault, chosen.name, door)
            yield door, org
    except CredentialsRefused as error:
        pause.pause(log.store, log.vault, chosen.name, login, error)
        watch.after_test(log, chosen.name)
        raise


def _user_id(door: Door) -> str:
    if not door.session.user_id:
        raise broken("the sign-in doesn't say which user it is")
    return door.session.user_id


def _failing(log: Log, name: str) -> frozenset[str]:
    state = connections.state(log.store, name)
    return frozenset(each.name for each in state.checks if not each.ok) if state else frozenset()


def _changed_meanwhile() -> UsageError:
    return UsageError(
        "What would be made has changed since it was shown, so nothing was changed",
        remedy="Look at it again, then decide.",
    )
