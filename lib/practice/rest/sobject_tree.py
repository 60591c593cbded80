"""sObject Tree: records with their children, created together or not at all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lib.practice.refusal import Refusal, UnreadableValue, too_many
from lib.practice.rest.calls import ApiResponse, Call, error_of, objects_in
from lib.practice.rest.records import kind_of
from lib.practice.schema import SObjectType

_MOST = 200

Placed = tuple[SObjectType, Mapping[str, Any], str, str]
"""An sObject, a record's JSON, the lookup to its parent, and the parent's reference id."""


class _RollBack(Exception):
    """Rolls back what a tree has created."""


def create_tree(call: Call, sobject: str) -> ApiResponse:
    """201 with an id for each reference id; 400 with the errors, and nothing created."""
    records = objects_in(call.json_object(), "records")
    placed = list(_walk(call, kind_of(call, sobject), records, "", ""))
    if len(placed) > _MOST:
        raise too_many(_MOST)
    errors = list(_mistakes(placed))
    ids: dict[str, str] = {}
    try:
        with call.org.transaction():
            for item in [] if errors else placed:
                errors += _create(call, item, ids)
            if errors:
                raise _RollBack
    except _RollBack:
        return ApiResponse(400, {"hasErrors": True, "results": errors})
    results = [{"referenceId": reference, "id": record_id} for reference, record_id in ids.items()]
    return ApiResponse(201, {"hasErrors": False, "results": results})


def _mistakes(placed: list[Placed]) -> Iterator[dict[str, Any]]:
    """Mistakes in the attributes: one result for each record."""
    references = Counter(_reference(record) for _, record, _, _ in placed)
    for _, record, _, _ in placed:
        if references[_reference(record)] > 1:
            message = "Duplicate ReferenceId provided in the request."
        elif not record["attributes"].get("type"):
            message = "Include an entity type for each record in the request."
        else:
            continue
        yield _failed(_reference(record), Refusal("INVALID_INPUT", message, []))


def _create(call: Call, placed: Placed, ids: dict[str, str]) -> list[dict[str, Any]]:
    kind, record, lookup, parent = placed
    reference = _reference(record)
    values = {name: value for name, value in record.items() if not _is_children(value)}
    if lookup:
        values[lookup] = ids.get(parent)
    try:
        ids[reference] = call.writer().create(kind.name, values)
    except UnreadableValue:
        raise
    except Refusal as refusal:
        return [_failed(reference, refusal)]
    return []


def _failed(reference: str, refusal: Refusal) -> dict[str, Any]:
    return {"referenceId": reference, "errors": [error_of(refusal, "statusCode")]}


def _walk(
    call: Call, kind: SObjectType, records: list[dict[str, Any]], lookup: str, parent: str
) -> Iterator[Placed]:
    for record in records:
        yield kind, record, lookup, parent
        for name, value in record.items():
            if _is_children(value):
                link = next(
                    (
                        known
                        for known in kind.child_relationships
                        if known.relationship_name == name
                    ),
                    None,
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
        message = "Include a reference ID for each record in the request."
        raise Refusal("INVALID_INPUT", message, status=403)
    return reference
