"""Which way to find the records of a run's addresses: chosen for each sObject, by its cost.

Selective queries cost by the number of addresses, reading all records with an address by the size
of the org. What the log remembers isn't enough (docs/decisions/0023-calls-are-a-budget.md). An
estimate costs a call only where the choice depends on how large the org is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from lib.addresses import spellings
from lib.errors import PermissionMissing, RequestRefused, SalesforceUnreachable
from lib.salesforce import costs, everyone, matching
from lib.salesforce.access import Access
from lib.salesforce.costs import Asked
from lib.salesforce.org import is_turkic
from lib.store import large, operations
from lib.store.large import LargeMap, among
from lib.store.operations import Way
from lib.store.sql_values import chunks
from lib.sync.operations import Doing
from lib.sync.showing import Showing
from lib.sync.signed_in import SignedInRun
from lib.sync.ways import way
from lib.values import Record
from lib.words import listed, records

QUERIES, ALL_RECORDS, MIXED, MEMORY = "queries", "all_records", "mixed", "memory"

_QUOTES_AND_COMMA = 4
_MEMORY = Way(MEMORY, why_not="can't tell which records are new")
_NEED_NO_COUNT = "wouldn't take fewer"
_REFUSED = "Salesforce refused to read all records, so queries were used."

_ASKED_AT_ONCE = 90_000
"""Addresses whose queries are made at a time: those of some ten rounds of calls."""
_COMPARED_AT_ONCE = 5_000
_PUT_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """The sObjects to read `whole`; all others are asked by queries. `counts` are their records."""

    whole: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    ways: Sequence[Way] = ()
    why: str = ""

    def name(self, sobjects: int) -> str:
        """The way as the log names it."""
        if not self.whole:
            return QUERIES
        return ALL_RECORDS if len(self.whole) == sobjects else MIXED


def asked_of(addresses: Iterable[str], *, turkic: bool = False) -> Asked:
    """What queries for these addresses hold, in all their spellings."""
    count = characters = 0
    for address in addresses:
        for text in spellings(address, turkic=turkic):
            count += 1
            characters += len(text) + _QUOTES_AND_COMMA
    return Asked(count, characters)


def is_small(asked: Asked) -> bool:
    """Whether queries are the way, whatever an sObject has: a Bulk 2.0 query takes as long."""
    return costs.queries(asked, 1).weight <= costs.bulk(0).weight


def choose(asked: Asked, counts: Mapping[str, int], sobjects: Sequence[str]) -> Choice:
    """The cheaper way for each sObject. Without a count, it's asked by queries."""
    together = costs.queries(asked, len(sobjects))
    if is_small(asked):
        others = (Way(ALL_RECORDS, why_not=_NEED_NO_COUNT), _MEMORY)
        return Choice(ways=(way(QUERIES, together), *others))
    alone = costs.queries(asked, 1)
    passes = {name: everyone.cost([count]) for name, count in counts.items()}
    whole = frozenset(name for name, cost in passes.items() if cost.weight < alone.weight)
    ways = [way(QUERIES, together)]
    if len(passes) == len(sobjects):
        ways.append(way(ALL_RECORDS, sum(passes.values(), costs.NOTHING)))
    if whole and len(whole) < len(sobjects):
        left = costs.queries(asked, len(sobjects) - len(whole))
        ways.append(way(MIXED, sum((passes[name] for name in whole), left)))
    return Choice(whole, counts, (*ways, _MEMORY), _why(counts))


def find(
    signed: SignedInRun, wanted: Set[str], rights: Mapping[str, Access], doing: Doing
) -> LargeMap[Record]:
    """Every record that has any of the addresses, by ID, found in the cheapest way.

    Costs what the choice costs, and 1 API call to count if it depends on the size of the org and
    no run has counted lately. Raises PermissionMissing or RequestRefused.
    """
    found = large.records()
    if not wanted:
        return found
    turkic = is_turkic(signed.door.session.locale)
    usable = {name: right for name, right in rights.items() if right.can_match}
    choice = _choice(signed, asked_of(wanted, turkic=turkic), usable)
    doing.decide(choice.name(len(usable)), choice.why, choice.ways, choice.counts)
    whole = {name: right for name, right in usable.items() if name in choice.whole}
    try:
        _put(signed, found, _in_whole(signed, wanted, whole, choice.counts))
    except (PermissionMissing, RequestRefused, SalesforceUnreachable):
        doing.decide(QUERIES, _REFUSED, choice.ways, choice.counts)
        whole = {}
    asked = {name: right for name, right in usable.items() if name not in whole}
    if asked:
        _put(signed, found, _asked_for(signed, wanted, asked, turkic=turkic))
    doing.records = len(found)
    return found


def _put(signed: SignedInRun, found: LargeMap[Record], records: Iterator[Record]) -> None:
    """Add records that aren't there yet."""
    for some in chunks(records, _PUT_AT_ONCE):
        found.put_new((record.record_id, record) for record in some)
        signed.run.stop_if_asked()


def _asked_for(
    signed: SignedInRun, wanted: Set[str], rights: Mapping[str, Access], *, turkic: bool
) -> Iterator[Record]:
    """The records that queries for the addresses find."""
    parts = (
        {address: spellings(address, turkic=turkic) for address in sorted(some)}
        for some in chunks(wanted, _ASKED_AT_ONCE)
    )
    showing = Showing(signed.run.show, "matching", len(wanted))
    return showing.over(matching.find_in_parts(signed.door, parts, rights, wanted))


def _choice(signed: SignedInRun, asked: Asked, rights: Mapping[str, Access]) -> Choice:
    names = list(rights)
    if is_small(asked):
        return choose(asked, {}, names)
    known = operations.last_counts(signed.store, signed.scope)
    counts = {name: known[name] for name in names if name in known}
    if len(counts) < len(names):
        counts = _counted(signed, rights)
    return choose(asked, counts, names)


def _counted(signed: SignedInRun, rights: Mapping[str, Access]) -> dict[str, int]:
    """How many records have an address; none if the org is too large to say."""
    try:
        counts = everyone.count_with_address(signed.door, list(rights.values()))
    except (PermissionMissing, RequestRefused):
        return {}
    return dict(zip(rights, counts, strict=True))


def _in_whole(
    signed: SignedInRun, wanted: Set[str], rights: Mapping[str, Access], counts: Mapping[str, int]
) -> Iterator[Record]:
    """The records with these addresses among all that have one."""
    every = everyone.with_address(
        signed.door,
        list(rights.values()),
        [counts[name] for name in rights],
        waiting=signed.run.stop_if_asked,
        pages_instead=False,
    )
    showing = Showing(signed.run.show, "comparing", sum(counts[name] for name in rights))
    for some in chunks(showing.over(every), _COMPARED_AT_ONCE):
        here = among(wanted, {record.address for record in some})
        yield from (record for record in some if record.address in here)


def _why(counts: Mapping[str, int]) -> str:
    sizes = [f"{records(count)} in {name}" for name, count in counts.items()]
    return f"With an address: {listed(sizes)}." if sizes else "Salesforce didn't count its records."
