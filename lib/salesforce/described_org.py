"""A connected org as the guard's Schema: each sObject is described when it's first needed.

Describe answers for the signed-in user, so a hidden opt-out field is simply missing, and nothing
may be sent without it (rules.md, 0). Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lib.errors import RequestRefused, SettingsError
from lib.fields import OPT_OUT, OPT_OUT_LABEL, PERSON_OPT_OUT, OptOutField
from lib.salesforce.access import hidden_field, hidden_sobject, is_absent
from lib.salesforce.composite import read_together
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.soql.schema import SObject

_PEOPLE = ("Contact", "Lead")
_MOST_AT_ONCE = 5


class DescribedOrg:
    """What a user sees of their org, read when needed and kept: 1 API call per sObject, once.

    `own` is the org's own opt-out field, in addition to the standard field or instead of it.
    """

    def __init__(self, door: Door, own: OptOutField | None = None) -> None:
        self._door = door
        self._own = own
        self._described: dict[str, Mapping[str, Any] | None] = {}
        self._known: dict[str, SObject | None] = {}

    def ask(self, names: Iterable[str]) -> None:
        """Describe several sObjects ahead of time, in 1 API call for five of them."""
        wanted = {name.lower(): name for name in names if name.lower() not in self._described}
        asked = list(wanted.values())
        for start in range(0, len(asked), _MOST_AT_ONCE):
            some = asked[start : start + _MOST_AT_ONCE]
            parts = read_together(self._door, [f"sobjects/{name}/describe" for name in some])
            for name, part in zip(some, parts, strict=True):
                if part.failure is None or is_absent(part.failure.error):
                    self._described[name.lower()] = None if part.failure else _object(part.body)

    def sobject(self, name: str) -> SObject | None:
        """The sObject as this user sees it, `None` if there is none of that name for them.

        Raises PermissionMissing if Contact or Lead is hidden, or the opt-out field of an sObject
        with people; SettingsError if the org's own field isn't a checkbox.
        """
        key = name.lower()
        if key not in self._known:
            self._known[key] = self._read(name)
        return self._known[key]

    def people(self) -> tuple[SObject, SObject]:
        """Contact and Lead, whose opt-outs every list respects. Raises PermissionMissing."""
        self.ask(_PEOPLE)
        contact, lead = (self.sobject(name) for name in _PEOPLE)
        if contact is None or lead is None:
            raise hidden_sobject("Contact" if contact is None else "Lead")
        return contact, lead

    def fields(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        """The fields of an sObject by their lower-case names, empty if there is no such sObject."""
        described = self._describe(name)
        return _fields(described) if described is not None else {}

    def _read(self, name: str) -> SObject | None:
        described = self._describe(name)
        if described is None:
            if name.title() in _PEOPLE:
                raise hidden_sobject(name.title())
            return None
        fields = _fields(described)
        own_name = str(described.get("name") or name)
        return SObject(
            name=own_name,
            opt_out=self._opt_out(own_name, fields),
            emails=frozenset(key for key, field in fields.items() if field.get("type") == "email"),
            fields=frozenset(fields),
            parents=_parents(fields),
            children=_children(described),
            spelled=_spelled(fields),
            has_person_accounts=own_name == "Account" and "ispersonaccount" in fields,
            is_whole=True,
        )

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        key = name.lower()
        if key not in self._described:
            try:
                self._described[key] = _object(self._door.get(f"sobjects/{name}/describe"))
            except RequestRefused as error:
                if not is_absent(error):
                    raise
                self._described[key] = None
        return self._described[key]

    def _opt_out(self, sobject: str, fields: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
        """Every opt-out field to filter by. Raises if a field that must be there is hidden."""
        standard, own = self._names(sobject, fields)
        if not standard:
            return ()
        found = []
        if standard.lower() in fields:
            found.append(standard)
        elif not (self._own and self._own.is_only and own):
            raise hidden_field(sobject, OPT_OUT_LABEL)
        if own:
            found.append(_checkbox(sobject, own, fields))
        return tuple(found)

    def _names(self, sobject: str, fields: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
        """The standard field and the org's own, as this sObject names them, "" if it has none.

        On a person account, a Contact's custom field has the suffix __pc.
        """
        own = self._own.name if self._own else ""
        if sobject in _PEOPLE:
            return OPT_OUT, own
        if sobject == "Account" and "ispersonaccount" in fields:
            return PERSON_OPT_OUT, own.removesuffix("__c") + "__pc" if own else ""
        if sobject == "CampaignMember":
            return OPT_OUT, ""
        return "", ""


def _checkbox(sobject: str, name: str, fields: Mapping[str, Mapping[str, Any]]) -> str:
    found = fields.get(name.lower())
    if found is None:
        raise hidden_field(sobject, name)
    if found.get("type") != "boolean":
        raise SettingsError(
            f"{name} on {sobject} isn't a checkbox",
            remedy="Set SALESFORCE_OPT_OUT_FIELD to the API name of a checkbox on Contact and "
            "Lead, or leave it out.",
        )
    return str(found["name"])


def _fields(described: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    listed = described.get("fields")
    if not isinstance(listed, list):
        raise broken("a describe has no fields")
    return {
        str(field["name"]).lower(): field
        for field in listed
        if isinstance(field, dict) and "name" in field
    }


def _parents(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    return {
        str(field["relationshipName"]).lower(): tuple(map(str, field.get("referenceTo") or ()))
        for field in fields.values()
        if field.get("relationshipName")
    }


def _spelled(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    named = (field.get(key) for field in fields.values() for key in ("name", "relationshipName"))
    return {str(name).lower(): str(name) for name in named if name}


def _children(described: Mapping[str, Any]) -> dict[str, str]:
    listed = described.get("childRelationships")
    return {
        str(child["relationshipName"]).lower(): str(child.get("childSObject") or "")
        for child in (listed if isinstance(listed, list) else [])
        if isinstance(child, dict) and child.get("relationshipName")
    }


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise broken("a describe isn't valid")
    return body
