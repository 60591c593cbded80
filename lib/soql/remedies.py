"""What to try where a query cannot be read on: told from the slip that the place looks like.

A remedy is advice, so each says only what is true wherever its slip can stand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# The clauses in their order; ROLLUP, CUBE and HAVING belong to GROUP.
_CLAUSES = {
    "select": "SELECT",
    "from": "FROM",
    "using": "USING SCOPE",
    "where": "WHERE",
    "with": "WITH",
    "group": "GROUP BY",
    "having": "HAVING",
    "order": "ORDER BY",
    "limit": "LIMIT",
    "offset": "OFFSET",
    "for": "FOR VIEW",
    "update": "UPDATE TRACKING",
}
_IN_ORDER = list(_CLAUSES)
_JOINED = {
    "where": "join the conditions with AND",
    "having": "join the conditions with AND",
    "select": "put parentheses round a subquery",
    "group": "put commas between the fields",
    "order": "put commas between the fields",
}
_TOKEN = re.compile(r"'(?:[^'\\]++|\\.)*+'?|[\w.]+|[^\s\w]", re.DOTALL)
_OPERATORS = frozenset("=<>!")
_CONNECTIVES = frozenset(("and", "or"))
_APOSTROPHE = r"An apostrophe inside text is written \'."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where it went wrong: `trail` are the words and signs before it between the same
    parentheses, in small letters; `depth` is how many parentheses are open.
    """

    here: str
    word: str
    trail: tuple[str, ...]
    depth: int

    @property
    def previous(self) -> str:
        return self.trail[-1] if self.trail else ""

    @property
    def clause(self) -> str:
        """The clause that the place belongs to."""
        return next((word for word in reversed(self.trail) if word in _CLAUSES), "")


def remedy_at(text: str, offset: int) -> str:
    """The advice for this place; the text is without comments."""
    place = _place(text, offset)
    for advise in _ADVISERS:
        remedy = advise(place)
        if remedy:
            return remedy
    return (
        "Look at what stands before this place. The clauses go: SELECT, FROM, USING SCOPE, WHERE,"
        " WITH, GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET."
    )


def _place(text: str, offset: int) -> _Place:
    here = text[offset:]
    found = _TOKEN.match(here)
    word = found[0].lower() if found else ""
    levels: list[list[str]] = [[]]
    for match in _TOKEN.finditer(text[:offset]):
        piece = match[0].lower()
        if piece == "(":
            levels.append([])
        elif piece == ")" and len(levels) > 1:
            levels.pop()
            levels[-1].append("()")
        else:
            levels[-1].append(piece)
    return _Place(here, word, tuple(levels[-1]), len(levels) - 1)


def _at_the_end(place: _Place) -> str:
    if place.word or not (place.trail or place.depth):
        return ""
    if place.previous in _OPERATORS:
        return "A value is missing at the end: complete the query."
    if place.previous == ",":
        return "Take out the last comma, or complete the query."
    if place.previous in _CONNECTIVES:
        return f"A condition is missing at the end: complete it, or take {place.previous} out."
    if place.depth:
        return "A parenthesis is still open: complete the query, and close it."
    if place.clause == "select":
        return "Complete the query with FROM and an object, such as FROM Contact."
    return "The end is missing: complete the query, or take its last word out."


def _at_the_beginning(place: _Place) -> str:
    if place.trail or place.depth:
        return ""
    if place.word in ("update", "insert", "delete", "merge", "upsert", "undelete"):
        return "SOQL only reads: begin with SELECT."
    if place.word == "find":
        return "This is SOSL: a list needs SOQL, which begins with SELECT."
    return "A query begins with SELECT."


def _at_a_quote(place: _Place) -> str:
    if not place.word.startswith("'"):
        if place.previous.startswith("'") and re.match(r"\w", place.word) and _is_stray(place):
            return _APOSTROPHE
        return ""
    if len(place.word) == 1 or not place.word.endswith("'"):
        if place.previous.startswith("'"):
            return _APOSTROPHE
        return "The text that begins here is not closed: end it with a single quote."
    if place.previous.startswith("'"):
        return f"{_APOSTROPHE} Between two values stands a comma."
    if place.previous in ("in", "includes", "excludes"):
        return "Put parentheses round the values: ('one', 'two')."
    return "Names of fields and objects stand without quotes."


def _is_stray(place: _Place) -> bool:
    """A quote further on: the text was meant to go on behind the apostrophe."""
    return "'" in place.here


