"""What to try where a query cannot be read on: told from the slip that the place looks like.

A remedy is advice, so each says only what is true wherever its slip can stand.
"""

import re
from collections.abc import Callable

from lib.soql.advice.position import CLAUSES, Place, place_at
from lib.soql.advice.slips import at_a_slip
from lib.soql.keywords import RESERVED

_IN_ORDER = list(CLAUSES)
_JOINED = {
    "where": "join the conditions with AND",
    "having": "join the conditions with AND",
    "select": "put parentheses around a subquery",
    "group": "put commas between the fields",
    "order": "put commas between the fields",
}
_NAMED = {
    "select": "the name of a field",
    "from": "the name of an object",
    "using": "the name of a scope, such as mine,",
    "where": "a field and its condition",
    "having": "a condition",
    "group": "the name of a field",
    "order": "the name of a field",
}
_OPERATORS = frozenset("=<>!")
_CONNECTIVES = frozenset(("and", "or"))
# Behind these stands a name, so that a word of SOQL is meant as one.
_BEFORE_NAMES = frozenset(("select", "from", "by", "scope", "typeof", "when", "then", "else"))
_LISTS = frozenset(("in", "includes", "excludes"))
_CLOSED = re.compile(r"'(?:[^'\\]++|\\.)*+'", re.DOTALL)
_GLUED = re.compile(r"from\w+|\w+from")
_SHAPE_OF_TYPEOF = "Its shape is: TYPEOF What WHEN Account THEN Phone ELSE Name END."
_APOSTROPHE = r"Write an apostrophe inside text as \'."


def remedy_at(text: str, offset: int) -> str:
    """The advice for this place; the text is without comments."""
    place = place_at(text, offset)
    for advise in _ADVISERS:
        remedy = advise(place)
        if remedy:
            return remedy
    return f"Remove {place.shown}, or complete what comes before it."


def _at_the_end(place: Place) -> str:
    if place.word or not (place.trail or place.depth):
        return ""
    if place.previous in _OPERATORS:
        return "A value is missing at the end. Complete the query."
    if place.previous == ",":
        return "Remove the last comma, or complete the query."
    if place.previous in _CONNECTIVES:
        return (
            f"A condition is missing at the end. Complete it, or remove {place.previous.upper()}."
        )
    if place.depth:
        return "A parenthesis is still open. Complete the query, and close it."
    if place.clause == "select":
        return "Complete the query with FROM and an object, such as FROM Contact."
    return "The end is missing. Complete the query, or remove its last word."


def _at_the_beginning(place: Place) -> str:
    if place.trail or place.depth:
        return ""
    if place.word in ("update", "insert", "delete", "merge", "upsert", "undelete"):
        return "SOQL only reads. Start with SELECT."
    if place.word == "find":
        return "This is SOSL. A list needs SOQL, which starts with SELECT."
    if place.word.startswith("select"):
        return "Put a space after SELECT."
    return "A query starts with SELECT."


def _at_a_quote(place: Place) -> str:
    if not place.word.startswith("'"):
        return _APOSTROPHE if _ends_text_too_early(place) else ""
    if place.previous in ("limit", "offset"):
        return "Write a whole number, 0 or more, without quotes."
    if not _CLOSED.fullmatch(place.word):
        if place.previous.startswith("'"):
            return _APOSTROPHE
        return "The text that starts here isn't closed. End it with a single quote."
    if place.previous.startswith("'"):
        return f"{_APOSTROPHE} Put a comma between two values."
    if place.previous in _LISTS:
        return "Put parentheses around the values: ('one', 'two')."
    return "Names of fields and objects have no quotes."


def _ends_text_too_early(place: Place) -> bool:
    """A word right behind a quote, and another quote further on: the text was to go on."""
    goes_on = place.touches and place.word.isalnum() and place.word not in RESERVED
    return goes_on and place.previous.startswith("'") and "'" in place.here


