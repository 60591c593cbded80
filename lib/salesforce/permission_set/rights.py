"""The rights Optback needs, as rows of Setup: pure.

Source: Object Reference, PermissionSet, ObjectPermissions, FieldPermissions.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lib.fields import EMAIL, OPT_OUT, OPT_OUT_LABEL, OptOutField
from lib.salesforce.access import SOBJECTS
from lib.values import Check

NAME = "Optback_Email_Opt_Out"
LABEL = "Optback: Email Opt Out"
MARK = "Made by Optback."
"""How the description of our set begins; a set of that name without it is someone else's."""
DESCRIPTION = (
    f"{MARK} Lets its user see the addresses of Contacts and Leads and opt these people out, and "
    "nothing else. Optback's Connection page can remove it."
)
_OF_A_RIGHT = re.compile(r"(?:Contact|Lead|Account): .+ can be (?:seen|edited)")
_LABELS = {EMAIL: "Email", OPT_OUT: OPT_OUT_LABEL}


@dataclass(frozen=True, slots=True)
class Right:
    """Read, or read and edit, on an sObject or on one of its fields. Edit includes Read."""

    sobject: str
    field: str = ""
    edit: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What it is a right on, in lower case as Salesforce compares names."""
        return self.sobject.lower(), self.field.lower()

    @property
    def kind(self) -> str:
        """The sObject that holds such rights."""
        return "FieldPermissions" if self.field else "ObjectPermissions"

    @property
    def what(self) -> str:
        """What it is a right on, in words: `Contact`, `Email Opt Out on Lead`."""
        return (
            f"{_LABELS.get(self.field, self.field)} on {self.sobject}"
            if self.field
            else (self.sobject)
        )

    @property
    def words(self) -> str:
        """`Read and edit`, or `Read`."""
        return "Read and edit" if self.edit else "Read"


ACCOUNT_READ = Right("Account")
"""Only if Salesforce says that Contact depends on it."""


def rights_needed(
    own: OptOutField | None = None,
    *,
    has_person_accounts: bool = False,
    free: Collection[tuple[str, str]] = (),
) -> tuple[Right, ...]:
    """Every right that matching and writing need, in the order in which they can be given.

    Objects come before their fields. Account is there only if the org has person accounts, which
    are written through it; their fields follow those of Contact. An own field takes the place of
    Email Opt Out, or comes in addition to it. `free` are fields that everyone can see, so there is
    no right on them.
    """
    objects = ("Account", *SOBJECTS) if has_person_accounts else SOBJECTS
    standard = () if own is not None and own.is_only else (OPT_OUT,)
    boxes = standard if own is None else (*standard, own.name)
    fields = {EMAIL: False, **dict.fromkeys(boxes, True)}
    rights = [Right(name, edit=True) for name in objects]
    rights += [Right(name, field, edit) for name in SOBJECTS for field, edit in fields.items()]
    return tuple(right for right in rights if (right.sobject, right.field) not in free)


def failed_rights(checks: Iterable[Check]) -> list[Check]:
    """The failed checks of `test` that such a right would fix."""
    return [each for each in checks if not each.ok and is_about_a_right(each.name)]


def is_about_a_right(name: str) -> bool:
    """Whether a check with this name is about such a right."""
    return _OF_A_RIGHT.fullmatch(name) is not None


def missing_from(
    rights: Iterable[Right], given: Mapping[tuple[str, str], bool]
) -> tuple[Right, ...]:
    """The rights that aren't given yet; `given` says for each whether it can be edited."""
    return tuple(
        right for right in rights if right.key not in given or (right.edit and not given[right.key])
    )
