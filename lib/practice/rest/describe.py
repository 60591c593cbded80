"""describe: an sObject and its fields, as the caller sees them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from lib.practice.rest.calls import ApiResponse, Call
from lib.practice.rest.records import kind_of
from lib.practice.schema import ChildRelationship, Field, PicklistValue, SObjectType

_MASTER = "012000000000000AAA"
_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
_TRAITS = ("feedEnabled", "layoutable", "mergeable", "mruEnabled", "searchable", "triggerable")
_USUAL_URLS = {"approvalLayouts": "describe/approvalLayouts", "listviews": "listviews"}
_NEVER = {
    "activateable": False,
    "associateEntityType": None,
    "associateParentEntity": None,
    "customSetting": False,
    "deprecatedAndHidden": False,
    "hasSubtypes": False,
    "isInterface": False,
    "isSubtype": False,
}
_FIELD_NEVER: dict[str, Any] = {
    "aiPredictionField": False,
    "autoNumber": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "writeRequiresMasterRead": False,
}


def describe_global(call: Call) -> ApiResponse:
    """All sObjects the caller can see, in short form."""
    kinds = sorted(call.view.types.values(), key=lambda kind: kind.name)
    found = [{**_in_short(kind), "urls": _short_urls(call, kind)} for kind in kinds]
    return ApiResponse(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})


def describe_basic(call: Call, sobject: str) -> ApiResponse:
    """An sObject in short form, and the recently viewed records: none here."""
    kind = kind_of(call, sobject)
    short = {**_in_short(kind), "urls": _urls(call, kind)}
    return ApiResponse(body={"objectDescribe": short, "recentItems": []})


def describe(call: Call, sobject: str) -> ApiResponse:
    """An sObject with its fields, without what the caller cannot see."""
    kind = kind_of(call, sobject)
    whole = {
        "actionOverrides": [],
        **_in_short(kind),
        "childRelationships": [_child(link) for link in kind.child_relationships],
        "compactLayoutable": kind.traits.get("compactLayoutable", True),
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [_field(field) for field in kind.fields.values()],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(call, kind),
        "searchLayoutable": kind.traits.get("searchable", False),
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(kind),
        "urls": _urls(call, kind),
    }
    return _conditional(call, dict(sorted(whole.items())), call.view.since)


def _in_short(kind: SObjectType) -> dict[str, Any]:
    return {
        **_NEVER,
        **{name: kind.traits.get(name, False) for name in _TRAITS},
        "createable": kind.createable,
        "custom": kind.custom,
        "deepCloneable": kind.traits.get("deepCloneable", False),
        "deletable": kind.deletable,
        "keyPrefix": None if kind.key_prefix == "000" else kind.key_prefix,
        "label": kind.label,
        "labelPlural": kind.label_plural,
        "name": kind.name,
        "queryable": kind.queryable,
        "replicateable": True,
        "retrieveable": True,
        "undeletable": kind.traits.get("undeletable", False),
        "updateable": kind.updateable,
    }


def _short_urls(call: Call, kind: SObjectType) -> dict[str, str]:
    base = f"{call.root}/sobjects/{kind.name}"
    urls = {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base}
    if kind.traits.get("layoutable"):
        urls["compactLayouts"] = f"{base}/describe/compactLayouts"
        urls["layouts"] = f"{base}/describe/layouts"
    if kind.traits.get("mruEnabled"):
        urls["quickActions"] = f"{base}/quickActions"
        own = kind.traits.get("urls", _USUAL_URLS)
        urls |= {name: f"{base}/{path}" for name, path in own.items()}
    return urls


def _urls(call: Call, kind: SObjectType) -> dict[str, str]:
    pages = {
        "uiDetailTemplate": f"{call.site}/{{ID}}",
        "uiEditTemplate": f"{call.site}/{{ID}}/e",
        "uiNewRecord": f"{call.site}/{kind.key_prefix}/e",
    }
    return {**_short_urls(call, kind), **(pages if kind.traits.get("layoutable") else {})}


def _child(link: ChildRelationship) -> dict[str, Any]:
    return {
        "cascadeDelete": link.cascade_delete,
        "childSObject": link.child_sobject,
        "deprecatedAndHidden": False,
        "field": link.field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": link.relationship_name,
        "restrictedDelete": link.restricted_delete,
    }


def _field(field: Field) -> dict[str, Any]:
    length = field.length
    plain = {
        "aggregatable": field.aggregatable,
        "byteLength": length if field.type in ("id", "reference") else 3 * length,
        "calculated": field.calculated,
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": field.compound_field_name,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": field.initial,
        "defaultedOnCreate": field.defaulted_on_create,
        "digits": field.digits,
        "externalId": field.external_id,
        "extraTypeInfo": field.extra_type_info,
        "filterable": field.filterable,
        "groupable": field.groupable,
        "idLookup": field.id_lookup,
        "label": field.label,
        "length": length,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": field.name_pointing,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "picklistValues": [_choice(choice) for choice in field.picklist],
        "polymorphicForeignKey": field.polymorphic_foreign_key,
        "precision": field.precision,
        "queryByDistance": field.type == "address",
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "searchPrefilterable": field.search_prefilterable,
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
    }
    return dict(sorted({**_FIELD_NEVER, **plain}.items()))


def _choice(choice: PicklistValue) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": choice.default,
        "label": choice.label,
        "validFor": None,
        "value": choice.value,
    }


def _record_types(call: Call, kind: SObjectType) -> list[dict[str, Any]]:
    if not kind.permissionable:
        return []
    base = f"{call.root}/sobjects/{kind.name}"
    rows = call.org.tables.rows("RecordType").values()
    own = [(row["Id"], row["Name"]) for row in rows if row["SobjectType"] == kind.name]
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": place == 0,
            "developerName": name,
            "master": record_type_id == _MASTER,
            "name": name,
            "recordTypeId": record_type_id,
            "urls": {"layout": f"{base}/describe/layouts/{record_type_id}"},
        }
        for place, (record_type_id, name) in enumerate([*own, (_MASTER, "Master")])
    ]


def _scopes(kind: SObjectType) -> list[dict[str, str]]:
    plain = [("everything", f"All {kind.label_plural.lower()}")]
    scopes = kind.traits.get("scopes", plain)
    return [{"label": label, "name": name} for name, label in scopes]


def _conditional(call: Call, body: Any, since: datetime) -> ApiResponse:
    """The response with ETag and Last-Modified; 304 without a body if the caller has it already.

    `since` is when it last changed. If-None-Match overrides If-Modified-Since.
    """
    whole = json.dumps(body, sort_keys=True).encode()
    etag = f'"{hashlib.sha256(whole).hexdigest()[:8]}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(since, usegmt=True)}
    if _is_known(call.headers, etag, since):
        return ApiResponse(304, None, headers)
    return ApiResponse(200, body, headers)


def _is_known(headers: Mapping[str, str], etag: str, since: datetime) -> bool:
    known = headers.get("if-none-match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return bool(tags & {etag, "*"})
    try:
        return since <= parsedate_to_datetime(headers.get("if-modified-since", ""))
    except (TypeError, ValueError):
        return False  # no date, or a date that cannot be read or compared
