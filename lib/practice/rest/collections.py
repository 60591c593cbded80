"""sObject Collections: up to 200 records a call, each with its own result, in request order."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from lib.practice.ids import normalized
from lib.practice.json_text import unexpected
from lib.practice.refusal import Refusal, UnreadableValue, too_many, wrong_id
from lib.practice.rest.calls import ApiResponse, Call, error_of, objects_in
from lib.practice.rest.records import fields_of, kind_of, shown
from lib.practice.saving.save import Writer
from lib.practice.schema import SObjectType

_MOST_WRITTEN = 200
_MOST_READ = 2000
_MOST_CHUNKS = 10
_ROLLED_BACK = Refusal(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using "
    "AllOrNone header",
    [],
)

Record = dict[str, Any]
Save = Callable[[Writer, Record], Record]


class _RollBack(Exception):
    """Rolls back what a call with allOrNone has saved."""


def create(call: Call) -> ApiResponse:
    """Create records, each of the sObject that its attributes name."""
    return _save_all(call, _records(call), _create_one)


def update(call: Call) -> ApiResponse:
    """Change records by id."""
    return _save_all(call, _records(call), _update_one)


def upsert(call: Call, sobject: str, key_field: str) -> ApiResponse:
    """Create or change records of one sObject by a lookup field."""
    kind = kind_of(call, sobject)

    def save(writer: Writer, record: Record) -> Record:
        key = next((record[name] for name in record if name.lower() == key_field.lower()), None)
        record_id, made = writer.upsert(kind.name, key_field, key, record)
        return {"id": record_id, "success": True, "errors": [], "created": made}

    return _save_all(call, _records(call), save)


def delete(call: Call) -> ApiResponse:
    """Delete the records whose ids are in the address, separated by commas."""
    ids = [record_id for record_id in call.query.get("ids", "").split(",") if record_id]
    all_or_none = call.query.get("allOrNone", "false").lower() == "true"
    _limit(ids, _MOST_WRITTEN)
    records = [
        {"attributes": {"type": _type_of_id(call, record_id)}, "id": record_id} for record_id in ids
    ]
    return _save_in_order(call, records, _delete_one, all_or_none=all_or_none)


def retrieve(call: Call, sobject: str) -> ApiResponse:
    """Records by id, in the order requested; null for records the caller cannot see."""
    if call.method == "POST":
        body = call.json_object()
        ids, fields = body.get("ids"), body.get("fields", [])
        if not isinstance(ids, list) or not isinstance(fields, list):
            raise unexpected(ids)
    else:
        ids, fields = (call.query.get(field, "").split(",") for field in ("ids", "fields"))
    kind = kind_of(call, sobject)
    _limit(ids, _MOST_READ)
    with call.org.lock:
        return ApiResponse(
            body=[_retrieved(call, kind, str(record_id).strip(), fields) for record_id in ids]
        )


def _retrieved(call: Call, kind: SObjectType, record_id: str, fields: list[str]) -> Any:
    full = normalized(record_id)
    if full is None or full[:3] != kind.key_prefix:
        raise wrong_id(kind.fields["id"].label, record_id)
    row = call.org.tables.rows(kind.name).get(full, {"IsDeleted": True})
    return None if row.get("IsDeleted") else shown(call, kind, row, fields_of(kind, fields))


def _save_all(call: Call, records: list[Record], save: Save) -> ApiResponse:
    if not records:
        raise Refusal("REQUIRED_FIELD_MISSING", "At least 1 record is required")
    _limit(records, _MOST_WRITTEN)
    types = [_type_of(record) for record in records]
    if len(list(groupby(types))) > _MOST_CHUNKS:
        message = (
            f"Cannot have more than {_MOST_CHUNKS} chunks in a single operation. "
            "Please rearrange the data to reduce chunking."
        )
        raise Refusal("LIMIT_EXCEEDED", message)
    all_or_none = bool(call.json_object().get("allOrNone", False))
    return _save_in_order(call, records, save, all_or_none=all_or_none)


def _save_in_order(
    call: Call, records: list[Record], save: Save, *, all_or_none: bool
) -> ApiResponse:
    results: list[Record] = []
    try:
        with call.org.transaction():
            results = list(_results(call, records, save))
            if all_or_none and not all(result["success"] for result in results):
                raise _RollBack
    except _RollBack:
        results = [result if result["errors"] else _failed(_ROLLED_BACK) for result in results]
    return ApiResponse(body=results)


def _results(call: Call, records: list[Record], save: Save) -> Iterable[Record]:
    writer = call.writer()
    ids = [full for record in records if (full := normalized(_id_of(record)))]
    refused = call.org.refused_whole(ids)
    if refused is not None:
        raise refused
    writer.begin(ids)
    seen: set[str] = set()
    first_type = _type_of(records[0]) if records else ""
    for record in records:
        record_id = _id_of(record)
        full = normalized(record_id) if record_id else None
        try:
            _refuse_mixture(call, first_type, _type_of(record))
            if full in seen:
                raise Refusal("DUPLICATE_VALUE", f"duplicate id in list: {full}", ["Id"])
            if full:
                seen.add(full)
            yield save(writer, record)
        except UnreadableValue:
            raise  # the whole call is refused, and nothing is saved
        except Refusal as refusal:
            yield _failed(refusal)


def _create_one(writer: Writer, record: Record) -> Record:
    return _succeeded(writer.create(_known(writer, record).name, record))


def _update_one(writer: Writer, record: Record) -> Record:
    kind = _known(writer, record)
    record_id = _id_of(record)
    if not record_id:
        raise Refusal("MISSING_ARGUMENT", "Id not specified in an update call", [])
    writer.update(kind.name, record_id, record)
    return _succeeded(record_id)


def _delete_one(writer: Writer, record: Record) -> Record:
    writer.delete(_known(writer, record).name, str(record["id"]))
    return _succeeded(str(record["id"]))


def _known(writer: Writer, record: Record) -> SObjectType:
    name = _type_of(record)
    kind = writer.org.view(writer.user_id).type(name)
    if kind is None:
        message = (
            f"sObject type '{name}' is not supported. If you are attempting to use a custom "
            "object, be sure to append the '__c' after the entity name. Please reference your "
            "WSDL or the describe call for the appropriate names."
        )
        raise Refusal("INVALID_TYPE", message, [])
    return kind


def _refuse_mixture(call: Call, first: str, other: str) -> None:
    kinds = [call.org.schema.get(name.lower()) for name in (first, other)]
    if kinds[0] and kinds[1] and kinds[0].is_setup != kinds[1].is_setup:
        message = (
            "DML operation on setup object is not permitted after you have updated a non-setup "
            f"object (or vice versa): {other}, original object: {first}"
        )
        raise Refusal("MIXED_DML_OPERATION", message, [])


def _records(call: Call) -> list[Record]:
    return objects_in(call.json_object(), "records")


def _limit(items: Sequence[Any], most: int) -> None:
    if len(items) > most:
        raise too_many(most)


def _type_of(record: Record) -> str:
    attributes = record.get("attributes")
    return str(attributes.get("type", "")) if isinstance(attributes, dict) else ""


def _type_of_id(call: Call, record_id: str) -> str:
    kinds = call.org.schema.values()
    found = next((kind.name for kind in kinds if kind.key_prefix == record_id[:3]), None)
    if found is None or normalized(record_id) is None:
        raise Refusal("MALFORMED_ID", f"malformed id {record_id}")
    return found


def _id_of(record: Record) -> str:
    return next((str(record[name] or "") for name in record if name.lower() == "id"), "")


def _succeeded(record_id: str) -> Record:
    return {"id": normalized(record_id), "success": True, "errors": []}


def _failed(refusal: Refusal) -> Record:
    """The result of a refused record. It has no id; clients rely on the order."""
    with_fields = Refusal(refusal.error_code, refusal.message, refusal.fields or [])
    return {"success": False, "errors": [error_of(with_fields, "statusCode")]}
