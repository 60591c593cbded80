"""Finding every Contact and Lead that bears one of many addresses.

Addresses go into `Email IN (…)`, as many as a query may hold. SOQL ignores case but not blanks,
so records whose stored address has blanks around it are asked for apart. Every row that comes
back is compared again here, in the one form of lib/addresses.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lib import soql
from lib.addresses import domain_of, from_idna
from lib.errors import SalesforceError
from lib.fields import EMAIL, OPT_OUT
from lib.salesforce.access import Access
from lib.salesforce.conditions import has_outer_blanks
from lib.salesforce.door import Door
from lib.salesforce.query import needs_smaller_queries, pages, raised
from lib.salesforce.rows import to_record
from lib.soql import Condition, Query
from lib.soql.tree import In, Text
from lib.values import Record

LONGEST_QUERY = 95_000  # characters; Salesforce takes 100,000
LONGEST_EMAIL = 80  # characters that a field of type Email holds
MOST_DOMAINS = 20  # each is a search from the end of the address, which no index helps


def find(
    door: Door, addresses: Mapping[str, Sequence[str]], access: Mapping[str, Access]
) -> Iterator[Record]:
    """Every record that bears one of the addresses, once each, as they arrive.

    `addresses` maps the compared form to the spellings to ask for. Costs 1 API call for five
    queries of about 3,000 addresses. Raises PermissionMissing or RequestRefused.
    """
    if not addresses:
        return
    queries = match_queries(addresses, access) + _stray_queries(access)
    yield from _found(door, queries, lambda record: record.address in addresses)


def find_by_domain(
    door: Door, domains: Iterable[str], access: Mapping[str, Access]
) -> Iterator[Record]:
    """Every record whose address is of one of the domains (in their compared form), once each."""
    wanted = frozenset(domains)
    if not wanted:
        return
    queries = domain_queries(wanted, access) + _stray_queries(access)
    yield from _found(door, queries, lambda record: domain_of(record.address) in wanted)


def match_queries(
    addresses: Mapping[str, Sequence[str]], access: Mapping[str, Access]
) -> list[Query]:
    """Queries for all spellings of the addresses, each as long as Salesforce takes it."""
    spellings = dict.fromkeys(each for every in addresses.values() for each in every)
    return [
        _select(one, soql.any_of(EMAIL, texts))
        for one in _matchable(access)
        for texts in packed(spellings)
    ]


def domain_queries(domains: Iterable[str], access: Mapping[str, Access]) -> list[Query]:
    """Queries for all addresses that end in one of the domains, in both spellings of a domain."""
    names = sorted({name for domain in domains for name in (domain, from_idna(domain))})
    patterns = [f"%@{soql.escape_like(name)}" for name in names]
    return [
        _select(one, _like_any(patterns[start : start + MOST_DOMAINS]))
        for one in _matchable(access)
        for start in range(0, len(patterns), MOST_DOMAINS)
    ]


def _stray_queries(access: Mapping[str, Access]) -> list[Query]:
    """Queries for the records whose stored address begins or ends with a blank."""
    return [_select(one, has_outer_blanks()) for one in _matchable(access)]


def _matchable(access: Mapping[str, Access]) -> list[Access]:
    return [one for one in access.values() if one.can_match]


def _select(access: Access, where: Condition) -> Query:
    columns = ["Id", EMAIL, "LastModifiedDate"]
    columns += [OPT_OUT] if access.opt_out_visible else []
    columns += ["IsConverted"] if access.has_is_converted else []
    columns += ["IsPersonAccount"] if access.has_person_accounts else []
    return soql.select(columns, access.sobject, where)


def _like_any(patterns: Sequence[str]) -> Condition:
    return soql.one_of(*(soql.like(EMAIL, pattern) for pattern in patterns))


def packed(spellings: Iterable[str]) -> Iterator[list[str]]:
    """The spellings in lists that fit into one query each, quotes and escapes counted.

    A spelling that is longer than any Email field is left out: no record can bear it.
    """
    room = LONGEST_QUERY - 200  # what stands around the list
    texts: list[str] = []
    length = 0
    for spelling in spellings:
        if len(spelling) > LONGEST_EMAIL:
            continue
        longer = len(soql.render(Text(spelling))) + len(", ")
        if length + longer > room:
            yield texts
            texts, length = [], 0
        texts.append(spelling)
        length += longer
    if texts:
        yield texts


def _found(
    door: Door, queries: Sequence[Query], is_wanted: Callable[[Record], bool]
) -> Iterator[Record]:
    """The wanted records of all queries; what is too much for Salesforce is asked in halves."""
    seen: set[str] = set()
    while queries:
        smaller: list[Query] = []
        for answer in pages(door, queries):
            query = queries[answer.index]
            if answer.error:
                smaller += _halves(query, answer.error)
            for row in answer.rows:
                record = to_record(query.sources[0].name, row)
                if record.record_id not in seen and is_wanted(record):
                    seen.add(record.record_id)
                    yield record
        queries = smaller


def _halves(query: Query, error: SalesforceError) -> list[Query]:
    """A refused query in two; none for a search no index helps, which large orgs give up."""
    if not needs_smaller_queries(error):
        raise raised(error)
    match query.where:
        case In(values=values) if len(values) > 1:
            middle = len(values) // 2
            return [
                replace(query, where=replace(query.where, values=half))
                for half in (values[:middle], values[middle:])
            ]
        case In():
            raise raised(error)
        case _:
            return []
