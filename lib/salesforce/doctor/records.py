"""The checks of an sObject: its records, its Email, and its opt-out box."""

from collections.abc import Iterator

from lib.salesforce.access import Access
from lib.salesforce.doctor import effects
from lib.salesforce.doctor.affected import Affected
from lib.salesforce.requirements import Requirement
from lib.values import Check, Org, Stops

_STOPS = {"Contact": Stops.CONTACTS, "Lead": Stops.LEADS, "Account": Stops.PERSON_ACCOUNTS}


def record_checks(access: Access, org: Org, instance_url: str, affected: Affected) -> list[Check]:
    """A line for each right, the first missing right first; what follows from it refers to it."""
    return list(_lines(access, org, instance_url, affected))


def _lines(access: Access, org: Org, instance_url: str, affected: Affected) -> Iterator[Check]:
    stops = _STOPS[access.sobject]
    missing: list[Requirement] = []
    for right in access.requirements():
        if right.is_held:
            yield Check(right.name, True, "yes", stops=stops)
            continue
        cause = _cause(right, missing, access)
        missing.append(right)
        steps = (cause or right).steps(access.sobject, org.edition)
        link, classic_link = steps.links(instance_url)
        yield Check(
            right.name,
            ok=False,
            detail=cause.trouble if cause else right.trouble,
            remedy=steps.remedy,
            effect=None if cause else _effect(right, access, affected),
            link=link,
            classic_link=classic_link,
            stops=stops,
            because=cause.name if cause else None,
        )


def _cause(right: Requirement, missing: list[Requirement], access: Access) -> Requirement | None:
    """The missing right that this one can't be had without: seeing the records, or the field."""
    if not access.readable:
        return missing[0] if missing else None
    return next((one for one in missing if one.field and one.field == right.field), None)


def _effect(right: Requirement, access: Access, affected: Affected) -> str:
    if not access.can_match and right.name.endswith("can be seen"):
        return effects.not_found(access.sobject, affected)
    return effects.not_written(access.sobject, affected, box_is_visible=access.boxes_visible)
