"""Optback gives its user the rights it needs: exactly those, once, and takes them back again."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from lib.practice.org_setup import COLLEAGUE, USERNAME
from lib.salesforce.permission_set.rights import DESCRIPTION, LABEL, NAME
from tests.practice.api import Api
from tests.sampling import some

ROOT = Path(__file__).resolve().parents[3]
OPT_OUT, EMAIL = "HasOptedOutOfEmail", "Email"
PEOPLE = ("Contact", "Lead")
OBJECTS = {(name, "", True, True) for name in PEOPLE}
FIELDS = {
    (name, f"{name}.{field}", True, field == OPT_OUT)
    for name in PEOPLE
    for field in (EMAIL, OPT_OUT)
}
ANNA = "anna@example.org"
COMBINATIONS = [
    one
    for one in product(
        ("hidden", "read_only", "editable"), ("hidden", "editable"), ("hidden", "read", "edit")
    )
    if one != ("editable", "editable", "edit")
]
ROWS = 8  # the set, two objects, four fields, and the assignment
SETUP = "sobjects/(PermissionSet|ObjectPermissions|FieldPermissions)"


def tables(house):
    return house.practice.world.org.tables


def our_sets(house):
    return [row for row in tables(house).rows("PermissionSet").values() if row["Name"] == NAME]


def rights_of(house, set_id):
    """sObject, field, read, and edit of each right in a set, and nothing else may be true."""
    rows = [
        row
        for kind in ("ObjectPermissions", "FieldPermissions")
        for row in tables(house).rows(kind).values()
        if row["ParentId"] == set_id
    ]
    for row in rows:
        flags = {name for name, value in row.items() if name.startswith("Permissions") and value}
        assert flags <= {"PermissionsRead", "PermissionsEdit"}
    return [
        (
            row["SobjectType"],
            row.get("Field", ""),
            row["PermissionsRead"],
            row["PermissionsEdit"],
        )
        for row in rows
    ]


def assignees(house, set_id):
    rows = tables(house).rows("PermissionSetAssignment").values()
    return [row["AssigneeId"] for row in rows if row["PermissionSetId"] == set_id]


def user_id(house, name=USERNAME):
    return house.practice.world.org.user_named(name)["Id"]


def snapshot(house):
    """Every row of the org except our permission set's, to see that nothing else changes."""
    ours = {row["Id"] for row in our_sets(house)}
    org = house.practice.world.org
    with org.lock:
        return {
            (kind, key): json.dumps(row, sort_keys=True, default=str)
            for kind in org.schema
            for key, row in org.tables.rows(kind).items()
            if not ours & {row.get("Id"), row.get("ParentId"), row.get("PermissionSetId")}
        }


def assert_exactly_our_set(house, rights=OBJECTS | FIELDS):
    [made] = our_sets(house)
    assert (made["Label"], made["Description"]) == (LABEL, DESCRIPTION)
    flags = {name for name, value in made.items() if name.startswith("Permissions") and value}
    assert flags == set()
    given = rights_of(house, made["Id"])
    assert sorted(given) == sorted(rights)
    assert assignees(house, made["Id"]) == [user_id(house)]
    return made


def take_away(house, sobject, opt_out, email, edit):
    house.act("field-access", access=opt_out, sobject=sobject)
    if email != "editable":
        house.act("field-access", access=email, sobject=sobject, field=EMAIL)
    if edit != "edit":
        house.act("object-edit", sobject=sobject, on=False)
    if edit == "hidden":
        org = house.practice.world.org
        with org.transaction():
            for key, row in list(org.tables.rows("ObjectPermissions").items()):
                if row["SobjectType"] == sobject:
                    org.tables.drop("ObjectPermissions", key)


def refuse(house, method, path, code, message, **more):
    """Let Salesforce refuse the next such request."""
    house.act(
        "fault",
        kind="status",
        status=400,
        code=code,
        message=message,
        method=method,
        path=path,
        **more,
    )


def hide_everything(house):
    for sobject in PEOPLE:
        take_away(house, sobject, "hidden", "editable", "edit")


