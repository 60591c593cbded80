"""What is there of our permission set, and whether the user may make or remove it: a single call.

Source: Object Reference: PermissionSet (special access rules since Summer '20), PermissionSet-
Assignment; FieldPermissions and ObjectPermissions need "View Setup and Configuration".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib import soql
from lib.errors import PermissionMissing, RequestRefused, SalesforceError
from lib.salesforce.access import SOBJECTS, is_absent
from lib.salesforce.ahead import Part
from lib.salesforce.composite import query_path, read_together
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.paging import further_rows, page_of
from lib.salesforce.permission_set.rights import MARK, NAME, Right
from lib.salesforce.rows import id_of, to18

_KINDS = ("PermissionSet", "ObjectPermissions", "FieldPermissions", "PermissionSetAssignment")
_PROFILES = '"Manage Profiles and Permission Sets"'
_NOTHING = "Nothing was changed."
_RIGHT_FOR = {
    "PermissionSet": _PROFILES,
    "ObjectPermissions": _PROFILES,
    "FieldPermissions": _PROFILES,
    "PermissionSetAssignment": '"Assign Permission Sets"',
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ObjectPermissions or FieldPermissions in our set."""

    id: str
    edit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What is there: `set_id` is None without our set; `taken_by` is someone else's of its name.

    `rows` are its rights by `Right.key`. `assignment_id` is the assignment to the user, and
    `others` counts the assignments to other users. `free` are fields that everyone can see.
    """

    set_id: str | None = None
    rows: Mapping[tuple[str, str], Row] | None = None
    assignment_id: str | None = None
    others: int = 0
    taken_by: str | None = None
    has_person_accounts: bool = False
    free: frozenset[tuple[str, str]] = frozenset()

    @property
    def given(self) -> dict[tuple[str, str], bool]:
        """The rights it gives, each with whether it includes editing."""
        return {key: row.edit for key, row in (self.rows or {}).items()}


def find(door: Door, user_id: str) -> Found:
    """Look for our set and the user's assignment. Costs 1 API call.

    Raises PermissionMissing if the user may not make permission sets, or there are none here.
    """
    kinds = (*_KINDS, "Account", *SOBJECTS)
    described = [f"sobjects/{kind}/describe" for kind in kinds]
    parts = read_together(door, [*described, *map(query_path, _queries())])
    for kind, part in zip(_KINDS, parts, strict=False):
        _refuse_without(kind, part)
    shown = {kind: _fields(part) for kind, part in zip(kinds, parts, strict=False)}
    sets, objects, fields, assigned = [_rows(door, part) for part in parts[len(kinds) :]]
    org = Found(
        taken_by=next((str(row.get("Label") or NAME) for row in sets), None),
        has_person_accounts="IsPersonAccount" in {**shown["Account"], **shown["Contact"]},
        free=frozenset(_free(shown)),
    )
    ours = next((id_of(row) for row in sets if is_ours(row)), None)
    if ours is None:
        return org
    mine, others = _assignments(assigned, ours, user_id)
    rows = _rights(ours, [*objects, *fields])
    return replace(org, set_id=ours, rows=rows, assignment_id=mine, others=others, taken_by=None)


def is_ours(row: Mapping[str, Any]) -> bool:
    """Whether Optback made this set: its name, and how its description begins."""
    return (
        str(row.get("Name")) == NAME
        and not row.get("IsOwnedByProfile")
        and str(row.get("Description") or "").startswith(MARK)
    )


def not_allowed(kind: str, *, act: str = "create", so_far: str = _NOTHING) -> PermissionMissing:
    """The user may see permission sets, but not change them; `so_far` is what has changed."""
    right = _RIGHT_FOR[kind]
    by_hand = "delete it" if act == "remove" else "give the rights, as the checks above say"
    return PermissionMissing(
        f"This user may not {act} the permission set: Salesforce requires {right}",
        remedy=f"{so_far} Ask a Salesforce administrator to {by_hand}. To let Optback do it, give "
        f'its user {right} and "View Setup and Configuration" (Setup > Profiles, or Permission '
        "Sets > System Permissions), and take them back afterward.",
    )


def _not_visible() -> PermissionMissing:
    return PermissionMissing(
        "This user can't see permission sets, or the org's edition doesn't have them",
        remedy="Nothing was changed. Ask a Salesforce administrator to give the rights, as the "
        "checks above say. In an edition without permission sets, put Email Opt Out on the page "
        "layouts of Contacts and Leads, and give the user's profile Read and Edit on both. To let "
        f"Optback do it, its user needs {_PROFILES}, "
        '"Assign Permission Sets", and "View Setup and Configuration".',
    )


def _queries() -> list[soql.Query]:
    named = soql.equals("Parent.Name", NAME)
    flags = ["PermissionsRead", "PermissionsEdit"]
    columns = ["Id", "Name", "Label", "Description", "IsOwnedByProfile"]
    return [
        # A package may bring a set of the same name with a prefix of its own.
        soql.select(
            columns,
            "PermissionSet",
            soql.all_of(soql.equals("Name", NAME), soql.equals("NamespacePrefix", None)),
        ),
        soql.select(["Id", "ParentId", "SobjectType", *flags], "ObjectPermissions", named),
        soql.select(["Id", "ParentId", "SobjectType", "Field", *flags], "FieldPermissions", named),
        soql.select(
            ["Id", "AssigneeId", "PermissionSetId"],
            "PermissionSetAssignment",
            soql.equals("PermissionSet.Name", NAME),
        ),
    ]


def _refuse_without(kind: str, part: Part) -> None:
    if part.failure is not None:
        error = part.failure.error
        if is_absent(error) or isinstance(error, PermissionMissing):
            raise _not_visible() from error
        raise error
    if not isinstance(part.body, dict):
        raise broken(f"the describe of {kind} isn't an object")
    if part.body.get("createable") is False:
        raise not_allowed(kind)


def _rows(door: Door, part: Part) -> list[Mapping[str, Any]]:
    """All rows of a query: a set may be assigned to more users than fit into a page."""
    if part.failure is not None:
        raise _for_people(part.failure.error)
    page = page_of(part.body)
    return [*page.rows, *(further_rows(door, page.next_url) if page.next_url else ())]


def _for_people(error: SalesforceError) -> SalesforceError:
    return _not_visible() if isinstance(error, RequestRefused) and is_absent(error) else error


def _fields(part: Part) -> dict[str, dict[str, Any]]:
    """The fields of a describe by name; none if the user can't see the object."""
    listed = part.body.get("fields") if isinstance(part.body, dict) else None
    rows = listed if isinstance(listed, list) else []
    return {str(field.get("name")): field for field in rows if isinstance(field, dict)}


def _free(shown: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str]]:
    for sobject in SOBJECTS:
        for name, field in shown[sobject].items():
            if field.get("permissionable") is False:
                yield sobject, name


def _rights(set_id: str, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Row]:
    return {
        _right(row).key: Row(id_of(row), bool(row.get("PermissionsEdit")))
        for row in rows
        if to18(str(row.get("ParentId"))) == set_id and row.get("PermissionsRead")
    }


def _right(row: Mapping[str, Any]) -> Right:
    """The right of a row; a field is named with its sObject, `Contact.Email`."""
    field = str(row.get("Field") or "").partition(".")[2]
    return Right(str(row.get("SobjectType")), field)


def _assignments(
    rows: Sequence[Mapping[str, Any]], set_id: str, user_id: str
) -> tuple[str | None, int]:
    of_set = [row for row in rows if to18(str(row.get("PermissionSetId"))) == set_id]
    mine = [row for row in of_set if to18(str(row.get("AssigneeId"))) == to18(user_id)]
    return (id_of(mine[0]) if mine else None), len(of_set) - len(mine)
