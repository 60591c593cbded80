"""What the user must be allowed to do with an sObject, right by right, with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.fields import ACCOUNT
from lib.salesforce.own_box import OwnBox
from lib.salesforce.setup_steps import (
    Steps,
    contact_steps_for_person_accounts,
    field_steps,
    object_steps,
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the user must be allowed to do, and what is so if they aren't.

    `name` is that of the check in `test`, on which scripts rely. `field` is the label of the field
    it is about, or empty if it's about the records. `instead` is what to do if no step in Setup
    helps, and `otherwise` what to do if the steps don't.
    """

    name: str
    is_held: bool
    trouble: str
    field: str = ""
    instead: str = ""
    otherwise: str = ""

    def steps(self, sobject: str, edition: str = "") -> Steps:
        """How to give the user this right."""
        if self.instead:
            return Steps("", "", note=self.instead)
        steps = self._setup_steps(sobject, edition)
        return replace(steps, note=f"{self.otherwise} {steps.note}") if self.otherwise else steps

    def _setup_steps(self, sobject: str, edition: str) -> Steps:
        if self.field and sobject == ACCOUNT:
            return contact_steps_for_person_accounts(self.field, edition)
        if self.field:
            return field_steps(sobject, self.field, edition)
        return object_steps(sobject)


def of_own_box(sobject: str, box: OwnBox) -> Iterator[Requirement]:
    """That the org's own opt-out field is there, is a checkbox, and can be edited."""
    name = box.name
    yield Requirement(
        f"{sobject}: {name} can be seen",
        box.is_visible,
        f"{sobject} has no field {name}, or Salesforce hides it from this user",
        field=name,
        otherwise=_if_missing(sobject, name),
    )
    yield Requirement(
        f"{sobject}: {name} is a checkbox",
        box.can_be_read,
        f"{name} on {sobject} {box.misfit}",
        field=name,
        instead=box.instead if box.is_visible else "",
    )
    yield Requirement(
        f"{sobject}: {name} can be edited",
        box.can_be_set,
        f"{name} on {sobject} is read-only for this user",
        field=name,
    )


def _if_missing(sobject: str, name: str) -> str:
    if sobject == ACCOUNT:
        return "If the field isn't listed there, choose another opt-out field."
    return (
        f"If the field isn't listed there, add a checkbox to {sobject} with the API name {name}, "
        "or choose another opt-out field."
    )
