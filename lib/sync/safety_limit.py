"""The safety limit stops a mass mistake before the first write (rules.md, 4.1 and 4.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from lib.values import Fault, RunStatus
from lib.words import records

ALWAYS_ALLOWED = 500
SHARE_ALLOWED = 0.05
SMALL = 50


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person allowed for this run: up to `max_changes`, or any number.

    `usual` is the connection's own limit, which replaces the rule's.
    """

    max_changes: int | None = None
    allow_large: bool = False
    usual: int | None = None

    @property
    def limit_source(self) -> str | None:
        """Who set the limit: `run`, `connection`, or None if it's the rule's."""
        if self.allow_large or self.max_changes is not None:
            return "run"
        return "connection" if self.usual is not None else None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a run may go on. `limit` is the most it may change; `None` if no limit was needed."""

    allowed: bool
    limit: int | None = None
    mailable: int | None = None


def may_count(planned: int, allowance: Allowance) -> bool:
    """Whether it depends on the number of mailable records if so many changes are allowed."""
    has_number = allowance.max_changes is not None or allowance.usual is not None
    return not (allowance.allow_large or has_number or planned < SMALL)


def rule(planned: int, allowance: Allowance, mailable: Callable[[], int]) -> Ruling:
    """Compare the number of planned changes with the limit.

    `mailable` counts the mailable records before the run. It's called (1 API call) only if the
    answer depends on it.
    """
    if allowance.allow_large:
        return Ruling(allowed=True)
    if allowance.max_changes is not None:
        return Ruling(planned <= allowance.max_changes, allowance.max_changes)
    if allowance.usual is not None:
        return Ruling(planned <= allowance.usual, allowance.usual)
    if planned < SMALL:
        return Ruling(allowed=True)
    count = mailable()
    limit = limit_of(count)
    return Ruling(planned <= limit, limit, count)


def limit_of(mailable: int) -> int:
    """The most changes that one run may make without approval.

    The larger of 500 and 5% of the mailable records. Below that, 50 or more changes are allowed
    only up to half of those records.
    """
    usual = max(ALWAYS_ALLOWED, int(mailable * SHARE_ALLOWED))
    half = mailable // 2
    return min(usual, max(half, SMALL - 1))


def limit_fault(
    planned: int, ruling: Ruling, *, from_file: bool, approve_domain: str | None = None
) -> Fault:
    """Why the run was stopped: what it would change, what is allowed, and how to approve it."""
    who = "who is in the file" if from_file else "who is on the list"
    again = f"--approve-domain {approve_domain} and " if approve_domain else ""
    return Fault(
        code=RunStatus.OVER_LIMIT.value,
        message=f"{records(planned)} would be opted out. "
        f"The limit for one run is {ruling.limit or 0:,}",
        remedy=f"Check {who}, then run again with {again}--max-changes {planned} or --allow-large.",
        count=planned,
    )


def copying_off_fault(connection: str) -> Fault:
    """Why a run that wasn't a preview changed nothing."""
    return Fault(
        code="copying_off",
        message=f"Copying unsubscribes to Salesforce is off for {connection}, so nothing was "
        "changed",
        remedy="To opt these people out, turn it on under Settings on the Connection page, and "
        "run again.",
    )
