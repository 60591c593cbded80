"""Remedies where a clause is wrong: its keyword, what comes before it, and what is missing."""

import re

from lib.soql.advice.position import BEFORE_NAMES, CLAUSES, CONNECTIVES, OPERATORS, Position

_IN_ORDER = list(CLAUSES)
_JOINED = {
    "where": "join the conditions with AND",
    "having": "join the conditions with AND",
    "select": "put parentheses around a subquery",
    "group": "put commas between the fields",
    "order": "put commas between the fields",
}
_GLUED = re.compile(r"from\w+|\w+from")
_SHAPE_OF_TYPEOF = "Write it like this: TYPEOF What WHEN Account THEN Phone ELSE Name END."


def at_a_clause(position: Position) -> str:
    word = position.word
    if word == "from" and position.previous == "select":
        return "Name at least one field between SELECT and FROM."
    if word not in CLAUSES or position.previous in BEFORE_NAMES:
        return ""
    if position.previous == ",":
        return f"Remove the comma before {word.upper()}."
    if position.previous in CONNECTIVES or position.previous in OPERATORS:
        return f"Something is missing before {word.upper()}. Complete the condition."
    if word in position.trail:
        joined = _JOINED.get(word, "remove the extra one")
        return f"A query has only one {CLAUSES[word]}: {joined}."
    later = [
        clause for clause in position.trail if clause in _IN_ORDER[_IN_ORDER.index(word) + 1 :]
    ]
    if later:
        return f"{CLAUSES[word]} goes before {CLAUSES[later[0]]}. Move it there."
    return _lonely_clause(position)


def at_by(position: Position) -> str:
    if position.word == "by" and position.previous in ("group", "order"):
        return f"Something is missing before {position.previous.upper()} BY. Complete it."
    return ""


def _lonely_clause(position: Position) -> str:
    match position.word:
        case "having" if "group" not in position.trail:
            return "HAVING goes with GROUP BY. Filter single rows with WHERE."
        case "select" if position.depth == 0:
            return "Put parentheses around a subquery."
        case "for":
            return "After FOR comes VIEW or REFERENCE."
        case "group" | "order":
            return f"After {position.word.upper()} come BY and the fields."
        case "with" | "using" | "update":
            return f"Complete {position.word.upper()}, or remove it."
        case _ if "from" not in position.trail and position.word != "from":
            return _missing_from(position)
    return ""


def _missing_from(position: Position) -> str:
    glued = next((word for word in position.trail if _GLUED.fullmatch(word)), "")
    if glued:
        return f"Put spaces around FROM in {glued!r}."
    return "FROM and an object are missing before this."


def in_typeof(position: Position) -> str:
    inside = 0
    for word in position.trail:
        inside += {"typeof": 1, "end": -1}.get(word, 0)
    return _SHAPE_OF_TYPEOF if inside > 0 and position.clause == "select" else ""


def at_nulls(position: Position) -> str:
    if (
        position.word == "nulls"
        and position.clause == "order"
        and position.previous not in ("by", ",")
    ):
        return "After NULLS comes FIRST or LAST."
    return ""


def at_a_glued_word(position: Position) -> str:
    """LIMIT1, andName, SELECTId: a keyword without a space after it."""
    found = re.match(r"(select|from|where|and|or|limit|offset|group|order)(?=\w)", position.word)
    if found and position.previous not in (*BEFORE_NAMES, ",", ""):
        return (
            f"Put a space after {found[0].upper()}, if that's what you meant: {position.shown!r}."
        )
    return ""
