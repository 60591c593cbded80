"""FIELDS(): the fields that a call stands for.

Source: SOQL and SOSL Reference, "FIELDS()".
"""

from collections.abc import Sequence

from lib.practice.soql.from_clause import FromClause
from lib.soql import tree

_MOST_ROWS = 200


def names_of_fields(
    from_clause: FromClause, query: tree.Query, function: tree.Function
) -> Sequence[str]:
    """The fields that a call of FIELDS() stands for. Raises Refusal."""
    which = function.arguments[0]
    name = which.name.upper() if isinstance(which, tree.Field) else ""
    if name not in ("ALL", "STANDARD", "CUSTOM"):
        message = "FIELDS() takes ALL, STANDARD or CUSTOM"
        raise from_clause.request.refusal("MALFORMED_QUERY", message, function.at)
    if name != "STANDARD" and not _is_bounded(query):
        message = "The SOQL FIELDS function must have a LIMIT of at most 200"
        raise from_clause.request.malformed(message)
    every = from_clause.kind.fields.values()
    names = [field.name for field in every if name == "ALL" or field.custom == (name == "CUSTOM")]
    if not names:
        message = (
            "'FIELDS(...)' expansion function must result in at least one field being selected."
        )
        raise from_clause.request.malformed(message)
    return names


def _is_bounded(query: tree.Query) -> bool:
    """Whether LIMIT or a list of ids allows at most 200 rows."""
    if query.limit is not None and query.limit <= _MOST_ROWS:
        return True
    parts = query.where.parts if isinstance(query.where, tree.And) else (query.where,)
    return any(_names_few_ids(part) for part in parts)


def _names_few_ids(condition: tree.Condition | None) -> bool:
    match condition:
        case tree.Comparison(tree.Field(name), "="):
            return name.lower() == "id"
        case tree.In(tree.Field(name), values, False):
            return name.lower() == "id" and len(values) <= _MOST_ROWS
        case _:
            return False
