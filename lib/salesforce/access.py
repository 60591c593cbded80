"""What the signed-in user is allowed to do. Describe shows the effective rights.

A hidden field is missing from describe, a read-only field isn't updateable, and an object that
the user can't see isn't found. Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.errors import PermissionMissing, RequestRefused, SalesforceError
from lib.fields import ACCOUNT, CONTACT, EMAIL, LEAD, OPT_OUT_LABEL, PersonFields, fields_of
from lib.salesforce.codes import Meaning, means
from lib.salesforce.composite import read_together
from lib.salesforce.door import Door
from lib.salesforce.setup_steps import (
    Steps,
    contact_steps_for_person_accounts,
    field_steps,
    object_steps,
)

SOBJECTS = (CONTACT, LEAD)
"""Described for every org; Account only where Contact says that there are person accounts."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the user must be allowed to do, and what is so if they aren't.

    `name` is that of the check in `test`, on which scripts rely. `field` is the label of the field
    it is about, or empty if it's about the records.
    """

    name: str
    is_held: bool
    trouble: str
    field: str = ""

    def steps(self, sobject: str, edition: str = "") -> Steps:
        """How to give the user this right."""
        if self.field and sobject == ACCOUNT:
            return contact_steps_for_person_accounts(self.field, edition)
        if self.field:
            return field_steps(sobject, self.field, edition)
        return object_steps(sobject)


@dataclass(frozen=True, slots=True)
class Access:
    """What the user can see and edit of an sObject. Account stands for person accounts.

    `skips_person_accounts`: the Contact that is part of a person account is left to Account.
    """

    sobject: str
    readable: bool = False
    editable: bool = False
    email_visible: bool = False
    opt_out_visible: bool = False
    opt_out_editable: bool = False
    has_person_accounts: bool = False
    has_is_converted: bool = False
    skips_person_accounts: bool = False

    @property
    def fields(self) -> PersonFields:
        """Where this sObject has a person's address and opt-out."""
        return fields_of(self.sobject)

    @property
    def can_match(self) -> bool:
        """Whether records can be found by address."""
        return self.readable and self.email_visible

    @property
    def can_write(self) -> bool:
        """Whether the opt-out box can be read and set."""
        return self.can_match and self.editable and self.opt_out_visible and self.opt_out_editable

    def requirements(self) -> list[Requirement]:
        """Everything the user must be allowed to do with the sObject, in the order to fix it."""
        name, label = self.sobject, OPT_OUT_LABEL
        return [
            Requirement(
                f"{name}: records can be seen", self.readable, f"This user can't see any {name}"
            ),
            Requirement(
                f"{name}: records can be edited",
                self.readable and self.editable,
                f"This user can't edit any {name}",
            ),
            Requirement(
                f"{name}: Email can be seen", self.email_visible, _hidden(name, EMAIL), field=EMAIL
            ),
            Requirement(
                f"{name}: {label} can be seen",
                self.opt_out_visible,
                _hidden(name, label),
                field=label,
            ),
            Requirement(
                f"{name}: {label} can be edited",
                self.opt_out_editable,
                f'"{label}" on {name} is read-only for this user',
                field=label,
            ),
        ]

    def problem(self) -> PermissionMissing | None:
        """The first thing that stops the box from being set, if anything does."""
        missing = next((right for right in self.requirements() if not right.is_held), None)
        if missing is None:
            return None
        steps = missing.steps(self.sobject)
        return PermissionMissing(missing.trouble, remedy=steps.remedy)


def hidden_field(sobject: str, label: str) -> PermissionMissing:
    """The error when Salesforce hides a field Optback needs, with where to click."""
    return PermissionMissing(_hidden(sobject, label), remedy=field_steps(sobject, label).remedy)


def hidden_sobject(sobject: str) -> PermissionMissing:
    """The error when the user can't see an sObject Optback needs."""
    return PermissionMissing(
        f"This user can't see any {sobject}", remedy=object_steps(sobject).remedy
    )


def is_absent(error: SalesforceError | None) -> bool:
    """Whether Salesforce says there is no object of that name for this user."""
    return isinstance(error, RequestRefused) and (
        error.status == 404 or means(error.vendor_code, Meaning.ABSENT)
    )


def access(door: Door) -> dict[str, Access]:
    """The rights on Contact and Lead, and on Account if the org has person accounts.

    Costs 1 API call, 1 more with person accounts, and 1 for each describe that isn't answered.
    """
    rights = {name: _access(name, described) for name, described in _describe(door, SOBJECTS)}
    if rights[CONTACT].has_person_accounts:
        ((_, described),) = _describe(door, (ACCOUNT,))
        account = rights[ACCOUNT] = _access(ACCOUNT, described)
        rights[CONTACT] = replace(rights[CONTACT], skips_person_accounts=account.can_match)
    return rights


def _describe(door: Door, names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each sObject with its describe, `None` if the user can't see it."""
    paths = [f"sobjects/{name}/describe" for name in names]
    try:
        bodies = [None if part.failure else part.body for part in read_together(door, paths)]
    except RequestRefused:
        bodies = [None for _ in paths]
    for name, path, body in zip(names, paths, bodies, strict=True):
        yield name, body if isinstance(body, dict) else _describe_alone(door, path)


def _describe_alone(door: Door, path: str) -> dict[str, Any] | None:
    try:
        body = door.get(path)
    except RequestRefused as error:
        if is_absent(error):
            return None
        raise
    return body if isinstance(body, dict) else None


def _access(name: str, described: dict[str, Any] | None) -> Access:
    if described is None:
        return Access(name)
    listed = described.get("fields")
    fields = {
        field.get("name"): field
        for field in (listed if isinstance(listed, list) else [])
        if isinstance(field, dict)
    }
    expected = fields_of(name)
    box = fields.get(expected.opt_outs[0])
    return Access(
        sobject=name,
        readable=bool(described.get("queryable", True)),
        editable=bool(described.get("updateable")),
        email_visible=expected.email in fields,
        opt_out_visible=box is not None,
        opt_out_editable=box is not None and bool(box.get("updateable")),
        has_person_accounts="IsPersonAccount" in fields,
        has_is_converted="IsConverted" in fields,
    )


def _hidden(sobject: str, label: str) -> str:
    return f'Salesforce hides "{label}" on {sobject} from this user'
