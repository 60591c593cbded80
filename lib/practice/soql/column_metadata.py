"""The columns of a query: the answer to `query?q=…&columns=true`, which sf requests.

It is not documented; the form comes from Salesforce's command line and its recorded tests.
"""

from typing import Any

from lib.practice.schema import Field, SObjectType
from lib.practice.soql.query_request import VisibleOrg
from lib.soql import parse, tree

_NUMBERS = {"int", "double", "currency", "percent"}
_TEXTS = {"string", "email", "phone", "url", "picklist", "textarea", "id", "reference"}


def columns_of(text: str, view: VisibleOrg) -> dict[str, Any]:
    """The columns of a query that was evaluated before, so it is valid."""
    query = parse(text)
    kind = view.types[query.sources[0].name.lower()]
    columns = [described for column in query.columns for described in _columns(column, kind, query)]
    for number, column in enumerate(each for each in columns if each["columnName"] == ""):
        column["columnName"] = f"expr{number}"
    return {
        "columnMetadata": columns,
        "entityName": kind.name,
        "groupBy": query.group is not None,
        "idSelected": any(column["columnName"] == "Id" for column in columns),
        "keyPrefix": kind.key_prefix,
    }


def _columns(column: tree.Selected, kind: SObjectType, query: tree.Query) -> list[dict[str, Any]]:
    match column:
        case tree.Column(tree.Field() as path):
            return [_path(_without_alias(path, query), kind, column.alias)]
        case tree.Column(tree.Function() as function) if function.name.lower() == "fields":
            return [_metadata(field.name, field) for field in kind.fields.values()]
        case tree.Column(tree.Function() as function):
            return [_call(function, column.alias)]
        case tree.Child(inner):
            inside = [
                _metadata(name) for selected in inner.columns if (name := _field_name(selected))
            ]
            return [_metadata(inner.sources[0].name, aggregate=True, joined=inside)]
        case _:
            return []


def _field_name(column: tree.Selected) -> str:
    match column:
        case tree.Column(tree.Field(name)):
            return name
        case _:
            return ""


def _without_alias(path: tree.Field, query: tree.Query) -> tuple[str, ...]:
    first, *rest = path.path
    source = query.sources[0]
    names = {source.name.lower(), (source.alias or source.name).lower()}
    return tuple(rest) if rest and first.lower() in names else path.path


def _path(path: tuple[str, ...], kind: SObjectType, alias: str | None) -> dict[str, Any]:
    if len(path) > 1:
        return _metadata(path[0], joined=[_path(path[1:], kind, None)])
    found = kind.field(path[0])
    return _metadata(alias or (found.name if found else path[0]), found)


def _call(function: tree.Function, alias: str | None) -> dict[str, Any]:
    inner = ", ".join(
        argument.name for argument in function.arguments if isinstance(argument, tree.Field)
    )
    shown = f"{function.name.lower()}({inner})"
    return {**_metadata(alias or "", aggregate=True), "displayName": shown}


def _metadata(
    name: str,
    field: Field | None = None,
    *,
    aggregate: bool = False,
    joined: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    kind = field.type if field else ""
    return {
        "aggregate": aggregate,
        "apexType": None,
        "booleanType": kind == "boolean",
        "columnName": name,
        "custom": bool(field and field.custom),
        "displayName": name,
        "foreignKeyName": field.relationship_name if field else None,
        "insertable": bool(field and field.createable),
        "joinColumns": joined or [],
        "numberType": kind in _NUMBERS,
        "textType": kind in _TEXTS,
        "updatable": bool(field and field.updateable),
    }
