"""SOQL: text to tree and back, the opt-out guard, the builder, and functions that make queries.

Pure: no network and no screen. May import lib/errors and lib/fields. Open tree.py first, then
guard/rewrite.py.
"""

from lib.soql.build import (
    above,
    all_of,
    any_from,
    any_of,
    at_least,
    at_most,
    below,
    count,
    differs,
    equals,
    like,
    one_of,
    select,
)
from lib.soql.guard.guarded import Guarded, Person
from lib.soql.guard.rewrite import guard, guard_text
from lib.soql.parse import comment_in, parse
from lib.soql.render import escape_like, render
from lib.soql.schema import Schema, SObject
from lib.soql.standard_objects import STANDARD
from lib.soql.tree import Condition, Query

__all__ = [
    "STANDARD",
    "Condition",
    "Guarded",
    "Person",
    "Query",
    "SObject",
    "Schema",
    "above",
    "all_of",
    "any_from",
    "any_of",
    "at_least",
    "at_most",
    "below",
    "comment_in",
    "count",
    "differs",
    "equals",
    "escape_like",
    "guard",
    "guard_text",
    "like",
    "one_of",
    "parse",
    "render",
    "select",
]
