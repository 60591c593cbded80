"""What describe doesn't say: user permissions, View All, sharing defaults, the user's profile.

Every org shows a user something else of this, and some fields depend on the edition. So each
question is a query of its own, and a question without an answer is None: "Salesforce doesn't say".
Source: Object Reference, UserPermissionAccess (for the signed-in user, without View Setup),
ObjectPermissions (needs View Setup), Organization, User.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lib import soql
from lib.errors import PermissionMissing, RequestRefused
from lib.salesforce.ahead import Part
from lib.salesforce.composite import query_path, read_together
from lib.salesforce.door import Door
from lib.soql import Query

_BROAD = ("PermissionsViewAllData", "PermissionsModifyAllData", "PermissionsViewSetup")
_PEOPLE = ("Contact", "Lead", "Account")
_CONVERTED = "PermissionsAllowViewEditConvertedLeads"
_OF_OBJECTS = ("PermissionsViewAllRecords", "PermissionsModifyAllRecords")
_DEFAULTS = ("DefaultAccountAccess", "DefaultContactAccess", "DefaultLeadAccess")
_BY_PARENT = "ControlledByParent"
_EVERYONE_SEES = ("Read", "Edit", "ReadEditTransfer", "All")
_EVERYONE_EDITS = ("Edit", "ReadEditTransfer", "All")

_Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether the user sees and edits all records of an sObject; None: Salesforce doesn't say.

    `by_sharing`: only because the org shares all records with everyone, which can change.
    """

    sees_all: bool | None = None
    edits_all: bool | None = None
    by_sharing: bool = False


@dataclass(frozen=True, slots=True)
class Permissions:
    """The answers about one user; an empty mapping or text where Salesforce doesn't say."""

    user: Mapping[str, Any] = field(default_factory=dict)
    edits_converted: bool | None = None
    objects: Mapping[str, tuple[bool, bool]] = field(default_factory=dict)  # View All, Modify All
    shows_objects: bool = False  # whether an sObject that isn't in `objects` has neither
    sharing: Mapping[str, Any] = field(default_factory=dict)
    profile: str = ""

    def reach(self, sobject: str) -> Reach:
        """How much of an sObject's records the user sees and edits."""
        sees, edits = self._granted(sobject)
        shared = self._shared(sobject)
        everyone_sees = shared in _EVERYONE_SEES
        everyone_edits = shared in _EVERYONE_EDITS
        return Reach(
            sees_all=True if everyone_sees else sees,
            edits_all=True if everyone_edits else edits,
            by_sharing=everyone_sees and not sees,
        )

    def _granted(self, sobject: str) -> tuple[bool | None, bool | None]:
        """View All and Modify All, from a permission on everything or on the sObject."""
        of_object = self.objects.get(sobject) or ((False, False) if self.shows_objects else None)
        edits = _either(self.user.get("PermissionsModifyAllData"), of_object and of_object[1])
        sees = _either(self.user.get("PermissionsViewAllData"), of_object and of_object[0])
        return _either(edits, sees), edits

    def _shared(self, sobject: str) -> str:
        """What the org shares with everyone (its organization-wide default)."""
        shared = str(self.sharing.get(f"Default{sobject}Access") or "")
        is_parents = sobject == "Contact" and shared == _BY_PARENT
        return str(self.sharing.get("DefaultAccountAccess") or "") if is_parents else shared


def permissions(door: Door) -> Permissions:
    """Ask for all of it at once. Costs 1 API call, and 1 more if UserPermissionAccess is silent."""
    me = door.session.user_id
    queries = [
        soql.select(list(_BROAD), "UserPermissionAccess"),
        soql.select([_CONVERTED], "UserPermissionAccess"),
        soql.select(list(_DEFAULTS), "Organization"),
    ]
    if me:
        queries += [_object_permissions(me), _profile(me)]
    try:
        parts = read_together(door, [query_path(query) for query in queries])
    except (PermissionMissing, RequestRefused):
        return Permissions()
    found = _understood([_rows(part) for part in parts])
    if found.edits_converted is None:
        return replace(found, edits_converted=edits_converted_leads(door))
    return found


def edits_converted_leads(door: Door) -> bool | None:
    """Whether the user may edit converted Leads; None if Salesforce doesn't say. Costs 1 API call.

    If UserPermissionAccess doesn't answer, the permission sets of the user do, if there is one.
    """
    try:
        parts = read_together(door, converted_paths(door))
    except (PermissionMissing, RequestRefused):
        return None
    own, sets = (*map(_rows, parts), None)[:2]
    edits = _edits_converted(own)
    return True if edits is None and sets else edits


def converted_paths(door: Door) -> list[str]:
    """What `edits_converted_leads` asks, to ask it ahead: one query, or two."""
    queries = [soql.select([_CONVERTED], "UserPermissionAccess")]
    if door.session.user_id:
        queries.append(_sets_with_converted(door.session.user_id))
    return [query_path(query) for query in queries]


def _sets_with_converted(user_id: str) -> Query:
    mine = soql.equals("AssigneeId", user_id)
    has_it = soql.equals(f"PermissionSet.{_CONVERTED}", True)
    return soql.select(["Id"], "PermissionSetAssignment", soql.all_of(mine, has_it))


def _edits_converted(rows: _Rows | None) -> bool | None:
    edits = rows[0].get(_CONVERTED) if rows else None
    return edits if isinstance(edits, bool) else None


def _understood(answers: list[_Rows | None]) -> Permissions:
    broad, converted, sharing, objects, profile = [*answers, None, None][:5]
    user = broad[0] if broad else {}
    return Permissions(
        user=user,
        edits_converted=_edits_converted(converted),
        objects=_by_sobject(objects or []),
        shows_objects=objects is not None and user.get("PermissionsViewSetup") is True,
        sharing=sharing[0] if sharing else {},
        profile=_profile_name(profile),
    )


def _object_permissions(user_id: str) -> Query:
    mine = soql.select(
        ["PermissionSetId"], "PermissionSetAssignment", soql.equals("AssigneeId", user_id)
    )
    return soql.select(
        ["SobjectType", *_OF_OBJECTS],
        "ObjectPermissions",
        soql.all_of(soql.any_of("SobjectType", _PEOPLE), soql.any_from("ParentId", mine)),
    )


def _profile(user_id: str) -> Query:
    return soql.select(["Profile.Name"], "User", soql.equals("Id", user_id))


def _by_sobject(rows: _Rows) -> dict[str, tuple[bool, bool]]:
    found: dict[str, tuple[bool, bool]] = {}
    for row in rows:
        views, modifies = (row.get(name) is True for name in _OF_OBJECTS)
        before = found.get(str(row.get("SobjectType")), (False, False))
        found[str(row.get("SobjectType"))] = (before[0] or views, before[1] or modifies)
    return found


def _profile_name(rows: _Rows | None) -> str:
    profile = rows[0].get("Profile") if rows else None
    return str(profile.get("Name") or "") if isinstance(profile, dict) else ""


def _rows(part: Part) -> _Rows | None:
    """The rows of an answer; None if Salesforce refused the question."""
    records = part.body.get("records") if isinstance(part.body, dict) else None
    if not isinstance(records, list):
        return None
    return [row for row in records if isinstance(row, dict)]


def _either(one: Any, other: Any) -> bool | None:
    """Yes if either is yes; unknown if either is unknown; else no."""
    if one is True or other is True:
        return True
    return None if one is None or other is None else False
