"""Custom fields of Contact and Lead, as parts of the schema.

With person accounts, a custom field of Contact is also a field of Account, and ends in __pc there.
Source: Salesforce Help, "Considerations for Using Person Accounts".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from lib.practice.org_settings import CustomField
from lib.practice.schema import SCHEMA, SCHEMA_WITH_PERSON_ACCOUNTS, Field, SObjectType

KINDS = ("checkbox", "formula", "text")


@lru_cache
def schema_with(added: tuple[CustomField, ...], person_accounts: bool) -> Mapping[str, SObjectType]:
    """The standard sObjects with these fields."""
    standard = SCHEMA_WITH_PERSON_ACCOUNTS if person_accounts else SCHEMA
    schema = dict(standard)
    for custom in added:
        _extend(schema, custom.sobject, _field(custom))
        if custom.sobject == "Contact" and person_accounts:
            _extend(schema, "Account", replace(_field(custom), name=on_account(custom.name)))
    return MappingProxyType(schema)


def on_account(name: str) -> str:
    """A Contact's custom field as person accounts name it."""
    return f"{name.removesuffix('__c')}__pc"


def on_contact(names: Sequence[str]) -> dict[str, str]:
    """The custom fields of person accounts among these, each with its name on Contact."""
    return {name: f"{name.removesuffix('__pc')}__c" for name in names if name.endswith("__pc")}


def _extend(schema: dict[str, SObjectType], sobject: str, field: Field) -> None:
    kind = schema[sobject.lower()]
    fields = {**kind.fields, field.name.lower(): field}
    schema[sobject.lower()] = replace(kind, fields=MappingProxyType(fields))


def _field(custom: CustomField) -> Field:
    field = Field(custom.name, custom.label, "boolean", nillable=False, custom=True, default=False)
    if custom.kind == "text":
        return replace(field, type="string", length=255, nillable=True, default=None)
    if custom.kind == "formula":
        return replace(field, createable=False, updateable=False, calculated=True)
    return replace(field, aggregatable=False, defaulted_on_create=True)
