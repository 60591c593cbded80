"""What contradicts the guard: asking for people who opted out, counting them, sorting by them."""

from collections.abc import Iterator

from lib.soql import persons, refusing
from lib.soql.level import Level
from lib.soql.scope import Place, Scope
from lib.soql.tree import (
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
from lib.soql.walk import conjuncts, fields_in, operands_in

_TRUE, _FALSE = Boolean(True), Boolean(False)


def check_level(level: Level) -> None:
    """Raises Mistake for the first contradiction."""
    _check_wanted(level)
    for place in _counted(level):
        if persons.is_opt_out(place):
            raise refusing.false_figure(place)
    for one in level.query.order:
        for place in _places(level.scope, one.operand):
            if persons.is_opt_out(place) and place.targets == ("Lead",):
                raise refusing.no_order(place)


def _check_wanted(level: Level) -> None:
    points = {point.key for point in level.points}
    for condition in conjuncts(level.query.where):
        field = _only_opted_out(condition)
        if field is None:
            continue
        place = level.scope.place(field)
        if place.key in points and persons.is_opt_out(place):
            raise refusing.wants_opted_out(place)


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


def _only_opted_out(condition: Condition) -> Field | None:
    """The field of a condition that no false value meets (`= null` means false for a boolean)."""
    match condition:
        case Not(part):
            return _only_mailable(part)
        case Or(parts):
            fields = [_only_opted_out(part) for part in parts]
            return fields[0] if all(fields) else None
        case Comparison(Field() as field, operator, value):
            return field if not _holds(operator, value, _FALSE) else None
        case In(Field() as field, values, negated):
            return field if _is_among(values, _FALSE) == negated else None
        case _:
            return None


def _only_mailable(condition: Condition) -> Field | None:
    """The field of a condition that every false value meets, and that NOT therefore turns round."""
    match condition:
        case Not(part):
            return _only_opted_out(part)
        case Comparison(Field() as field, operator, value):
            return field if _holds(operator, value, _FALSE) else None
        case In(Field() as field, values, negated):
            return field if _is_among(values, _FALSE) != negated else None
        case _:
            return None


def _holds(operator: str, value: Value, of: Boolean) -> bool:
    """Whether a comparison holds for one boolean; what is not plainly so counts as holding."""
    if not isinstance(value, Boolean | Null):
        return True
    meant = Boolean(False) if isinstance(value, Null) else value
    return {"=": meant == of, "!=": meant != of}.get(operator, True)


def _is_among(values: tuple[Value, ...], wanted: Boolean) -> bool:
    return any((_FALSE if isinstance(one, Null) else one) == wanted for one in values)
