"""The fields of several sObjects, as the signed-in user may see them, from one call.

Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.salesforce.composite import query_path, read_together
from lib.salesforce.door import Door
from lib.salesforce.query import raised
from lib.soql import Query

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DescribedField:
    """One field; `choices` are the active values of a picklist, each with its label.

    `parents` are the sObjects that a look-up may lead to, by `relationship` (`Account`, `Owner`).
    """

    name: str
    label: str
    type: str
    filterable: bool
    sortable: bool
    choices: tuple[tuple[str, str], ...] = ()
    parents: tuple[str, ...] = ()
    relationship: str | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """An sObject with its labels and its fields, in describe's order."""

    name: str
    label: str
    label_plural: str
    fields: tuple[DescribedField, ...]


def describe_all(
    door: Door, names: Sequence[str], query: Query
) -> tuple[dict[str, Described], list[Row] | None]:
    """Each sObject that the user may see, by its name, and the rows of one query beside them.

    Costs 1 API call for up to 24 sObjects and one query. The rows are `None` where the user may
    not see them. Raises SalesforceError when none of the sObjects can be seen.
    """
    paths = [f"sobjects/{name}/describe" for name in names]
    *parts, asked = read_together(door, [*paths, query_path(query)])
    found = {
        name: _described(name, part.body)
        for name, part in zip(names, parts, strict=True)
        if part.failure is None and isinstance(part.body, dict)
    }
    failures = [part.failure.error for part in parts if part.failure is not None]
    if failures and not found:
        raise raised(failures[0])
    rows = asked.body.get("records") if isinstance(asked.body, dict) else None
    return found, rows if isinstance(rows, list) else None


def _described(name: str, body: Row) -> Described:
    listed = body.get("fields")
    return Described(
        name=str(body.get("name") or name),
        label=str(body.get("label") or name),
        label_plural=str(body.get("labelPlural") or body.get("label") or name),
        fields=tuple(
            _field(one)
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict) and one.get("name")
        ),
    )


def _field(one: Row) -> DescribedField:
    name = str(one["name"])
    return DescribedField(
        name=name,
        label=str(one.get("label") or name),
        type=str(one.get("type")),
        filterable=bool(one.get("filterable")),
        sortable=bool(one.get("sortable")),
        choices=tuple(
            (str(choice["value"]), str(choice.get("label") or choice["value"]))
            for choice in one.get("picklistValues") or ()
            if choice.get("active") and choice.get("value")
        ),
        parents=tuple(one.get("referenceTo") or ()),
        relationship=one.get("relationshipName"),
    )
