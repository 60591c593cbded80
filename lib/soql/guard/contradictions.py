"""What contradicts the guard: asking for people who opted out, counting them, sorting by them."""

from collections.abc import Iterator

from lib.soql.guard import person_fields, refusals
from lib.soql.guard.level import Level
from lib.soql.names import Place, Scope
from lib.soql.tree import (
    And,
    Boolean,
    Comparison,
    Condition,
    Field,
    In,
    Not,
    Null,
    Operand,
    Or,
    Value,
)
from lib.soql.walk import fields_in, operands_in

_TRUE, _FALSE = Boolean(True), Boolean(False)


def check_level(level: Level) -> None:
    """Raises Mistake for the first contradiction."""
    _check_wanted(level)
    for place in _counted(level):
        if person_fields.is_opt_out(place):
            raise refusals.false_figure(place)
    for one in level.query.order:
        for place in _places(level.scope, one.operand):
            if person_fields.is_opt_out(place) and place.targets == ("Lead",):
                raise refusals.no_order(place)


def _check_wanted(level: Level) -> None:
    where = level.query.where
    place = _asks_for_opted_out(level, where, wanted=True) if where is not None else None
    if place is not None:
        raise refusals.wants_opted_out(place)


def _counted(level: Level) -> Iterator[Place]:
    """What is grouped, aggregated, or compared in HAVING."""
    query = level.query
    if not level.is_figures:
        return
    yield from (use.place for use in level.uses if use.functions)
    if query.group:
        for operand in (*query.group.operands, *operands_in(query.group.having)):
            yield from _places(level.scope, operand)


def _places(scope: Scope, operand: Operand) -> Iterator[Place]:
    yield from (scope.place(field) for field, _ in fields_in(operand))


def _asks_for_opted_out(level: Level, condition: Condition, *, wanted: bool) -> Place | None:
    """The opt-out field without whose tick the condition cannot be as `wanted`, true or false.

    AND needs one such part and OR needs all of them, the other way round under NOT. `= null` means
    false for a boolean.
    """
    match condition:
        case Not(part):
            return _asks_for_opted_out(level, part, wanted=not wanted)
        case And(parts) | Or(parts):
            found = [_asks_for_opted_out(level, part, wanted=wanted) for part in parts]
            one_is_enough = isinstance(condition, And) == wanted
            is_so = any(found) if one_is_enough else all(found)
            return next(filter(None, found)) if is_so else None
        case Comparison(Field() as field, operator, value):
            is_met = _holds(operator, value, _FALSE)
        case In(Field() as field, values, negated):
            is_met = _is_among(values, _FALSE) != negated
        case _:
            return None
    return _guarded_field(level, field) if is_met is (not wanted) else None


def _guarded_field(level: Level, field: Field) -> Place | None:
    """The place of an opt-out field that the guard asks, `None` for any other field."""
    place = level.scope.place(field)
    is_asked = any(point.key == place.key for point in level.points)
    return place if is_asked and person_fields.is_opt_out(place) else None


def _holds(operator: str, value: Value, of: Boolean) -> bool | None:
    """Whether a comparison holds for one boolean; `None` where Salesforce would not take it."""
    if not isinstance(value, Boolean | Null):
        return None
    meant = Boolean(False) if isinstance(value, Null) else value
    return {"=": meant == of, "!=": meant != of}.get(operator)


def _is_among(values: tuple[Value, ...], wanted: Boolean) -> bool:
    return any((_FALSE if isinstance(one, Null) else one) == wanted for one in values)