@pytest.mark.parametrize("sobjects", [("Contact",), ("Lead",), PEOPLE], ids="+".join)
@pytest.mark.parametrize(
    ("opt_out", "email", "edit"),
    some(COMBINATIONS, 2),
)
def test_whatever_is_missing_the_right_rights_are_created_a_test_passes_and_a_run_writes(
    house, sobjects, opt_out, email, edit
):
    ids = [house.contact(ANNA), house.lead(ANNA)]
    house.unsubscribe(ANNA)
    for sobject in sobjects:
        take_away(house, sobject, opt_out, email, edit)
    assert house.sync("test")[0] == 1
    before = snapshot(house)

    code, result = house.sync("fix-permissions", "--yes")

    assert code == 0, result
    assert_exactly_our_set(house)
    assert snapshot(house) == before
    assert house.sync("test")[0] == 0
    assert house.sync("run")[1]["updated"] == 2
    assert all(house.is_opted_out(record_id) for record_id in ids)


def test_removal_brings_back_the_rights_from_before(house):
    take_away(house, "Contact", "read_only", "hidden", "read")
    take_away(house, "Lead", "hidden", "editable", "hidden")
    checks = house.sync("test")[1]["checks"]
    before = snapshot(house)
    house.sync("fix-permissions", "--yes")

    code, result = house.sync("fix-permissions", "--remove", "--yes")

    assert (code, result["unassigned"], result["deleted"]) == (0, True, True)
    assert our_sets(house) == []
    assert snapshot(house) == before
    again = house.sync("test")[1]["checks"]
    assert [each["ok"] for each in again] == [each["ok"] for each in checks]
    assert house.sync("fix-permissions", "--remove", "--yes")[1]["deleted"] is False


def test_it_is_shown_in_full_before_anything_is_made(house):
    hide_everything(house)

    code, shown = house.sync("fix-permissions", "--show")

    assert (code, shown["name"], shown["user"]) == (0, NAME, USERNAME)
    rights = {(r["sobject"], r["field"] or "", r["edit"]) for r in shown["rights"]}
    assert rights == {
        (name, field.partition(".")[2], edit) for name, field, _, edit in OBJECTS | FIELDS
    }
    assert our_sets(house) == []


def test_without_a_yes_and_without_a_terminal_nothing_is_contacted(house):
    house.act("policy", refusal="INVALID_LOGIN")

    code, result = house.sync("fix-permissions")

    assert (code, result["errors"][0]["code"]) == (2, "usage")
    assert house.practice.world.signin.account(USERNAME).wrong_tries == 0


def test_a_second_time_changes_nothing_and_an_emptied_row_is_filled_again(house):
    hide_everything(house)
    house.sync("fix-permissions", "--yes")
    changes = Counter(tables(house).versions)
    assert house.sync("fix-permissions", "--yes")[0] == 0
    moved = Counter(tables(house).versions) - changes
    assert not moved.keys() & {"permissionset", "objectpermissions", "fieldpermissions"}

    org = house.practice.world.org
    with org.transaction():
        [made] = our_sets(house)
        rows = list(org.tables.rows("FieldPermissions").items())
        [(key, row)] = [
            (key, row)
            for key, row in rows
            if row["ParentId"] == made["Id"] and row["Field"] == f"Lead.{OPT_OUT}"
        ]
        org.tables.put("FieldPermissions", {**row, "PermissionsEdit": False})

    assert house.sync("fix-permissions", "--yes")[0] == 0
    assert_exactly_our_set(house)
    assert key in tables(house).rows("FieldPermissions")


@pytest.mark.parametrize("number", some(range(ROWS), 5))
@pytest.mark.parametrize("kind", ["reset", "reset_after", "cut", "expire_sessions"])
def test_a_lost_answer_to_any_of_its_writes_doubles_nothing(house, kind, number):
    hide_everything(house)
    house.act("fault", kind=kind, method="POST", path=SETUP, after=number)

    code, result = house.sync("fix-permissions", "--yes")

    assert code == 0, (result, house.errors)
    assert_exactly_our_set(house)


@pytest.mark.parametrize("number", some(range(ROWS), 3))
def test_refused_midway_and_asked_again_it_is_completed(house, number):
    hide_everything(house)
    refuse(house, "POST", SETUP, "UNKNOWN_EXCEPTION", "Something broke", after=number)
    house.sync_fails("fix-permissions", "--yes")
    made = our_sets(house)
    assert not made or assignees(house, made[0]["Id"]) == []

    assert house.sync("fix-permissions", "--yes")[0] == 0
    assert_exactly_our_set(house)


