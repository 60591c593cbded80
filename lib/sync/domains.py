"""The records of whole domains: which domains a run looks for, and what's new there.

Source: rules.md, 4.4. A domain on hold is looked for when this reading names it, and its records
are listed as on hold. An approved domain is looked for in every run, so that records that come
later are opted out too.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from lib.addresses import domain_of
from lib.errors import PermissionMissing, RequestRefused, SalesforceError, SalesforceUnreachable
from lib.salesforce import matching
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.salesforce.query import needs_smaller_queries
from lib.store import domains, ledger
from lib.store.db import Store
from lib.store.domains import Verdict
from lib.store.memory import KEPT, Remembered
from lib.sync import large_org
from lib.sync.findings import OpenRun
from lib.sync.intake import Intake
from lib.sync.remembered import recall
from lib.sync.request import RunRequest
from lib.values import Change, Fault, Interval, Record, RunStatus

NOT_SEARCHED = "domain_not_searched"


@dataclass(frozen=True, slots=True)
class DomainSearch:
    """The domains of a run: `in_full` with every record, `later` only with what's new there."""

    in_full: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.in_full | self.later

    def without(self, domains: Set[str]) -> "DomainSearch":
        """The same without these domains."""
        return DomainSearch(self.in_full - domains, self.later - domains)


@dataclass(frozen=True, slots=True)
class DomainRecords:
    """The records found; `searched` are the domains of which none can be missing."""

    records: Sequence[Record] = ()
    searched: frozenset[str] = frozenset()


def search_of(store: Store, scope: str, intake: Intake, *, from_file: bool) -> DomainSearch:
    """Which domains to look for. A run with a file looks for those in the file (rules.md, 1.8)."""
    approved = intake.approved_domains
    named = approved & intake.named_domains
    if from_file:
        return DomainSearch(intake.held_domains | named)
    counted = frozenset(domains.approved(store, scope)) - domains.not_searched(store, scope)
    in_full = named | (approved - counted)
    return DomainSearch(intake.held_domains | in_full, approved - in_full)


def find(
    run: OpenRun[RunRequest], scope: str, door: Door, intake: Intake, access: Mapping[str, Access]
) -> DomainRecords:
    """The records of the run's domains. Costs 1 API call, and 1 for each further 2,000 records.

    An org that's too large for this search costs what large_org.find costs. If that isn't possible
    either, the run has failed if it's about an approved domain.
    """
    wanted = search_of(run.store, scope, intake, from_file=run.request.from_file)
    try:
        turkic = is_turkic(door.session.locale)
        found = list(matching.find_by_domain(door, wanted.all, access, turkic=turkic))
    except (RequestRefused, SalesforceUnreachable) as error:
        if isinstance(error, SalesforceUnreachable) and not needs_smaller_queries(error):
            raise
        wanted = wanted.without(large_org.listed_lately(run.store, scope, intake.held_domains))
        try:
            found = _in_large_org(run, scope, door, access, wanted)
        except (PermissionMissing, RequestRefused, SalesforceUnreachable) as last:
            if approved := wanted.all & intake.approved_domains:
                run.found.note(RunStatus.FAILED, _not_searched(approved, last))
            return DomainRecords()
    listed = [record for record in found if domain_of(record.address) in wanted.in_full]
    others = [record for record in found if domain_of(record.address) in wanted.later]
    return DomainRecords([*listed, *_new(run.store, scope, others, intake)], wanted.all)


def _in_large_org(
    run: OpenRun[RunRequest],
    scope: str,
    door: Door,
    access: Mapping[str, Access],
    wanted: DomainSearch,
) -> list[Record]:
    if not wanted.all:
        return []
    is_all = bool(wanted.in_full) or run.found.is_full
    since = None if is_all else large_org.settled_until(run.store, scope, wanted.later)
    return large_org.find(run, door, access, wanted.all, since)


def store_approval(run: OpenRun[RunRequest], scope: str, approved: Set[str]) -> None:
    """Store the approval of a domain together with the run's intents: it counts from now on."""
    domain = run.request.approve_domain
    if domain is not None and domain in approved:
        by, run_id = run.request.started_by, run.run_id
        domains.decide(run.store, scope, domain, Verdict.APPROVED, by, run_id=run_id)


def mark_searched(
    store: Store, scope: str, searched: Set[str], at: datetime, changes: Iterable[Change]
) -> None:
    """Note that every record of these domains was found. `at` is Salesforce's time before that."""
    for domain in searched:
        ledger.mark(store, scope, domains.stream_of(domain), store.now())
    large_org.mark_settled(store, scope, searched, at, changes)


def _new(store: Store, scope: str, records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records that aren't just as the log remembers them."""
    known, _ = recall(store, scope, records)
    return [
        record
        for record in records
        if not _is_as_known(record, known.get(record.record_id), intake.asked)
    ]


def _is_as_known(
    record: Record, known: Remembered | None, asked: Mapping[str, Sequence[Interval]]
) -> bool:
    if known is None or known.address != record.address:
        return False
    if record.opted_out or known.cleared_at is None:
        return bool(record.opted_out) and known.cleared_at is None
    listed = asked.get(domain_of(record.address), ())
    return known.verdict == KEPT and all(when.not_after < known.cleared_at for when in listed)


def _not_searched(approved: Iterable[str], error: SalesforceError) -> Fault:
    names = ", ".join(sorted(approved))
    return Fault(
        NOT_SEARCHED,
        f"Salesforce couldn't search for everyone at {names}: {error.message}",
        "The other people are opted out all the same. The next run tries again; if it goes on, "
        "import the addresses of this domain from a file.",
    )
