"""The opt-out guard: it takes a query and returns the same query without opted-out people.

It works on the tree. At the top level of every SELECT … FROM with people in its rows, it appends
`opt-out field = false` to the chain of ANDs, where no OR, NOT, alias, or subquery gets around it. A
top-level OR or NOT goes in parentheses first, which the writer does. It never adds anything inside
the subquery of an IN, because an anti-join would reverse it. It also fetches the columns that show
whose address a row has. What can't be proven is refused. Source: rules.md, 6 and rules.md,
invariant 4.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.soql.advice.mistakes import Mistake, as_error
from lib.soql.guard import person_fields, refusals
from lib.soql.guard.added_columns import with_addresses
from lib.soql.guard.contradictions import check_level
from lib.soql.guard.guarded import Guarded, Person
from lib.soql.guard.person_paths import PersonPath
from lib.soql.guard.select_level import SelectLevel, read_level
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
    Selected,
    With,
    WithMode,
)
from lib.soql.walk import conjuncts

LONGEST = 100_000
"""How many characters Salesforce allows in a query."""

_NOT_SENT = frozenset(("security_enforced", "user_mode", "system_mode"))
_ALL_ROWS = re.compile(r"all\s+rows", re.IGNORECASE)


def guard_text(text: str, schema: Schema) -> Guarded:
    """Read a query and guard it. Raises SoqlError with the place in this text."""
    return guard(parse(text), schema, text)


def guard(query: Query, schema: Schema, text: str = "") -> Guarded:
    """The guarded query. Guarding it again changes nothing.

    `text` is what the query was read from, so that messages can show the place. Asks the schema for
    each sObject on the way. Raises SoqlError for a query that can't be proven, and what the schema
    raises (PermissionMissing if an opt-out field is hidden).
    """
    try:
        return _guarded(query, schema, text)
    except Mistake as mistake:
        if text:
            raise as_error(text, mistake) from None
        without_place = Mistake(0, mistake.message, mistake.remedy)
        raise as_error(render(query), without_place) from None


@dataclass(frozen=True, slots=True)
class _GuardedLevel:
    """A guarded level with its subqueries: what Guarded says of the whole query."""

    query: Query
    people: tuple[Person, ...]
    conditions: tuple[str, ...]
    added: tuple[str, ...]


def _guarded(query: Query, schema: Schema, text: str) -> Guarded:
    if query.all_rows:
        found = [match.start() for match in _ALL_ROWS.finditer(text)]
        raise refusals.all_rows(found[-1] if found else 0)
    taken_out: list[str] = []
    plain = _without_unsent_clauses(query, taken_out)
    level = read_level(schema, plain)
    guarded = _guard_level(schema, level, ())
    length = len(render(guarded.query))
    if length > LONGEST:
        raise refusals.too_long(length, LONGEST)
    return Guarded(
        query=guarded.query,
        unguarded=plain,
        people=guarded.people,
        conditions=guarded.conditions,
        added=guarded.added,
        taken_out=tuple(dict.fromkeys(taken_out)),
        is_figures=level.is_figures,
    )


def _without_unsent_clauses(query: Query, taken_out: list[str]) -> Query:
    """The query without clauses that write to the org, lock rows, or work only in Apex or Data 360.

    Appends the words of each such clause to `taken_out`.
    """
    if query.purpose:
        taken_out.append(f"FOR {query.purpose}")
    taken_out += [f"UPDATE {name}" for name in query.update]
    if query.options:
        taken_out.append("SET OPTIONS")
    taken_out += [f"WITH {name}" for clause in query.with_ if (name := _unsent_mode(clause))]

    def cleaned(column: Selected) -> Selected:
        if not isinstance(column, Child):
            return column
        return replace(column, query=_without_unsent_clauses(column.query, taken_out))

    return replace(
        query,
        columns=tuple(cleaned(column) for column in query.columns),
        with_=tuple(clause for clause in query.with_ if not _unsent_mode(clause)),
        purpose="",
        update=(),
        options=(),
    )


def _unsent_mode(clause: With) -> str:
    """The mode of a WITH that REST refuses; it applies the user's permissions anyway."""
    match clause:
        case WithMode(name) if name.lower() in _NOT_SENT:
            return name
        case _:
            return ""


def _guard_level(
    schema: Schema, level: SelectLevel, relationships: tuple[str, ...]
) -> _GuardedLevel:
    """Guard a level and its subqueries. `relationships` are the child relationships down to it."""
    check_level(level)
    inner = {
        position: _guard_level(schema, child, (*relationships, child.relationship))
        for position, child in level.children.items()
    }
    columns = tuple(
        replace(column, query=inner[position].query) if isinstance(column, Child) else column
        for position, column in enumerate(level.query.columns)
    )
    conditions = tuple(_conditions(schema, level))
    missing = tuple(wanted for wanted in conditions if not _is_asked_already(wanted, level))
    where = _joined(level.query.where, missing)
    level = replace(level, query=replace(level.query, columns=columns))
    completed = with_addresses(schema, level, relationships)
    return _GuardedLevel(
        query=replace(completed.query, where=where),
        people=(
            *completed.people,
            *(person for child in inner.values() for person in child.people),
        ),
        conditions=(
            *map(render, conditions),
            *(condition for child in inner.values() for condition in child.conditions),
        ),
        added=completed.added,
    )


def _conditions(schema: Schema, level: SelectLevel) -> Iterator[Comparison]:
    for person in level.people:
        for name in opt_out_of(schema, person):
            yield Comparison(Field(person.written(name)), "=", Boolean(False))


def opt_out_of(schema: Schema, person: PersonPath) -> tuple[str, ...]:
    """The opt-out fields that must be false for a person."""
    return person_fields.opt_out_fields(person.sobject, schema.sobject(person.sobject))


def _is_asked_already(wanted: Comparison, level: SelectLevel) -> bool:
    """Whether the condition is already part of the top AND, however its path is written."""
    assert isinstance(wanted.operand, Field)  # noqa: S101 - for the type checker
    path = level.names.resolve(wanted.operand)
    for condition in conjuncts(level.query.where):
        match condition:
            case Comparison(Field() as field, "=", Boolean(False)):
                if level.names.resolve(field).is_same_field(path):
                    return True
    return False


def _joined(where: Condition | None, missing: tuple[Comparison, ...]) -> Condition | None:
    """A single flat chain of ANDs, the only place where Salesforce allows a semi-join."""
    if not missing:
        return where
    parts: tuple[Condition, ...] = where.parts if isinstance(where, And) else ()
    if where is not None and not parts:
        parts = (where,)
    parts = (*parts, *missing)
    return parts[0] if len(parts) == 1 else And(parts)
