"""Make the permission set, and remove it: one row after the other, each at most once.

Nothing is assumed: after everything that may have gone wrong (a lost answer, someone else at it),
what is there is read again, and only what is missing is made. So it can be killed anywhere.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from lib.errors import PermissionMissing, RequestRefused, SalesforceError, WriteUnanswered
from lib.fields import EMAIL, OPT_OUT
from lib.salesforce.access import is_absent
from lib.salesforce.door import Door
from lib.salesforce.failures import LATER, broken
from lib.salesforce.permission_set.found import Found, find, not_allowed
from lib.salesforce.permission_set.rights import (
    ACCOUNT_READ,
    DESCRIPTION,
    LABEL,
    NAME,
    Right,
    missing_from,
)

T = TypeVar("T")

_TRIES = 6
_THERE_ALREADY = ("DUPLICATE_VALUE", "DUPLICATE_DEVELOPER_NAME")
_MAY_NOT = ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "INSUFFICIENT_ACCESS", "INVALID_TYPE")
_NEEDS_ACCOUNT = re.compile(r"depends on permission\(s\): Read Accounts?\s*\.?\s*$")
_LICENSE = "user license"
_BEGUN = (
    f'The permission set "{LABEL}" was made, but this user doesn\'t have all of it. To take back '
    "what was made: fix-permissions --remove."
)
_STILL_THERE = f'The permission set "{LABEL}" is still in Salesforce.'
_NOT_A_CHOICE = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


class _NoRightThereError(Exception):
    """Salesforce has no right on this field: it isn't there, or everyone can see it."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.what)
        self.right = right


def make(door: Door, rights: Sequence[Right], user_id: str) -> Found:
    """Create our set with these rights and assign it to the user, as far as that isn't done.

    Costs about 2 API calls, and 1 for each row. Raises PermissionMissing if the user may not, and
    RequestRefused for what Salesforce doesn't accept; what was made until then stays unassigned.
    """
    wanted = list(rights)
    for _ in range(_TRIES):
        found = find(door, user_id)
        refuse_taken(found)
        if _is_done(found, wanted):
            return found
        try:
            _make_missing(door, found, wanted, user_id)
        except WriteUnanswered:
            continue  # it may have been done
        except _NoRightThereError as error:
            if error.right.field not in (EMAIL, OPT_OUT):
                raise _no_field(error.right) from error
            wanted.remove(error.right)  # everyone can see it
        except RequestRefused as error:
            if _depends_on_account(error) and ACCOUNT_READ.key not in {r.key for r in wanted}:
                wanted.insert(0, ACCOUNT_READ)
            elif error.vendor_code not in _THERE_ALREADY:
                raise
    raise broken("the permission set isn't there after it was made")


def remove(door: Door, user_id: str) -> Found:
    """Take our set away from the user, and delete it unless others have it. What was there.

    Costs about 2 API calls. Salesforce deletes its rights with it.
    """
    found = find(door, user_id)
    if found.assignment_id is not None:
        _delete(door, "PermissionSetAssignment", found.assignment_id)
    if found.set_id is not None and not found.others:
        _delete(door, "PermissionSet", found.set_id)
    return found


def refuse_taken(found: Found) -> None:
    """Raise RequestRefused if someone else made a set with our name: it's never changed."""
    if found.taken_by is not None:
        raise RequestRefused(
            f"There's already a permission set named {NAME} ({found.taken_by}), and Optback "
            "didn't make it",
            remedy="Nothing was changed. Rename that permission set (Setup > Permission Sets), or "
            "give the rights by hand.",
        )


def _is_done(found: Found, wanted: Sequence[Right]) -> bool:
    is_there = found.set_id is not None and found.assignment_id is not None
    return is_there and not missing_from(wanted, found.given)


