"""What the guard must know of sObjects: their e-mail fields, and where their relationships lead.

The standard objects are in standard.py; a connected org answers by its describe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SObject:
    """One sObject; keys of the mappings are lower case, names are in Salesforce's spelling.

    `parents` maps a relationship (`contact`, `reportsto`, `who`) to the sObjects it may lead to:
    more than one is polymorphic. `children` maps a child relationship to its sObject.
    `is_whole`: told by describe, so what it lacks does not exist for this user; else it is the
    standard object, and an org's own fields may be missing here.
    """

    name: str
    opt_out: tuple[str, ...] = ()  # every opt-out field to guard by, the standard one first
    emails: frozenset[str] = frozenset()  # fields of the type email, lower case
    fields: frozenset[str] = frozenset()  # all of its fields, lower case; empty where not told
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)  # relationships in their own spelling
    has_person_accounts: bool = False  # Account alone
    is_whole: bool = False


class Schema(Protocol):
    """Tells of sObjects by name, whatever its case."""

    def sobject(self, name: str) -> SObject | None:
        """The sObject, or `None` where nothing is known of it.

        A connected org may ask Salesforce (1 API call an sObject, once), and raises
        PermissionMissing where the opt-out field of an sObject that holds people is hidden.
        """
