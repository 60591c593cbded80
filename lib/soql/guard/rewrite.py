"""The opt-out guard: a query in, the same query that yields no opted-out person out.

Tree to tree. At the top level of every SELECT … FROM that yields people, the condition that they
have not opted out is appended to the chain of ANDs, where no OR, NOT, alias or subquery gets
round it; a top-level OR or NOT goes into parentheses first (the writer does that). Never inside
the subquery of an IN: an anti-join would turn it round. Columns that tell whose address a row
holds are fetched too. What cannot be proven is refused. Source: rules.md, 6 and
rules.md, invariant 4.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.soql.advice.mistakes import Mistake, as_error
from lib.soql.guard import person_fields, refusals
from lib.soql.guard.added_columns import reach
from lib.soql.guard.contradictions import check_level
from lib.soql.guard.guarded import Guarded, Person
from lib.soql.guard.level import Level, Point, read_level
from lib.soql.parse import parse
from lib.soql.render import render
from lib.soql.schema import Schema
from lib.soql.tree import (
    And,
    Boolean,
    Child,
    Comparison,
    Condition,
    Field,
    Query,
    With,
    WithMode,
)
from lib.soql.walk import conjuncts

LONGEST = 100_000
"""Characters that Salesforce takes of one query."""

_NOT_SENT = frozenset(("security_enforced", "user_mode", "system_mode"))
_ALL_ROWS = re.compile(r"all\s+rows", re.IGNORECASE)


def guard_text(text: str, schema: Schema) -> Guarded:
    """Read a query and guard it. Raises SoqlError with the place in this text."""
    return guard(parse(text), schema, text)


def guard(query: Query, schema: Schema, text: str | None = None) -> Guarded:
    """The query with the guard in it; guarding that again changes nothing.

    `text` is what the query was read from, for the places in messages. Asks the schema for each
    sObject on the way. Raises SoqlError for a query that cannot be proven, and what the schema
    raises (PermissionMissing where an opt-out field is hidden).
    """
    try:
        return _guarded(query, schema, text or "")
    except Mistake as mistake:
        if text is not None:
            raise as_error(text, mistake) from None
        nowhere = Mistake(0, mistake.message, mistake.remedy)
        raise as_error(render(query), nowhere) from None


@dataclass(frozen=True, slots=True)
class _Done:
    """One guarded level: its query, and what the rows of it and of its children are."""

    query: Query
    people: tuple[Person, ...]
    conditions: tuple[str, ...]
    added: tuple[str, ...]


def _guarded(query: Query, schema: Schema, text: str) -> Guarded:
    if query.all_rows:
        found = [match.start() for match in _ALL_ROWS.finditer(text)]
        raise refusals.all_rows(found[-1] if found else 0)
    taken_out: list[str] = []
    plain = _without_writes(query, taken_out)
    level = read_level(schema, plain)
    done = _guard_level(schema, level, ())
    length = len(render(done.query))
    if length > LONGEST:
        raise refusals.too_long(length, LONGEST)
    return Guarded(
        query=done.query,
        unguarded=plain,
        people=done.people,
        conditions=done.conditions,
        added=done.added,
        taken_out=tuple(dict.fromkeys(taken_out)),
        is_figures=level.is_figures,
    )


def _without_writes(query: Query, taken_out: list[str]) -> Query:
    """The query without what writes to the org, locks rows, or is for Apex or Data 360 alone."""
    if query.purpose:
        taken_out.append(f"FOR {query.purpose}")
    taken_out += [f"UPDATE {name}" for name in query.update]
    if query.options:
        taken_out.append("SET OPTIONS")
    taken_out += [f"WITH {name}" for one in query.with_ if (name := _mode_not_sent(one))]
    return replace(
        query,
        columns=tuple(
            replace(one, query=_without_writes(one.query, taken_out))
            if isinstance(one, Child)
            else one
            for one in query.columns
        ),
        with_=tuple(one for one in query.with_ if not _mode_not_sent(one)),
        purpose="",
        update=(),
        options=(),
    )


def _mode_not_sent(clause: With) -> str:
    """The mode of a WITH that REST takes no word of: it heeds the user's rights anyway."""
    is_mode = isinstance(clause, WithMode) and clause.name.lower() in _NOT_SENT
    return clause.name if isinstance(clause, WithMode) and is_mode else ""


def _guard_level(schema: Schema, level: Level, path: tuple[str, ...]) -> _Done:
    """Guard one level and those inside it; `path` are the relationships down to it."""
    check_level(level)
    inner = {
        position: _guard_level(schema, child, (*path, child.relationship))
        for position, child in level.children.items()
    }
    columns = tuple(
        replace(column, query=inner[position].query) if isinstance(column, Child) else column
        for position, column in enumerate(level.query.columns)
    )
    conditions = tuple(_conditions(schema, level))
    missing = tuple(one for one in conditions if not _stands(one, level))
    where = _joined(level.query.where, missing)
    reached = reach(schema, replace(level, query=replace(level.query, columns=columns)), path)
    return _Done(
        query=replace(reached.query, where=where),
        people=(*reached.people, *(one for each in inner.values() for one in each.people)),
        conditions=(
            *(render(one) for one in conditions),
            *(one for each in inner.values() for one in each.conditions),
        ),
        added=reached.added,
    )


def _conditions(schema: Schema, level: Level) -> Iterator[Comparison]:
    for point in level.points:
        for name in opt_out_of(schema, point):
            yield Comparison(Field(point.written(name)), "=", Boolean(False))


def opt_out_of(schema: Schema, point: Point) -> tuple[str, ...]:
    """What is asked of a person: the opt-out fields of the sObject."""
    return person_fields.opt_out_fields(point.sobject, schema.sobject(point.sobject))


def _stands(wanted: Comparison, level: Level) -> bool:
    """Whether the condition is one of the ANDs already, however its path is written."""
    assert isinstance(wanted.operand, Field)  # noqa: S101 - for the type checker
    place = level.scope.place(wanted.operand)
    for condition in conjuncts(level.query.where):
        match condition:
            case Comparison(Field() as field, "=", Boolean(False)):
                other = level.scope.place(field)
                if (other.key, other.name.lower()) == (place.key, place.name.lower()):
                    return True
    return False


def _joined(where: Condition | None, missing: tuple[Comparison, ...]) -> Condition | None:
    """One flat chain of ANDs: a semi-join may stand nowhere else."""
    if not missing:
        return where
    parts: tuple[Condition, ...] = where.parts if isinstance(where, And) else ()
    if where is not None and not parts:
        parts = (where,)
    parts = (*parts, *missing)
    return parts[0] if len(parts) == 1 else And(parts)
