"""Reads JSON bodies, and reports errors and their places as Salesforce's parser does.

For a wrong character, the place is the character after it; for a wrong value, its first character.
Both count from 1, as in recorded answers.
"""

import json
import re
from typing import Any, NoReturn

from lib.practice.refusal import Refusal, UnreadableValue

_DECODER = json.JSONDecoder()
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_VALUE = "expected a valid value (number, String, array, object, 'true', 'false' or 'null')"
_EXPECTED = {
    "Expecting property name enclosed in double quotes": "was expecting double-quote to start "
    "field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
    "Expecting value": _VALUE,
    "Extra data": _VALUE,
    r"Invalid \uXXXX escape": "expected a hex-digit for character escape sequence",
}
_COMMA = "Expecting ',' delimiter"
_NAMES = {
    bool: "VALUE_TRUE",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    str: "VALUE_STRING",
    dict: "START_OBJECT",
    list: "START_ARRAY",
    type(None): "VALUE_NULL",
}


def read(text: str) -> Any:
    """The value of a JSON body. Raises `Refusal` if it is empty or not JSON."""
    if not text.strip():
        message = "The HTTP entity body is required, but this request has no entity body."
        raise _refusal(message)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _syntax(text, error) from error
    except (ValueError, RecursionError) as error:
        raise _refusal("A number is too long, or the nesting too deep, to be read") from error


def token_of(value: Any) -> str:
    """The parser's name for the first token of a value."""
    return "VALUE_FALSE" if value is False else _NAMES[type(value)]


def unexpected(value: Any, text: str = "") -> Refusal:
    """The refusal of a value that is not an object where an object is expected."""
    start = len(text) - len(text.lstrip())
    token = token_of(value)
    return _refusal(f"Can not deserialize SObject out of {token} token at {_place(text, start)}")


def unreadable_value(kind: str, name: str, value: Any) -> UnreadableValue:
    """The refusal of a value that cannot be read as this type, for the field with this name."""
    opens = "{" if isinstance(value, dict) else "[" if isinstance(value, list) else ""
    shown = opens or (str(value).lower() if isinstance(value, bool) else value)
    message = (
        f"Cannot deserialize instance of {kind} from {token_of(value)} value {shown} "
        "or request may be missing a required field"
    )
    return UnreadableValue(message, name, value)


def placed(refusal: UnreadableValue, text: str) -> Refusal:
    """The same refusal with the place of the value in the body."""
    key = re.compile(rf'"{re.escape(refusal.name)}"\s*:\s*', re.IGNORECASE)
    starts = [found.end() for found in key.finditer(text)]
    start = next((place for place in starts if _value_at(text, place) == refusal.value), 0)
    return _refusal(f"{refusal.message} at {_place(text, start)}")


def _value_at(text: str, start: int) -> Any:
    value, _ = _DECODER.raw_decode(text, start)
    return value.strip() if isinstance(value, str) else value


def _syntax(text: str, error: json.JSONDecodeError) -> Refusal:
    at = error.pos
    if error.msg.startswith("Unterminated string"):
        return _cut_off(text, "was expecting closing quote for a string value")
    if at >= len(text):
        return _cut_off(text, f"expected close marker for {_container(text, at)}")
    if error.msg.startswith(r"Invalid \escape"):
        escaped = _shown(text[at + 1])
        return _refusal(f"Unrecognized character escape {escaped} at {_place(text, at + 1, 1)}")
    return _refusal(f"{_sentence(text, error)} at {_place(text, at, 1)}")


def _sentence(text: str, error: json.JSONDecodeError) -> str:
    character = text[error.pos]
    if error.msg.startswith("Invalid control character"):
        return (
            f"Illegal unquoted character ((CTRL-CHAR, code {ord(character)})): has to be escaped "
            "using backslash to be included in string value"
        )
    expected = _EXPECTED.get(error.msg, _VALUE)
    if error.msg == _COMMA:
        expected = f"was expecting comma to separate {_container(text, error.pos)} entries"
    return f"Unexpected character ({_shown(character)}): {expected}"


def _cut_off(text: str, expected: str) -> Refusal:
    return _refusal(f"Unexpected end-of-input: {expected} at {_place(text, len(text))}")


def _shown(character: str) -> str:
    return f"'{character}' (code {ord(character)})"


def _container(text: str, end: int) -> str:
    """What a place is inside of: an OBJECT or an ARRAY."""
    open_ones: list[str] = []
    for found in _STRUCTURE.finditer(text, 0, end):
        if found[0] in "{[":
            open_ones.append(found[0])
        elif found[0] in "}]":
            open_ones.pop()
    return "ARRAY" if open_ones and open_ones[-1] == "[" else "OBJECT"


def _refuse_constant(name: str) -> NoReturn:
    raise _refusal(f"Non-standard token '{name}'")


def _place(text: str, at: int, behind: int = 0) -> str:
    """Line and column of a place, `behind` columns further on."""
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at) + behind
    return f"[line:{line}, column:{column}]"


def _refusal(message: str) -> Refusal:
    return Refusal("JSON_PARSER_ERROR", message)
