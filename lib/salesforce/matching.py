"""Find every Contact, Lead, and person account that has any of these addresses.

Addresses go into `Email IN (…)`, as many as fit into a query. SOQL ignores case but not blanks,
so a query of its own looks for records whose stored address has blanks around it. Every row that
comes back is compared again here, in the compared form of lib/addresses.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from lib import soql
from lib.addresses import domain_of, spellings
from lib.errors import SalesforceError
from lib.fields import ACCOUNT
from lib.salesforce.access import Access
from lib.salesforce.conditions import has_outer_blanks
from lib.salesforce.costs import SPELLINGS_A_QUERY
from lib.salesforce.door import Door
from lib.salesforce.query import error_to_raise, needs_smaller_queries, pages
from lib.salesforce.rows import to_record
from lib.soql import Condition, Query
from lib.soql.tree import In, Text
from lib.values import Record

_PLAIN = re.compile(r"[\w.+@-]+", re.ASCII)
LONGEST_QUERY = 95_000  # characters; Salesforce takes 100,000
MOST_SPELLINGS = SPELLINGS_A_QUERY
"""In a query. If each has one record, its answer still fits into the first page (2,000 rows), which
costs nothing, while each further page costs a call."""
LONGEST_EMAIL = 80  # characters that fit into an Email field
MOST_DOMAINS = 20  # each searches from the end of the address, which is slow because no index helps


def find(
    door: Door, addresses: Mapping[str, Sequence[str]], access: Mapping[str, Access]
) -> Iterator[Record]:
    """Every record that has any of the addresses, once each, as they arrive.

    `addresses` maps the compared form to the spellings to look for. Costs 1 API call for five
    queries of up to 1,800 spellings. Raises PermissionMissing or RequestRefused.
    """
    yield from find_in_parts(door, [addresses], access, addresses.keys())


def find_in_parts(
    door: Door,
    parts: Iterable[Mapping[str, Sequence[str]]],
    access: Mapping[str, Access],
    wanted: Set[str],
) -> Iterator[Record]:
    """The same for addresses in parts, of which one is in memory at a time; `wanted` are all.

    A record may come twice.
    """
    for number, addresses in enumerate(parts):
        asked = match_queries(addresses, access) if number else queries(addresses, access)
        if addresses:
            yield from _found(door, access, asked, lambda record: record.address in wanted)


def queries(addresses: Mapping[str, Sequence[str]], access: Mapping[str, Access]) -> list[Query]:
    """What `find` asks: for the addresses, and for addresses with blanks around them."""
    return match_queries(addresses, access) + _stray_queries(access)


def find_by_domain(
    door: Door, domains: Iterable[str], access: Mapping[str, Access], *, turkic: bool = False
) -> Iterator[Record]:
    """Every record with an address in these domains (in their compared form), once each.

    Raises RequestRefused if the org is too large for such a search.
    """
    wanted = frozenset(domains)
    if not wanted:
        return
    asked = domain_queries(wanted, access, turkic=turkic)
    queries = asked + _stray_queries(access)

    def is_wanted(record: Record) -> bool:
        return domain_of(record.address) in wanted

    yield from _found(door, access, queries, is_wanted, needed=len(asked))


def match_queries(
    addresses: Mapping[str, Sequence[str]], access: Mapping[str, Access]
) -> list[Query]:
    """Queries for all spellings of the addresses, each as long as Salesforce allows."""
    spellings = dict.fromkeys(text for texts in addresses.values() for text in texts)
    parts = list(packed(spellings))
    return [
        select(sobject, soql.any_of(sobject.fields.email, texts), *_account(sobject))
        for sobject in _matchable(access)
        for texts in parts
    ]


def domain_queries(
    domains: Iterable[str], access: Mapping[str, Access], *, turkic: bool = False
) -> list[Query]:
    """Queries for all addresses in the domains, in every spelling of each domain."""
    names = {
        domain_of(spelling)
        for domain in domains
        for spelling in spellings(f"a@{domain}", turkic=turkic)
    }
    patterns = [f"%@{soql.escape_like(name)}" for name in sorted(names)]
    return [
        select(sobject, _like_any(sobject, patterns[start : start + MOST_DOMAINS]))
        for sobject in _matchable(access)
        for start in range(0, len(patterns), MOST_DOMAINS)
    ]


def _stray_queries(access: Mapping[str, Access]) -> list[Query]:
    """Queries for the records whose stored address starts or ends with a blank."""
    return [
        select(sobject, has_outer_blanks(sobject.fields.email)) for sobject in _matchable(access)
    ]


def _account(access: Access) -> list[str]:
    """The column that tells which records to write together (lib/sync/locked_rows.py)."""
    return ["AccountId"] if access.account_visible else []


def _matchable(access: Mapping[str, Access]) -> list[Access]:
    return [sobject for sobject in access.values() if sobject.can_match]


def select(access: Access, where: Condition, *more: str) -> Query:
    """A query for the records that meet a condition, with the columns a Record is made from.

    `more` are further columns.
    """
    columns = ["Id", access.fields.email, "LastModifiedDate", "CreatedDate"]
    columns += access.fields.opt_outs if access.boxes_visible else []
    columns += ["IsConverted"] if access.has_is_converted else []
    if access.has_person_accounts:
        columns += ["IsPersonAccount"]
        columns += ["PersonContactId"] if access.sobject == ACCOUNT else []
    return soql.select([*columns, *more], access.sobject, where)


def to_person(access: Access, row: Mapping[str, Any]) -> Record | None:
    """A row of such a query; `None` for a Contact that is found as a person account instead."""
    record = to_record(access.sobject, row, access.fields)
    is_extra = record.is_part_of_person_account and access.skips_person_accounts
    return None if is_extra else record


def _like_any(access: Access, patterns: Sequence[str]) -> Condition:
    return soql.one_of(*(soql.like(access.fields.email, pattern) for pattern in patterns))


def packed(spellings: Iterable[str]) -> Iterator[list[str]]:
    """The spellings in lists that each fit into a query, counting quotes and escapes.

    Leaves out spellings longer than an Email field, because no record can have them.
    """
    room = LONGEST_QUERY - 200  # for the rest of the query
    texts: list[str] = []
    length = 0
    for spelling in spellings:
        if len(spelling) > LONGEST_EMAIL:
            continue
        longer = _written(spelling) + len(", ")
        if length + longer > room or len(texts) == MOST_SPELLINGS:
            yield texts
            texts, length = [], 0
        texts.append(spelling)
        length += longer
    if texts:
        yield texts


def _written(spelling: str) -> int:
    """How long it is in a query."""
    if _PLAIN.fullmatch(spelling):  # nearly always; rendering it gives the same
        return len(spelling) + len("''")
    return len(soql.render(Text(spelling)))


def _found(
    door: Door,
    access: Mapping[str, Access],
    queries: Sequence[Query],
    is_wanted: Callable[[Record], bool],
    *,
    needed: int = 0,
) -> Iterator[Record]:
    """The wanted records of all queries. A query that is too much for Salesforce is halved.

    The first `needed` queries can't be halved and mustn't be passed over.
    """
    seen: set[str] = set()
    while queries:
        smaller: list[Query] = []
        for answer in pages(door, queries):
            query = queries[answer.index]
            if answer.error and answer.index < needed:
                raise error_to_raise(answer.error)
            if answer.error:
                smaller += _halves(query, answer.error)
            for row in answer.rows:
                record = to_person(access[query.sources[0].name], row)
                if record and record.record_id not in seen and is_wanted(record):
                    seen.add(record.record_id)
                    yield record
        queries, needed = smaller, 0


def _halves(query: Query, error: SalesforceError) -> list[Query]:
    """A refused query in two halves; none for a LIKE search, which large orgs can't do in time."""
    if not needs_smaller_queries(error):
        raise error_to_raise(error)
    match query.where:
        case In(values=values) if len(values) > 1:
            middle = len(values) // 2
            return [
                replace(query, where=replace(query.where, values=half))
                for half in (values[:middle], values[middle:])
            ]
        case In():
            raise error_to_raise(error)
        case _:
            return []
