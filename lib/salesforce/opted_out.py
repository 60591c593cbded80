"""Which addresses are opted out on some Contact or Lead: all of them, or those among many.

A person account's Contact bears its opt-out too, so Contact and Lead are everybody.
"""

from collections.abc import Collection, Iterator, Sequence

from lib import soql
from lib.addresses import compared, spellings
from lib.errors import SalesforceError
from lib.fields import EMAIL
from lib.salesforce.bulk_query import bulk_rows
from lib.salesforce.conditions import has_address, has_outer_blanks, opted_out
from lib.salesforce.door import Door
from lib.salesforce.matching import packed
from lib.salesforce.query import needs_smaller_queries, pages, raised
from lib.salesforce.rows import address_of, to18
from lib.soql import Condition, Query, SObject

Found = tuple[str, str]
"""An address in its compared form, and the id of a record on which it is opted out."""

_FEWEST_IN_HALVES = 50


def queries(people: Sequence[SObject]) -> list[Query]:
    """One query an sObject for all opted-out records that have an address."""
    return [_select(one, has_address()) for one in people]


def counts(people: Sequence[SObject]) -> list[Query]:
    """The same as counts."""
    return [soql.count(one.name, soql.all_of(opted_out(one), has_address())) for one in people]


def everybody(door: Door, people: Sequence[SObject], *, in_bulk: bool) -> Iterator[Found]:
    """All opted-out addresses, in no order; an address comes once for each of its records.

    Costs 1 API call for 2,000 records, or a Bulk query for each sObject.
    """
    if not in_bulk:
        yield from _ask(door, queries(people))
        return
    for query in queries(people):
        with bulk_rows(door, query) as (_, lines):
            for record_id, email in lines:
                yield compared(email), to18(record_id)


def among(
    door: Door, people: Sequence[SObject], addresses: Collection[str], *, turkic: bool = False
) -> Iterator[Found]:
    """Those of the addresses (in their compared form) that are opted out on some record.

    Costs 1 API call for some 7,000 addresses.
    """
    wanted = addresses if isinstance(addresses, set | frozenset) else set(addresses)
    asked = sorted(wanted)
    for found in _among(door, people, asked, turkic=turkic):
        if found[0] in wanted:
            yield found


def with_blanks(door: Door, people: Sequence[SObject]) -> Iterator[Found]:
    """Opted-out records whose stored address has blanks around it, which `among` cannot ask for."""
    yield from _ask(door, [_select(one, has_outer_blanks()) for one in people])


def _among(
    door: Door, people: Sequence[SObject], asked: Sequence[str], *, turkic: bool
) -> Iterator[Found]:
    texts = list(packed(each for one in asked for each in spellings(one, turkic=turkic)))
    found = [_select(one, soql.any_of(EMAIL, some)) for one in people for some in texts]
    try:
        yield from _ask(door, found)
    except SalesforceError as error:
        if not needs_smaller_queries(error) or len(asked) < _FEWEST_IN_HALVES:
            raise
        middle = len(asked) // 2
        for half in (asked[:middle], asked[middle:]):
            yield from _among(door, people, half, turkic=turkic)


def _ask(door: Door, asked: Sequence[Query]) -> Iterator[Found]:
    for answer in pages(door, asked):
        if answer.error:
            raise raised(answer.error)
        for row in answer.rows:
            yield address_of(row), to18(str(row.get("Id") or ""))


def _select(sobject: SObject, where: Condition) -> Query:
    return soql.select(["Id", EMAIL], sobject.name, soql.all_of(where, opted_out(sobject)))
