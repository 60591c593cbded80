"""A run's numbers, from its changes. They must add up, or the run ends with an error."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set

from lib.addresses import domain_of
from lib.errors import BalanceError
from lib.salesforce import refusals
from lib.store.large import among
from lib.sync.findings import Findings, Refusal, Sums
from lib.sync.request import Request
from lib.values import (
    CARRIED_OUT,
    ONLY_PLANNED,
    Change,
    DomainPart,
    Fault,
    Outcome,
    RunResult,
    RunStatus,
)

_WHOLE = CARRIED_OUT | ONLY_PLANNED
"""Statuses of runs that looked for every address."""
_OPTED_OUT = frozenset({Outcome.PLANNED, Outcome.UPDATED})


def sums_of(changes: Collection[Change], considered: Set[str], domain: str | None) -> Sums:
    """The sums of these changes; `considered` are the addresses that the run is about."""
    matched = {change.address for change in changes}
    within = len(among(considered, matched))
    return Sums(
        counts=count_outcomes(changes),
        refused=_refused(changes),
        matched=within,
        others=len(matched) - within,
        domain=_domain_part(domain, changes),
    )


def count_outcomes(changes: Iterable[Change]) -> Counter[Outcome]:
    """The number of records with each outcome."""
    return Counter(change.outcome for change in changes)


def check_balance(records: int, counts: Mapping[Outcome, int]) -> None:
    """Raise BalanceError unless each matched record has exactly one outcome (contract.md)."""
    counted = sum(counts.values())
    if counted != records:
        raise BalanceError(
            f"{records} records matched, but {counted} results were counted",
            remedy="Nothing is lost. The unsubscribes stay pending. Please report this bug.",
        )


def faults_of(changes: Iterable[Change]) -> list[Fault]:
    """One line for each reason Salesforce refused records, the most frequent first."""
    return _faults(_refused(changes))


def _refused(changes: Iterable[Change]) -> Counter[Refusal]:
    return Counter(
        (change.reason, change.message) for change in changes if change.outcome is Outcome.FAILED
    )


def _faults(refused: Counter[Refusal]) -> list[Fault]:
    causes = Counter[tuple[str, str]]()
    for (reason, said), count in refused.items():
        causes[reason or "UNKNOWN", said or ""] += count
    found: dict[tuple[str, str], tuple[str, int]] = {}  # grouped by remedy, too
    for (code, message), count in causes.most_common():
        _, remedy = refusals.words(code, message)
        first, so_far = found.get((code, remedy), (message, 0))
        found[code, remedy] = (first, so_far + count)
    return [_fault(code, message, count) for (code, _), (message, count) in found.items()]


def _fault(code: str, message: str, count: int) -> Fault:
    words, remedy = refusals.words(code, message)
    return Fault(code=code, message=words, remedy=remedy, count=count)


def result_of(request: Request, run_id: str, found: Findings, *, duration_s: float) -> RunResult:
    """The run in numbers. If no step set a status, the status follows from the numbers."""
    intake, domain = found.intake, request.approve_domain
    sums = found.sums(domain) if found.sums else sums_of(found.changes, intake.considered, domain)
    counts = sums.counts
    status = found.status or _status(counts)
    only_planned = request.dry_run or status == RunStatus.OVER_LIMIT
    return RunResult(
        run_id=run_id,
        connection=request.connection,
        status=status,
        events_read=intake.events_read,
        addresses=len(intake.considered) + sums.others,
        records=counts.total(),
        updated=None if only_planned else counts[Outcome.UPDATED],
        planned=counts[Outcome.PLANNED] if only_planned else None,
        already_opted_out=counts[Outcome.ALREADY],
        kept=counts[Outcome.KEPT],
        skipped=counts[Outcome.SKIPPED],
        failed=counts[Outcome.FAILED],
        pending=counts[Outcome.PENDING],
        unmatched=len(intake.considered) - sums.matched if _looked(found, sums, status) else 0,
        left_out=(intake.left_out or 0) if request.from_file else None,
        api_calls=found.api_calls,
        duration_s=round(duration_s, 3),
        errors=(*found.faults, *_faults(sums.refused)),
        who_asked=intake.who_asked,
        full=found.is_full,
        domain=sums.domain,
        forecast=found.forecast,
    )


def _looked(found: Findings, sums: Sums, status: RunStatus) -> bool:
    """Whether the run looked for every address."""
    return bool(sums.counts.total()) or (status in _WHOLE and not found.is_cut_short)


def _domain_part(domain: str | None, changes: Iterable[Change]) -> DomainPart | None:
    if domain is None:
        return None
    addresses = [
        change.address
        for change in changes
        if change.outcome in _OPTED_OUT and domain_of(change.address) == domain
    ]
    return DomainPart(domain, len(addresses), len(set(addresses)))


def _status(counts: Mapping[Outcome, int]) -> RunStatus:
    unfinished = counts.get(Outcome.FAILED, 0) + counts.get(Outcome.PENDING, 0)
    return RunStatus.PARTIAL if unfinished else RunStatus.SUCCEEDED
