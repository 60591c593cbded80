"""The fields of several sObjects, as the signed-in user may see them, from one call.

Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.salesforce.composite import Part, query_path, read_together
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
    """An sObject with its labels, its fields in describe's order, and its record types by name."""

    name: str
    label: str
    label_plural: str
    fields: tuple[DescribedField, ...]
    record_types: tuple[str, ...] = ()


def describe_all(
    door: Door, names: Sequence[str], queries: Sequence[Query]
) -> tuple[dict[str, Described], frozenset[str], list[list[Row]]]:
    """Some sObjects by name, the names of all the user may see, the first rows of a few queries.

    Costs 1 API call for up to 19 sObjects and 5 queries. A query that the user may not ask has no
    rows. Raises SalesforceError when none of the sObjects can be seen.
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
        raise raised(failures[0])
    seen = frozenset(str(one.get("name")) for one in _listed(everything, "sobjects"))
    return found, seen | found.keys(), [_listed(part, "records") for part in answers]


def _listed(part: Part, name: str) -> list[Row]:
    listed = part.body.get(name) if isinstance(part.body, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


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
        record_types=tuple(
            str(one["name"])
            for one in body.get("recordTypeInfos") or ()
            if one.get("name") and not one.get("master")
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