_KILLED = """
import os, signal, sys
import sync
from lib.salesforce.door import Door
left, send = int(sys.argv[1]), Door._send
def dying(door, method, *more, **options):
    global left
    left -= options["is_write"]
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return send(door, method, *more, **options)
Door._send = dying
sys.exit(sync.main(["fix-permissions", "--yes", "--quiet", "--home", sys.argv[2]]))
"""


def test_killed_before_each_write_it_is_completed_by_the_next_and_never_doubled(house):
    hide_everything(house)
    for number in some(range(1, ROWS + 2), 3):
        for made in our_sets(house):
            Api(house.practice).call("DELETE", f"sobjects/PermissionSet/{made['Id']}")
        command = [sys.executable, "-c", _KILLED, str(number), str(house.home)]
        ended = subprocess.run(command, cwd=ROOT, env=os.environ.copy(), check=False)
        code, _result = house.sync("fix-permissions", "--yes")
        assert code == 0
        assert_exactly_our_set(house)
        assert ended.returncode == (-signal.SIGKILL if number <= ROWS else 0)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("kind", ["reset", "reset_after"])
def test_a_lost_answer_to_a_removal_is_no_trouble(house, kind, number):
    hide_everything(house)
    house.sync("fix-permissions", "--yes")
    house.act("fault", kind=kind, method="DELETE", path=SETUP, after=number)

    assert house.sync("fix-permissions", "--remove", "--yes")[0] == 0
    assert our_sets(house) == []


@pytest.mark.parametrize(
    ("permission", "said"),
    [
        ("ManageProfilesPermissionsets", "Manage Profiles and Permission Sets"),
        ("AssignPermissionSets", "Assign Permission Sets"),
        ("ViewSetup", "can't see permission sets"),
    ],
)
def test_a_user_who_may_not_is_told_plainly_and_nothing_is_made(house, permission, said):
    hide_everything(house)
    house.act("user-permission", permission=permission, on=False)
    before = snapshot(house)

    house.sync_fails("fix-permissions", "--yes")

    assert said in house.errors
    assert snapshot(house) == before


def test_an_org_that_says_so_only_when_asked_to_write_is_understood_too(house):
    hide_everything(house)
    refuse(
        house,
        "POST",
        "sobjects/PermissionSetAssignment",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
    )

    house.sync_fails("fix-permissions", "--yes")

    assert '"Assign Permission Sets"' in house.errors
    [made] = our_sets(house)
    assert assignees(house, made["Id"]) == []
    assert "Nothing was changed" not in house.errors
    assert "fix-permissions --remove" in house.errors


def test_a_set_that_the_user_may_not_delete_is_said_to_be_still_there(house):
    hide_everything(house)
    house.sync("fix-permissions", "--yes")
    refuse(
        house,
        "DELETE",
        "sobjects/PermissionSet/",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
    )

    house.sync_fails("fix-permissions", "--remove", "--yes")

    assert "may not remove the permission set" in house.errors
    assert f'"{LABEL}" is still in Salesforce' in house.errors
    assert "Nothing was changed" not in house.errors


def test_a_license_that_does_not_allow_the_rights_is_told_and_later_the_set_is_completed(house):
    hide_everything(house)
    house.act("integration-license", on=True)

    house.sync_fails("fix-permissions", "--yes")
    assert "Salesforce API Integration" in house.errors
    [made] = our_sets(house)
    assert assignees(house, made["Id"]) == []

    house.act("integration-license", on=False)
    assert house.sync("fix-permissions", "--yes")[0] == 0
    assert_exactly_our_set(house)


def test_read_on_account_is_included_only_where_salesforce_requires_it_for_contact(house):
    hide_everything(house)
    refuse(
        house,
        "POST",
        "sobjects/ObjectPermissions",
        "FIELD_INTEGRITY_EXCEPTION",
        "Permission Read Contact depends on permission(s): Read Account",
    )

    assert house.sync("fix-permissions", "--yes")[0] == 0

    assert_exactly_our_set(house, OBJECTS | FIELDS | {("Account", "", True, False)})


def test_with_person_accounts_account_can_be_edited_too(house):
    house.act("org-switch", person_accounts=True)
    hide_everything(house)

    assert house.sync("fix-permissions", "--yes")[0] == 0

    assert_exactly_our_set(house, OBJECTS | FIELDS | {("Account", "", True, True)})


