"""A run that is signed in: what its steps work with."""

from collections.abc import Callable
from dataclasses import dataclass

from lib.salesforce.door import Door
from lib.store import runs
from lib.store.db import Store
from lib.sync.converted import ConvertedLeads
from lib.sync.findings import Findings, OpenRun
from lib.sync.intake import Learning
from lib.sync.journal import Journal
from lib.sync.org_check import scope_in
from lib.sync.request import RunRequest


@dataclass(frozen=True, slots=True)
class SignedInRun:
    """A run that is signed in. What it finds goes to `found`."""

    run: OpenRun[RunRequest]
    door: Door
    fence: Callable[[], None]
    scope: str
    journal: Journal
    learning: Learning
    converted: ConvertedLeads
    edition: str = ""  # of the org, for the steps to fix a missing right

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


def sign_in(run: OpenRun[RunRequest], door: Door, fence: Callable[[], None]) -> SignedInRun:
    """Prepare the run to work in the org behind `door`. Costs 1 API call.

    `fence` raises StoppedError once the run has lost its lease. Raises WrongOrg.
    """
    scope, org = scope_in(run.store, run.vault, run.request.connection, door)
    runs.set_scope(run.store, run.run_id, scope, org, door.session.user_id, door.own_field)
    run.hooks.report(f"Signed in to {org.name} ({org.environment}) as {org.username}.")
    journal = Journal(run.store, scope, run.run_id, own=door.own_field)
    learning = Learning.of_run(run.store, scope, run.request, run.run_id)
    converted = ConvertedLeads(door)
    return SignedInRun(run, door, fence, scope, journal, learning, converted, edition=org.edition)
