"""The list builder's model of a query, made from a tree and turned back into a tree.

May import the root of lib/soql. Open model.py first.
"""

from lib.soql.builder.from_tree import Beyond, BeyondPart, from_query, place_of
from lib.soql.builder.model import (
    MOST_MEMBERSHIPS,
    Condition,
    ConditionGroup,
    Match,
    Membership,
    Model,
    Operator,
    Order,
)
from lib.soql.builder.to_tree import to_query

__all__ = [
    "MOST_MEMBERSHIPS",
    "Beyond",
    "BeyondPart",
    "Condition",
    "ConditionGroup",
    "Match",
    "Membership",
    "Model",
    "Operator",
    "Order",
    "from_query",
    "place_of",
    "to_query",
]
