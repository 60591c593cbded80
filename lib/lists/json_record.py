"""A record of Salesforce's JSON answers, and its values as the text of a cell."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


class JsonRecord:
    """A record of a JSON answer; names are found whatever their case."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._values = {name.lower(): value for name, value in record.items()}
        self._below: dict[str, JsonRecord] = {}

    def value(self, names: Sequence[str]) -> Any:
        """The value of the first name that is there; `None` behind an empty lookup."""
        for name in names:
            first, _, rest = name.partition(".")
            if name in self._values:
                return self._values[name]
            if rest and first in self._values:
                below = self._below_of(first)
                return below.value([rest]) if below else None
        return None

    def has(self, names: Sequence[str]) -> bool:
        """Whether the answer says anything about one of these names, also that it's empty."""
        return any(name in self._values or name.partition(".")[0] in self._values for name in names)

    def _below_of(self, name: str) -> "JsonRecord | None":
        if name not in self._below:
            value = self._values[name]
            if not isinstance(value, Mapping):
                return None
            self._below[name] = JsonRecord(value)
        return self._below[name]


def text_of(value: Any) -> str:
    """A JSON value as a cell; an address or another compound value stays JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return _plain_number(value)
        case int():
            return str(value)
        case Mapping():
            shown = {name: part for name, part in value.items() if name != "attributes"}
            return json.dumps(shown, ensure_ascii=False)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _plain_number(number: float) -> str:
    """A number without an exponent, and without a fraction if it's whole."""
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
