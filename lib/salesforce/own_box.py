"""The org's own opt-out checkbox on an sObject, as describe shows it to the user.

Source: REST API Developer Guide, "sObject Describe" (`calculated` is a formula).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.fields import OPT_OUT_LABEL, OptOutField


@dataclass(frozen=True, slots=True)
class OwnBox:
    """The checkbox on one sObject: what is wrong with it, "" if it can be read and set.

    `name` is as Salesforce spells it, else as it was entered. `is_read_only` is about the user's
    rights; `misfit` is about the field: it isn't a checkbox, or a formula calculates it.
    """

    name: str
    is_only: bool
    is_visible: bool = False
    misfit: str = ""
    is_read_only: bool = False

    @property
    def can_be_read(self) -> bool:
        """Whether it's there, seen, and a checkbox."""
        return self.is_visible and not self.misfit

    @property
    def can_be_set(self) -> bool:
        """Whether it can be read, and this user may edit it."""
        return self.can_be_read and not self.is_read_only

    @property
    def instead(self) -> str:
        """What to do if it can't serve at all."""
        return (
            "Choose a checkbox that a user can edit, under its API name: on the Connection page, "
            f"or in SALESFORCE_OPT_OUT_FIELD. Without one, {OPT_OUT_LABEL} alone counts."
        )


@dataclass(frozen=True, slots=True)
class Checkbox:
    """A checkbox of the org's own that could be an opt-out field."""

    name: str
    label: str


def checkboxes(fields: Mapping[str, Mapping[str, Any]]) -> tuple[Checkbox, ...]:
    """The custom checkboxes of an sObject that the user can edit, by their labels."""
    found = (
        Checkbox(name, str(field.get("label") or name))
        for name, field in fields.items()
        if name.lower().endswith("__c") and field.get("updateable") and not _misfit(field)
    )
    return tuple(sorted(found, key=lambda box: box.label.lower()))


def own_box(own: OptOutField, sobject: str, fields: Mapping[str, Mapping[str, Any]]) -> OwnBox:
    """The checkbox on an sObject; names are compared as Salesforce does, whatever their case."""
    wanted = own.on(sobject)
    found = next((field for name, field in fields.items() if name.lower() == wanted.lower()), None)
    if found is None:
        return OwnBox(wanted, own.is_only)
    return OwnBox(
        name=str(found["name"]),
        is_only=own.is_only,
        is_visible=True,
        misfit=_misfit(found),
        is_read_only=not found.get("updateable"),
    )


def _misfit(field: Mapping[str, Any]) -> str:
    if field.get("type") != "boolean":
        return "isn't a checkbox"
    return "is a formula, which no one can set" if field.get("calculated") else ""
