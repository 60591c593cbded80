"""Whether a field accepts a value, and the form in which the org stores it.

Salesforce trims texts, stores empty text as null, and accepts numbers and booleans as texts.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from lib.practice.ids import normalized
from lib.practice.json_text import unreadable_value
from lib.practice.refusal import Refusal, wrong_id
from lib.practice.rows import day, stamp
from lib.practice.schema import Field

_EMAIL = re.compile(
    r"[^\s@.,;:<>()\[\]\"\\]+(?:\.[^\s@.,;:<>()\[\]\"\\]+)*"
    r"@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]"
)


def accepted(field: Field, value: Any) -> Any:
    """The value as the org stores it; `None` empties the field. Raises `Refusal`."""
    if isinstance(value, str) and field.type != "boolean":
        value = value.strip()
    if value is None or value == "":
        return _emptied(field)
    reader: Callable[[Field, Any], Any] = _READERS.get(field.type, _text)
    return reader(field, value)


def _emptied(field: Field) -> None:
    if field.type == "boolean":
        raise Refusal(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            f"{field.label}: value not of required type: null",
            [field.name],
        )


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False, "1": True, "0": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise unreadable_value("boolean", field.name, value)


def _whole(field: Field, value: Any) -> int:
    number = _decimal(field, value)
    if number != int(number):
        raise unreadable_value("int", field.name, value)
    return int(number)


def _decimal(field: Field, value: Any) -> float:
    if isinstance(value, bool | dict | list):
        raise unreadable_value("double", field.name, value)
    try:
        return float(value)
    except ValueError:
        raise unreadable_value("double", field.name, value) from None


def _date(field: Field, value: Any) -> str:
    try:
        return day(date.fromisoformat(value[:10]))
    except (TypeError, ValueError):
        raise unreadable_value("date", field.name, value) from None


def _moment(field: Field, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
        if value[10:11] not in ("T", ""):
            raise ValueError(value)
    except (TypeError, ValueError):
        raise unreadable_value("datetime", field.name, value) from None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _reference(field: Field, value: Any) -> str:
    record_id = normalized(value) if isinstance(value, str) else None
    if record_id is None:
        raise wrong_id(field.label, value, field.name)
    return record_id


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise unreadable_value("string", field.name, value)
    if field.length and len(value) > field.length:
        raise Refusal(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {value} (max length={field.length})",
            [field.name],
        )
    return value


def _email(field: Field, value: Any) -> str:
    text = _text(field, value)
    if not _EMAIL.fullmatch(text):
        raise Refusal(
            "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name]
        )
    return text


def _choice(field: Field, value: Any) -> str:
    text = _text(field, value)
    offered = {choice.value for choice in field.picklist}
    if field.restricted_picklist and offered and text not in offered:
        raise bad_choice(field, text)
    return text


def bad_choice(field: Field, value: str) -> Refusal:
    """The refusal of a value that a restricted picklist does not have."""
    return Refusal(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{field.label}: bad value for restricted picklist field: {value}",
        [field.name],
    )


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "boolean": _boolean,
    "int": _whole,
    "double": _decimal,
    "currency": _decimal,
    "percent": _decimal,
    "date": _date,
    "datetime": _moment,
    "id": _reference,
    "reference": _reference,
    "email": _email,
    "picklist": _choice,
}
