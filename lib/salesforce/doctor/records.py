"""The checks of an sObject: its records, its Email, and its opt-out box."""

from collections.abc import Iterable, Iterator, Mapping

from lib.fields import ACCOUNT, CONTACT
from lib.salesforce.access import Access
from lib.salesforce.doctor import effects
from lib.salesforce.doctor.affected import Affected
from lib.salesforce.requirements import Requirement
from lib.values import Check, Org, Stops

_STOPS = {"Contact": Stops.CONTACTS, "Lead": Stops.LEADS, "Account": Stops.PERSON_ACCOUNTS}


def record_checks(
    rights: Mapping[str, Access], org: Org, instance_url: str, affected: Affected
) -> list[Check]:
    """A line for each right, the first missing right first; what follows from it refers to it."""
    of_contact = list(_own_causes(rights[CONTACT])) if ACCOUNT in rights else []
    return [
        line
        for name, access in rights.items()
        for line in _lines(
            access, org, instance_url, affected, of_contact if name == ACCOUNT else ()
        )
    ]


def _lines(
    access: Access,
    org: Org,
    instance_url: str,
    affected: Affected,
    of_contact: Iterable[Requirement],
) -> Iterator[Check]:
    """`of_contact` are Contact's missing rights, which person accounts share."""
    stops = _STOPS[access.sobject]
    missing: list[Requirement] = []
    for right in access.requirements():
        if right.is_held:
            yield Check(right.name, True, "yes", stops=stops)
            continue
        sobject, cause = _cause(right, missing, access, of_contact)
        is_told = (cause is not None and sobject == access.sobject) or any(
            one.field == right.field for one in missing
        )
        missing.append(right)
        steps = (cause or right).steps(sobject, org.edition)
        link, classic_link = steps.links(instance_url)
        yield Check(
            right.name,
            ok=False,
            detail=cause.trouble if cause else right.trouble,
            remedy=steps.remedy,
            effect=None if is_told else _effect(right, access, affected),
            link=link,
            classic_link=classic_link,
            stops=stops,
            because=cause.name if cause else None,
        )


def _cause(
    right: Requirement,
    missing: Iterable[Requirement],
    access: Access,
    of_contact: Iterable[Requirement],
) -> tuple[str, Requirement | None]:
    """The missing right that this one can't be had without, and the sObject that one is of.

    It's the records (describe calls no field editable where they aren't), the field being seen, or
    Contact's field, whose rights the same field of a person account has.
    """
    if not access.readable or (not access.editable and right.name.endswith("can be edited")):
        first = next((one for one in missing if not one.field), None)
        if first is not None:
            return access.sobject, first
    found = next((one for one in of_contact if one.field and one.field == right.field), None)
    if found is not None:
        return CONTACT, found
    own = next((one for one in missing if one.field and one.field == right.field), None)
    return access.sobject, own


def _own_causes(contact: Access) -> Iterator[Requirement]:
    """Contact's fields that are hidden or read-only by themselves, the first right of each."""
    missing: list[Requirement] = []
    for right in contact.requirements():
        if right.is_held:
            continue
        if _cause(right, missing, contact, ())[1] is None:
            yield right
        missing.append(right)


def _effect(right: Requirement, access: Access, affected: Affected) -> str:
    if not access.can_match and right.name.endswith("can be seen"):
        return effects.not_found(access.sobject, affected)
    return effects.not_written(access.sobject, affected, box_is_visible=access.boxes_visible)
