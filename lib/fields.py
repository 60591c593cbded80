"""The fields of Salesforce this program is about, under their API names: their one home.

A person's address and opt-out are in other fields on a person account (Account) than on Contact and
Lead, and an org may have a checkbox of its own. Source: Object Reference, Contact, Lead, Account.
"""

from collections.abc import Mapping
from dataclasses import dataclass

EMAIL = "Email"
OPT_OUT = "HasOptedOutOfEmail"
OPT_OUT_LABEL = "Email Opt Out"
PERSON_EMAIL = "PersonEmail"
PERSON_OPT_OUT = "PersonHasOptedOutOfEmail"
EMAIL_BOUNCED = "EmailBouncedDate"
PERSON_EMAIL_BOUNCED = "PersonEmailBouncedDate"

CONTACT, LEAD, ACCOUNT = "Contact", "Lead", "Account"

_CUSTOM, _CUSTOM_ON_ACCOUNT = "__c", "__pc"


@dataclass(frozen=True, slots=True)
class OptOutField:
    """A custom checkbox on Contact and Lead that says who opted out, like Email Opt Out.

    `is_only`: it replaces Email Opt Out. Otherwise both count.
    """

    name: str  # API name, such as No_Mail__c
    is_only: bool
    spelled: tuple[tuple[str, str], ...] = ()  # sObject and name, as Salesforce spells it there

    @classmethod
    def of(cls, setting: str) -> "OptOutField | None":
        """The field that a setting names: `Both__c`, or `=Only__c`; `None` for an empty one."""
        return cls(setting.removeprefix("="), setting.startswith("=")) if setting else None

    @property
    def setting(self) -> str:
        """It as a setting."""
        return f"={self.name}" if self.is_only else self.name

    def on(self, sobject: str) -> str:
        """Its name on this sObject. A Contact's custom field ends in __pc on a person account."""
        known = dict(self.spelled).get(sobject)
        if known or sobject != ACCOUNT:
            return known or self.name
        return self.name[: -len(_CUSTOM)] + _CUSTOM_ON_ACCOUNT


@dataclass(frozen=True, slots=True)
class PersonFields:
    """Where an sObject has a person's address, and the opt-out fields that all have to be set."""

    email: str
    opt_outs: tuple[str, ...]


_STANDARD: Mapping[str, PersonFields] = {
    CONTACT: PersonFields(EMAIL, (OPT_OUT,)),
    LEAD: PersonFields(EMAIL, (OPT_OUT,)),
    ACCOUNT: PersonFields(PERSON_EMAIL, (PERSON_OPT_OUT,)),
}


def fields_of(sobject: str, own: OptOutField | None = None) -> PersonFields:
    """The fields of Contact, Lead, or Account (a person account), with the org's own field.

    Raises ValueError for any other sObject, because nothing else is ever read or written.
    """
    if sobject not in _STANDARD:
        raise ValueError(f"{sobject} isn't a person")
    standard = _STANDARD[sobject]
    if own is None:
        return standard
    others = () if own.is_only else standard.opt_outs
    return PersonFields(standard.email, (*others, own.on(sobject)))


def bounced_field(sobject: str) -> str:
    """The field that says when an address of this sObject bounced."""
    return PERSON_EMAIL_BOUNCED if sobject == ACCOUNT else EMAIL_BOUNCED
