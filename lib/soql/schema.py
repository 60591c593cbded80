"""What the guard needs to know about sObjects: their email fields, and where relationships lead.

The standard objects are in standard_objects.py; a connected org uses its describe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SObject:
    """An sObject. Keys of the mappings are lower case; names are spelled as in Salesforce.

    `parents` maps a relationship (`contact`, `reportsto`, `who`) to the sObjects it can lead to:
    several if it is polymorphic. `children` maps a child relationship to its sObject.
    `is_whole` is true if it comes from a describe: then what is missing doesn't exist for this
    user. Otherwise it is the standard object, and an org's own fields are missing.
    """

    name: str
    opt_out: tuple[str, ...] = ()  # fields that the guard checks, the standard field first
    emails: frozenset[str] = frozenset()  # fields of the type email, lower case
    fields: frozenset[str] = frozenset()  # all of its fields, lower case; empty if unknown
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)  # fields and relationships
    has_person_accounts: bool = False  # only for Account
    is_whole: bool = False


class Schema(Protocol):
    """Looks up sObjects by name, in any case."""

    def sobject(self, name: str) -> SObject | None:
        """The sObject, or `None` if it is unknown.

        A connected org may ask Salesforce (1 API call per sObject, once). It raises
        PermissionMissing if the opt-out field of an sObject with people is hidden.
        """