def _at_a_clause(place: _Place) -> str:
    word = place.word
    if word not in _CLAUSES:
        return ""
    if place.previous == ",":
        return f"Take out the comma before {word.upper()}."
    if place.previous in _CONNECTIVES or place.previous in _OPERATORS:
        return f"Something is missing before {word.upper()}: complete the condition."
    if word in place.trail:
        joined = _JOINED.get(word, "take one of them out")
        return f"A query has one {_CLAUSES[word]}: {joined}."
    later = [one for one in place.trail if one in _IN_ORDER[_IN_ORDER.index(word) + 1 :]]
    if later:
        return f"{_CLAUSES[word]} stands before {_CLAUSES[later[0]]}: move it there."
    return _lonely_clause(place)


def _at_by(place: _Place) -> str:
    if place.word == "by" and place.previous in ("group", "order"):
        return f"Something is missing before {place.previous.upper()} BY: complete it."
    return ""


def _lonely_clause(place: _Place) -> str:
    match place.word:
        case "having" if "group" not in place.trail:
            return "HAVING belongs to GROUP BY: filter single rows with WHERE."
        case "select" if place.depth == 0:
            return "Put parentheses round a subquery."
        case "for":
            return "FOR is followed by VIEW or REFERENCE."
        case "group" | "order":
            return f"{place.word.upper()} is followed by BY and the fields."
        case "with" | "using" | "update":
            return f"Complete {place.word.upper()}, or take it out."
        case _ if "from" not in place.trail and place.word != "from":
            return "FROM and an object are missing before this."
    return ""


def _at_a_connective(place: _Place) -> str:
    word, previous = place.word, place.previous
    if word == "not":
        return _at_not(place)
    if word not in _CONNECTIVES:
        return ""
    if previous in (*_CONNECTIVES, "where", "having", "not", ""):
        return f"Take {word.upper()} out, or put a condition before it."
    if place.clause == "from":
        return f"Conditions begin with WHERE: write WHERE instead of {word.upper()}."
    if previous in _OPERATORS:
        return f"A value is missing before {word.upper()}."
    if _CONNECTIVES.union(("not",)).intersection(place.trail):
        return "Put parentheses round each group where AND, OR and NOT meet."
    return "" if place.clause in ("where", "having") or place.depth else "Conditions go into WHERE."


def _at_not(place: _Place) -> str:
    if re.match(r"not\s+like\b", place.here, re.IGNORECASE):
        return "SOQL has no NOT LIKE: write (NOT Name LIKE 'A%')."
    if re.match(r"not\s+(includes|excludes)\b", place.here, re.IGNORECASE):
        return "SOQL has no NOT INCLUDES: use EXCLUDES, or INCLUDES."
    if place.previous == "not":
        return "Put the inner NOT in parentheses: NOT (NOT …)."
    if place.previous in _CONNECTIVES:
        return "Put NOT and its condition in parentheses: (NOT …)."
    return ""


def _at_a_parenthesis(place: _Place) -> str:
    if place.word == "(":
        return _at_an_opening(place)
    if place.word != ")":
        return ""
    if not place.depth:
        return "Take the parenthesis out, or open it further left."
    if place.previous == ",":
        return "Take out the comma before the parenthesis."
    if not place.trail:
        return "Put at least one value or name between the parentheses."
    if place.previous in _OPERATORS:
        return "A value is missing before the parenthesis."
    return "Something is missing before the parenthesis: complete it, or take the last word out."


def _at_an_opening(place: _Place) -> str:
    if re.match(r"\(\s*select\b", place.here, re.IGNORECASE):
        if place.previous in _OPERATORS:
            return "A subquery stands behind IN or NOT IN only: write IN (SELECT …)."
        if place.clause == "select":
            return "Put a comma before the subquery."
    if place.previous in _OPERATORS:
        return "A value stands without parentheses; several need IN ('one', 'two')."
    if place.previous == "geolocation":
        return "Write DISTANCE(field, GEOLOCATION(latitude, longitude), 'km')."
    return ""


