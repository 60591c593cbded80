"""The records of whole domains in an org that's too large to search by the end of an address.

Everyone is read instead (by REST pages or Bulk 2.0, whichever is cheaper) and compared here. Once
all records of a domain are settled, only those that changed since then are read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta

from lib import soql
from lib.addresses import domain_of
from lib.errors import RequestRefused
from lib.salesforce import everyone, query
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.soql import Condition
from lib.store import domains, ledger
from lib.store.db import Store
from lib.sync.changed import OVERLAP
from lib.sync.findings import OpenRun
from lib.sync.plan import STAYS_OPEN
from lib.sync.request import RunRequest
from lib.values import Change, Outcome, Record

_HELD_AGAIN_AFTER = timedelta(days=1)
_OPEN = frozenset({Outcome.FAILED, Outcome.PENDING, Outcome.PLANNED})


def listed_lately(store: Store, scope: str, held: Iterable[str]) -> frozenset[str]:
    """The domains on hold whose people a run has counted within a day."""
    newest = store.now() - _HELD_AGAIN_AFTER
    marks = {domain: ledger.marked(store, scope, domains.stream_of(domain)) for domain in held}
    return frozenset(domain for domain, at in marks.items() if at is not None and at > newest)


def mark_settled(
    store: Store, scope: str, searched: Iterable[str], at: datetime, changes: Iterable[Change]
) -> None:
    """Note the domains of which no record from before `at` is left to write."""
    searched = frozenset(searched)
    if not searched:
        return
    still_open = {
        domain_of(change.address)
        for change in changes
        if change.outcome in _OPEN or change.reason in STAYS_OPEN
    }
    for domain in searched - still_open:
        ledger.mark(store, scope, _stream(domain), at)


def find(
    run: OpenRun[RunRequest],
    door: Door,
    access: Mapping[str, Access],
    wanted: Set[str],
    since: datetime | None,
) -> list[Record]:
    """The records of these domains: all, or those that changed `since` a moment.

    Costs 1 API call to count, and the pages or the Bulk 2.0 query of everyone with an address.
    Raises PermissionMissing, RequestRefused, or SalesforceUnreachable.
    """
    run.hooks.report("Salesforce can't search for whole domains here, so everyone is compared.")
    rights = [right for right in access.values() if right.can_match]
    changed = [] if since is None else [soql.at_least("SystemModstamp", since - OVERLAP)]
    counts = _counts(door, rights, changed)
    found = everyone.with_address(door, rights, counts, *changed, waiting=run.stop_if_asked)
    return list({record.record_id: record for record in _at(wanted, found)}.values())


def settled_until(store: Store, scope: str, later: Iterable[str]) -> datetime | None:
    """The moment before which no record of these domains is left to write; None if unknown."""
    marks = [ledger.marked(store, scope, _stream(domain)) for domain in later]
    known = [at for at in marks if at is not None]
    return min(known) if known and len(known) == len(marks) else None


def _counts(door: Door, rights: Sequence[Access], changed: Sequence[Condition]) -> list[int]:
    try:
        conditions = [everyone.anyone(right, *changed) for right in rights]
        pairs = zip(rights, conditions, strict=True)
        return query.count(door, [soql.count(right.sobject, which) for right, which in pairs])
    except RequestRefused:
        return [everyone.TOO_MANY for _ in rights]


def _at(wanted: Set[str], records: Iterable[Record]) -> Iterator[Record]:
    return (record for record in records if domain_of(record.address) in wanted)


def _stream(domain: str) -> str:
    return f"settled:{domain}"
