"""What the builder can show: an object, columns, an order, and conditions in one level of groups.

Values are those of the tree, and names keep the author's spelling, so that a query that goes
through the builder comes back unchanged. What else a list leaves out (duplicates, other lists)
isn't SOQL: see lib/lists/values.py.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from lib.soql.tree import Pattern, Text, Value

MOST_MEMBERSHIPS = 2
"""Salesforce allows only this many subqueries in one WHERE."""

LINKS = {
    "contact": ("Id", "ContactId"),
    "lead": ("Id", "LeadId"),
    "account": ("PersonContactId", "ContactId"),
}
"""By object (lower case): its field, and the field of CampaignMember with the same ID."""


class Match(StrEnum):
    """How the parts of a group are combined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


class Operator(StrEnum):
    """What a condition asks of its field."""

    EQUALS = "="
    DIFFERS = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    BEGINS = "begins"
    ENDS = "ends"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains not"
    LIKE = "like"
    ONE_OF = "in"
    NOT_ONE_OF = "not in"
    INCLUDES = "includes"
    EXCLUDES = "excludes"


COMPARING = tuple(Operator)[:6]
ABOUT_TEXT = (Operator.BEGINS, Operator.ENDS, Operator.CONTAINS, Operator.CONTAINS_NOT)
LISTING = (Operator.ONE_OF, Operator.NOT_ONE_OF, Operator.INCLUDES, Operator.EXCLUDES)


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator values`: a single value, except for the operators that take a list.

    After BEGINS, ENDS, CONTAINS, and CONTAINS_NOT, it is a Text that is matched literally. After
    LIKE, it is a Pattern.
    """

    field: str
    operator: Operator
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not self.values or (len(self.values) > 1 and self.operator not in LISTING):
            raise ValueError(f"{self.operator} can't have {len(self.values)} values")
        only = self.values[0]
        if self.operator in ABOUT_TEXT and not (isinstance(only, Text) and only.value):
            raise ValueError(f"{self.operator} needs a text that isn't empty")
        if (self.operator is Operator.LIKE) is not isinstance(only, Pattern):
            raise ValueError("LIKE needs a pattern, and other operators can't have it")


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """Conditions in parentheses."""

    match: Match
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """Members of any of these campaigns (IDs), with any of these statuses if there are some."""

    campaigns: tuple[str, ...]
    statuses: tuple[str, ...] = ()
    negated: bool = False

    def __post_init__(self) -> None:
        if not self.campaigns:
            raise ValueError("a membership needs a campaign")


@dataclass(frozen=True, slots=True)
class Order:
    """A key of ORDER BY, as in the tree: "" means the default."""

    field: str
    direction: Literal["", "ASC", "DESC"] = ""
    nulls: Literal["", "FIRST", "LAST"] = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A query as the builder shows it. Memberships must hold in addition to `parts`."""

    sobject: str
    columns: tuple[str, ...]
    match: Match = Match.ALL
    parts: tuple[Condition | ConditionGroup, ...] = ()
    memberships: tuple[Membership, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a query needs a column")
        if self.memberships and self.sobject.lower() not in LINKS:
            raise ValueError(f"{self.sobject} has no campaign members")
        if len(self.memberships) > MOST_MEMBERSHIPS:
            raise ValueError(f"at most {MOST_MEMBERSHIPS} campaign conditions")