@pytest.mark.parametrize("setting", ["No_Mail__c", "=No_Mail__c"])
def test_an_opt_out_field_of_the_orgs_own_is_included_and_runs_set_it(house, monkeypatch, setting):
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", setting)
    house.act("custom-field", field="No_Mail__c")
    house.contact(ANNA)
    house.lead(ANNA)
    house.unsubscribe(ANNA)
    for sobject in PEOPLE:
        house.act("field-access", access="hidden", sobject=sobject, field="No_Mail__c")
        house.act("field-access", access="hidden", sobject=sobject)
    assert house.sync("test")[0] == 1

    code, result = house.sync("fix-permissions", "--yes")

    own = {(name, f"{name}.No_Mail__c", True, True) for name in PEOPLE}
    standard = {right for right in FIELDS if right[1].endswith(OPT_OUT)}
    fields = FIELDS - standard if setting.startswith("=") else FIELDS
    assert code == 0, result
    assert_exactly_our_set(house, OBJECTS | fields | own)
    assert house.sync("run")[1]["updated"] == 2


def test_a_field_of_the_orgs_own_that_is_missing_on_lead_is_named(house, monkeypatch):
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", "No_Mail__c")
    house.act("custom-field", field="No_Mail__c", sobject="Contact")
    hide_everything(house)

    house.sync_fails("fix-permissions", "--yes")

    assert "No_Mail__c of Lead" in house.errors


def test_someone_elses_set_of_the_same_name_is_never_changed(house):
    hide_everything(house)
    theirs = {"Name": NAME, "Label": "Ours, not Optback's"}
    made = Api(house.practice).call("POST", "sobjects/PermissionSet", json=theirs).json()["id"]
    before = dict(tables(house).rows("PermissionSet")[made])

    house.sync_fails("fix-permissions", "--yes")
    assert "Optback didn't make it" in house.errors
    code, result = house.sync("fix-permissions", "--remove", "--yes")

    assert (code, result["deleted"]) == (0, False)
    assert tables(house).rows("PermissionSet")[made] == before
    assert rights_of(house, made) == []
    assert assignees(house, made) == []


def test_a_person_at_a_terminal_sees_all_of_it_and_is_asked(house):
    hide_everything(house)

    for answer, code, count in (("n", 1, 0), ("y", 0, 1)):
        mine, theirs = pty.openpty()
        os.write(mine, f"{answer}\n".encode())
        command = [sys.executable, "sync.py", "fix-permissions", "--home", str(house.home)]
        ended = subprocess.run(
            command, cwd=ROOT, stdin=theirs, capture_output=True, text=True, check=False
        )
        os.close(mine)
        os.close(theirs)
        assert (ended.returncode, len(our_sets(house))) == (code, count), ended.stderr
        assert "Email Opt Out on Lead: Read and edit" in ended.stdout
        assert f"Assigned to: {USERNAME}" in ended.stdout
        assert "Create it in Salesforce? [y/N]" in ended.stderr


def test_a_field_that_has_no_right_is_left_out(house):
    take_away(house, "Contact", "hidden", "editable", "hidden")
    refuse(
        house,
        "POST",
        "sobjects/FieldPermissions",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Field Name: bad value for restricted picklist field: Contact.Email",
    )

    assert house.sync("fix-permissions", "--yes")[0] == 0

    assert_exactly_our_set(house, OBJECTS | FIELDS - {("Contact", "Contact.Email", True, False)})


def test_two_users_of_one_org_share_the_set_and_removal_leaves_the_other_alone(house):
    hide_everything(house)
    house.sync("fix-permissions", "--yes")
    [made] = our_sets(house)
    other = {"AssigneeId": user_id(house, COLLEAGUE), "PermissionSetId": made["Id"]}
    Api(house.practice).call("POST", "sobjects/PermissionSetAssignment", json=other)

    _code, result = house.sync("fix-permissions", "--remove", "--yes")

    assert (result["unassigned"], result["deleted"]) == (True, False)
    assert assignees(house, made["Id"]) == [user_id(house, COLLEAGUE)]
    assert sorted(rights_of(house, made["Id"])) == sorted(OBJECTS | FIELDS)


def test_rule_7_refused_credentials_are_tried_once_and_pause_the_connection(house, monkeypatch):
    monkeypatch.setenv("SALESFORCE_PASSWORD", "wrong-word")

    house.sync_fails("fix-permissions", "--yes")
    house.sync_fails("fix-permissions", "--yes")

    assert house.practice.world.signin.account(USERNAME).wrong_tries == 1
    assert "Paused" in house.errors