def _at_a_clause(place: Place) -> str:
    word = place.word
    if word == "from" and place.previous == "select":
        return "Name at least one field between SELECT and FROM."
    if word not in CLAUSES or place.previous in _BEFORE_NAMES:
        return ""
    if place.previous == ",":
        return f"Remove the comma before {word.upper()}."
    if place.previous in _CONNECTIVES or place.previous in _OPERATORS:
        return f"Something is missing before {word.upper()}. Complete the condition."
    if word in place.trail:
        joined = _JOINED.get(word, "remove the extra one")
        return f"A query has only one {CLAUSES[word]}: {joined}."
    later = [one for one in place.trail if one in _IN_ORDER[_IN_ORDER.index(word) + 1 :]]
    if later:
        return f"{CLAUSES[word]} goes before {CLAUSES[later[0]]}. Move it there."
    return _lonely_clause(place)


def _at_by(place: Place) -> str:
    if place.word == "by" and place.previous in ("group", "order"):
        return f"Something is missing before {place.previous.upper()} BY. Complete it."
    return ""


def _lonely_clause(place: Place) -> str:
    match place.word:
        case "having" if "group" not in place.trail:
            return "HAVING goes with GROUP BY. Filter single rows with WHERE."
        case "select" if place.depth == 0:
            return "Put parentheses around a subquery."
        case "for":
            return "After FOR comes VIEW or REFERENCE."
        case "group" | "order":
            return f"After {place.word.upper()} come BY and the fields."
        case "with" | "using" | "update":
            return f"Complete {place.word.upper()}, or remove it."
        case _ if "from" not in place.trail and place.word != "from":
            return _missing_from(place)
    return ""


def _missing_from(place: Place) -> str:
    glued = next((word for word in place.trail if _GLUED.fullmatch(word)), "")
    if glued:
        return f"Put spaces around FROM in {glued!r}."
    return "FROM and an object are missing before this."


def _at_a_missing_value(place: Place) -> str:
    if place.previous in _OPERATORS and place.word in RESERVED:
        return f"A value is missing before {place.word.upper()}."
    return ""


def _in_typeof(place: Place) -> str:
    inside = 0
    for word in place.trail:
        inside += {"typeof": 1, "end": -1}.get(word, 0)
    return _SHAPE_OF_TYPEOF if inside > 0 and place.clause == "select" else ""


def _at_nulls(place: Place) -> str:
    if place.word == "nulls" and place.clause == "order" and place.previous not in ("by", ","):
        return "After NULLS comes FIRST or LAST."
    return ""


def _at_a_glued_word(place: Place) -> str:
    """LIMIT1, andName, SELECTId: a clause or connective without a blank behind it."""
    found = re.match(r"(select|from|where|and|or|limit|offset|group|order)(?=\w)", place.word)
    if found and place.previous not in (*_BEFORE_NAMES, ",", ""):
        return f"Put a space after {found[0].upper()}, if that's what you meant: {place.shown!r}."
    return ""


def _at_a_connective(place: Place) -> str:
    word, previous = place.word, place.previous
    if word == "not":
        return _at_not(place)
    if word not in _CONNECTIVES:
        return ""
    if previous in _BEFORE_NAMES or (previous == "," and place.clause == "select"):
        return ""
    if previous in (*_CONNECTIVES, "where", "having", "not", ""):
        return f"Remove {word.upper()}, or put a condition before it."
    if place.clause == "from":
        return f"Conditions start with WHERE. Write WHERE instead of {word.upper()}."
    if _CONNECTIVES.union(("not",)).intersection(place.trail):
        return "Put parentheses around each group where AND, OR, and NOT meet."
    return "" if place.clause in ("where", "having") or place.depth else "Conditions go in WHERE."


def _at_not(place: Place) -> str:
    if re.match(r"not\s+like\b", place.here, re.IGNORECASE):
        return "SOQL has no NOT LIKE. Write (NOT Name LIKE 'A%')."
    if re.match(r"not\s+(includes|excludes)\b", place.here, re.IGNORECASE):
        return "SOQL has no NOT INCLUDES. Use EXCLUDES or INCLUDES."
    if place.clause in ("where", "having") and _is_operand(place.previous):
        return "Put NOT before the whole condition: (NOT Name = 'A'). Or write NOT IN (…)."
    if place.previous == "not":
        return "Put the inner NOT in parentheses: NOT (NOT …)."
    if place.previous in _CONNECTIVES:
        return "Put NOT and its condition in parentheses: (NOT …)."
    return ""


