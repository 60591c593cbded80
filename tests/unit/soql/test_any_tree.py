"""Tree → text → tree is the identity, for any tree."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.soql import escape_like, parse, render, tree
from lib.soql.keywords import COUNTED_DATE_LITERALS, PLAIN_DATE_LITERALS, RESERVED

WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda word: word.lower() not in RESERVED
)
# A word that starts a clause would end the clause before it, so aliases here can't be mistaken.
ALIASES = WORDS.map(lambda word: f"x{word}")
FIELDS = st.lists(WORDS, min_size=1, max_size=3).map(lambda path: tree.Field(f"F{'.'.join(path)}"))
COORDINATES = st.builds(
    tree.Number, st.from_regex(r"[+-]?[0-9]{1,3}(\.[0-9]{1,3})?", fullmatch=True)
)


def _calls(
    names: list[str], inside: st.SearchStrategy[tree.Operand]
) -> st.SearchStrategy[tree.Function]:
    return st.builds(
        lambda name, inner: tree.Function(name, (inner,)), st.sampled_from(names), inside
    )


PLAIN_CALLS = _calls(["CALENDAR_YEAR", "toLabel", "DAY_ONLY"], FIELDS)
CALLS = st.one_of(
    PLAIN_CALLS,
    _calls(["HOUR_IN_DAY", "FORMAT"], _calls(["convertTimezone", "MIN"], FIELDS)),
    _calls(["Count", "COUNT_DISTINCT", "GROUPING"], FIELDS),
)
DISTANCES = st.builds(
    lambda field, latitude, longitude, unit: tree.Function(
        "DISTANCE", (field, tree.Function("GEOLOCATION", (latitude, longitude)), tree.Text(unit))
    ),
    FIELDS,
    COORDINATES,
    COORDINATES,
    st.sampled_from(["mi", "km"]),
)
FILTERED = FIELDS | PLAIN_CALLS | DISTANCES
OPERANDS = st.one_of(FIELDS, CALLS, DISTANCES)
TEXTS = st.builds(tree.Text, st.text(st.characters(), max_size=12))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1701, 1, 1), datetime(3999, 1, 1), timezones=st.just(UTC) | ZONES)
VALUES = st.one_of(
    TEXTS,
    st.builds(tree.Boolean, st.booleans()),
    st.just(tree.Null()),
    st.builds(tree.Number, st.from_regex(r"[+-]?[0-9]{1,6}(\.[0-9]{1,3})?", fullmatch=True)),
    st.builds(tree.Currency, st.from_regex(r"[A-Z]{3}[0-9]{1,6}", fullmatch=True)),
    st.builds(tree.Date, st.dates(date(1701, 1, 1), date(3999, 1, 1))),
    st.builds(tree.DateTime, MOMENTS.map(lambda moment: moment.replace(microsecond=0))),
    st.builds(
        tree.Time,
        st.times(timezones=st.none() | ZONES.filter(lambda zone: bool(zone.utcoffset(None)))).map(
            lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        ),
    ),
    st.builds(tree.DateLiteral, st.sampled_from(sorted(PLAIN_DATE_LITERALS))),
    st.builds(
        tree.DateLiteral, st.sampled_from(sorted(COUNTED_DATE_LITERALS)), st.integers(0, 999)
    ),
)
PATTERNS = st.text(max_size=8).map(lambda text: tree.Pattern(f"%{escape_like(text)}_"))
SIGNS = ["=", "!=", "<", "<=", ">", ">="]


def _simple(operands: st.SearchStrategy[tree.Operand]) -> st.SearchStrategy[tree.Condition]:
    return st.one_of(
        st.builds(tree.Comparison, operands, st.sampled_from(SIGNS), VALUES),
        st.builds(tree.Comparison, operands, st.just("LIKE"), PATTERNS),
        st.builds(
            tree.In, operands, st.lists(VALUES, min_size=1, max_size=4).map(tuple), st.booleans()
        ),
        st.builds(
            tree.Includes, FIELDS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple), st.booleans()
        ),
        st.builds(tree.Sum, FIELDS, st.sampled_from("+-"), FIELDS, st.just(">"), VALUES),
    )


SIMPLE = _simple(FILTERED)


def _joined(inner: st.SearchStrategy[tree.Condition]) -> st.SearchStrategy[tree.Condition]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(tree.And, parts) | st.builds(tree.Or, parts) | st.builds(tree.Not, inner)


CONDITIONS = st.recursive(SIMPLE, _joined, max_leaves=8)
GROUP_CONDITIONS = st.recursive(_simple(OPERANDS), _joined, max_leaves=4)
SOURCES = st.builds(tree.FromItem, ALIASES, st.none() | ALIASES).map(lambda only: (only,))
# No semi-join is over the object of the query round it.
INNER_SOURCES = st.builds(tree.FromItem, ALIASES.map(lambda word: f"y{word}")).map(
    lambda only: (only,)
)
SEMI_JOINS = st.builds(
    lambda field, column, sources, where, negated: tree.InQuery(
        field, tree.Query((tree.Column(column),), sources, where=where), negated
    ),
    FIELDS,
    FIELDS,
    INNER_SOURCES,
    st.none() | CONDITIONS,
    st.booleans(),
)
WHERES = CONDITIONS | SEMI_JOINS | st.builds(lambda *parts: tree.And(parts), SIMPLE, SEMI_JOINS)
COLUMNS = st.builds(tree.Column, FIELDS) | st.builds(
    tree.Column, CALLS | DISTANCES, st.none() | ALIASES
)
ORDERINGS = st.builds(
    tree.Ordering,
    OPERANDS,
    st.sampled_from(["", "ASC", "DESC"]),
    st.sampled_from(["", "FIRST", "LAST"]),
)
GROUPINGS = st.builds(
    tree.Grouping,
    st.lists(FIELDS | CALLS, min_size=1, max_size=3).map(tuple),
    st.sampled_from(["", "ROLLUP", "CUBE"]),
    st.none() | GROUP_CONDITIONS,
)
CHILDREN = st.builds(
    lambda sources, where: tree.Child(
        tree.Query((tree.Column(tree.Field("Id")),), sources, where=where)
    ),
    SOURCES,
    st.none() | CONDITIONS,
)
TYPE_OFS = st.builds(
    tree.TypeOf,
    FIELDS,
    st.lists(
        st.builds(tree.When, ALIASES, st.lists(FIELDS, min_size=1, max_size=2).map(tuple)),
        min_size=1,
        max_size=2,
    ).map(tuple),
    st.lists(FIELDS, max_size=2).map(tuple),
    st.none() | ALIASES,
)
CATEGORIES = st.builds(
    tree.Category,
    FIELDS,
    st.sampled_from(["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"]),
    st.lists(ALIASES, min_size=1, max_size=2).map(tuple),
)
OPTIONS = st.tuples(
    ALIASES,
    st.one_of(
        TEXTS,
        st.builds(tree.Number, st.integers(0, 999).map(str)),
        st.builds(tree.Boolean, st.booleans()),
    ),
)
FILTERS = st.one_of(
    st.builds(tree.WithValue, ALIASES, TEXTS),
    st.builds(tree.WithCategories, st.lists(CATEGORIES, min_size=1, max_size=2).map(tuple)),
)
MODES = st.one_of(
    st.just(tree.WithMode("USER_MODE")),
    st.builds(tree.WithMode, ALIASES, st.lists(OPTIONS, max_size=2).map(tuple)),
)
WITHS = st.builds(
    lambda filters, modes: (*filters, *modes),
    st.lists(FILTERS, max_size=1),
    st.lists(MODES, max_size=2),
)
QUERIES = st.builds(
    tree.Query,
    columns=st.lists(COLUMNS | CHILDREN | TYPE_OFS, min_size=1, max_size=3).map(tuple),
    sources=SOURCES,
    using=st.just(()) | st.builds(lambda name: (tree.Using("SCOPE", name),), ALIASES),
    where=st.none() | WHERES,
    with_=WITHS,
    group=st.none() | GROUPINGS,
    order=st.lists(ORDERINGS, max_size=2).map(tuple),
    limit=st.none() | st.integers(0, 2000),
    offset=st.none() | st.integers(0, 2000),
    bind=st.lists(OPTIONS, max_size=2).map(tuple),
    all_rows=st.booleans(),
    purpose=st.sampled_from(["", "VIEW", "REFERENCE", "UPDATE"]),
    update=st.sampled_from([(), ("TRACKING",), ("VIEWSTAT", "TRACKING")]),
    options=st.lists(OPTIONS, max_size=2).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(QUERIES)
def test_a_tree_comes_back_from_its_text(query: tree.Query) -> None:
    assert parse(render(query)) == query


@given(st.text())
def test_any_text_comes_back_from_a_string_and_from_a_pattern(text: str) -> None:
    both = (
        tree.Comparison(tree.Field("A"), "=", tree.Text(text)),
        tree.Comparison(tree.Field("B"), "LIKE", tree.Pattern(escape_like(text))),
    )
    query = tree.Query(
        (tree.Column(tree.Field("Id")),), (tree.FromItem("Contact"),), where=tree.And(both)
    )

    assert parse(render(query)) == query


def test_midnight_in_utc_and_elsewhere_is_the_same_moment() -> None:
    here = tree.DateTime(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))

    assert here == tree.DateTime(datetime(2026, 1, 1, tzinfo=UTC))
    assert render(here) == "2026-01-01T01:00:00+01:00"
    assert render(tree.Time(time(8, 30))) == "08:30:00.000Z"
