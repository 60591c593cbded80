"""sObject Tree: records with their children, created together or not at all."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.practice.calls import Answer, Call, error_of, objects_in
from lib.practice.refusal import Refusal, Unreadable, too_many
from lib.practice.rest_records import kind_of
from lib.practice.schema import SObjectType

_MOST = 200

Placed = tuple[SObjectType, Mapping[str, Any], str, str]
"""An sObject, a record's JSON, the look-up to its parent, and the parent's reference id."""


class _RollBack(Exception):
    """Takes back what a tree has created."""


def create_tree(call: Call, sobject: str) -> Answer:
    """201 with an id for each reference id; 400 with the errors, and nothing created."""
    records = objects_in(call.json_object(), "records")
    placed = list(_walk(call, kind_of(call, sobject), records, "", ""))
    if len(placed) > _MOST:
        raise too_many(_MOST)
    errors: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    try:
        with call.org.transaction():
            for one in placed:
                errors += _create(call, one, ids)
            if errors:
                raise _RollBack
    except _RollBack:
        return Answer(400, {"hasErrors": True, "results": errors})
    results = [{"referenceId": reference, "id": one} for reference, one in ids.items()]
    return Answer(201, {"hasErrors": False, "results": results})


def _create(call: Call, placed: Placed, ids: dict[str, str]) -> list[dict[str, Any]]:
    kind, record, lookup, parent = placed
    reference = _reference(record)
    values = {name: value for name, value in record.items() if not _is_children(value)}
    if lookup:
        values[lookup] = ids.get(parent)
    try:
        ids[reference] = call.writer().create(kind.name, values)
    except Unreadable:
        raise
    except Refusal as refusal:
        return [{"referenceId": reference, "errors": [error_of(refusal, "statusCode")]}]
    return []


def _walk(
    call: Call, kind: SObjectType, records: list[dict[str, Any]], lookup: str, parent: str
) -> Iterator[Placed]:
    for record in records:
        yield kind, record, lookup, parent
        for name, value in record.items():
            if _is_children(value):
                link = next(
                    (one for one in kind.child_relationships if one.relationship_name == name), None
                )
                if link is None:
                    message = f"No such column '{name}' on sobject of type {kind.name}"
                    raise Refusal("INVALID_FIELD", message)
                child = kind_of(call, link.child_sobject)
                yield from _walk(
                    call, child, objects_in(value, "records"), link.field, _reference(record)
                )


def _is_children(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list)


def _reference(record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    reference = attributes.get("referenceId") if isinstance(attributes, dict) else None
    if not isinstance(reference, str):
        raise Refusal("INVALID_INPUT", "Include a reference ID for each record in the request.")
    return reference
