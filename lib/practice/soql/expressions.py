"""Expressions of a query, and how their values compare with each other and with literals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from lib.practice.ids import normalized
from lib.practice.refusal import Refusal
from lib.practice.schema import Field
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

Get = Callable[[Any], Any]
Use = Literal["select", "filter", "sort", "group", "aggregate"]

NUMBERS = frozenset(("int", "double", "currency", "percent", "long", "distance"))
IDS = frozenset(("id", "reference"))
NOT_TEXT = NUMBERS | IDS | {"boolean", "date", "datetime", "time", "address", "location"}

_NAMES = {"datetime": "dateTime", "reference": "ID", "id": "ID", "currency": "double"}


@dataclass(frozen=True, slots=True)
class Expression:
    """What a field or function of a query stands for: `get` takes its value from a row or group."""

    name: str
    type: str
    get: Get
    field: Field | None = None
    at: int | None = None


def key_of(expression: Expression) -> Callable[[Any], Any]:
    """How values of this expression are compared: texts ignore case."""
    if expression.type in NOT_TEXT or (expression.field and expression.field.case_sensitive):
        return _as_it_is
    return lambda value: value.lower()


def literal_key(request: QueryRequest, expression: Expression, value: tree.Value) -> Any:
    """A literal in the form of `key_of`; None for null.

    Raises Refusal if the literal does not fit the type of the field.
    """
    if isinstance(value, tree.Null):
        return None
    if isinstance(value, tree.Text):
        return _text_key(request, expression, value.value)
    plain = _plain(expression.type, value)
    if plain is None:
        raise unfit(request, expression)
    return plain


def _text_key(request: QueryRequest, expression: Expression, text: str) -> str | None:
    if expression.type in IDS:
        if not text:
            return None
        found = normalized(text)
        if found is None:
            raise request.refusal(
                "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}", expression.at
            )
        return found
    if expression.type in NOT_TEXT:
        raise unfit(request, expression)
    key: str = key_of(expression)(text)
    return key or None  # empty text is never stored, so it matches rows without a value


def _plain(kind: str, value: tree.Value) -> Any:
    match kind, value:
        case "boolean", tree.Boolean():
            return value.value
        case "date", tree.Date():
            return value.value.isoformat()
        case "datetime", tree.DateTime():
            return moment_text(value.value)
        case _, tree.Number() if kind in NUMBERS:
            return float(value.text)
        case "currency", tree.Currency():
            return float(value.text[3:])
    return None


def moment_text(moment: datetime) -> str:
    """A time in the form of rows, where text order is time order."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "+0000")


def day_text(kind: str, day: date) -> str:
    """The start of a day, in the form of a row's field of this type."""
    return day.isoformat() + ("T00:00:00.000+0000" if kind == "datetime" else "")


def unfit(request: QueryRequest, expression: Expression) -> Refusal:
    """The refusal of a literal that does not fit its field."""
    name = _NAMES.get(expression.type, expression.type if expression.type in NOT_TEXT else "string")
    quotes = "should be" if name in ("string", "ID") else "should not be"
    message = (
        f"value of filter criterion for field '{expression.name}' must be of type {name}"
        f" and {quotes} enclosed in quotes"
    )
    return request.refusal("INVALID_FIELD", message, expression.at)


def _as_it_is(value: Any) -> Any:
    return value
