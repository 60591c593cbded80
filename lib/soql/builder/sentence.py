"""Who is on a list, in a sentence: "Contacts where City is Porto and Phone is not empty".

Salesforce isn't asked for labels: fields are called by their names, spaced as labels mostly are.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from lib.fields import EMAIL, PERSON_EMAIL
from lib.soql import tree
from lib.soql.builder.date_periods import PERIODS
from lib.soql.builder.from_tree import Beyond, from_query
from lib.soql.builder.model import (
    ABOUT_TEXT,
    Condition,
    ConditionGroup,
    Match,
    Membership,
    Model,
    Operator,
)
from lib.soql.select_clause import is_figures

_PLURALS = {
    "contact": "Contacts",
    "lead": "Leads",
    "account": "Accounts",
    "campaignmember": "Campaign members",
}
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_VALUES, _LONGEST_VALUE = 3, 40
_IS = {
    Operator.EQUALS: "is",
    Operator.DIFFERS: "isn't",
    Operator.BELOW: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.ABOVE: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.BEGINS: "starts with",
    Operator.ENDS: "ends with",
    Operator.CONTAINS: "contains",
    Operator.CONTAINS_NOT: "doesn't contain",
    Operator.LIKE: "is like",
    Operator.ONE_OF: "is",
    Operator.NOT_ONE_OF: "isn't",
    Operator.INCLUDES: "includes",
    Operator.EXCLUDES: "doesn't include",
}
_WHEN = {
    Operator.BELOW: "is before",
    Operator.AT_MOST: "is until",
    Operator.ABOVE: "is after",
    Operator.AT_LEAST: "is from",
}


def sentence_of(query: tree.Query) -> str:
    """The sentence, without a period; what the builder can't show is said to be in SOQL."""
    model = from_query(query)
    if isinstance(model, Beyond):
        what = "Figures about" if is_figures(query) else "Some"
        return f"{what} {_plural(query.sources[0].name)}, by a query in SOQL"
    limit = f", the first {model.limit:,}" if model.limit is not None else ""
    return f"{_people(model)}{limit}"


def _people(model: Model) -> str:
    plural = _plural(model.sobject)
    parts = [part for part in model.parts if not _only_asks_for_an_address(part)]
    conditions = _joined([_part(part) for part in parts], model.match)
    members = " and ".join(_membership(one) for one in model.memberships)
    if not parts and not members:
        return f"All {plural} with an email address" if model.parts else f"All {plural}"
    whose = {Match.ALL: " where ", Match.ANY: " where ", Match.NONE: " except where "}[model.match]
    return f"{plural}{f' {members}' if members else ''}{whose + conditions if parts else ''}"


def _only_asks_for_an_address(part: Condition | ConditionGroup) -> bool:
    if not isinstance(part, Condition) or part.field.lower() not in (
        EMAIL.lower(),
        PERSON_EMAIL.lower(),
    ):
        return False
    return part.operator is Operator.DIFFERS and part.values == (tree.Null(),)


def _joined(parts: Sequence[str], match: Match) -> str:
    return (" and " if match is Match.ALL else " or ").join(parts)


def _part(part: Condition | ConditionGroup) -> str:
    if isinstance(part, Condition):
        return _condition(part)
    inner = _joined([_condition(one) for one in part.conditions], part.match)
    return f"not ({inner})" if part.match is Match.NONE else f"({inner})"


def _condition(condition: Condition) -> str:
    name, operator, first = label_of(condition.field), condition.operator, condition.values[0]
    if first == tree.Null():
        return f"{name} {'is empty' if operator is Operator.EQUALS else 'is not empty'}"
    if isinstance(first, tree.Boolean):
        is_on = first.value == (operator is Operator.EQUALS)
        return f"{name} is {'selected' if is_on else 'not selected'}"
    if isinstance(first, tree.DateLiteral) and operator in (Operator.EQUALS, Operator.DIFFERS):
        return f"{name} is {'' if operator is Operator.EQUALS else 'not '}in {_value(first)}"
    words = _IS[operator]
    if isinstance(first, tree.Date | tree.DateTime | tree.DateLiteral):
        words = _WHEN.get(operator, words)
    return f"{name} {words} {_values(condition)}"


def _values(condition: Condition) -> str:
    shown = [_value(value) for value in condition.values[:_MOST_VALUES]]
    more = len(condition.values) - len(shown)
    if more:
        return f"{', '.join(shown)}, or {more:,} more"
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])}{',' if len(shown) > 2 else ''} or {shown[-1]}"
    return f"“{shown[0]}”" if condition.operator in ABOUT_TEXT else shown[0]


def _value(value: tree.Value) -> str:
    match value:
        case tree.Text(text) | tree.Pattern(text):
            return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
        case tree.Number(text) | tree.Currency(text):
            return text
        case tree.Date(day) | tree.DateTime(day):
            return _day(day)
        case tree.DateLiteral(name, count):
            words = PERIODS.get(name.upper(), name).partition(", ")[0]
            return words.replace("…", f"{count:,}") if count is not None else words
        case _:
            return str(getattr(value, "value", "null")).lower()


def _day(moment: date | datetime) -> str:
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def _membership(member: Membership) -> str:
    number = len(member.campaigns)
    campaigns = "a campaign" if number == 1 else f"one of {number:,} campaigns"
    status = f" with status {' or '.join(member.statuses)}" if member.statuses else ""
    return f"{'not ' if member.negated else ''}in {campaigns}{status}"


def label_of(path: str) -> str:
    """`Account.BillingCity` as `Account Billing City`, `Region__c` as `Region`."""
    steps = (re.sub(r"__(c|r|pc)$", "", step).replace("_", " ") for step in path.split("."))
    return " ".join(_WORD.sub(" ", step) for step in steps)


def _plural(sobject: str) -> str:
    return _PLURALS.get(sobject.lower(), f"{label_of(sobject)} records")
