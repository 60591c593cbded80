"""What follows from a failed check, in people where the log knows them.

Numbers are as of the last run. Where no one can know how many people it is, the sentence says so.
"""

from collections.abc import Mapping

from lib.salesforce.doctor.affected import Affected
from lib.words import by_count, capital

_MANY: Mapping[str, str] = {"Contact": "Contacts", "Lead": "Leads", "Account": "person accounts"}
_ONE: Mapping[str, str] = {"Contact": "Contact", "Lead": "Lead", "Account": "person account"}


def sign_in(affected: Affected) -> str:
    """No run can do anything."""
    nothing = "Nothing is read or written until this works."
    from_now = "Anyone who unsubscribes from now on can still be emailed."
    if not affected.is_known:
        return f"{nothing} {from_now}"
    return by_count(
        affected.mailable,
        f"{nothing} {from_now}",
        f"{nothing} 1 person who unsubscribed can still be emailed, and so can anyone who "
        "unsubscribes from now on.",
        f"{nothing} {{n}} people who unsubscribed can still be emailed, and so can anyone who "
        "unsubscribes from now on.",
    )


def not_written(sobject: str, affected: Affected, *, box_is_visible: bool) -> str:
    """The box of this sObject can't be set."""
    one, many = _ONE[sobject], _MANY[sobject]
    if not affected.is_known:
        return (
            f"{capital(many)} who unsubscribe stay mailable. We can't tell how many "
            "people that is before the first run."
        )
    can = "can" if box_is_visible else "may"
    unseen = "" if box_is_visible else ": Optback can't see whether the box is set"
    return by_count(
        affected.waiting.get(sobject, 0),
        f"No one is waiting because of this, as of the last run. From now on, {many} who "
        "unsubscribe stay mailable.",
        f"1 person who unsubscribed {can} still be emailed as a {one}{unseen}.",
        f"{{n}} people who unsubscribed {can} still be emailed as {many}{unseen}.",
    )


def not_found(sobject: str, affected: Affected) -> str:
    """Records of this sObject can't be found by address, so no one knows who it's about."""
    many = _MANY[sobject]
    unknown = f"Optback can't look for {many}, so we can't tell how many people that is."
    if not affected.is_known:
        return unknown
    return by_count(
        affected.mailable + affected.unmatched,
        unknown,
        f"{unknown} 1 person who unsubscribed isn't opted out on any record, and may be one of "
        f"these {many}.",
        f"{unknown} {{n}} people who unsubscribed aren't opted out on any record, and may be "
        f"among these {many}.",
    )


def out_of_sight(sobject: str, affected: Affected) -> str:
    """Sharing hides some records, and Salesforce never says so."""
    many = _MANY[sobject]
    missed = (
        f"{capital(many)} that sharing hides from this user are missed without an "
        "error, and stay mailable. We can't tell how many."
    )
    if not affected.is_known:
        return missed
    return by_count(
        affected.unmatched,
        missed,
        f"{missed} 1 person who unsubscribed was found on no record, and may be on a hidden one.",
        f"{missed} {{n}} people who unsubscribed were found on no record, and may be on hidden "
        "ones.",
    )


def converted_stay(affected: Affected) -> str:
    """Converted Leads are left alone."""
    stay = (
        "Converted Leads stay as they are. The Contact that a Lead became is opted out if it has "
        "the address itself."
    )
    if not affected.is_known:
        return stay
    return by_count(
        affected.converted,
        stay,
        f"{stay} 1 person who unsubscribed is on a converted Lead.",
        f"{stay} {{n}} people who unsubscribed are on converted Leads.",
    )
