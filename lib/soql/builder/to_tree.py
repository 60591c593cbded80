"""The builder's model → tree."""

from collections.abc import Sequence

from lib.soql import tree
from lib.soql.build import all_of, any_of, equals
from lib.soql.builder.model import (
    LINKS,
    LISTING,
    Condition,
    ConditionGroup,
    Match,
    Membership,
    Model,
    Operator,
)
from lib.soql.render import escape_like

_PATTERNS = {
    Operator.BEGINS: "{}%",
    Operator.ENDS: "%{}",
    Operator.CONTAINS: "%{}%",
    Operator.CONTAINS_NOT: "%{}%",
}
_COMPARED: dict[Operator, tree.Operator] = {
    Operator.EQUALS: "=",
    Operator.DIFFERS: "!=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
    Operator.LIKE: "LIKE",
}


def to_query(model: Model) -> tree.Query:
    """The query of a model. Groups without conditions are left out."""
    return tree.Query(
        columns=tuple(tree.Column(tree.Field(name)) for name in model.columns),
        sources=(tree.FromItem(model.sobject),),
        where=_where(model),
        order=tuple(
            tree.Ordering(tree.Field(key.field), key.direction, key.nulls) for key in model.order
        ),
        limit=model.limit,
    )


def _where(model: Model) -> tree.Condition | None:
    """Semi-joins go at the top of the AND chain, the only place where Salesforce allows them."""
    parts = [node for part in model.parts if (node := _part(part)) is not None]
    joins = [_join(model.sobject, membership) for membership in model.memberships]
    if model.match is Match.ALL:
        return _chain(tree.And, [*parts, *joins])
    whole = _together(model.match, parts)
    return _chain(tree.And, [*([] if whole is None else [whole]), *joins])


def _part(part: Condition | ConditionGroup) -> tree.Condition | None:
    if isinstance(part, ConditionGroup):
        return _together(part.match, [_condition(condition) for condition in part.conditions])
    return _condition(part)


def _together(match: Match, nodes: Sequence[tree.Condition]) -> tree.Condition | None:
    if match is Match.ALL:
        return _chain(tree.And, nodes)
    either = _chain(tree.Or, nodes)
    return tree.Not(either) if either is not None and match is Match.NONE else either


def _chain(
    kind: type[tree.And] | type[tree.Or], nodes: Sequence[tree.Condition]
) -> tree.Condition | None:
    if len(nodes) > 1:
        return kind(tuple(nodes))
    return nodes[0] if nodes else None


def _condition(condition: Condition) -> tree.Condition:
    field = tree.Field(condition.field)
    if condition.operator in LISTING:
        negated = condition.operator in (Operator.NOT_ONE_OF, Operator.EXCLUDES)
        kind = tree.In if condition.operator in LISTING[:2] else tree.Includes
        return kind(field, condition.values, negated)
    [value] = condition.values
    if condition.operator in _COMPARED:
        return tree.Comparison(field, _COMPARED[condition.operator], value)
    text = value.value if isinstance(value, tree.Text) else ""
    pattern = tree.Pattern(_PATTERNS[condition.operator].format(escape_like(text)))
    like = tree.Comparison(field, "LIKE", pattern)
    return tree.Not(like) if condition.operator is Operator.CONTAINS_NOT else like


def _join(sobject: str, membership: Membership) -> tree.InQuery:
    own, theirs = LINKS[sobject.lower()]
    conditions = [_among("CampaignId", membership.campaigns)]
    if membership.statuses:
        conditions.append(_among("Status", membership.statuses))
    members = tree.Query(
        columns=(tree.Column(tree.Field(theirs)),),
        sources=(tree.FromItem("CampaignMember"),),
        where=all_of(*conditions),
    )
    return tree.InQuery(tree.Field(own), members, membership.negated)


def _among(field: str, values: Sequence[str]) -> tree.Condition:
    return equals(field, values[0]) if len(values) == 1 else any_of(field, values)
