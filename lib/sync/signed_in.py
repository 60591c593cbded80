"""A run that is signed in: what its steps work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lib.salesforce.access import describe_paths
from lib.salesforce.composite import ask_ahead
from lib.salesforce.doctor.permissions import converted_paths
from lib.salesforce.door import Door
from lib.salesforce.org import org_paths
from lib.store import runs
from lib.store.db import Store
from lib.sync.converted import ConvertedLeads
from lib.sync.early import EarlyReading
from lib.sync.findings import Findings, OpenRun
from lib.sync.intake import Learning
from lib.sync.journal import Journal
from lib.sync.operations import operation
from lib.sync.org_check import known_scope, scope_in
from lib.sync.request import RunRequest
from lib.values import Org


@dataclass(frozen=True, slots=True)
class SignedInRun:
    """A run that is signed in. What it finds goes to `found`.

    `at` is Salesforce's time at the sign-in. `org` is set if it had to be asked for; otherwise it's
    the org that the connection was for before, and `enter` asks what Salesforce says of it now.
    """

    run: OpenRun[RunRequest]
    door: Door
    fence: Callable[[], None]
    scope: str
    journal: Journal
    learning: Learning
    converted: ConvertedLeads
    early: EarlyReading
    at: datetime | None
    org: Org | None

    @property
    def store(self) -> Store:
        """The log."""
        return self.run.store

    @property
    def request(self) -> RunRequest:
        """What the run was asked."""
        return self.run.request

    @property
    def found(self) -> Findings:
        """What the run has found so far."""
        return self.run.found


def sign_in(
    run: OpenRun[RunRequest], door: Door, fence: Callable[[], None], early: EarlyReading
) -> SignedInRun:
    """Prepare the run to work in the org behind `door`. Costs 1 API call if the org isn't known.

    `fence` raises StoppedError once the run has lost its lease. Raises WrongOrg.
    """
    name, at = run.request.connection, door.server_now
    scope, org = known_scope(run.store, name, door), None
    if scope is None:
        with operation(run, door, "sign_in"):
            ask_who_is_here(door)
            scope, org = scope_in(run.store, run.vault, name, door)
    journal = Journal(run.store, scope, run.run_id, own=door.own_field)
    learning = Learning.of_run(run.store, scope, run.request, run.run_id, run.show)
    converted = ConvertedLeads(door)
    return SignedInRun(run, door, fence, scope, journal, learning, converted, early, at, org)


def ask_who_is_here(door: Door, *, has_person_accounts: bool = False) -> None:
    """Ask ahead for the org, and for what this user may do there."""
    described = describe_paths(has_person_accounts=has_person_accounts)
    # Whether converted Leads may be edited is asked only where it takes no call of its own.
    ask_ahead(door, [*described, *org_paths(door), *converted_paths(door)])


def enter(signed: SignedInRun) -> Org:
    """Note which org this is, as Salesforce says now. Costs 1 API call if it wasn't asked ahead.

    Raises WrongOrg.
    """
    run, door, scope, org = signed.run, signed.door, signed.scope, signed.org
    if org is None:
        scope, org = scope_in(run.store, run.vault, run.request.connection, door)
    runs.set_scope(run.store, run.run_id, scope, org, door.session.user_id, door.own_field)
    run.hooks.report(f"Signed in to {org.name} ({org.environment}) as {org.username}.")
    return org
