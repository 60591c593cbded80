"""Which fields hold an address, which the opt-out, and which sObjects hold people.

Told by describe where an org is connected; by name elsewhere.
"""

from lib.soql.names import Place
from lib.soql.schema import SObject

PEOPLE = frozenset(("contact", "lead", "campaignmember"))
STANDARD_OPT_OUT = "HasOptedOutOfEmail"
PERSON_OPT_OUT = "PersonHasOptedOutOfEmail"

_ADDRESSES = frozenset(
    ("fromaddress", "toaddress", "ccaddress", "bccaddress", "replytoaddress", "relationaddress")
)
_NO_ADDRESSES = ("optedout", "optout", "bounced", "emailmessage", "emailtemplate", "emailencoding")
_OTHER_ENDS = ("date", "count", "number", "status", "subject", "type", "emails")


def holds_people(sobject: str, schema_says: SObject | None) -> bool:
    """Whether each record is somebody whom a list may name; an Account with person accounts on."""
    if sobject.lower() == "account":
        return schema_says is not None and schema_says.has_person_accounts
    return sobject.lower() in PEOPLE


def is_of_person(place: Place) -> bool:
    """Whether a field belongs to somebody; a field from the person account identifies someone."""
    if len(place.targets) != 1:
        return False
    if place.targets[0].lower() == "account" and is_persons_field(place.name):
        return True
    return holds_people(place.targets[0], place.sobject)


def is_persons_field(name: str) -> bool:
    """Whether a field of Account exists only with person accounts: `PersonEmail`, `Mood__pc`."""
    lower = name.lower()
    if lower.endswith("__c"):
        return False  # an org's own field, such as Personnel__c
    return lower.startswith("person") or lower == "ispersonaccount" or lower.endswith("__pc")


def is_nowhere(place: Place) -> bool:
    """Whether it is a field of person accounts, in an org that told that it has none."""
    told = place.sobject
    if told is None or told.name.lower() != "account" or not told.is_whole:
        return False
    is_there = told.has_person_accounts or place.name.lower() in told.fields
    return not is_there and is_persons_field(place.name)


def is_address(place: Place) -> bool:
    """Whether a field holds an e-mail address, by its type or its name.

    By its name also where it has another type: a formula that copies an address is text.
    """
    known = place.sobject
    if known is not None and place.name.lower() in known.emails:
        return True
    return _is_called_address(place.name)


def is_opt_out(place: Place) -> bool:
    """Whether a field is one that the guard asks."""
    own = place.sobject.opt_out if place.sobject else ()
    names = {name.lower() for name in (*own, STANDARD_OPT_OUT, PERSON_OPT_OUT)}
    return place.name.lower() in names


def opt_out_fields(sobject: str, schema_says: SObject | None) -> tuple[str, ...]:
    """What the guard asks of each record; never nothing."""
    if schema_says is not None and schema_says.opt_out:
        return schema_says.opt_out
    return (PERSON_OPT_OUT if sobject.lower() == "account" else STANDARD_OPT_OUT,)


def address_field(sobject: str) -> str:
    """The standard address of an sObject that holds people."""
    return "PersonEmail" if sobject.lower() == "account" else "Email"


def _is_called_address(name: str) -> bool:
    stem = name.lower().removesuffix("__c").removesuffix("__pc")
    if stem in _ADDRESSES:
        return True
    if "email" not in stem.replace("_", "") or stem.endswith(_OTHER_ENDS):
        return False
    return not any(word in stem.replace("_", "") for word in _NO_ADDRESSES)
