"""The operators that the builder offers for each type of field, in words.

A condition that no phrase can express (`Name > 'M'`) isn't a mistake. It stays as it was written,
and can be edited only in SOQL.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lib.soql import tree
from lib.soql.builder.date_periods import PERIODS, DatePeriod
from lib.soql.builder.model import LISTING, Condition, Operator

Entered = str | tuple[str, ...] | date | datetime | DatePeriod | None
"""What a person enters for a condition: text, several texts, a date, a date and time, a period."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


class FieldType(StrEnum):
    """The types of fields that the builder treats differently."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    BOX = "box"
    DAY = "day"
    MOMENT = "moment"
    ID = "id"
    RECORD = "record"  # an ID, chosen by the name of its record
    OTHER = "other"  # only a column, with no conditions


class Input(StrEnum):
    """How a value is entered."""

    NOTHING = "nothing"
    TEXT = "text"
    TEXTS = "texts"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    PERIOD = "period"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Phrase:
    """An operator in words, and the input it needs. `fixed` is the value if it needs no input."""

    words: str
    operator: Operator
    input: Input
    fixed: tree.Value | None = None


_EMPTY = (
    Phrase("is empty", Operator.EQUALS, Input.NOTHING, tree.Null()),
    Phrase("is not empty", Operator.DIFFERS, Input.NOTHING, tree.Null()),
)
_CONTAINS = (
    Phrase("contains", Operator.CONTAINS, Input.TEXT),
    Phrase("does not contain", Operator.CONTAINS_NOT, Input.TEXT),
    Phrase("starts with", Operator.BEGINS, Input.TEXT),
    Phrase("ends with", Operator.ENDS, Input.TEXT),
)
_PATTERN = Phrase("matches the pattern", Operator.LIKE, Input.PATTERN)
_PERIODS = (
    Phrase("is in", Operator.EQUALS, Input.PERIOD),
    Phrase("is not in", Operator.DIFFERS, Input.PERIOD),
)
_OUTSIDE_PERIODS = (
    Phrase("is before the start of", Operator.BELOW, Input.PERIOD),
    Phrase("is after the end of", Operator.ABOVE, Input.PERIOD),
    Phrase("is on or after the start of", Operator.AT_LEAST, Input.PERIOD),
    Phrase("is on or before the end of", Operator.AT_MOST, Input.PERIOD),
)

PHRASES: Mapping[FieldType, tuple[Phrase, ...]] = {
    FieldType.TEXT: (
        Phrase("is", Operator.EQUALS, Input.TEXT),
        Phrase("is not", Operator.DIFFERS, Input.TEXT),
        *_CONTAINS,
        Phrase("is one of", Operator.ONE_OF, Input.TEXTS),
        Phrase("is none of", Operator.NOT_ONE_OF, Input.TEXTS),
        *_EMPTY,
        _PATTERN,
    ),
    FieldType.CHOICE: (
        Phrase("is one of", Operator.ONE_OF, Input.CHOICES),
        Phrase("is none of", Operator.NOT_ONE_OF, Input.CHOICES),
        Phrase("is", Operator.EQUALS, Input.CHOICE),
        Phrase("is not", Operator.DIFFERS, Input.CHOICE),
        *_CONTAINS,
        *_EMPTY,
        _PATTERN,
    ),
    FieldType.CHOICES: (
        Phrase("includes any of", Operator.INCLUDES, Input.CHOICES),
        Phrase("includes none of", Operator.EXCLUDES, Input.CHOICES),
        *_EMPTY,
    ),
    FieldType.NUMBER: (
        Phrase("is", Operator.EQUALS, Input.NUMBER),
        Phrase("is not", Operator.DIFFERS, Input.NUMBER),
        Phrase("is less than", Operator.BELOW, Input.NUMBER),
        Phrase("is at most", Operator.AT_MOST, Input.NUMBER),
        Phrase("is more than", Operator.ABOVE, Input.NUMBER),
        Phrase("is at least", Operator.AT_LEAST, Input.NUMBER),
        *_EMPTY,
    ),
    FieldType.BOX: (
        Phrase("is selected", Operator.EQUALS, Input.NOTHING, tree.Boolean(True)),
        Phrase("is not selected", Operator.EQUALS, Input.NOTHING, tree.Boolean(False)),
    ),
    FieldType.DAY: (
        *_PERIODS,
        Phrase("is on", Operator.EQUALS, Input.DAY),
        Phrase("is before", Operator.BELOW, Input.DAY),
        Phrase("is on or before", Operator.AT_MOST, Input.DAY),
        Phrase("is after", Operator.ABOVE, Input.DAY),
        Phrase("is on or after", Operator.AT_LEAST, Input.DAY),
        Phrase("is not on", Operator.DIFFERS, Input.DAY),
        *_OUTSIDE_PERIODS,
        *_EMPTY,
    ),
    FieldType.MOMENT: (
        *_PERIODS,
        Phrase("is before", Operator.BELOW, Input.MOMENT),
        Phrase("is at or before", Operator.AT_MOST, Input.MOMENT),
        Phrase("is after", Operator.ABOVE, Input.MOMENT),
        Phrase("is at or after", Operator.AT_LEAST, Input.MOMENT),
        *_OUTSIDE_PERIODS,
        *_EMPTY,
    ),
    FieldType.ID: (
        Phrase("is the record", Operator.EQUALS, Input.TEXT),
        Phrase("is not the record", Operator.DIFFERS, Input.TEXT),
        Phrase("is any of the records", Operator.ONE_OF, Input.TEXTS),
        Phrase("is none of the records", Operator.NOT_ONE_OF, Input.TEXTS),
        *_EMPTY,
    ),
    FieldType.RECORD: (
        Phrase("is one of", Operator.ONE_OF, Input.CHOICES),
        Phrase("is none of", Operator.NOT_ONE_OF, Input.CHOICES),
        Phrase("is", Operator.EQUALS, Input.CHOICE),
        Phrase("is not", Operator.DIFFERS, Input.CHOICE),
        *_EMPTY,
    ),
    FieldType.OTHER: (),
}


def in_words(field_type: FieldType, condition: Condition) -> tuple[Phrase, Entered] | None:
    """The phrase and the entry for a condition, `None` if no phrase expresses it."""
    if field_type is FieldType.BOX and condition.operator is Operator.DIFFERS:
        return _other_box(condition)
    for phrase in PHRASES[field_type]:
        if phrase.operator is not condition.operator:
            continue
        if phrase.input is Input.NOTHING:
            if condition.values == (phrase.fixed,):
                return phrase, None
        elif (entered := _entered(phrase.input, condition)) is not None:
            return phrase, entered
    return None


def condition_of(field: str, phrase: Phrase, entered: Entered) -> Condition | None:
    """The condition for a phrase and an entry, `None` while the entry is incomplete."""
    if phrase.fixed is not None:
        return Condition(field, phrase.operator, (phrase.fixed,))
    values = _values(phrase, entered)
    return Condition(field, phrase.operator, values) if values else None


def _other_box(condition: Condition) -> tuple[Phrase, Entered] | None:
    """`!= true` means `= false`, because a checkbox is never empty."""
    match condition.values:
        case (tree.Boolean(value),):
            return PHRASES[FieldType.BOX][1 if value else 0], None
        case _:
            return None


def _entered(how: Input, condition: Condition) -> Entered:
    if condition.operator in LISTING:
        texts = tuple(value.value for value in condition.values if isinstance(value, tree.Text))
        return texts if len(texts) == len(condition.values) and all(texts) else None
    return _entered_value(how, condition.values[0])


def _entered_value(how: Input, value: tree.Value) -> Entered:
    match how, value:
        case (Input.TEXT | Input.CHOICE, tree.Text(text)) | (Input.PATTERN, tree.Pattern(text)):
            return text or None  # an empty text means that nothing was entered yet
        case Input.NUMBER, tree.Number(digits):
            return digits
        case Input.DAY, tree.Date(day):
            return day
        case Input.MOMENT, tree.DateTime(moment):
            return moment
        case Input.PERIOD, tree.DateLiteral(name, count):
            return DatePeriod(name.upper(), count) if name.upper() in PERIODS else None
        case _:
            return None


def _values(phrase: Phrase, entered: Entered) -> tuple[tree.Value, ...]:
    match entered:
        case tuple():
            return tuple(tree.Text(text) for text in entered if text)
        case str():
            return _from_text(phrase.input, entered)
        case datetime():
            return (tree.DateTime(entered),)
        case date():
            return (tree.Date(entered),)
        case DatePeriod(name, count) if entered.is_counted is (count is not None):
            return (tree.DateLiteral(name, count),)
        case _:
            return ()


def _from_text(how: Input, text: str) -> tuple[tree.Value, ...]:
    make = _MAKERS.get(how, tree.Text)
    try:
        return (make(text),) if text else ()
    except ValueError:
        return ()


def _number(text: str) -> tree.Number:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(text)
    return tree.Number(text.strip())


_MAKERS: Mapping[Input, Callable[[str], tree.Value]] = {
    Input.NUMBER: _number,
    Input.PATTERN: tree.Pattern,
}