# What stands at the place, what stands before it (both in small letters), and the advice.
_SLIPS = (
    (r"=\s*[<>]", r"", "Write <= or >=, the = last."),
    (r"[<>]", r"=", "Write <= or >=, the = last."),
    (r"=", r"", "SOQL compares with one =."),
    (r"!", r"", "Write != for what differs, or NOT before the condition."),
    (r"&", r"", "Write AND."),
    (r"\|", r"", "Write OR."),
    (r"~", r"", "SOQL has LIKE for this; it ignores case."),
    (r"[\"“”‘’´`]", r"[=<>(]", "Put text between single straight quotes: 'text'."),
    (r"[\"“”‘’´`]", r"like|,", "Put text between single straight quotes: 'text'."),
    (
        r"[\"“”‘’´`\[]",
        r"",
        "Names stand without quotes, text between single straight ones: 'text'.",
    ),
    (r"\*", r"", "SOQL has no *: name the fields, or use FIELDS(STANDARD)."),
    (r";", r"", "Leave out the semicolon."),
    (r"--|#", r"", "SOQL has no comments: take it out."),
    (r"[{$%?@]", r"", "A placeholder means nothing here: write what it stands for."),
    (r":", r"", "A bound variable of Apex means nothing here: write its value."),
    (r",", r"", "Take out the comma, or put another name or value behind it."),
    (r"[+-]?\s*[\d.]+e[+-]?\d", r"", "Write the number out, without an exponent."),
    (r"[+-]\s*\d", r"limit|offset", "Write a whole number, 0 or more."),
    (r"\S", r"limit|offset", "Write a whole number, 0 or more."),
    (r"\d+[./]\d+[./]\d+", r"", "Write a date as 2026-01-31, without quotes."),
    (r"/", r"\d+", "Write a date as 2026-01-31, without quotes; SOQL does not calculate."),
    (r"\d+:\d", r"[\d-]+", "Write date and time together: 2026-01-31T23:01:01Z."),
    (r"\d+\.(?!\d)", r"", "Write a number with digits behind its point, or without the point."),
    (r"\d\w", r"", "Text goes between single quotes; names begin with a letter."),
    (r"[+*/-]", r"", "SOQL does not calculate: write the value itself."),
    (r"_", r"", "Names begin with a letter."),
    (r"\.", r"", "Between the steps of a path stands one point, without blanks."),
    (r"is\b", r"", "SOQL has no IS: write = null or != null."),
    (r"between\b", r"", "SOQL has no BETWEEN: write field >= one AND field <= other."),
    (r"(not_)?exists\b", r"", "SOQL has no EXISTS: write Id IN (SELECT …)."),
    (r"case\b", r"", "SOQL has no CASE."),
    (r"union\b", r"", "SOQL has no UNION: ask with two queries."),
    (r"(contains|starts|ends|ilike|rlike)\b", r"", "Write Name LIKE '%text%': it ignores case."),
    (r"\w", r"distinct", "SOQL has no DISTINCT: use GROUP BY or COUNT_DISTINCT()."),
    (r"distinct\b", r"", "SOQL has no DISTINCT: use GROUP BY or COUNT_DISTINCT()."),
    (r"\d", r"top", "SOQL has no TOP: end the query with LIMIT."),
    (r"top\b", r"", "SOQL has no TOP: end the query with LIMIT."),
    (r"(left|right|inner|outer|join|on)\b", r"", "SOQL has no JOIN: use paths: Account.Name."),
    (r"", r"join", "SOQL has no JOIN: use paths such as Account.Name."),
    (r"(rollup|cube)\b", r",", "ROLLUP and CUBE take all fields: GROUP BY ROLLUP(one, other)."),
    (r"category\b", r"data", "WITH DATA CATEGORY stands before every other WITH."),
    (r"as\b", r"", "Leave out AS: an alias stands right behind its function."),
    (r"\w", r"in|includes|excludes", "Put parentheses round the values: ('one', 'two')."),
    (r"[^\x00-\x7f]", r"", "Type this place anew: the character means nothing in SOQL."),
)
_READY = [
    (re.compile(at, re.IGNORECASE), re.compile(before), remedy) for at, before, remedy in _SLIPS
]


def _at_a_slip(place: _Place) -> str:
    for at, before, remedy in _READY:
        if at.match(place.here) and (not before.pattern or before.fullmatch(place.previous)):
            return remedy
    return ""


def _at_a_name(place: _Place) -> str:
    if not re.match(r"[a-z]", place.word):
        return ""
    if place.clause == "select" and place.previous not in ("", "select", ","):
        return "Put a comma between the names, or FROM before the object."
    if place.clause == "from":
        return f"{_shown(place)} cannot stand here: take it out, or write WHERE before a condition."
    if place.clause in ("where", "having") and place.previous not in _OPERATORS:
        return f"Join the conditions with AND or OR, or take {_shown(place)} out."
    return ""


def _shown(place: _Place) -> str:
    return place.here[: len(place.word)][:40]


_ADVISERS: tuple[Callable[[_Place], str], ...] = (
    _at_the_beginning,
    _at_the_end,
    _at_a_quote,
    _at_a_clause,
    _at_by,
    _at_a_connective,
    _at_a_parenthesis,
    _at_a_slip,
    _at_a_name,
)
