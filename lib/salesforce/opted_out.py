"""Which addresses are opted out on any Contact or Lead: all of them, or some of a given list.

A person account also has a Contact with its opt-out, so Contact and Lead cover everyone.
"""

from collections.abc import Collection, Iterator, Sequence

from lib import soql
from lib.addresses import compared, spellings
from lib.errors import SalesforceError
from lib.fields import EMAIL
from lib.salesforce.bulk_query import Line, bulk_rows
from lib.salesforce.conditions import has_address, has_outer_blanks, opted_out
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.matching import packed
from lib.salesforce.query import error_to_raise, needs_smaller_queries, pages
from lib.salesforce.rows import address_and_id, to18
from lib.soql import Condition, Query, SObject

Found = tuple[str, str]
"""An address in its compared form, and the ID of a record where it's opted out."""

_FEWEST_IN_HALVES = 50


def queries(people: Sequence[SObject]) -> list[Query]:
    """A query for each sObject that finds all opted-out records with an address."""
    return [_select(sobject, has_address()) for sobject in people]


def counts(people: Sequence[SObject]) -> list[Query]:
    """The same queries, as counts."""
    return [
        soql.count(sobject.name, soql.all_of(opted_out(sobject), has_address()))
        for sobject in people
    ]


def everyone(door: Door, people: Sequence[SObject], *, in_bulk: bool) -> Iterator[Found]:
    """All opted-out addresses, in no order; an address comes once for each of its records.

    Costs 1 API call for every 2,000 records, or a Bulk query for each sObject.
    """
    if not in_bulk:
        yield from _ask(door, queries(people))
        return
    for query in queries(people):
        with bulk_rows(door, query) as (names, lines):
            email, record_id = (_column(names, name) for name in (EMAIL, "Id"))
            for line in lines:
                if len(line) != len(names):
                    raise broken("a line of a Bulk answer has another number of cells")
                yield compared(line[email]), to18(line[record_id])


def _column(names: Line, name: str) -> int:
    """Where a column is: the answer's header says so, not the query."""
    found = [place for place, each in enumerate(names) if each.lower() == name.lower()]
    if len(found) != 1:
        raise broken("a Bulk answer doesn't have the columns that were asked for")
    return found[0]


def among(
    door: Door, people: Sequence[SObject], addresses: Collection[str], *, turkic: bool = False
) -> Iterator[Found]:
    """The addresses (in their compared form) that are opted out on any record.

    Costs 1 API call for about 7,000 addresses.
    """
    wanted = addresses if isinstance(addresses, set | frozenset) else set(addresses)
    asked = sorted(wanted)
    for found in _among(door, people, asked, turkic=turkic):
        if found[0] in wanted:
            yield found


def with_blanks(door: Door, people: Sequence[SObject]) -> Iterator[Found]:
    """Opted-out records whose stored address has blanks around it, which `among` can't find."""
    yield from _ask(door, [_select(sobject, has_outer_blanks()) for sobject in people])


def _among(
    door: Door, people: Sequence[SObject], asked: Sequence[str], *, turkic: bool
) -> Iterator[Found]:
    texts = list(packed(text for address in asked for text in spellings(address, turkic=turkic)))
    asking = [_select(sobject, soql.any_of(EMAIL, some)) for sobject in people for some in texts]
    try:
        yield from _ask(door, asking)
    except SalesforceError as error:
        if not needs_smaller_queries(error) or len(asked) < _FEWEST_IN_HALVES:
            raise
        middle = len(asked) // 2
        for half in (asked[:middle], asked[middle:]):
            yield from _among(door, people, half, turkic=turkic)


def _ask(door: Door, asked: Sequence[Query]) -> Iterator[Found]:
    for answer in pages(door, asked):
        if answer.error:
            raise error_to_raise(answer.error)
        for row in answer.rows:
            yield address_and_id(row)


def _select(sobject: SObject, where: Condition) -> Query:
    return soql.select(["Id", EMAIL], sobject.name, soql.all_of(where, opted_out(sobject)))
