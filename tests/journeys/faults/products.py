"""What must be true of what a command makes, apart from saves: a list's file, a group, a right."""

import csv
from itertools import chain

from lib.practice.org_setup import USERNAME
from lib.salesforce.permission_set.rights import NAME
from tests.journeys.faults.place import Place
from tests.journeys.faults.scenes import Case
from tests.model.house import Ended

_SETUP = ("ObjectPermissions", "FieldPermissions", "PermissionSetAssignment")


def judge_product(place: Place, case: Case, ended: Ended) -> None:
    """Judge what there is after a command ended, also if it failed or was killed."""
    if case.file is not None:
        _judge_file(case, ended)
    if case.group:
        _judge_group(place, case, ended)
    if case.makes_set:
        _judge_set(place, ended)


def _judge_file(case: Case, ended: Ended) -> None:
    """A list is whole, without anyone who opted out, or it isn't there.

    Rows that Salesforce sends twice are on it twice, and it says so.
    """
    assert case.file is not None
    if not case.file.exists():
        assert ended.code != 0, ended
        return
    with case.file.open(encoding="utf-8", newline="") as file:
        titles, *lines = list(csv.reader(file))
    ids = [line[0] for line in lines]
    allowed = case.listed | (case.fresh if "JangoMail" in ended.errors else case.unknown)
    assert titles == ["Id", "Email"]
    assert len(ids) == len(set(ids)) or "Salesforce counted" in ended.errors
    assert case.listed <= set(ids) <= allowed, ended
    others = [path.name for path in case.file.parent.iterdir() if path != case.file]
    assert others == []


def _judge_group(place: Place, case: Case, ended: Ended) -> None:
    """No one is in the group who opted out, and in the end everyone else is."""
    groups = place.world.mail.groups()
    names = [group.name for group in groups.values()]
    assert names in ([], [case.group])
    members = set(chain.from_iterable(group.members for group in groups.values()))
    assert members <= case.listed | case.unknown, ended
    assert ended.code != 0 or members >= case.listed, ended


def _judge_set(place: Place, ended: Ended) -> None:
    """There's one permission set at most, with each right once, and it's assigned once."""
    sets = [row["Id"] for row in _rows(place, "PermissionSet") if row["Name"] == NAME]
    assert len(sets) <= 1
    user = place.world.org.user_named(USERNAME)
    assert user is not None
    for kind in _SETUP:
        parent = "PermissionSetId" if kind.endswith("Assignment") else "ParentId"
        rows = [row for row in _rows(place, kind) if row[parent] in sets]
        keys = [(row.get("SobjectType"), row.get("Field"), row.get("AssigneeId")) for row in rows]
        assert len(keys) == len(set(keys)), keys
        assert rows or ended.code != 0, (kind, ended)


def _rows(place: Place, sobject: str) -> list[dict[str, object]]:
    return [dict(row) for row in place.house.rows(sobject).values()]
