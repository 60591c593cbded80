"""Following a relation by its address: `sobjects/Contact/ID/Account`, `sobjects/Account/ID/Cases`.

Source: REST API Developer Guide, "sObject Relationships" and "Traverse Relationships with Friendly
URLs" (since v36.0): up to five lookups, and child rows one level down; 404 if a lookup is empty,
200 if there are no child rows.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lib.practice.ids import normalized
from lib.practice.rest import query, records
from lib.practice.rest.calls import ApiResponse, Call, not_found
from lib.practice.rest.routing import Handler
from lib.practice.schema import ChildRelationship, SObjectType
from lib.soql import equals, render, select

MOST_LOOKUPS = 5
_SINCE = 36
_NAMES = [f"relation{number}" for number in range(1, MOST_LOOKUPS + 1)]


def longer_patterns() -> list[str]:
    """The address patterns with two to five relations; for a single one, see `or_key`."""
    names = ["{" + name + "}" for name in _NAMES]
    return [
        "/".join(["sobjects", "{sobject}", "{record_id}", *names[:count]])
        for count in range(2, MOST_LOOKUPS + 1)
    ]


def read(call: Call, sobject: str, record_id: str, **relations: str) -> ApiResponse:
    """The record or the child rows at the end of the relations."""
    *lookups, last = relations.values()
    kind, found_id = _follow(call, sobject, record_id, lookups)
    child = _child_named(kind, last)
    if child is not None and not lookups:
        return _child_rows(call, child, found_id)
    target, target_id = _follow(call, kind.name, found_id, [last])
    return records.read(call, target.name, target_id)


def update(call: Call, sobject: str, record_id: str, **relations: str) -> ApiResponse:
    """Change the record at the end of the lookups."""
    kind, found_id = _follow(call, sobject, record_id, list(relations.values()))
    return records.update(call, kind.name, found_id)


def delete(call: Call, sobject: str, record_id: str, **relations: str) -> ApiResponse:
    """Delete the record at the end of the lookups."""
    kind, found_id = _follow(call, sobject, record_id, list(relations.values()))
    return records.delete(call, kind.name, found_id)


def or_key(follow: Handler, by_key: Handler) -> Handler:
    """A handler of `sobjects/SOBJECT/ID/RELATION` and of `sobjects/SOBJECT/KEY_FIELD/KEY`."""

    def handle(call: Call, sobject: str, key_field: str, key: str) -> ApiResponse:
        kind = records.kind_of(call, sobject)
        if kind.field(key_field) is None and normalized(key_field) is not None:
            return follow(call, sobject, key_field, relation=key)
        return by_key(call, sobject, key_field, key)

    return handle


def _follow(
    call: Call, sobject: str, record_id: str, lookups: Sequence[str]
) -> tuple[SObjectType, str]:
    if call.version < _SINCE or normalized(record_id) is None:
        raise not_found()
    kind = records.kind_of(call, sobject)
    row = records.row_of(call, kind, record_id)
    for name in lookups:
        kind, row = _behind(call, kind, row, name)
    return kind, str(row["Id"])


def _behind(call: Call, kind: SObjectType, row: Any, name: str) -> tuple[SObjectType, Any]:
    """The record that a lookup points to. Raises Refusal (404) if there is none."""
    wanted = name.lower()
    fields = [known for known in kind.fields.values() if known.relationship_name]
    field = next((f for f in fields if str(f.relationship_name).lower() == wanted), None)
    pointed = normalized(str(row.get(field.name) or "")) if field else None
    if field is None or pointed is None:
        raise not_found()
    for target in field.reference_to:
        target_kind = call.view.type(target)
        if target_kind is not None and pointed.startswith(target_kind.key_prefix):
            return target_kind, records.row_of(call, target_kind, pointed)
    raise not_found()


def _child_named(kind: SObjectType, name: str) -> ChildRelationship | None:
    named = (child for child in kind.child_relationships if child.relationship_name)
    return next((c for c in named if str(c.relationship_name).lower() == name.lower()), None)


def _child_rows(call: Call, child: ChildRelationship, parent_id: str) -> ApiResponse:
    kind = records.kind_of(call, child.child_sobject)
    fields = records.fields_of(kind, records.named_in(call))
    rows = select([field.name for field in fields], kind.name, equals(child.field, parent_id))
    return query.query(replace(call, address=replace(call.address, query={"q": render(rows)})))
