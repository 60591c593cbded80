"""Common slips from SQL, Apex, and typing, found by a position and the word before it."""

import re

from lib.soql.advice.position import Position

# The text at the position, the word before it (both in lower case), and the remedy.
_SLIPS = (
    (r"=\s*[<>]", r"", "Write <= or >=, with the = last."),
    (r"[<>]", r"=", "Write <= or >=, with the = last."),
    (r"=\s*=", r"", "SOQL compares with a single =."),
    (r"=", r"=", "SOQL compares with a single =."),
    (r"!", r"", 'Write != for "not equal", or put NOT before the condition.'),
    (r"&", r"", "Write AND."),
    (r"\|", r"", "Write OR."),
    (r"~", r"", "Use LIKE for this. It ignores case."),
    (r"[\"“”‘’´`]", r"[=<>(]", "Put text in straight single quotes: 'text'."),
    (r"[\"“”‘’´`]", r"like|,", "Put text in straight single quotes: 'text'."),
    (
        r"[\"“”‘’´`\[]",
        r"",
        "Names have no quotes. Text has straight single quotes: 'text'.",
    ),
    (r"\*", r"", "SOQL has no *. Name the fields, or use FIELDS(STANDARD)."),
    (r";", r"", "Leave out the semicolon."),
    (r"--|#", r"", "SOQL has no comments like this. Remove it."),
    (r"[{$%?@]", r"", "A placeholder doesn't work here. Write its value."),
    (r":", r"", "An Apex bind variable doesn't work here. Write its value."),
    (r"[+-]?\s*[\d.]+e[+-]?\d", r"", "Write the number out, without an exponent."),
    (r"[+-]\s*\d", r"limit|offset", "Write a whole number, 0 or more."),
    (r"\S", r"limit|offset", "Write a whole number, 0 or more."),
    (r"\d+[./]\d+[./]\d+", r"", "Write a date as 2026-01-31, without quotes."),
    (r"/", r"\d+", "Write a date as 2026-01-31, without quotes. SOQL doesn't calculate."),
    (r"\d+:\d", r"[\d-]+", "Write date and time together: 2026-01-31T23:01:01Z."),
    (
        r"\d+\.(?!\d)",
        r"",
        "Write a number with digits after the decimal point, or without the point.",
    ),
    (r"\d+[a-z_]", r"", "Put text in single quotes. Names start with a letter."),
    (r"[+*/-]", r"", "SOQL doesn't calculate. Write the value itself."),
    (r"_", r"", "Names start with a letter."),
    (r"\.(?!\d)", r"", "Put a single dot between the steps of a path, without spaces."),
    (r"is\b", r"", "SOQL has no IS. Write = null or != null."),
    (r"between\b", r"", "SOQL has no BETWEEN. Write field >= low AND field <= high."),
    (r"(not_)?exists\b", r"", "SOQL has no EXISTS. Write Id IN (SELECT …)."),
    (r"case\b", r"", "SOQL has no CASE."),
    (r"union\b", r"", "SOQL has no UNION. Use two queries."),
    (r"(contains|starts|ends|ilike|rlike)\b", r"", "Write Name LIKE '%text%'. It ignores case."),
    (r"\w", r"distinct", "SOQL has no DISTINCT. Use GROUP BY or COUNT_DISTINCT()."),
    (r"distinct\b", r"", "SOQL has no DISTINCT. Use GROUP BY or COUNT_DISTINCT()."),
    (r"\d", r"top", "SOQL has no TOP. End the query with LIMIT."),
    (r"top\b", r"", "SOQL has no TOP. End the query with LIMIT."),
    (
        r"(left|right|inner|outer|join|on)\b",
        r"",
        "SOQL has no JOIN. Use paths such as Account.Name.",
    ),
    (r"", r"join", "SOQL has no JOIN. Use paths such as Account.Name."),
    (
        r"(rollup|cube)\b",
        r",",
        "ROLLUP and CUBE take all the fields: GROUP BY ROLLUP(first, second).",
    ),
    (r"category\b", r"data", "WITH DATA CATEGORY goes before every other WITH."),
    (r"as\b", r"", "Leave out AS. An alias goes right after its function."),
    (r"\w", r"in|includes|excludes", "Put parentheses around the values: ('one', 'two')."),
    (r"[^\x00-\x7f]", r"", "Type this part again. The character has no meaning in SOQL."),
)
_READY = [
    (re.compile(at, re.IGNORECASE), re.compile(before), remedy) for at, before, remedy in _SLIPS
]


def at_a_slip(position: Position) -> str:
    """The remedy for the first slip that fits, or nothing."""
    for at, before, remedy in _READY:
        if at.match(position.here) and (not before.pattern or before.fullmatch(position.previous)):
            return remedy
    return ""
