"""Which fields hold an address or the opt-out, and which sObjects hold people.

A connected org's describe decides; without a connection, the names do.
"""

from lib.fields import EMAIL, OPT_OUT, PERSON_EMAIL, PERSON_OPT_OUT
from lib.soql.names import FieldPath
from lib.soql.schema import SObject

PEOPLE = frozenset(("contact", "lead", "campaignmember"))

_ADDRESSES = frozenset(
    ("fromaddress", "toaddress", "ccaddress", "bccaddress", "replytoaddress", "relationaddress")
)
_NOT_ADDRESSES = ("optedout", "optout", "bounced", "emailmessage", "emailtemplate", "emailencoding")
_OTHER_ENDINGS = ("date", "count", "number", "status", "subject", "type", "emails")


def holds_people(name: str, sobject: SObject | None) -> bool:
    """Whether each record is a person: an Account only if person accounts are on."""
    if name.lower() == "account":
        return sobject is not None and sobject.has_person_accounts
    return name.lower() in PEOPLE


def is_of_person(path: FieldPath) -> bool:
    """Whether a field belongs to a person, which a field from the person account does too."""
    if len(path.targets) != 1:
        return False
    if path.targets[0].lower() == "account" and is_person_account_field(path.name):
        return True
    return holds_people(path.targets[0], path.sobject)


def is_person_account_field(name: str) -> bool:
    """Whether a field of Account exists only with person accounts: `PersonEmail`, `Mood__pc`."""
    lower = name.lower()
    if lower.endswith("__c"):
        return False  # an org's own field, such as Personnel__c
    return lower.startswith("person") or lower == "ispersonaccount" or lower.endswith("__pc")


def is_of_missing_person_account(path: FieldPath) -> bool:
    """Whether it's a field of person accounts, and the org's describe says it has none."""
    account = path.sobject
    if account is None or account.name.lower() != "account" or not account.is_whole:
        return False
    is_there = account.has_person_accounts or path.name.lower() in account.fields
    return not is_there and is_person_account_field(path.name)


def is_address(path: FieldPath) -> bool:
    """Whether a field holds an email address, by its type or its name.

    The name decides for other types too: a formula that copies an address is text.
    """
    known = path.sobject
    if known is not None and path.name.lower() in known.emails:
        return True
    return _has_address_name(path.name)


def is_opt_out(path: FieldPath) -> bool:
    """Whether a field is an opt-out field that the guard checks."""
    own = path.sobject.opt_out if path.sobject else ()
    return path.name.lower() in {name.lower() for name in (*own, OPT_OUT, PERSON_OPT_OUT)}


def opt_out_fields(name: str, sobject: SObject | None) -> tuple[str, ...]:
    """The opt-out fields that the guard checks on each record; at least one."""
    if sobject is not None and sobject.opt_out:
        return sobject.opt_out
    return (PERSON_OPT_OUT if name.lower() == "account" else OPT_OUT,)


def address_field(name: str) -> str:
    """The standard address field of an sObject that holds people."""
    return PERSON_EMAIL if name.lower() == "account" else EMAIL


def _has_address_name(name: str) -> bool:
    stem = name.lower().removesuffix("__c").removesuffix("__pc")
    if stem in _ADDRESSES:
        return True
    if "email" not in stem.replace("_", "") or stem.endswith(_OTHER_ENDINGS):
        return False
    return not any(word in stem.replace("_", "") for word in _NOT_ADDRESSES)
