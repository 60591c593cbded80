"""What a run has found so far. Always up to date, so that a run can be closed at any time."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lib.errors import OptbackError
from lib.stopping import stopped
from lib.store import runs
from lib.store.db import Store
from lib.store.operations import Operation
from lib.store.vault import Vault
from lib.sync.intake import Intake
from lib.sync.request import Request, RunHooks
from lib.sync.safety_limit import Ruling
from lib.values import Change, DomainPart, Fault, Forecast, Outcome, Progress, RunStatus

_NO_LIMIT_NEEDED = Ruling(allowed=True)

AnyRequest = TypeVar("AnyRequest", bound=Request, covariant=True)


def nothing_to_settle() -> None:
    """Nothing to settle: the run has announced no changes yet."""


Refusal = tuple[str | None, str | None]
"""Salesforce's reason, and its words."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a run's changes add up to.

    `matched` counts the addresses of the run that have a record, and `others` those that have one
    too. `domain` is the part at the domain that is approved with the run.
    """

    counts: Counter[Outcome]
    refused: Counter[Refusal]
    matched: int
    others: int
    domain: DomainPart | None


@dataclass(slots=True)
class Findings:
    """What a run's numbers are made from.

    A step may set `status`; if none did, the status follows from the numbers. `settle` is called
    in the transaction that closes the run.
    """

    intake: Intake = field(default_factory=Intake)
    changes: Collection[Change] = ()
    ruling: Ruling = _NO_LIMIT_NEEDED
    status: RunStatus | None = None
    is_full: bool = False  # everything was compared, not only what was new
    faults: list[Fault] = field(default_factory=list)
    api_calls: int = 0
    org_usage: tuple[int, int] | None = None  # calls of everyone in 24 hours, and the limit
    operations: list[Operation] = field(default_factory=list)
    forecast: Forecast | None = None
    is_read: bool = False  # the source was, and its events are kept unless the run is a preview
    is_announced: bool = False  # its changes are in the log
    is_cut_short: bool = False  # the cap of calls ended it before the plan
    settle: Callable[[], None] = nothing_to_settle
    sums: Callable[[str | None], Sums] | None = None  # of the changes in the log, for a domain

    @property
    def has_written(self) -> bool:
        """Whether the run changed any record."""
        if self.sums is not None:
            return self.sums(None).counts[Outcome.UPDATED] > 0
        return any(change.outcome is Outcome.UPDATED for change in self.changes)

    def note(self, status: RunStatus, *faults: Fault) -> None:
        """Set the run's status, and add the reasons."""
        self.status = status
        self.faults.extend(faults)


@dataclass(frozen=True, slots=True)
class OpenRun(Generic[AnyRequest]):
    """A run whose row is open in the log, with its request and what it has found."""

    store: Store
    vault: Vault
    request: AnyRequest
    hooks: RunHooks
    run_id: str
    began: float = field(default_factory=time.monotonic)
    found: Findings = field(default_factory=Findings)

    def show(
        self, progress: Progress, *, who_asked: str | None = None, **counts: int | None
    ) -> None:
        """Write the progress to the run's row."""
        runs.progress(self.store, self.run_id, progress, who_asked=who_asked, **counts)

    def stop_if_asked(self) -> None:
        """Raise StoppedError if someone stopped the run."""
        if self.hooks.stop():
            raise stopped()


def fault_of(error: OptbackError) -> Fault:
    """An error as an entry in the run's `errors`."""
    return Fault(error.code, error.message, error.remedy)
