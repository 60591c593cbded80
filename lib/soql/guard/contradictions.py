"""Queries that contradict the guard: they ask for opted-out people, or count or sort by opt-out."""

from collections.abc import Iterator

from lib.soql.guard import person_fields, refusals
from lib.soql.guard.select_level import SelectLevel
from lib.soql.names import FieldPath
from lib.soql.tree import (
    And,
    Boolean,
    Comparison,
    Condition,
    Field,
    In,
    Not,
    Null,
    Or,
    Value,
)
from lib.soql.walk import operands_in

_FALSE = Boolean(False)


def check_level(level: SelectLevel) -> None:
    """Raises Mistake for the first contradiction."""
    _refuse_wanting_opted_out(level)
    for path in _counted(level):
        if person_fields.is_opt_out(path):
            raise refusals.wrong_figure(path)
    for ordering in level.query.order:
        for path in level.names.paths_in(ordering.operand):
            if person_fields.is_opt_out(path) and path.targets == ("Lead",):
                raise refusals.no_order(path)


def _refuse_wanting_opted_out(level: SelectLevel) -> None:
    path = _opt_out_needed(level, level.query.where, wanted=True)
    if path is not None:
        raise refusals.wants_opted_out(path)


def _counted(level: SelectLevel) -> Iterator[FieldPath]:
    """What is grouped, aggregated, or compared in HAVING."""
    query = level.query
    if not level.is_figures:
        return
    yield from (field.path for field in level.selected if field.functions)
    if query.group:
        for operand in (*query.group.operands, *operands_in(query.group.having)):
            yield from level.names.paths_in(operand)


def _opt_out_needed(
    level: SelectLevel, condition: Condition | None, *, wanted: bool
) -> FieldPath | None:
    """The opt-out field that must be true for the condition to be `wanted`, if there is one.

    In an AND, a single part that needs it is enough; in an OR, all parts must need it. Under NOT,
    it's the other way around. For a boolean, `= null` means false.
    """
    match condition:
        case Not(part):
            return _opt_out_needed(level, part, wanted=not wanted)
        case And(parts) | Or(parts):
            found = [_opt_out_needed(level, part, wanted=wanted) for part in parts]
            one_is_enough = isinstance(condition, And) == wanted
            is_needed = any(found) if one_is_enough else all(found)
            return next(filter(None, found)) if is_needed else None
        case Comparison(Field() as field, operator, value):
            is_met = _holds_for_false(operator, value)
        case In(Field() as field, values, negated):
            is_met = _has_false(values) != negated
        case _:
            return None
    return _guarded_field(level, field) if is_met is (not wanted) else None


def _guarded_field(level: SelectLevel, field: Field) -> FieldPath | None:
    """The path of an opt-out field that the guard checks, `None` for any other field."""
    path = level.names.resolve(field)
    is_checked = any(person.key == path.key for person in level.people)
    return path if is_checked and person_fields.is_opt_out(path) else None


def _holds_for_false(operator: str, value: Value) -> bool | None:
    """Whether a comparison holds for false; `None` if Salesforce would refuse it."""
    if not isinstance(value, Boolean | Null):
        return None
    is_false = _has_false((value,))
    return {"=": is_false, "!=": not is_false}.get(operator)


def _has_false(values: tuple[Value, ...]) -> bool:
    return _FALSE in values or Null() in values