def _is_operand(previous: str) -> bool:
    """A field, or a call; `not` and the connectives are words too."""
    return bool(re.match(r"[a-z(]", previous)) and previous not in (
        *_CONNECTIVES,
        *CLAUSES,
        "not",
    )


def _at_a_parenthesis(place: Place) -> str:
    if place.word == "(":
        return _at_an_opening(place)
    if place.word != ")":
        return ""
    if not place.depth:
        return "Remove the parenthesis, or open it further left."
    if place.previous == ",":
        return "Remove the comma before the parenthesis."
    if not place.trail:
        return "Put at least one value or name between the parentheses."
    if place.previous in _OPERATORS:
        return "A value is missing before the parenthesis."
    return "Something is missing before the parenthesis. Complete it, or remove the last word."


def _at_an_opening(place: Place) -> str:
    if re.match(r"\(\s*select\b", place.here, re.IGNORECASE):
        if place.previous in _OPERATORS:
            return "A subquery goes only after IN or NOT IN. Write IN (SELECT …)."
        if place.clause == "select":
            return "Put a comma before the subquery."
    if place.previous in _OPERATORS:
        return "A single value has no parentheses. Several values need IN ('one', 'two')."
    if place.previous == "geolocation":
        return "Write DISTANCE(field, GEOLOCATION(latitude, longitude), 'km')."
    return ""


def _at_a_comma(place: Place) -> str:
    if place.word != ",":
        return ""
    if place.clause in ("where", "having") and place.previous not in _OPERATORS:
        return "Conditions are joined with AND or OR, not with commas."
    return "Remove the comma, or put another name or value after it."


def _at_an_operator(place: Place) -> str:
    if place.word not in _OPERATORS:
        return ""
    if place.clause in ("select", "from") and place.previous not in ("select", "from", ","):
        return "Conditions start with WHERE: SELECT Id FROM Contact WHERE Name = 'A'."
    if place.previous in (*_CONNECTIVES, "where", "having", "not"):
        return f"A field is missing before {place.word}."
    return ""


def _in_place_of_a_name(place: Place) -> str:
    """Where a field or object must be named, and something else stands."""
    wanted = "a value" if place.opener in _LISTS else _NAMED.get(place.clause, "a name")
    if place.opener in ("select", ",") and not place.trail:
        return "In SELECT, parentheses are for subqueries. Leave them out around fields."
    if place.previous not in (*CLAUSES, "by", ",", "scope", ""):
        return ""
    if place.word in RESERVED:
        return f"{place.word.upper()} is a SOQL keyword, not a name. Write {wanted} here."
    return f"Write {wanted} here."


def _in_parentheses(place: Place) -> str:
    """Inside a call or a list of values, where no clause begins."""
    if not place.depth or place.clause or not place.trail:
        return ""
    if place.previous == ",":
        return ""
    return "Close the parenthesis before this, or put a comma before it."


def _at_a_name(place: Place) -> str:
    if not re.match(r"[a-z]", place.word):
        return ""
    if place.clause == "select" and place.previous not in ("", "select", ","):
        return "Put a comma between the names, or FROM before the object."
    if place.clause == "from":
        return f"{place.shown} can't go here. Remove it, or write WHERE before a condition."
    if place.clause in ("group", "order") and place.previous != "by":
        return f"Put a comma between the fields, or remove {place.shown}."
    if place.clause in ("where", "having") and place.previous not in _OPERATORS:
        return f"Join the conditions with AND or OR, or remove {place.shown}."
    return ""


_ADVISERS: tuple[Callable[[Place], str], ...] = (
    _at_the_beginning,
    _at_the_end,
    _at_a_quote,
    _in_typeof,
    _at_a_missing_value,
    _at_a_clause,
    _at_by,
    _at_nulls,
    _at_a_connective,
    _at_a_parenthesis,
    at_a_slip,
    _at_a_comma,
    _at_an_operator,
    _in_place_of_a_name,
    _in_parentheses,
    _at_a_glued_word,
    _at_a_name,
)
