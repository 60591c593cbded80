"""The practice org's sObjects and fields, from a recorded describe.

They are tables in objects/: a file per sObject, a line per field, with columns separated by tabs:
name, label, type, length, flags, references (`Account,User>RelationshipName`), compound field,
picklist (`value=label|*default value`), and what else differs from a plain field (JSON). The flags:
C createable, U updateable, F filterable, S sortable, G groupable, A aggregatable, N nillable,
P permissionable, D defaulted on create, L lookup field. `-` is an empty column.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

_TABLES = Path(__file__).parent / "objects"


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One active value of a picklist."""

    value: str
    label: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field, with the attributes of describe that this org uses."""

    name: str
    label: str
    type: str
    length: int = 0
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    aggregatable: bool = True
    nillable: bool = True
    permissionable: bool = True
    defaulted_on_create: bool = False
    id_lookup: bool = False
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    compound_field_name: str | None = None
    picklist: tuple[PicklistValue, ...] = ()
    restricted_picklist: bool = False
    calculated: bool = False
    custom: bool = False
    unique: bool = False
    external_id: bool = False
    case_sensitive: bool = False
    name_field: bool = False
    name_pointing: bool = False
    polymorphic_foreign_key: bool = False
    search_prefilterable: bool = False
    default: bool | int | str | None = None
    precision: int = 0
    scale: int = 0
    digits: int = 0
    extra_type_info: str | None = None
    since: int = 0
    """The first API version that has the field."""

    @property
    def initial(self) -> bool | int | str | None:
        """The value of the field in a new record, if none is given."""
        chosen = next((choice.value for choice in self.picklist if choice.default), None)
        return self.default if chosen is None else chosen


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """A lookup from another sObject; subqueries cannot use it if `relationship_name` is None."""

    child_sobject: str
    field: str
    relationship_name: str | None = None
    cascade_delete: bool = False
    restricted_delete: bool = False


@dataclass(frozen=True, slots=True)
class SObjectType:
    """An sObject; `fields` is keyed by the lower-case API name, in describe's order.

    It also represents an sObject as a user sees it: without what they cannot see, and with
    read-only fields marked (see access.py).
    """

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: Mapping[str, Field]
    child_relationships: tuple[ChildRelationship, ...] = ()
    custom: bool = False
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    is_setup: bool = False
    permissionable: bool = True
    traits: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(init=False)
    """The values of a new record's fields if none are given, by field name."""
    addresses: tuple[str, ...] = field(init=False)
    """The names of its compound addresses."""

    def __post_init__(self) -> None:
        fields = self.fields.values()
        defaults = {known.name: known.initial for known in fields if known.initial is not None}
        object.__setattr__(self, "defaults", MappingProxyType(defaults))
        addresses = tuple(known.name for known in fields if known.type == "address")
        object.__setattr__(self, "addresses", addresses)

    def field(self, name: str) -> Field | None:
        """The field with this API name, in any case."""
        return self.fields.get(name.lower())

    def as_of(self, version: int) -> "SObjectType":
        """The sObject in an API version, without the fields that came later."""
        known = {key: field for key, field in self.fields.items() if field.since <= version}
        return self if len(known) == len(self.fields) else replace(self, fields=known)


def _load() -> dict[str, SObjectType]:
    lines = (_TABLES / "sobjects.tsv").read_text(encoding="utf-8").splitlines()
    types = [_read_type(line.split("\t")) for line in lines if line]
    return {kind.name.lower(): kind for kind in types}


def _read_type(columns: list[str]) -> SObjectType:
    name, label, label_plural, key_prefix, traits = columns
    return SObjectType(
        name=name,
        label=label,
        label_plural=label_plural,
        key_prefix=key_prefix,
        fields=MappingProxyType(_read_fields(name)),
        child_relationships=_read_children(name),
        **_more(traits),
    )


def _read_fields(sobject: str) -> dict[str, Field]:
    lines = (_TABLES / f"{sobject}.tsv").read_text(encoding="utf-8").splitlines()
    fields = [_read_field(line) for line in lines if line]
    return {known.name.lower(): known for known in fields}


def _read_field(line: str) -> Field:
    """The field that a line of a table describes."""
    name, label, kind, length, flags, references, compound, picklist, more = line.split("\t")
    targets, _, relationship = _text(references).partition(">")
    return Field(
        name=name,
        label=label,
        type=kind,
        length=int(length),
        reference_to=tuple(targets.split(",")) if targets else (),
        relationship_name=relationship or None,
        compound_field_name=_text(compound) or None,
        picklist=tuple(_read_value(choice) for choice in _text(picklist).split("|") if choice),
        **_read_flags(flags),
        **_more(more),
    )


def _read_flags(flags: str) -> dict[str, Any]:
    letters = {
        "createable": "C",
        "updateable": "U",
        "filterable": "F",
        "sortable": "S",
        "groupable": "G",
        "aggregatable": "A",
        "nillable": "N",
        "permissionable": "P",
        "defaulted_on_create": "D",
        "id_lookup": "L",
    }
    return {name: letter in flags for name, letter in letters.items()}


def _read_value(text: str) -> PicklistValue:
    value, _, label = text.removeprefix("*").partition("=")
    return PicklistValue(value, label or value, text.startswith("*"))


def _read_children(sobject: str) -> tuple[ChildRelationship, ...]:
    lines = (_TABLES / "children.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.startswith(f"{sobject}\t")]
    return tuple(
        ChildRelationship(child, lookup, _text(name) or None, "cascade" in on, "restrict" in on)
        for _, child, lookup, name, on in rows
    )


def _text(column: str) -> str:
    return "" if column == "-" else column


def _more(column: str) -> dict[str, Any]:
    more: dict[str, Any] = json.loads(_text(column) or "{}")
    return more


SCHEMA: Mapping[str, SObjectType] = MappingProxyType(_load())


def _with_person_accounts() -> dict[str, SObjectType]:
    account, contact, record_type = SCHEMA["account"], SCHEMA["contact"], SCHEMA["recordtype"]
    person = _read_fields("PersonAccount")
    name = {"name": replace(account.fields["name"], nillable=True)}
    flag = {"ispersonaccount": person["ispersonaccount"]}
    kind = {
        "ispersontype": replace(
            flag["ispersonaccount"], name="IsPersonType", label="Is Person Type"
        )
    }
    scoped = sorted([*account.traits["scopes"], ["scopingRule", "Filter by scope"]])
    widened = {
        "account": replace(
            _with(account, {**name, **person}), traits={**account.traits, "scopes": scoped}
        ),
        "contact": _with(contact, flag),
        "recordtype": _with(record_type, kind),
    }
    return {**SCHEMA, **widened}


def _with(kind: SObjectType, fields: Mapping[str, Field]) -> SObjectType:
    return replace(kind, fields=MappingProxyType({**kind.fields, **fields}))


SCHEMA_WITH_PERSON_ACCOUNTS: Mapping[str, SObjectType] = MappingProxyType(_with_person_accounts())
"""The schema after person accounts are turned on, which a real org cannot undo."""
