"""Values of rows and of queries, brought into one form in which they can be compared."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from lib.practice.ids import normalised
from lib.practice.refusal import Refusal
from lib.practice.soql.asked import Asked
from lib.practice.soql.meant import Meant
from lib.soql import tree

NUMBERS = frozenset(("int", "double", "currency", "percent", "long", "distance"))
IDS = frozenset(("id", "reference"))
NOT_TEXT = NUMBERS | IDS | {"boolean", "date", "datetime", "time", "address", "location"}

_NAMES = {"datetime": "dateTime", "reference": "ID", "id": "ID", "currency": "double"}


def key_of(meant: Meant) -> Callable[[Any], Any]:
    """How a value of this operand is compared: text without regard to case."""
    if meant.type in NOT_TEXT or (meant.field and meant.field.case_sensitive):
        return _as_it_is
    return lambda value: value.lower()


def literal_key(asked: Asked, meant: Meant, value: tree.Value) -> Any:
    """The form of a literal that `key_of` values are compared with; None for null.

    Raises Refusal where the literal does not fit the type of the field.
    """
    if isinstance(value, tree.Null):
        return None
    if isinstance(value, tree.Text):
        return _text_key(asked, meant, value.value)
    plain = _plain(meant.type, value)
    if plain is None:
        raise unfit(asked, meant)
    return plain


def _text_key(asked: Asked, meant: Meant, text: str) -> str | None:
    if meant.type in IDS:
        if not text:
            return None
        found = normalised(text)
        if found is None:
            raise asked.refusal(
                "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}", meant.at
            )
        return found
    if meant.type in NOT_TEXT:
        raise unfit(asked, meant)
    key: str = key_of(meant)(text)
    return key or None  # empty text is never stored: it asks for rows without a value


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
    """A moment as rows carry it, so that text order is time order."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "+0000")


def day_text(kind: str, day: date) -> str:
    """The beginning of a day, as rows carry it in a field of this type."""
    return day.isoformat() + ("T00:00:00.000+0000" if kind == "datetime" else "")


def unfit(asked: Asked, meant: Meant) -> Refusal:
    """The refusal of a literal that does not fit its field."""
    name = _NAMES.get(meant.type, meant.type if meant.type in NOT_TEXT else "string")
    quotes = "should be" if name in ("string", "ID") else "should not be"
    message = (
        f"value of filter criterion for field '{meant.name}' must be of type {name}"
        f" and {quotes} enclosed in quotes"
    )
    return asked.refusal("INVALID_FIELD", message, meant.at)


def _as_it_is(value: Any) -> Any:
    return value
