"""The rows of an ingest job: their text as values of fields, and saving them.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Valid CSV Record Rows" and "Relationship Fields
in a Header Row": an empty value leaves the field alone, `#N/A` empties it, and `Owner.Username`
looks a record up. An assignment rule only runs if the job names it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.practice.bulk.ingest_csv import BadUpload, Upload
from lib.practice.bulk.ingest_jobs import RowResult
from lib.practice.ids import normalized
from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal, UnreadableValue
from lib.practice.saving.save import Writer
from lib.practice.schema import Field, SObjectType

_EMPTIED = "#N/A"
_WORDS = {"true": True, "1": True, "false": False, "0": False}
_NUMBERS = ("int", "double", "currency", "percent")
_DELETES = ("delete", "hardDelete")


@dataclass(frozen=True, slots=True)
class BulkRows:
    """Saves rows of CSV as a user."""

    org: PracticeOrg
    user_id: str
    sobject: str
    operation: str
    key_field: str

    def check(self, upload: Upload) -> None:
        """Refuse headings that the object doesn't have. Raises BadUpload."""
        kind = self._kind()
        for heading in upload.headings:
            if heading.lower() != "id" and self._field(kind, heading) is None:
                raise BadUpload(f"InvalidBatch : Field name not found : {heading}")
        if self.operation in _DELETES and [name.lower() for name in upload.headings] != ["id"]:
            raise BadUpload("InvalidBatch : delete batch must contain only ids")

    def save(self, upload: Upload, rows: Sequence[Sequence[str]]) -> list[RowResult]:
        """Save some rows in one transaction, each with its own result."""
        with self.org.transaction():
            return list(self._saved(upload, rows))

    def _saved(self, upload: Upload, rows: Sequence[Sequence[str]]) -> Iterator[RowResult]:
        writer, kind = Writer(self.org, self.user_id, auto_assign=False), self._kind()
        seen: set[str] = set()
        names = [heading.lower() for heading in upload.headings]
        if "id" in names:
            place = names.index("id")
            writer.begin([full for row in rows if (full := normalized(row[place]))])
        for row in rows:
            given = dict(zip(upload.headings, row, strict=True))
            record_id = next((text for name, text in given.items() if name.lower() == "id"), "")
            full = normalized(record_id) or record_id
            try:
                if full and full in seen:
                    raise Refusal("DUPLICATE_VALUE", f"Duplicate id specified: {full}", ["Id"])
                seen.add(full)
                saved_id, created = self._one(writer, kind, record_id, given)
                yield RowResult(row, saved_id, created)
            except UnreadableValue as refusal:
                yield RowResult(row, full, error=_wrong_type(kind, refusal))
            except Refusal as refusal:
                yield RowResult(row, full, error=_error(refusal))

    def _one(
        self, writer: Writer, kind: SObjectType, record_id: str, given: Mapping[str, str]
    ) -> tuple[str, bool]:
        if self.operation in _DELETES:
            writer.delete(kind.name, record_id)
            return str(normalized(record_id)), False
        values = self._values(writer, kind, given)
        if self.operation == "insert":
            return writer.create(kind.name, values), True
        if self.operation == "upsert":
            key = next((v for k, v in given.items() if k.lower() == self.key_field.lower()), "")
            return writer.upsert(kind.name, self.key_field, key or None, values)
        if not record_id:
            raise Refusal("MISSING_ARGUMENT", "Id not specified in an update call")
        writer.update(kind.name, record_id, values)
        return str(normalized(record_id)), False

    def _values(
        self, writer: Writer, kind: SObjectType, given: Mapping[str, str]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for heading, text in given.items():
            field = self._field(kind, heading)
            if not text or heading.lower() == "id" or field is None:
                continue
            if "." in heading and text != _EMPTIED:
                values[field.name] = self._looked_up(writer, field, heading, text)
            else:
                values[field.name] = _value(field, text)
        return values

    def _field(self, kind: SObjectType, heading: str) -> Field | None:
        """The field of a heading; for `Owner.Username`, the lookup."""
        relation, point, _ = heading.partition(".")
        if not point:
            return kind.field(heading)
        named = (field for field in kind.fields.values() if field.relationship_name)
        return next((f for f in named if str(f.relationship_name) == relation), None)

    def _looked_up(self, writer: Writer, field: Field, heading: str, text: str) -> str:
        key_field = heading.partition(".")[2]
        for target in field.reference_to:
            kind = writer.org.view(self.user_id).type(target)
            known = kind.field(key_field) if kind else None
            if kind and known and (known.id_lookup or known.external_id):
                found = writer.find(kind, key_field, text)
                if found is not None:
                    return found
        raise Refusal(
            "INVALID_FIELD",
            f"Foreign key external ID: {text} not found for field {key_field} in entity "
            f"{field.reference_to[0] if field.reference_to else ''}",
        )

    def _kind(self) -> SObjectType:
        kind = self.org.view(self.user_id).type(self.sobject)
        if kind is None:
            raise BadUpload(f"InvalidJob : Unable to find object: {self.sobject}")
        return kind


def _value(field: Field, text: str) -> Any:
    if text == _EMPTIED:
        return None
    if field.type == "boolean":
        return _WORDS.get(text.strip().lower(), text)
    if field.type in _NUMBERS:
        try:
            return int(text) if field.type == "int" else float(text)
        except ValueError:
            return text
    return text


def _wrong_type(kind: SObjectType, refusal: UnreadableValue) -> str:
    field = kind.field(refusal.name)
    label = field.label if field else refusal.name
    message = f"{label}: value not of required type: {refusal.value}"
    return _error(Refusal("INVALID_TYPE_ON_FIELD_IN_RECORD", message, [refusal.name]))


def _error(refusal: Refusal) -> str:
    """A refusal as it is written into the file: `CODE:message:FIELDS --`."""
    fields = " ".join(refusal.fields or ())
    return f"{refusal.error_code}:{refusal.message}:{fields + ' ' if fields else ''}--"
