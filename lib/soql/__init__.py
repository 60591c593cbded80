"""SOQL: text ⇄ tree, and small makers of queries."""

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
from lib.soql.parse import comment_in, parse
from lib.soql.render import escape_like, render
from lib.soql.tree import Condition, Query

__all__ = [
    "Condition",
    "Query",
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
    "like",
    "one_of",
    "parse",
    "render",
    "select",
]
