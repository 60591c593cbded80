"""Model → tree → model is the identity, for any model in its normal form."""

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from lib.soql import parse, render, tree
from lib.soql.builder import (
    Beyond,
    Condition,
    ConditionGroup,
    Match,
    Membership,
    Model,
    Operator,
    Order,
    from_query,
    to_query,
)
from tests.unit.soql.test_any_tree import CONDITIONS, FIELDS, PATTERNS, QUERIES, TEXTS, VALUES

NAMES = FIELDS.map(lambda field: field.name)
SOME_TEXT = st.builds(tree.Text, st.text(st.characters(), min_size=1, max_size=12))
LISTS = st.lists(VALUES, min_size=1, max_size=4).map(tuple)
ONE = VALUES.map(lambda value: (value,))
IDS = st.lists(st.from_regex(r"701[A-Za-z0-9]{15}", fullmatch=True), min_size=1, max_size=3)
STATUSES = st.lists(st.text(max_size=8), max_size=3).map(tuple)
_WITHOUT_WORDS = PATTERNS.filter(lambda pattern: pattern.value.endswith("_"))

LIKE_FREE = st.one_of(
    st.builds(Condition, NAMES, st.sampled_from(list(Operator)[:6]), ONE),
    st.builds(Condition, NAMES, st.sampled_from([Operator.ONE_OF, Operator.NOT_ONE_OF]), LISTS),
    st.builds(
        Condition,
        NAMES,
        st.sampled_from([Operator.INCLUDES, Operator.EXCLUDES]),
        st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    ),
)
ABOUT_TEXT = st.builds(
    Condition,
    NAMES,
    st.sampled_from([Operator.BEGINS, Operator.ENDS, Operator.CONTAINS, Operator.CONTAINS_NOT]),
    SOME_TEXT.map(lambda text: (text,)),
)
LIKES = st.builds(
    Condition, NAMES, st.just(Operator.LIKE), _WITHOUT_WORDS.map(lambda only: (only,))
)
PLAIN = LIKE_FREE | ABOUT_TEXT | LIKES
GROUPS = st.builds(
    ConditionGroup, st.sampled_from(list(Match)), st.lists(PLAIN, min_size=2, max_size=4).map(tuple)
) | st.builds(ConditionGroup, st.just(Match.NONE), LIKE_FREE.map(lambda only: (only,)))
PARTS = st.one_of(
    st.tuples(st.just(Match.ALL), st.lists(PLAIN, max_size=1).map(tuple)),
    st.tuples(st.just(Match.NONE), LIKE_FREE.map(lambda only: (only,))),
    st.tuples(
        st.sampled_from(list(Match)), st.lists(PLAIN | GROUPS, min_size=2, max_size=4).map(tuple)
    ),
)
MEMBERSHIPS = st.lists(
    st.builds(Membership, IDS.map(tuple), STATUSES, st.booleans()), max_size=2
).map(tuple)
ORDERS = st.builds(
    Order, NAMES, st.sampled_from(["", "ASC", "DESC"]), st.sampled_from(["", "FIRST", "LAST"])
)
MODELS = st.builds(
    lambda parts, *others: Model(others[0], others[1], *parts, *others[2:]),
    PARTS,
    st.sampled_from(["Contact", "lead", "Account"]),
    st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    MEMBERSHIPS,
    st.lists(ORDERS, max_size=2).map(tuple),
    st.none() | st.integers(0, 2000),
)


@given(MODELS)
def test_a_model_comes_back_from_its_query_and_from_its_text(model: Model) -> None:
    query = to_query(model)

    assert from_query(query) == model
    assert from_query(parse(render(query))) == model


ANY_GROUPS = st.builds(
    ConditionGroup, st.sampled_from(list(Match)), st.lists(PLAIN, max_size=3).map(tuple)
)
ANY_MODELS = st.builds(
    lambda match, parts, members: Model("Lead", ("Id",), match, parts, members),
    st.sampled_from(list(Match)),
    st.lists(PLAIN | ANY_GROUPS, max_size=3).map(tuple),
    MEMBERSHIPS,
)


@given(ANY_MODELS)
def test_a_model_in_any_form_comes_back_as_an_equivalent_model(model: Model) -> None:
    query = to_query(model)
    normal = from_query(query)

    assert isinstance(normal, Model)
    assert from_query(to_query(normal)) == normal
    assert from_query(parse(render(query))) == normal
    for world in range(8):
        assert _holds(to_query(normal).where, world) is _holds(query.where, world)


def _holds(node: tree.Condition | None, world: int) -> bool:
    """Whether a condition holds if each plain condition in it holds or not by its text only."""
    match node:
        case None:
            return True
        case tree.And(parts):
            return all(_holds(part, world) for part in parts)
        case tree.Or(parts):
            return any(_holds(part, world) for part in parts)
        case tree.Not(part):
            return not _holds(part, world)
        case tree.InQuery(operand, query, True):
            return not _holds(tree.InQuery(operand, query), world)
        case _:
            return bool(crc32(f"{world} {render(node)}".encode()) & 1)


@given(QUERIES)
def test_a_query_comes_back_from_its_model_or_is_beyond_the_builder(query: tree.Query) -> None:
    found = from_query(query)

    if isinstance(found, Beyond):
        assert found.parts
        assert all(part.words for part in found.parts)
    else:
        assert to_query(found) == query


@given(CONDITIONS)
def test_conditions_come_back_from_their_model_or_are_beyond_the_builder(
    where: tree.Condition,
) -> None:
    query = tree.Query((tree.Column(tree.Field("Id")),), (tree.FromItem("Lead"),), where=where)
    found = from_query(query)

    if isinstance(found, Model):
        assert to_query(found) == query
