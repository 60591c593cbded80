"""Names in a query that the org doesn't have, with the nearest name that it has.

Only an sObject from a describe can tell: there, what is missing doesn't exist for this user. What
may lead to several sObjects, or to one that isn't known, is left to Salesforce.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from lib.soql.advice.mistakes import Mistake
from lib.soql.names import FieldPath, FromNames
from lib.soql.schema import Schema, SObject
from lib.soql.select_clause import children_of, fields_function
from lib.soql.tree import Child, Column, Operand, Query, TypeOf
from lib.soql.walk import joined_in, operands_in

_LIKE = 0.6
_OF_EVERY_OBJECT = frozenset(("createdby", "lastmodifiedby"))


def first_unknown(query: Query, schema: Schema) -> Mistake | None:
    """The first name in the text that the org doesn't have; asks the schema on the way."""
    found = _unknown(schema, query, query.sources[0].name)
    return min(found, key=lambda mistake: mistake.offset, default=None)


def _unknown(schema: Schema, query: Query, sobject: str) -> Iterator[Mistake]:
    """In a query and in its subqueries; `sobject` is what its rows are."""
    names = FromNames(schema, sobject, query.sources)
    if names.sobject is not None:
        for path in _paths(names, query):
            mistake = _mistake(schema, names.sobject, path)
            if mistake is not None:
                yield mistake
        for _, child in children_of(query):
            yield from _in_child(schema, names.sobject, child.query)
    for joined in joined_in(query.where):
        yield from _unknown(schema, joined, joined.sources[0].name)


def _in_child(schema: Schema, parent: SObject, query: Query) -> Iterator[Mistake]:
    source = query.sources[0]
    relationship = source.name.rpartition(".")[2]
    target = parent.children.get(relationship.lower())
    if target:
        yield from _unknown(schema, query, target)


def _paths(names: FromNames, query: Query) -> Iterator[FieldPath]:
    """The fields of a query itself; a name that SELECT gives may be used again as a field."""
    given = {column.alias.lower() for column in query.columns if column.alias}
    for operand in _operands(query):
        for path in names.paths_in(operand):
            if path.prefix or path.name.lower() not in given:
                yield path


def _operands(query: Query) -> Iterator[Operand]:
    for column in query.columns:
        match column:
            case Column() if fields_function(column) is None:
                yield column.operand
            case Column() | Child() | TypeOf():
                continue
    yield from operands_in(query.where)
    if query.group is not None:
        yield from query.group.operands
        yield from operands_in(query.group.having)
    yield from (ordering.operand for ordering in query.order)


def _mistake(schema: Schema, row: SObject, path: FieldPath) -> Mistake | None:
    here: SObject | None = row
    for step in path.steps:
        if here is None or not here.is_whole or step.lower() in _OF_EVERY_OBJECT:
            return None
        targets = here.parents.get(step.lower())
        if targets is None:
            return _no(path, f"{here.name} has no relationship {step}.", step, here, here.parents)
        here = schema.sobject(targets[0]) if len(targets) == 1 else None
    if here is None or not here.is_whole or path.name.lower() in here.fields:
        return None
    words = f"{here.name} has no field {path.name}, or this user can't see it."
    return _no(path, words, path.name, here, here.fields)


def _no(path: FieldPath, words: str, name: str, here: SObject, among: Iterable[str]) -> Mistake:
    near = get_close_matches(name.lower(), sorted(among), n=1, cutoff=_LIKE)
    remedy = "Check the name in Salesforce: Setup > Object Manager."
    if near:
        remedy = f"Did you mean {here.spelled.get(near[0], near[0])}?"
    return Mistake(path.at or 0, words, remedy)
