"""What to write instead at the position where parsing failed, going by the most likely mistake.

A remedy must be right in every query with this mistake, because only the words around the position
are known.
"""

import re
from collections.abc import Callable

from lib.soql.advice.clause_remedies import (
    at_a_clause,
    at_a_glued_word,
    at_by,
    at_nulls,
    in_typeof,
)
from lib.soql.advice.position import (
    BEFORE_NAMES,
    CLAUSES,
    CONNECTIVES,
    OPERATORS,
    Position,
    position_at,
)
from lib.soql.advice.slips import at_a_slip
from lib.soql.keywords import RESERVED

_NAMED = {
    "select": "the name of a field",
    "from": "the name of an object",
    "using": "the name of a scope, such as mine,",
    "where": "a field and its condition",
    "having": "a condition",
    "group": "the name of a field",
    "order": "the name of a field",
}
_LISTS = frozenset(("in", "includes", "excludes"))
_CLOSED = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
_APOSTROPHE = r"Write an apostrophe inside text as \'."


def remedy_at(text: str, offset: int) -> str:
    """The remedy for this position in a text without comments."""
    position = position_at(text, offset)
    for advise in _ADVISERS:
        remedy = advise(position)
        if remedy:
            return remedy
    return f"Remove {position.shown}, or complete what comes before it."


def _at_the_end(position: Position) -> str:
    if position.word or not (position.trail or position.depth):
        return ""
    if position.previous in OPERATORS:
        return "A value is missing at the end. Complete the query."
    if position.previous == ",":
        return "Remove the last comma, or complete the query."
    if position.previous in CONNECTIVES:
        connective = position.previous.upper()
        return f"A condition is missing at the end. Complete it, or remove {connective}."
    if position.depth:
        return "A parenthesis is still open. Complete the query, and close it."
    if position.clause == "select":
        return "Complete the query with FROM and an object, such as FROM Contact."
    return "The end is missing. Complete the query, or remove its last word."


def _at_the_beginning(position: Position) -> str:
    if position.trail or position.depth:
        return ""
    if position.word in ("update", "insert", "delete", "merge", "upsert", "undelete"):
        return "SOQL only reads. Start with SELECT."
    if position.word == "find":
        return "This is SOSL. A list needs SOQL, which starts with SELECT."
    if position.word.startswith("select"):
        return "Put a space after SELECT."
    return "A query starts with SELECT."


def _at_a_quote(position: Position) -> str:
    if not position.word.startswith("'"):
        return _APOSTROPHE if _ends_text_too_early(position) else ""
    if position.previous in ("limit", "offset"):
        return "Write a whole number, 0 or more, without quotes."
    if not _CLOSED.fullmatch(position.word):
        if position.previous.startswith("'"):
            return _APOSTROPHE
        return "The text that starts here isn't closed. End it with a single quote."
    if position.previous.startswith("'"):
        return f"{_APOSTROPHE} Put a comma between two values."
    if position.previous in _LISTS:
        return "Put parentheses around the values: ('one', 'two')."
    return "Names of fields and objects have no quotes."


def _ends_text_too_early(position: Position) -> bool:
    """A word right after a quote, and another quote later: the text was meant to go on."""
    goes_on = position.touches and position.word.isalnum() and position.word not in RESERVED
    return goes_on and position.previous.startswith("'") and "'" in position.here


def _at_a_missing_value(position: Position) -> str:
    if position.previous in OPERATORS and position.word in RESERVED:
        return f"A value is missing before {position.word.upper()}."
    return ""


def _at_a_connective(position: Position) -> str:
    word, previous = position.word, position.previous
    if word == "not":
        return _at_not(position)
    if word not in CONNECTIVES:
        return ""
    if previous in BEFORE_NAMES or (previous == "," and position.clause == "select"):
        return ""
    if previous in (*CONNECTIVES, "where", "having", "not", ""):
        return f"Remove {word.upper()}, or put a condition before it."
    if position.clause == "from":
        return f"Conditions start with WHERE. Write WHERE instead of {word.upper()}."
    if CONNECTIVES.union(("not",)).intersection(position.trail):
        return "Put parentheses around each group where AND, OR, and NOT meet."
    return (
        ""
        if position.clause in ("where", "having") or position.depth
        else "Conditions go in WHERE."
    )


