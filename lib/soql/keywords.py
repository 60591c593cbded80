"""The fixed words of SOQL: reserved words, date literals, functions, escapes.

Source: SOQL and SOSL Reference, "Reserved Keywords", "Date Formats and Date Literals",
"Aggregate Functions", "Date Functions", "Quoted String Escape Sequences".
"""

# These words end a clause anywhere. Others, such as GROUP, ORDER, and CASE, can be sObjects.
_OPERATORS = ("and", "excludes", "in", "includes", "like", "not", "or")
_CLAUSES = ("from", "having", "limit", "select", "update", "using", "where", "with", "for", "by")
_ORDER = ("asc", "desc", "first", "last", "nulls")
_OTHERS = ("as", "bind", "cube", "else", "false", "null", "rollup", "true")
RESERVED = frozenset((*_OPERATORS, *_CLAUSES, *_ORDER, *_OTHERS))

_UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")

PLAIN_DATE_LITERALS = frozenset(
    ["YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"]
    + [f"{when}_{unit}" for when in ("LAST", "THIS", "NEXT") for unit in _UNITS]
)
COUNTED_DATE_LITERALS = frozenset(
    pattern.format(f"{unit}S")
    for pattern in ("LAST_N_{}", "NEXT_N_{}", "N_{}_AGO")
    for unit in ("DAY", *_UNITS)
)

AGGREGATES = frozenset(("count", "count_distinct", "avg", "min", "max", "sum", "grouping"))
DATE_FUNCTIONS = frozenset(
    [f"{kind}_{unit}" for kind in ("calendar", "fiscal") for unit in ("month", "quarter", "year")]
    + ["day_in_month", "day_in_week", "day_in_year", "day_only"]
    + ["hour_in_day", "week_in_month", "week_in_year"]
)
OTHER_FUNCTIONS = frozenset(("converttimezone", "convertcurrency", "tolabel", "format", "fields"))
FUNCTIONS = AGGREGATES | DATE_FUNCTIONS | OTHER_FUNCTIONS
# Words of SOQL that can name a field or an object, but not a scope.
_CATEGORIES = ("above", "above_or_below", "at", "below", "category", "data")
_PLACES = ("distance", "geolocation", "scope", "lookup", "view", "reference", "flat")
_BLOCKS = ("case", "end", "then", "typeof", "when", "group", "order", "offset", "count", "fields")
NOT_SCOPES = frozenset((*_CATEGORIES, *_PLACES, *_BLOCKS, "hierarchical"))

FIELD_SETS = frozenset(("all", "custom", "standard"))
UNITS_OF_DISTANCE = frozenset(("mi", "km"))
STATISTICS = frozenset(("tracking", "viewstat"))

ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
}
