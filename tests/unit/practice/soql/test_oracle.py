"""The evaluator against a slow, simple evaluation of the same condition, row by row."""

import fnmatch
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.soql import escape_like, render, select, tree
from tests.unit.practice.soql.soql_world import World, record_id

TEXTS = st.sampled_from(["a", "A", "b", "ab", "Ab", "a_b", "50%", "ß", "Ü", "ü"])
DAYS = st.sampled_from(["2025-12-31", "2026-05-12", "2026-05-13", "2026-05-14"])
STAMPS = st.builds("{}T{}.000+0000".format, DAYS, st.sampled_from(["00:00:00", "23:59:59"]))
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "LastName": TEXTS,
        "Birthdate": DAYS,
        "CreatedDate": STAMPS,
        "HasOptedOutOfEmail": st.booleans(),
        "AccountId": st.sampled_from([record_id("001", 1), record_id("001", 2)]),
    },
)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
EQUAL_OR_NOT = st.sampled_from(["=", "!="])


def _compared(
    fields: list[str], signs: st.SearchStrategy[Any], values: st.SearchStrategy[Any]
) -> st.SearchStrategy[tree.Comparison]:
    return st.builds(tree.Comparison, st.sampled_from(fields).map(tree.Field), signs, values)


TEXT_FIELDS = ["LastName", "Account.Name"]
TEXT_VALUES = TEXTS.map(tree.Text)
MOMENTS = STAMPS.map(lambda text: tree.DateTime(datetime.fromisoformat(text).astimezone(UTC)))
DATES = DAYS.map(lambda text: tree.Date(datetime.fromisoformat(text).date()))
PATTERNS = st.lists(st.sampled_from(["%", "_", "a", "B", "Ü", escape_like("_")]), max_size=4)
SIMPLE = st.one_of(
    _compared(TEXT_FIELDS, SIGNS, TEXT_VALUES),
    _compared(TEXT_FIELDS, st.just("LIKE"), PATTERNS.map("".join).map(tree.Pattern)),
    _compared([*TEXT_FIELDS, "Birthdate", "CreatedDate"], EQUAL_OR_NOT, st.just(tree.Null())),
    _compared(["HasOptedOutOfEmail"], EQUAL_OR_NOT, st.booleans().map(tree.Boolean)),
    _compared(["HasOptedOutOfEmail"], EQUAL_OR_NOT, st.just(tree.Null())),
    _compared(["Birthdate"], SIGNS, DATES),
    _compared(["CreatedDate"], SIGNS, MOMENTS),
    _compared(["Birthdate", "CreatedDate"], SIGNS, st.just(tree.DateLiteral("TODAY"))),
    st.builds(
        tree.In,
        st.sampled_from(TEXT_FIELDS).map(tree.Field),
        st.lists(TEXT_VALUES | st.just(tree.Null()), min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(tree.And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Not, inner),
    ),
    max_leaves=6,
)


def _world(people: list[dict[str, Any]]) -> World:
    world = World()
    world.add("Account", Name="a")
    world.add("Account")
    for person in people:
        world.add("Contact", **person)
    return world


def _holds(node: tree.Condition, row: dict[str, Any], world: World) -> bool:
    """SOQL's rules as in the manual, without regard to speed."""
    match node:
        case tree.And(parts):
            return all(_holds(part, row, world) for part in parts)
        case tree.Or(parts):
            return any(_holds(part, row, world) for part in parts)
        case tree.Not(part):
            return not _holds(part, row, world)
        case tree.In(operand, values, negated):
            equal = any(_equal(_value(operand, row, world), _plain(literal)) for literal in values)
            return equal != negated
        case tree.Comparison(operand, sign, value):
            return _compares(_value(operand, row, world), sign, value)
    raise AssertionError(node)


def _value(operand: tree.Operand, row: dict[str, Any], world: World) -> Any:
    if operand.name == "Account.Name":
        account = world.tables.rows("Account").get(row.get("AccountId") or "", {})
        return account.get("Name")
    value = row.get(operand.name)
    return bool(value) if operand.name == "HasOptedOutOfEmail" else value


def _plain(value: tree.Value) -> Any:
    match value:
        case tree.DateTime(moment):
            return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        case tree.Date(day):
            return day.isoformat()
        case tree.Null():
            return None
        case tree.DateLiteral():
            return "2026-05-13"
        case tree.Text(plain) | tree.Boolean(plain) | tree.Pattern(plain):
            return plain
    raise AssertionError(value)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool):
        return left == bool(right)
    if left is None or right is None:
        return left is None and right is None
    return left.lower() == right.lower()


def _compares(left: Any, sign: str, value: tree.Value) -> bool:
    right = _plain(value)
    if isinstance(value, tree.DateLiteral) and left is not None:
        left = left[:10]
    if sign == "LIKE":
        return left is not None and _like(left.lower(), right.lower())
    if sign in ("=", "!="):
        return _equal(left, right) == (sign == "=")
    if left is None or right is None:
        return False
    left, right = left.lower(), right.lower()
    return bool(
        {"<": left < right, ">": left > right}.get(sign, left == right)
        or ({"<=": left < right, ">=": left > right}.get(sign, False))
    )


def _like(text: str, pattern: str) -> bool:
    shell = {"%": "*", "_": "?"}
    parts, escaped = [], False
    for char in pattern:
        if escaped or char not in "%_\\":
            parts.append(f"[{char}]")
        elif char != "\\":
            parts.append(shell[char])
        escaped = char == "\\" and not escaped
    return fnmatch.fnmatchcase(text, "".join(parts))


@given(st.lists(ROWS, max_size=6), CONDITIONS)
def test_the_evaluator_finds_the_same_rows_as_a_plain_reading(
    people: list[dict[str, Any]], condition: tree.Condition
) -> None:
    world = _world(people)

    found = world.values(render(select(["Id"], "Contact", condition)))

    rows = list(world.rows("Contact"))
    assert found == [row["Id"] for row in rows if _holds(condition, row, world)]


@given(st.lists(ROWS, max_size=6), CONDITIONS)
def test_a_condition_and_its_negation_split_all_rows(
    people: list[dict[str, Any]], condition: tree.Condition
) -> None:
    world = _world(people)

    found = world.values(render(select(["Id"], "Contact", condition)))
    others = world.values(render(select(["Id"], "Contact", tree.Not(condition))))

    assert sorted(found + others) == sorted(world.tables.rows("Contact"))
