"""For any query over any people: no one who opted out comes back, and everyone else does.

The guarded answer is compared with the original query's answer over the same org without its
opted-out people. That is more than a filter of rows, because LIMIT, OFFSET, and aggregates count
them too. Guards that are made careless on purpose must not pass.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

from lib.errors import SoqlError
from lib.practice.refusal import Refusal
from lib.soql import STANDARD, Guarded, Query, guard, guard_text, parse, render
from lib.soql.tree import And, Or
from tests.unit.practice.soql.soql_world import World
from tests.unit.soql.guard.guarded_world import (
    QUERIES,
    ROWS,
    Rows,
    covers,
    opted_out_in,
    over_mailable_people,
    told,
)

PAIRS = st.tuples(ROWS, QUERIES)


def guarded_or_none(text: str) -> Guarded | None:
    try:
        return guard_text(text, STANDARD)
    except SoqlError:
        return None


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(PAIRS)
def test_invariant_4_a_guarded_query_never_returns_an_opted_out_person(
    pair: tuple[Rows, str],
) -> None:
    rows, text = pair
    world = rows.world()
    guarded = guarded_or_none(text)
    assume(guarded)

    assert list(opted_out_in(world, guarded)) == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(PAIRS)
def test_it_returns_what_the_original_returns_without_opted_out_people(
    pair: tuple[Rows, str],
) -> None:
    rows, text = pair
    world = rows.world()
    guarded = guarded_or_none(text)
    assume(guarded)

    assert same_as_without_opted_out(world, guarded, parse(text))


@given(ROWS, QUERIES)
def test_a_query_refused_for_wanting_opted_out_people_would_always_be_empty(
    rows: Rows, text: str
) -> None:
    try:
        guard_text(text, STANDARD)
    except SoqlError as error:
        assume("always be empty" in error.message)
        assume("(SELECT" not in text.partition(" FROM ")[0])  # a family keeps its Accounts
        query = parse(text)
        world = rows.world()
        anybody = replace(query, where=None, group=None, columns=ID, order=())
        wanted = replace(query, group=None, columns=ID, order=(), limit=None, offset=None)
        mailable = over_mailable_people(world, guard(anybody, STANDARD), wanted)
        assert told(world, mailable) == (0, [])


ID = parse("SELECT Id FROM Contact").columns


def same_as_without_opted_out(world: World, guarded: Guarded, original: Query) -> bool:
    """Whether the guarded answer equals the original answer over only the mailable people."""
    number, records = told(world, guarded.query)
    expected = told(world, over_mailable_people(world, guarded, original))
    return number == expected[0] and covers(records, expected[1])


def _under_or(query: Query) -> Query:
    match query.where:
        case And((*parts, last)) if parts:
            rest = parts[0] if len(parts) == 1 else And(tuple(parts))
            return replace(query, where=Or((rest, last)))
        case _:
            return query


def _without_paths(query: Query) -> Query:
    match query.where:
        case And(parts):
            kept = tuple(part for part in parts if "ReportsTo.HasOptedOut" not in render(part))
            return replace(query, where=And(kept) if len(kept) > 1 else (kept or (None,))[0])
        case _:
            return query


def _outermost_only(query: Query) -> Query:
    return parse(render(query).replace(" AND k.HasOptedOutOfEmail = false", "", 1))


def _filters_rows_afterwards(query: Query) -> Query:
    """The guard after LIMIT: as a filter of rows, it would leave too few."""
    return replace(query, limit=None if query.limit is None else max(0, query.limit - 1))


CARELESS: list[Callable[[Query], Query]] = [
    _under_or,
    _without_paths,
    _outermost_only,
    _filters_rows_afterwards,
]


@pytest.mark.parametrize("careless", CARELESS)
def test_a_careless_guard_is_caught(careless: Callable[[Query], Query]) -> None:
    def fails(pair: tuple[Rows, str]) -> bool:
        try:
            return passes_wrongly(pair)
        except Refusal:  # Salesforce itself would refuse this query
            return False

    def passes_wrongly(pair: tuple[Rows, str]) -> bool:
        rows, text = pair
        guarded = guarded_or_none(text)
        if guarded is None:
            return False
        world = rows.world()
        worse = replace(guarded, query=careless(guarded.query))
        leaks = any(True for _ in opted_out_in(world, worse))
        return leaks or not same_as_without_opted_out(
            world, replace(worse, conditions=guarded.conditions), parse(text)
        )

    quickly = settings(max_examples=5_000, database=None, phases=[Phase.generate])
    assert find(PAIRS, fails, settings=quickly)
