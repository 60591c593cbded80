"""Slips that a place and the word before it give away: the habits of SQL, Apex and keyboards."""

import re

from lib.soql.advice.position import Place

# What stands at the place, what stands before it (both in small letters), and the advice.
_SLIPS = (
    (r"=\s*[<>]", r"", "Write <= or >=, the = last."),
    (r"[<>]", r"=", "Write <= or >=, the = last."),
    (r"=\s*=", r"", "SOQL compares with one =."),
    (r"=", r"=", "SOQL compares with one =."),
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
    (r"[+-]?\s*[\d.]+e[+-]?\d", r"", "Write the number out, without an exponent."),
    (r"[+-]\s*\d", r"limit|offset", "Write a whole number, 0 or more."),
    (r"\S", r"limit|offset", "Write a whole number, 0 or more."),
    (r"\d+[./]\d+[./]\d+", r"", "Write a date as 2026-01-31, without quotes."),
    (r"/", r"\d+", "Write a date as 2026-01-31, without quotes; SOQL does not calculate."),
    (r"\d+:\d", r"[\d-]+", "Write date and time together: 2026-01-31T23:01:01Z."),
    (r"\d+\.(?!\d)", r"", "Write a number with digits behind its point, or without the point."),
    (r"\d+[a-z_]", r"", "Text goes between single quotes; names begin with a letter."),
    (r"[+*/-]", r"", "SOQL does not calculate: write the value itself."),
    (r"_", r"", "Names begin with a letter."),
    (r"\.(?!\d)", r"", "Between the steps of a path stands one point, without blanks."),
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


def at_a_slip(place: Place) -> str:
    """The advice for the first slip that fits, or nothing."""
    for at, before, remedy in _READY:
        if at.match(place.here) and (not before.pattern or before.fullmatch(place.previous)):
            return remedy
    return ""
