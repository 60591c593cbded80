"""What the user must be allowed to do with an sObject, right by right, with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    helps.
    """

    name: str
    is_held: bool
    trouble: str
    field: str = ""
    instead: str = ""

    def steps(self, sobject: str, edition: str = "") -> Steps:
        """How to give the user this right."""
        if self.instead:
            return Steps("", "", note=self.instead)
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
