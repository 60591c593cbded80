"""What the signed-in user is allowed to do. Describe shows the effective rights.

A hidden field is missing from describe, a read-only field isn't updateable, and an object that
the user can't see isn't found. Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from lib.errors import PermissionMissing, RequestRefused, SalesforceError
from lib.fields import (
    ACCOUNT,
    CONTACT,
    EMAIL,
    LEAD,
    OPT_OUT_LABEL,
    OptOutField,
    PersonFields,
    fields_of,
)
from lib.salesforce.codes import Meaning, means
from lib.salesforce.composite import read_together
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.own_box import Checkbox, OwnBox, checkboxes, own_box
from lib.salesforce.requirements import Requirement, of_own_box
from lib.salesforce.setup_steps import field_steps, object_steps

SOBJECTS = (CONTACT, LEAD)
"""Described for every org; Account only where Contact says that there are person accounts."""


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
    account_visible: bool = False
    skips_person_accounts: bool = False
    own: OwnBox | None = None
    checkboxes: tuple[Checkbox, ...] = ()

    @property
    def fields(self) -> PersonFields:
        """Where this sObject has a person's address and opt-outs."""
        email, standard = (found := fields_of(self.sobject)).email, found.opt_outs
        if self.own is None:
            return found
        return PersonFields(email, (*(() if self.own.is_only else standard), self.own.name))

    @property
    def boxes_visible(self) -> bool:
        """Whether every opt-out field of the connection can be read."""
        standard = self.opt_out_visible or self._only_own
        return standard and (self.own is None or self.own.can_be_read)

    @property
    def _only_own(self) -> bool:
        return self.own is not None and self.own.is_only

    @property
    def can_match(self) -> bool:
        """Whether records can be found by address."""
        return self.readable and self.email_visible

    @property
    def can_write(self) -> bool:
        """Whether every opt-out box can be read and set."""
        standard = self.opt_out_editable or self._only_own
        own = self.own is None or self.own.can_be_set
        return self.can_match and self.editable and self.boxes_visible and standard and own

    def requirements(self) -> list[Requirement]:
        """Everything the user must be allowed to do with the sObject, in the order to fix it."""
        name = self.sobject
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
            *([] if self._only_own else self._of_standard_box()),
            *([] if self.own is None else of_own_box(name, self.own)),
        ]

    def _of_standard_box(self) -> list[Requirement]:
        name, label = self.sobject, OPT_OUT_LABEL
        return [
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

    def problem(self, edition: str = "") -> PermissionMissing | None:
        """The first thing that stops the box from being set, with the steps of this edition."""
        missing = next((right for right in self.requirements() if not right.is_held), None)
        if missing is None:
            return None
        steps = missing.steps(self.sobject, edition)
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


def describe_paths(*, has_person_accounts: bool = False) -> list[str]:
    """What `access` asks, to ask it ahead."""
    names = (*SOBJECTS, ACCOUNT) if has_person_accounts else SOBJECTS
    return [_describe_path(name) for name in names]


def expected(own: OptOutField | None) -> dict[str, Access]:
    """The rights of a user who lacks nothing, in an org without person accounts."""
    return {name: _expected(name, own) for name in SOBJECTS}


def access(door: Door) -> dict[str, Access]:
    """The rights on Contact and Lead, and on Account if the org has person accounts.

    Costs 1 API call, 1 more with person accounts, and 1 for each describe that isn't answered.
    From then on, the door spells the org's own opt-out field as Salesforce does.
    """
    own = door.own_field
    rights = {name: _access(name, described, own) for name, described in _describe(door, SOBJECTS)}
    if rights[CONTACT].has_person_accounts:
        ((_, described),) = _describe(door, (ACCOUNT,))
        account = rights[ACCOUNT] = _access(ACCOUNT, described, own)
        rights[CONTACT] = replace(rights[CONTACT], skips_person_accounts=account.can_match)
    if own is not None:
        spelled = ((name, right.own.name) for name, right in rights.items() if right.own)
        door.own_field = replace(own, spelled=tuple(spelled))
    return rights


def own_checkboxes(rights: Mapping[str, Access]) -> tuple[Checkbox, ...]:
    """The checkboxes that Contact and Lead have in common, under Contact's labels."""
    on_lead = {box.name.lower() for box in rights[LEAD].checkboxes}
    return tuple(box for box in rights[CONTACT].checkboxes if box.name.lower() in on_lead)


def _describe(door: Door, names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each sObject with its describe, `None` if the user can't see it."""
    paths = [_describe_path(name) for name in names]
    try:
        bodies = [None if part.failure else part.body for part in read_together(door, paths)]
    except RequestRefused:
        bodies = [None for _ in paths]
    for name, path, body in zip(names, paths, bodies, strict=True):
        yield name, body if _is_describe(body) else _describe_alone(door, path)


def _describe_path(name: str) -> str:
    return f"sobjects/{name}/describe"


def _describe_alone(door: Door, path: str) -> dict[str, Any] | None:
    try:
        body = door.get(path)
    except RequestRefused as error:
        if is_absent(error):
            return None
        raise
    if not _is_describe(body):  # damaged, which says nothing about rights
        raise broken("it doesn't describe an object")
    return cast(dict[str, Any], body)


def _is_describe(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("fields"), list)


def _expected(name: str, own: OptOutField | None) -> Access:
    return Access(
        name,
        readable=True,
        editable=True,
        email_visible=True,
        opt_out_visible=True,
        opt_out_editable=True,
        has_is_converted=name == LEAD,
        account_visible=name == CONTACT,
        own=None if own is None else OwnBox(own.on(name), own.is_only, is_visible=True),
    )


def _access(name: str, described: dict[str, Any] | None, own: OptOutField | None) -> Access:
    if described is None:
        return Access(name, own=own_box(own, name, {}) if own else None)
    listed = described.get("fields")
    fields = {
        str(field.get("name")): field
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
        account_visible=name == CONTACT and "AccountId" in fields,
        own=own_box(own, name, fields) if own else None,
        checkboxes=checkboxes(fields),
    )


def _hidden(sobject: str, label: str) -> str:
    return f'Salesforce hides "{label}" on {sobject} from this user'
