"""SOQL's functions over the values of one row: labels, formats, distances, parts of dates.

The users' locale is en_US, the zone of users and org is UTC, and the only currency is US dollars.
Source: SOQL and SOSL Reference, "Date Functions", "FORMAT()", "toLabel()", "convertCurrency()",
"Location-Based SOQL Queries".
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Any

from lib.practice.rows import moment_of
from lib.practice.soql.dates import DATE_FUNCTIONS
from lib.practice.soql.expressions import Expression, Get, Use
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

Resolve = Callable[[tree.Operand, Use], Expression]

_RADIUS = {"km": 6371.0088, "mi": 3958.7613}
_LOCATIONS = ("address", "location")


def function(request: QueryRequest, call: tree.Function, use: Use, resolve: Resolve) -> Expression:
    """Resolve a function call; `resolve` resolves its argument. Raises Refusal."""
    name = call.name.lower()
    if name == "distance":
        return _distance(request, call, resolve)
    inner = call.arguments[0] if call.arguments else None
    if not isinstance(inner, tree.Field | tree.Function):
        raise request.refusal("MALFORMED_QUERY", f"{call.name} takes a field", call.at)
    if name in DATE_FUNCTIONS:
        return _part_of_date(request, call, _without_zone(inner), resolve)
    step = _OF_A_VALUE.get(name)
    if step is None:
        raise request.refusal("MALFORMED_QUERY", f"{call.name} is not imitated here", call.at)
    return step(request, call, use, resolve(inner, use))


def formatted(expression: Expression) -> Expression:
    """An expression whose values are formatted for users."""
    write, get = _FORMATS.get(expression.type, _as_it_is), expression.get

    def text(row: Any) -> Any:
        value = get(row)
        return None if value is None else write(value)

    return Expression(expression.name, "string", text, None, expression.at)


def innermost(call: tree.Function) -> tree.Field | None:
    """The field inside nested function calls."""
    inner = call.arguments[0] if call.arguments else None
    if isinstance(inner, tree.Function):
        return innermost(inner)
    return inner if isinstance(inner, tree.Field) else None


def with_innermost(call: tree.Function, field: tree.Field) -> tree.Function:
    """The same call with another field inside."""
    inner = call.arguments[0]
    new = with_innermost(inner, field) if isinstance(inner, tree.Function) else field
    return replace(call, arguments=(new, *call.arguments[1:]))


def _without_zone(inner: tree.Operand) -> tree.Operand:
    """The field inside convertTimezone(); every user here is in the org's zone."""
    if isinstance(inner, tree.Function) and inner.name.lower() == "converttimezone":
        first = inner.arguments[0] if inner.arguments else None
        return first if isinstance(first, tree.Field) else inner
    return inner


def _part_of_date(
    request: QueryRequest, call: tree.Function, inner: tree.Operand, resolve: Resolve
) -> Expression:
    expression = resolve(inner, "select")
    if expression.type not in ("date", "datetime"):
        message = f"{call.name} takes a date or a dateTime field"
        raise request.refusal("MALFORMED_QUERY", message, call.at)
    kind, compute = DATE_FUNCTIONS[call.name.lower()]
    get = expression.get

    def part(row: Any) -> Any:
        value = get(row)
        return None if value is None else compute(value)

    return Expression(expression.name, kind, part, None, call.at)


def _label(
    request: QueryRequest, call: tree.Function, use: Use, expression: Expression
) -> Expression:
    del request, call, use
    labels = (
        {choice.value: choice.label for choice in expression.field.picklist}
        if expression.field
        else {}
    )
    get = expression.get

    def label(row: Any) -> Any:
        value = get(row)
        return labels.get(value, value)

    return Expression(expression.name, "string", label, expression.field, expression.at)


def _format(
    request: QueryRequest, call: tree.Function, use: Use, expression: Expression
) -> Expression:
    if use != "select":
        message = "FORMAT() is for SELECT only"
        raise request.refusal("MALFORMED_QUERY", message, call.at)
    return formatted(expression)


def _converted(
    request: QueryRequest, call: tree.Function, use: Use, expression: Expression
) -> Expression:
    """With one currency, amounts stay the same. WHERE cannot have convertCurrency()."""
    if use == "filter" or expression.type != "currency":
        message = "convertCurrency() takes a currency field, and not in WHERE"
        raise request.refusal("MALFORMED_QUERY", message, call.at)
    return expression


def _refuse_zone(
    request: QueryRequest, call: tree.Function, use: Use, expression: Expression
) -> Expression:
    del use, expression
    raise request.refusal(
        "MALFORMED_QUERY", "convertTimezone() stands in a date function only", call.at
    )


_OF_A_VALUE: dict[str, Callable[[QueryRequest, tree.Function, Use, Expression], Expression]] = {
    "tolabel": _label,
    "format": _format,
    "convertcurrency": _converted,
    "converttimezone": _refuse_zone,
}


def _distance(request: QueryRequest, call: tree.Function, resolve: Resolve) -> Expression:
    field, there, unit = call.arguments
    radius = _RADIUS.get(unit.value.lower()) if isinstance(unit, tree.Text) else None
    if not isinstance(field, tree.Field) or radius is None:
        message = "DISTANCE takes a location, a GEOLOCATION and 'mi' or 'km'"
        raise request.refusal("MALFORMED_QUERY", message, call.at)
    expression = resolve(field, "select")
    if expression.type not in _LOCATIONS:
        message = f"{expression.name} is no location"
        raise request.refusal("INVALID_FIELD", message, field.at)
    away = _away_from(request, there, radius)
    return Expression(
        f"DISTANCE({expression.name})", "distance", _from(expression.get, away), None, call.at
    )


def _away_from(
    request: QueryRequest, there: tree.Argument, radius: float
) -> Callable[[float, float], float]:
    numbers = there.arguments if isinstance(there, tree.Function) else ()
    points = [radians(float(number.text)) for number in numbers if isinstance(number, tree.Number)]
    if len(points) != 2:  # latitude and longitude
        raise request.malformed("GEOLOCATION takes a latitude and a longitude")
    latitude, longitude = points

    def away(other_latitude: float, other_longitude: float) -> float:
        up, along = radians(other_latitude), radians(other_longitude)
        half = sin((up - latitude) / 2) ** 2
        half += cos(latitude) * cos(up) * sin((along - longitude) / 2) ** 2
        return 2 * radius * asin(sqrt(half))

    return away


def _from(get: Get, away: Callable[[float, float], float]) -> Get:
    def distance(row: Any) -> float | None:
        place = get(row) or {}
        if place.get("latitude") is None or place.get("longitude") is None:
            return None
        return away(place["latitude"], place["longitude"])

    return distance


def _as_it_is(value: Any) -> Any:
    return value


def _day(text: str) -> str:
    day = date.fromisoformat(text[:10])
    return f"{day.month}/{day.day}/{day.year}"


def _moment(text: str) -> str:
    moment = moment_of(text)
    half = "AM" if moment.hour < 12 else "PM"  # noon
    return f"{_day(text)}, {(moment.hour + 11) % 12 + 1}:{moment.minute:02} {half}"


def _number(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


_FORMATS: dict[str, Callable[[Any], Any]] = {
    "currency": lambda value: f"${value:,.2f}" if value >= 0 else f"-${-value:,.2f}",
    "date": _day,
    "datetime": _moment,
    "double": _number,
    "int": _number,
    "percent": lambda value: f"{_number(value)}%",
}
