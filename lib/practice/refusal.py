"""What the practice org refuses, in Salesforce's words: its code, message, fields and status."""

from collections.abc import Sequence

_STATUS = {
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "METHOD_NOT_ALLOWED": 405,
    "GONE": 410,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "REQUEST_LIMIT_EXCEEDED": 403,
}


class Refusal(Exception):
    """A refused request or record; `fields` is None if the answer has no list of fields."""

    def __init__(
        self,
        error_code: str,
        message: str,
        fields: Sequence[str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.error_code = error_code
        self.message = message
        self.fields = None if fields is None else tuple(fields)
        self.status = status or _STATUS.get(error_code, 400)


class UnreadableValue(Refusal):
    """A value that does not fit its field; its place is added where the body is known."""

    def __init__(self, message: str, name: str, value: object) -> None:
        super().__init__("JSON_PARSER_ERROR", message)
        self.name = name
        self.value = value


class SeveralFound(Refusal):
    """Several records have this value in a lookup field; single calls answer 300."""

    def __init__(self, sobject: str, label: str, field: str, record_ids: Sequence[str]) -> None:
        named = ", ".join(record_ids)
        message = f"{label}: more than one record found for external id field: [{named}]"
        super().__init__("DUPLICATE_EXTERNAL_ID", message, [field], 300)
        self.sobject = sobject
        self.record_ids = tuple(record_ids)


def wrong_id(label: str, record_id: object, field: str = "Id") -> Refusal:
    """The refusal of an invalid id, or the id of another sObject; `label` is the field's label."""
    message = f"{label}: id value of incorrect type: {record_id}"
    return Refusal("MALFORMED_ID", message, [field])


def no_record() -> Refusal:
    """The refusal of a change to a record that never existed."""
    return Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", status=404)


def no_access() -> Refusal:
    """The refusal of a save without the necessary permission."""
    message = "insufficient access rights on object id"
    return Refusal("INSUFFICIENT_ACCESS_OR_READONLY", message, [])


def too_many(most: int) -> Refusal:
    """The refusal of a call with more than `most` records."""
    message = f"record limit reached. cannot submit more than {most} records into this call"
    return Refusal("EXCEEDED_ID_LIMIT", message)
