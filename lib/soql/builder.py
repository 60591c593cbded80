"""The builder's model ⇄ tree: what people click together, and any query that fits into it."""

from lib.soql.builder_model import (
    MOST_MEMBERSHIPS,
    Condition,
    Group,
    Match,
    Membership,
    Model,
    Operator,
    Order,
)
from lib.soql.builder_reading import Beyond, BeyondPart, from_query, place_of
from lib.soql.builder_writing import to_query

__all__ = [
    "MOST_MEMBERSHIPS",
    "Beyond",
    "BeyondPart",
    "Condition",
    "Group",
    "Match",
    "Membership",
    "Model",
    "Operator",
    "Order",
    "from_query",
    "place_of",
    "to_query",
]