def _at_not(position: Position) -> str:
    if re.match(r"not\s+like\b", position.here, re.IGNORECASE):
        return "SOQL has no NOT LIKE. Write (NOT Name LIKE 'A%')."
    if re.match(r"not\s+(includes|excludes)\b", position.here, re.IGNORECASE):
        return "SOQL has no NOT INCLUDES. Use EXCLUDES or INCLUDES."
    if position.clause in ("where", "having") and _is_operand(position.previous):
        return "Put NOT before the whole condition: (NOT Name = 'A'). Or write NOT IN (…)."
    if position.previous == "not":
        return "Put the inner NOT in parentheses: NOT (NOT …)."
    if position.previous in CONNECTIVES:
        return "Put NOT and its condition in parentheses: (NOT …)."
    return ""


def _is_operand(previous: str) -> bool:
    """A field or a call, but not NOT, AND, or OR."""
    return bool(re.match(r"[a-z(]", previous)) and previous not in (
        *CONNECTIVES,
        *CLAUSES,
        "not",
    )


def _at_a_parenthesis(position: Position) -> str:
    if position.word == "(":
        return _at_an_opening(position)
    if position.word != ")":
        return ""
    if not position.depth:
        return "Remove the parenthesis, or open it further left."
    if position.previous == ",":
        return "Remove the comma before the parenthesis."
    if not position.trail:
        return "Put at least one value or name between the parentheses."
    if position.previous in OPERATORS:
        return "A value is missing before the parenthesis."
    return "Something is missing before the parenthesis. Complete it, or remove the last word."


def _at_an_opening(position: Position) -> str:
    if re.match(r"\(\s*select\b", position.here, re.IGNORECASE):
        if position.previous in OPERATORS:
            return "A subquery goes only after IN or NOT IN. Write IN (SELECT …)."
        if position.clause == "select":
            return "Put a comma before the subquery."
    if position.previous in OPERATORS:
        return "A single value has no parentheses. Several values need IN ('one', 'two')."
    if position.previous == "geolocation":
        return "Write DISTANCE(field, GEOLOCATION(latitude, longitude), 'km')."
    return ""


def _at_a_comma(position: Position) -> str:
    if position.word != ",":
        return ""
    if position.clause in ("where", "having") and position.previous not in OPERATORS:
        return "Conditions are joined with AND or OR, not with commas."
    return "Remove the comma, or put another name or value after it."


def _at_an_operator(position: Position) -> str:
    if position.word not in OPERATORS:
        return ""
    if position.clause in ("select", "from") and position.previous not in ("select", "from", ","):
        return "Conditions start with WHERE: SELECT Id FROM Contact WHERE Name = 'A'."
    if position.previous in (*CONNECTIVES, "where", "having", "not"):
        return f"A field is missing before {position.word}."
    return ""


def _in_place_of_a_name(position: Position) -> str:
    """Something else where a field or an object must be named."""
    wanted = "a value" if position.opener in _LISTS else _NAMED.get(position.clause, "a name")
    if position.opener in ("select", ",") and not position.trail:
        return "In SELECT, parentheses are for subqueries. Leave them out around fields."
    if position.previous not in (*CLAUSES, "by", ",", "scope", ""):
        return ""
    if position.word in RESERVED:
        return f"{position.word.upper()} is a SOQL keyword, not a name. Write {wanted} here."
    return f"Write {wanted} here."


def _in_parentheses(position: Position) -> str:
    """Inside a call or a list of values, where no clause starts."""
    if not position.depth or position.clause or not position.trail:
        return ""
    if position.previous == ",":
        return ""
    return "Close the parenthesis before this, or put a comma before it."


def _at_a_name(position: Position) -> str:
    if not re.match(r"[a-z]", position.word):
        return ""
    if position.clause == "select" and position.previous not in ("", "select", ","):
        return "Put a comma between the names, or FROM before the object."
    if position.clause == "from":
        return f"{position.shown} can't go here. Remove it, or write WHERE before a condition."
    if position.clause in ("group", "order") and position.previous != "by":
        return f"Put a comma between the fields, or remove {position.shown}."
    if position.clause in ("where", "having") and position.previous not in OPERATORS:
        return f"Join the conditions with AND or OR, or remove {position.shown}."
    return ""


_ADVISERS: tuple[Callable[[Position], str], ...] = (
    _at_the_beginning,
    _at_the_end,
    _at_a_quote,
    in_typeof,
    _at_a_missing_value,
    at_a_clause,
    at_by,
    at_nulls,
    _at_a_connective,
    _at_a_parenthesis,
    at_a_slip,
    _at_a_comma,
    _at_an_operator,
    _in_place_of_a_name,
    _in_parentheses,
    at_a_glued_word,
    _at_a_name,
)
