"""The fields of several sObjects that the signed-in user can see, from a single call.

Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.salesforce.ahead import Part
from lib.salesforce.composite import query_path, read_together
from lib.salesforce.door import Door
from lib.salesforce.query import error_to_raise
from lib.soql import Query

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DescribedField:
    """A field; `choices` are the active values of a picklist, each with its label.

    `parents` are the sObjects a lookup can lead to, by `relationship` (`Account`, `Owner`).
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
    """An sObject with its labels, its fields in describe's order, and the names of record types."""

    name: str
    label: str
    label_plural: str
    fields: tuple[DescribedField, ...]
    record_types: tuple[str, ...] = ()


def describe_all(
    door: Door, names: Sequence[str], queries: Sequence[Query]
) -> tuple[dict[str, Described], frozenset[str], list[list[Row]]]:
    """These sObjects, the names of all the user can see, and the first rows of these queries.

    Costs 1 API call for up to 19 sObjects and 5 queries. A query the user isn't allowed to run
    has no rows. Raises SalesforceError if the user can see none of the sObjects.
    """
    paths = [f"sobjects/{name}/describe" for name in names]
    everything, *parts = read_together(door, ["sobjects", *paths, *map(query_path, queries)])
    described, answers = parts[: len(paths)], parts[len(paths) :]
    found = {
        name: _described(name, part.body)
        for name, part in zip(names, described, strict=True)
        if part.failure is None and isinstance(part.body, dict)
    }
    failures = [part.failure.error for part in described if part.failure is not None]
    if failures and not found:
        raise error_to_raise(failures[0])
    seen = frozenset(str(sobject.get("name")) for sobject in _listed(everything, "sobjects"))
    return found, seen | found.keys(), [_listed(part, "records") for part in answers]


def _listed(part: Part, name: str) -> list[Row]:
    listed = part.body.get(name) if isinstance(part.body, dict) else None
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _described(name: str, body: Row) -> Described:
    listed = body.get("fields")
    return Described(
        name=str(body.get("name") or name),
        label=str(body.get("label") or name),
        label_plural=str(body.get("labelPlural") or body.get("label") or name),
        fields=tuple(
            _field(field)
            for field in (listed if isinstance(listed, list) else [])
            if isinstance(field, dict) and field.get("name")
        ),
        record_types=tuple(
            str(kind["name"])
            for kind in body.get("recordTypeInfos") or ()
            if kind.get("name") and not kind.get("master")
        ),
    )


def _field(described: Row) -> DescribedField:
    name = str(described["name"])
    return DescribedField(
        name=name,
        label=str(described.get("label") or name),
        type=str(described.get("type")),
        filterable=bool(described.get("filterable")),
        sortable=bool(described.get("sortable")),
        choices=tuple(
            (str(choice["value"]), str(choice.get("label") or choice["value"]))
            for choice in described.get("picklistValues") or ()
            if choice.get("active") and choice.get("value")
        ),
        parents=tuple(described.get("referenceTo") or ()),
        relationship=described.get("relationshipName"),
    )
