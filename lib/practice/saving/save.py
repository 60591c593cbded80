"""Saves rows as Salesforce does for a user: what is refused, and what else changes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lib.practice.derived_fields import completed, refreshed
from lib.practice.ids import normalized
from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal, SeveralFound, no_access, no_record, wrong_id
from lib.practice.rows import Row
from lib.practice.saving import effects, setup_rules
from lib.practice.saving.field_values import accepted
from lib.practice.saving.person_accounts import is_within_person_account
from lib.practice.schema import Field, SObjectType

_EDIT_CONVERTED = "PermissionsAllowViewEditConvertedLeads"
_LEFT_OUT = {"attributes", "id"}


class Writer:
    """Saves as a user. `auto_assign` False is the request header `Sforce-Auto-Assign: FALSE`."""

    def __init__(self, org: PracticeOrg, user_id: str, *, auto_assign: bool = True) -> None:
        self.org = org
        self.user_id = user_id
        self.auto_assign = auto_assign
        self._refused: Mapping[str, Refusal] = {}

    def begin(self, ids: Sequence[str]) -> None:
        """Go to save these records together, as triggers see them; some may be refused."""
        self._refused = self.org.refused(ids)

    def create(self, sobject: str, values: Mapping[str, Any]) -> str:
        """Add a record; returns its id. Raises `Refusal` without changing anything."""
        with self.org.transaction():
            kind = self.kind(sobject)
            if not kind.createable:
                raise Refusal(
                    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
                    f"entity type cannot be inserted: {kind.label}",
                    [],
                )
            _refuse_id(values)
            row = self._new_row(kind, self._read(kind, values, "createable"))
            fields = kind.fields.values()
            _require(
                row,
                [field for field in fields if field.createable and not field.defaulted_on_create],
            )
            self._save(kind, None, row)
            return str(row["Id"])

    def update(self, sobject: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change fields of a record. Raises `Refusal` without changing anything."""
        with self.org.transaction():
            kind = self.kind(sobject)
            changes = self._read(kind, values, "updateable")
            old = self.existing(kind, record_id)
            self._may_touch(kind, old, "updateable")
            self._refuse_converted(old)
            row = refreshed(self._whole(kind), {**old, **changes})
            _require(row, [kind.fields[name.lower()] for name in changes])
            self._save(kind, old, row)

    def delete(self, sobject: str, record_id: str) -> None:
        """Put a record and its dependents into the recycle bin; Setup rows are deleted for good."""
        with self.org.transaction():
            kind = self.kind(sobject)
            old = self.existing(kind, record_id)
            self._may_touch(kind, old, "deletable")
            setup_rules.refuse_removal(old)
            for child, child_id in effects.dependents(self.org, kind, old):
                self.delete(child, child_id)
            if kind.is_setup:
                self.org.tables.drop(kind.name, old["Id"])
            else:
                self._put(kind, old, {**old, "IsDeleted": True})

    def upsert(
        self, sobject: str, key_field: str, key: Any, values: Mapping[str, Any]
    ) -> tuple[str, bool]:
        """Update the record whose key field is `key`, or create it: its id, and whether created."""
        with self.org.transaction():
            kind = self.kind(sobject)
            found = self.find(kind, key_field, key)
            if found is None:
                named = {} if key_field.lower() == "id" else {key_field: key}
                return self.create(sobject, {**values, **named}), True
            self.update(sobject, found, values)
            return found, False

    def kind(self, sobject: str) -> SObjectType:
        """The sObject as the user sees it. Raises `Refusal` if they cannot see it."""
        kind = self.org.view(self.user_id).type(sobject)
        if kind is None:
            raise Refusal("NOT_FOUND", "The requested resource does not exist")
        return kind

    def find(self, kind: SObjectType, key_field: str, key: Any) -> str | None:
        """The id of the record whose external id or lookup field is `key`."""
        field = kind.field(key_field)
        if field is None or not (field.id_lookup or field.external_id):
            raise Refusal(
                "NOT_FOUND",
                f"Provided external ID field does not exist or is not accessible: {key_field}",
            )
        if field.type == "id":
            return None if key is None else str(self.existing(kind, str(key))["Id"])
        return self._find_by_text(kind, field, str(key))

    def existing(self, kind: SObjectType, record_id: str) -> Row:
        """A row that is there and not deleted. Raises `Refusal`."""
        full = normalized(record_id)
        if full is None or full[:3] != kind.key_prefix:
            raise wrong_id(kind.fields["id"].label, record_id)
        row = self.org.tables.rows(kind.name).get(full)
        if row is None:
            raise no_record()
        if row.get("IsDeleted"):
            raise Refusal("ENTITY_IS_DELETED", "entity is deleted", [])
        return row

    def _find_by_text(self, kind: SObjectType, field: Field, key: str) -> str | None:
        wanted = key.strip().lower()
        found = [
            str(row["Id"])
            for row in self.org.tables.rows(kind.name).values()
            if str(row.get(field.name) or "").lower() == wanted and not row.get("IsDeleted")
        ]
        if len(found) > 1:
            raise SeveralFound(kind.name, field.label, field.name, found)
        return found[0] if found else None

    def _read(self, kind: SObjectType, values: Mapping[str, Any], right: str) -> Row:
        row: Row = {}
        for name, value in values.items():
            if name.lower() not in _LEFT_OUT:
                field = _writable(kind, name, right)
                row[field.name] = accepted(field, value)
                self._check_reference(field, row[field.name])
        return row

    def _check_reference(self, field: Field, record_id: str | None) -> None:
        if field.type != "reference" or record_id is None:
            return
        targets = [
            kind for name in field.reference_to if (kind := self.org.schema.get(name.lower()))
        ]
        target = next(
            (candidate for candidate in targets if candidate.key_prefix == record_id[:3]),
            None,
        )
        if target is None:
            raise wrong_id(field.label, record_id, field.name)
        row = self.org.tables.rows(target.name).get(record_id)
        if row is None:
            raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field.name])
        if row.get("IsDeleted"):
            raise Refusal("ENTITY_IS_DELETED", "entity is deleted", [])

    def _whole(self, kind: SObjectType) -> SObjectType:
        return self.org.schema[kind.name.lower()]

    def _new_row(self, kind: SObjectType, values: Row) -> Row:
        whole = self._whole(kind)
        row = completed(whole, {"Id": self.org.ids.next(kind.key_prefix), **values})
        if whole.field("OwnerId"):
            row.setdefault("OwnerId", self.user_id)
        if whole.field("CreatedDate"):
            row |= {"CreatedDate": self.org.now(), "CreatedById": self.user_id}
        return row

    def _may_touch(self, kind: SObjectType, row: Row, right: str) -> None:
        settings = self.org.settings
        record_id = row["Id"]
        if record_id in self._refused:
            raise self._refused[record_id]
        if not getattr(kind, right) or is_within_person_account(row):
            raise no_access()
        if settings.locked.get(record_id, 0) > 0:
            settings.locked[record_id] -= 1
            message = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
            raise Refusal("UNABLE_TO_LOCK_ROW", message, [])
        if record_id in settings.in_approval:
            raise Refusal("ENTITY_IS_LOCKED", "the entity is locked for editing", [])

    def _refuse_converted(self, row: Row) -> None:
        rights = self.org.view(self.user_id).rights
        if row.get("IsConverted") and not rights.holds(_EDIT_CONVERTED):
            raise Refusal("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])

    def _obey_rules(self, kind: SObjectType, row: Row) -> None:
        for rule in self.org.settings.validation_rules:
            if rule.sobject == kind.name and rule.forbids(row):
                fields = [rule.error_field] if rule.error_field else []
                raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields)

    def _save(self, kind: SObjectType, old: Row | None, row: Row) -> None:
        setup_rules.check(self.org, kind, row)
        self._obey_rules(kind, row)
        if old is not None and setup_rules.is_pointless(row):
            self.org.tables.drop(kind.name, row["Id"])
            return
        effects.before_save(self.org, kind, old, row, auto_assign=self.auto_assign)
        self._put(kind, old, row)

    def put(self, kind: SObjectType, old: Row, row: Row) -> None:
        """Store what Salesforce itself changes, without the rules for what a user may change."""
        self._put(kind, old, row)

    def _put(self, kind: SObjectType, old: Row | None, row: Row) -> None:
        now = self.org.now()
        stamps = {
            "LastModifiedDate": now,
            "LastModifiedById": self.user_id,
            "SystemModstamp": now,
        }
        whole = self._whole(kind)
        stamped = {**row, **{name: value for name, value in stamps.items() if whole.field(name)}}
        self.org.tables.put(kind.name, stamped)
        effects.after_save(self.org, kind, old, stamped)


def _refuse_id(values: Mapping[str, Any]) -> None:
    """Refuse an id for a new record; an upsert can give it as null."""
    if any(name.lower() == "id" and value is not None for name, value in values.items()):
        message = "cannot specify Id in an insert call"
        raise Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", message, ["Id"])


def _writable(kind: SObjectType, name: str, right: str) -> Field:
    field = kind.field(name)
    if field is None:
        message = f"No such column '{name}' on sobject of type {kind.name}"
        raise Refusal("INVALID_FIELD", message)
    if not getattr(field, right):
        raise Refusal(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {field.name}. Please check the security settings of "
            "this field and verify that it is read/write for your profile or permission set.",
            [field.name],
        )
    return field


def _require(row: Row, fields: Iterable[Field]) -> None:
    missing = [field.name for field in fields if not field.nillable and row.get(field.name) is None]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, missing)