def _make_missing(door: Door, found: Found, wanted: Sequence[Right], user_id: str) -> None:
    """Each missing row once: the set, its objects, its fields, and the assignment at last."""
    set_id = found.set_id
    if set_id is None:
        values = {"Name": NAME, "Label": LABEL, "Description": DESCRIPTION}
        set_id = _create(door, "PermissionSet", values)
    for right in missing_from(wanted, found.given):
        _give(door, found, set_id, right)
    if found.assignment_id is None:
        values = {"AssigneeId": user_id, "PermissionSetId": set_id}
        _create(door, "PermissionSetAssignment", values)


def _give(door: Door, found: Found, set_id: str, right: Right) -> None:
    flags = {"PermissionsRead": True, "PermissionsEdit": right.edit}
    row = (found.rows or {}).get(right.key)
    if row is not None:
        _change(door, right.kind, row.id, flags)
        return
    values: dict[str, object] = {"ParentId": set_id, "SobjectType": right.sobject, **flags}
    if right.field:
        values["Field"] = f"{right.sobject}.{right.field}"
    try:
        _create(door, right.kind, values)
    except RequestRefused as error:
        if right.field and error.vendor_code == _NOT_A_CHOICE:
            raise _NoRightThereError(right) from error
        raise


def _change(door: Door, kind: str, row_id: str, flags: dict[str, bool]) -> None:
    """Change a row; if someone just deleted it, the next look finds that it's missing."""
    try:
        door.patch(f"sobjects/{kind}/{row_id}", flags)
    except PermissionMissing as error:
        raise not_allowed(kind, act="complete", so_far=_BEGUN) from error
    except RequestRefused as error:
        if not _is_gone(error):
            raise


def _create(door: Door, kind: str, values: dict[str, object] | dict[str, str]) -> str:
    answer = _translated(kind, lambda: door.post(f"sobjects/{kind}", values))
    made = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(made, str):
        raise WriteUnanswered("Salesforce's answer has no ID", remedy=LATER)
    return made


def _translated(kind: str, act: Callable[[], T]) -> T:
    """Say plainly what the user may not; other refusals keep Salesforce's words."""
    try:
        return act()
    except PermissionMissing as error:
        raise _may_not_make(kind) from error
    except RequestRefused as error:
        if error.vendor_code in _MAY_NOT or is_absent(error):
            raise _may_not_make(kind) from error
        if _LICENSE in error.said:
            raise _license(error) from error
        raise


def _may_not_make(kind: str) -> PermissionMissing:
    """Everything but the set itself is made when the set is there."""
    if kind == "PermissionSet":
        return not_allowed(kind)
    return not_allowed(kind, act="complete", so_far=_BEGUN)


def _depends_on_account(error: RequestRefused) -> bool:
    return _NEEDS_ACCOUNT.search(error.said) is not None


def _no_field(right: Right) -> RequestRefused:
    return RequestRefused(
        f"Salesforce has no right on {right.field} of {right.sobject}: the field isn't there, or "
        "everyone must have it",
        remedy=f"Create the checkbox {right.field} on {right.sobject} (Setup > Object Manager), or "
        "enter another opt-out field. Then try again.",
    )


def _license(error: RequestRefused) -> SalesforceError:
    return RequestRefused(
        f"The user's license doesn't allow these rights. Salesforce says: {error.said}",
        remedy="A user with the Salesforce Integration license needs the permission set license "
        '"Salesforce API Integration" first: Setup > Users > the user > Permission Set License '
        "Assignments > Edit Assignments. Then try again.",
        vendor_code=error.vendor_code,
        status=error.status,
        said=error.said,
    )


def _delete(door: Door, kind: str, row_id: str) -> None:
    """Delete a row; one that is gone already is fine, as after a lost answer."""
    try:
        door.delete(f"sobjects/{kind}/{row_id}")
    except PermissionMissing as error:
        raise not_allowed(kind, act="remove", so_far=_STILL_THERE) from error
    except RequestRefused as error:
        if error.vendor_code in _MAY_NOT:
            raise not_allowed(kind, act="remove", so_far=_STILL_THERE) from error
        if not _is_gone(error):
            raise


def _is_gone(error: RequestRefused) -> bool:
    return error.status == 404 or error.vendor_code == "ENTITY_IS_DELETED"
