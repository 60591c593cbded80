"""The safety limit: a mass mistake is stopped before the first write (rules.md, 4.1 and 4.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from lib import soql
from lib.salesforce import query
from lib.salesforce.conditions import mailable
from lib.salesforce.door import Door
from lib.sync.plan import Knowledge
from lib.values import Fault, RunStatus
from lib.words import counted

ALWAYS_ALLOWED = 500
SHARE_ALLOWED = 0.05
SMALL = 50


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person allowed for this run: at most `max_changes`, or anything at all."""

    max_changes: int | None = None
    allow_large: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a run may go on; `limit` is the most it may change (`None`: no limit was needed)."""

    allowed: bool
    limit: int | None = None
    mailable: int | None = None


def rule(planned: int, allowance: Allowance, mailable: Callable[[], int]) -> Ruling:
    """Hold `planned` changes against the limit.

    `mailable` counts the records with an address, a false box and not converted, before the run;
    it is asked (1 API call) only when the answer depends on it.
    """
    if allowance.allow_large:
        return Ruling(allowed=True)
    if allowance.max_changes is not None:
        return Ruling(planned <= allowance.max_changes, allowance.max_changes)
    if planned < SMALL:
        return Ruling(allowed=True)
    count = mailable()
    limit = limit_of(count)
    return Ruling(planned <= limit, limit, count)


def limit_of(mailable: int) -> int:
    """The most changes allowed in one run without a person's word.

    The larger of 500 and 5 % of the mailable; and under that, 50 or more only up to half of them.
    """
    usual = max(ALWAYS_ALLOWED, int(mailable * SHARE_ALLOWED))
    half = mailable // 2
    return min(usual, max(half, SMALL - 1))


def count_mailable(door: Door, known: Knowledge) -> int:
    """Records with an address, a false box and not converted. Costs 1 API call."""
    queries = {
        "Contact": soql.count("Contact", mailable(has_is_converted=False)),
        "Lead": soql.count("Lead", mailable(has_is_converted=True)),
    }
    return sum(
        query.count(door, [one for name, one in queries.items() if name not in known.unwritable])
    )


def limit_fault(planned: int, ruling: Ruling, *, from_file: bool) -> Fault:
    """The line of a stopped run: what was planned, what is allowed, how to let it through."""
    who = "who is in the file" if from_file else "the list"
    return Fault(
        code=RunStatus.OVER_LIMIT.value,
        message=f"{counted(planned, 'opt-out', 'opt-outs')} planned, {ruling.limit or 0:,} allowed "
        "in one run",
        remedy=f"Check {who}, then run again with --max-changes {planned} or --allow-large.",
        count=planned,
    )
