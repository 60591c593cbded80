"""Single records: read, create, change, delete, and upsert by a lookup field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lib.practice.ids import normalized
from lib.practice.refusal import Refusal, wrong_id
from lib.practice.rest.calls import ApiResponse, Call, not_found
from lib.practice.rows import Row
from lib.practice.schema import Field, SObjectType

_CREATES_BY_ID_SINCE = 37
_BAD_KEY = "Provided external ID field does not exist or is not accessible"


def kind_of(call: Call, sobject: str) -> SObjectType:
    """The sObject as the caller sees it. Raises Refusal if it is unknown or hidden."""
    kind = call.view.type(sobject)
    if kind is None:
        raise not_found()
    return kind


def read(call: Call, sobject: str, record_id: str) -> ApiResponse:
    """One record, with all fields the caller can see or the fields they name."""
    kind = kind_of(call, sobject)
    fields = fields_of(kind, named_in(call))
    return ApiResponse(body=shown(call, kind, row_of(call, kind, record_id), fields))


def read_by(call: Call, sobject: str, key_field: str, key: str) -> ApiResponse:
    """One record by a lookup field."""
    return read(call, sobject, _found(call, sobject, key_field, key))


def create(call: Call, sobject: str) -> ApiResponse:
    """Create a record: 201 with its id and its address."""
    kind = kind_of(call, sobject)
    record_id = call.writer().create(kind.name, call.json_object())
    return _created(call, kind, record_id)


def create_by_id(call: Call, sobject: str) -> ApiResponse:
    """Create a record at the address of the field Id (since v37.0)."""
    if call.version < _CREATES_BY_ID_SINCE:
        raise not_found()
    return create(call, sobject)


def update(call: Call, sobject: str, record_id: str) -> ApiResponse:
    """Change a record: 204 without a body."""
    kind = kind_of(call, sobject)
    values = _without_id(call.json_object())
    writer, full = call.writer(), _full_id(kind, record_id)
    writer.begin([full])
    writer.update(kind.name, full, values)
    return ApiResponse(204)


def delete(call: Call, sobject: str, record_id: str) -> ApiResponse:
    """Delete a record: 204 without a body."""
    kind = kind_of(call, sobject)
    call.writer().delete(kind.name, _full_id(kind, record_id))
    return ApiResponse(204)


def upsert(call: Call, sobject: str, key_field: str, key: str) -> ApiResponse:
    """Create or change by a lookup field: 201 if created, 200 if changed."""
    kind = kind_of(call, sobject)
    values = _without_id(call.json_object())
    record_id, made = call.writer().upsert(kind.name, key_field, key, values)
    if made:
        return _created(call, kind, record_id)
    return ApiResponse(200, {"id": record_id, "success": True, "errors": [], "created": False})


def delete_by(call: Call, sobject: str, key_field: str, key: str) -> ApiResponse:
    """Delete by a lookup field."""
    return delete(call, sobject, _found(call, sobject, key_field, key))


def attributes(call: Call, kind: SObjectType, record_id: str) -> dict[str, str]:
    """The attributes at the start of each record in an answer."""
    return {"type": kind.name, "url": f"{call.root}/sobjects/{kind.name}/{record_id}"}


def named_in(call: Call) -> list[str]:
    """The names in the parameter `fields`."""
    return [name.strip() for name in call.query.get("fields", "").split(",") if name.strip()]


def fields_of(kind: SObjectType, wanted: Sequence[str]) -> list[Field]:
    """The fields with these names; without names, all. Raises Refusal for an unknown name."""
    fields = {name: kind.field(name) for name in wanted}
    unknown = next((name for name, field in fields.items() if field is None), None)
    if unknown is not None:
        message = f"No such column '{unknown}' on sobject of type {kind.name}"
        raise Refusal("INVALID_FIELD", message)
    return [field for field in fields.values() if field] or list(kind.fields.values())


def shown(call: Call, kind: SObjectType, row: Row, fields: Iterable[Field]) -> Row:
    """A row in the form of an answer: attributes first, then the fields, including nulls."""
    values = {field.name: row.get(field.name) for field in fields}
    return {"attributes": attributes(call, kind, str(row["Id"])), **values}


def _full_id(kind: SObjectType, record_id: str) -> str:
    full = normalized(record_id)
    if full is None:
        raise Refusal("NOT_FOUND", f"{_BAD_KEY}: {record_id}")
    if full[:3] != kind.key_prefix:
        raise wrong_id(kind.fields["id"].label, record_id)
    return full


def row_of(call: Call, kind: SObjectType, record_id: str) -> Row:
    """The record with this id. Raises Refusal if there is none, or it is deleted."""
    row = call.org.tables.rows(kind.name).get(_full_id(kind, record_id))
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise Refusal("ENTITY_IS_DELETED", "entity is deleted", [])
    return row


def _found(call: Call, sobject: str, key_field: str, key: str) -> str:
    if key_field.lower() == "id":
        return key
    found = call.writer().find(kind_of(call, sobject), key_field, key)
    if found is None:
        raise not_found()
    return found


def _created(call: Call, kind: SObjectType, record_id: str) -> ApiResponse:
    where = {"Location": f"{call.root}/sobjects/{kind.name}/{record_id}"}
    body = {"id": record_id, "success": True, "errors": []}
    return ApiResponse(201, body, where)


def _without_id(values: Mapping[str, Any]) -> Mapping[str, Any]:
    if any(name.lower() == "id" for name in values):
        message = "The Id field should not be specified in the sobject data."
        raise Refusal("INVALID_FIELD", message)
    return values
