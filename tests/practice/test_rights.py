"""What a user can see and edit in the practice org, and how to grant it over the API."""

from typing import Any

import pytest

from lib.practice.acts.administration import (
    field_access,
    integration_license,
    object_edit,
    user_permission,
)
from lib.practice.serve import Practice
from tests.practice.api import Api, error

OPT_OUT = "HasOptedOutOfEmail"


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def described(api: Api, sobject: str) -> dict[str, Any]:
    """describe's fields by name."""
    answer = api.call("GET", f"sobjects/{sobject}/describe").json()
    return {field["name"]: field for field in answer["fields"]}


def test_describe_has_the_recorded_shape(api: Api):
    fields = described(api, "Contact")

    assert len(fields["Id"]) == 57
    wanted = {
        "type": "email",
        "length": 80,
        "byteLength": 240,
        "filterable": True,
        "sortable": True,
        "groupable": True,
        "updateable": True,
        "nillable": True,
        "idLookup": True,
        "caseSensitive": False,
        "soapType": "xsd:string",
    }
    assert wanted.items() <= fields["Email"].items()
    assert fields[OPT_OUT]["defaultValue"] is False
    assert fields[OPT_OUT]["aggregatable"] is False
    assert not fields["Description"]["filterable"]
    assert described(api, "Lead")["OwnerId"]["referenceTo"] == ["Group", "User"]


def test_a_hidden_field_appears_nowhere(api: Api, practice: Practice):
    contact = api.first("Contact")

    field_access(practice.world, "hidden", "Contact")

    assert OPT_OUT not in described(api, "Contact")
    assert OPT_OUT in described(api, "Lead")
    assert OPT_OUT not in api.call("GET", f"sobjects/Contact/{contact['Id']}").json()
    query = api.call("GET", "query", params={"q": f"SELECT {OPT_OUT} FROM Contact"})  # noqa: S608
    assert error(query)[1] == "INVALID_FIELD"
    write = api.call("PATCH", f"sobjects/Contact/{contact['Id']}", json={OPT_OUT: True})
    message = f"No such column '{OPT_OUT}' on sobject of type Contact"
    assert error(write) == (400, "INVALID_FIELD", message)


def test_a_read_only_field_is_seen_and_refuses_writes_by_name(api: Api, practice: Practice):
    contact = api.first("Contact")

    field_access(practice.world, "read_only", "Contact")

    assert described(api, "Contact")[OPT_OUT]["updateable"] is False
    write = api.call("PATCH", f"sobjects/Contact/{contact['Id']}", json={OPT_OUT: True})
    assert write.json() == [
        {
            "message": f"Unable to create/update fields: {OPT_OUT}. Please check the security "
            "settings of this field and verify that it is read/write for your profile or "
            "permission set.",
            "errorCode": "INVALID_FIELD_FOR_INSERT_UPDATE",
            "fields": [OPT_OUT],
        }
    ]


def test_records_refuse_edits_without_the_permission_on_their_object(api: Api, practice: Practice):
    lead = api.first("Lead", IsConverted=False)

    object_edit(practice.world, "Lead", on=False)

    assert api.call("GET", "sobjects/Lead/describe").json()["updateable"] is False
    write = api.call("PATCH", f"sobjects/Lead/{lead['Id']}", json={OPT_OUT: True})
    assert error(write)[:2] == (400, "INSUFFICIENT_ACCESS_OR_READONLY")


def test_a_hidden_field_is_granted_by_a_permission_set_over_the_api(api: Api, practice: Practice):
    field_access(practice.world, "hidden")

    made = api.call("POST", "sobjects/PermissionSet", json={"Name": "Optback", "Label": "Optback"})
    parent = made.json()["id"]
    for sobject in ("Contact", "Lead"):
        right = {
            "ParentId": parent,
            "SobjectType": sobject,
            "Field": f"{sobject}.{OPT_OUT}",
            "PermissionsRead": True,
            "PermissionsEdit": True,
        }
        assert api.call("POST", "sobjects/FieldPermissions", json=right).status_code == 201
    assert OPT_OUT not in described(api, "Contact")
    assigned = {"AssigneeId": api.user_id, "PermissionSetId": parent}
    assert api.call("POST", "sobjects/PermissionSetAssignment", json=assigned).status_code == 201

    assert described(api, "Contact")[OPT_OUT]["updateable"] is True
    assert described(api, "Lead")[OPT_OUT]["updateable"] is True
    again = api.call("POST", "sobjects/PermissionSetAssignment", json=assigned)
    assert error(again)[1] == "DUPLICATE_VALUE"
    why = api.query(
        "SELECT Id, SobjectType, Field, Parent.IsOwnedByProfile, PermissionsEdit "  # noqa: S608
        f"FROM FieldPermissions WHERE SobjectType = 'Contact' AND Field = 'Contact.{OPT_OUT}' "
        "AND ParentId IN (SELECT PermissionSetId FROM PermissionSetAssignment "
        f"WHERE AssigneeId = '{api.user_id}')"
    )
    assert [record["Parent"]["IsOwnedByProfile"] for record in why["records"]] == [False]


def test_permissions_that_salesforce_does_not_have_are_refused(api: Api):
    parent = api.first("PermissionSet")["Id"]
    right = {"ParentId": parent, "SobjectType": "Contact", "PermissionsRead": True}

    no_rights = api.call(
        "POST", "sobjects/FieldPermissions", json={**right, "Field": "Contact.LastName"}
    )
    edit_alone = api.call(
        "POST",
        "sobjects/FieldPermissions",
        json={**right, "Field": "Contact.Fax", "PermissionsRead": False, "PermissionsEdit": True},
    )

    assert error(no_rights)[1] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert error(edit_alone)[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_users_without_setup_access_cannot_see_or_grant_permissions(practice: Practice):
    colleague = Api(practice, "colleague@example.org")

    asked = colleague.call("GET", "query", params={"q": "SELECT Id FROM FieldPermissions"})
    made = colleague.call("POST", "sobjects/PermissionSet", json={"Name": "x", "Label": "x"})

    assert error(asked)[1] == "INVALID_TYPE"
    assert error(made)[1] == "NOT_FOUND"
    user_permission(practice.world, "ViewSetup", on=True, user="colleague@example.org")
    made = colleague.call("POST", "sobjects/PermissionSet", json={"Name": "x", "Label": "x"})
    assert error(made)[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


@pytest.mark.parametrize("name", ["1Optback", "Opt back", "Optback_", "Opt__back", "Öffnen"])
def test_a_permission_set_with_a_name_that_salesforce_does_not_allow_is_refused(api: Api, name):
    made = api.call("POST", "sobjects/PermissionSet", json={"Name": name, "Label": "x"})

    assert error(made)[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_a_right_needs_the_rights_it_depends_on(api: Api):
    made = api.call("POST", "sobjects/PermissionSet", json={"Name": "Mine", "Label": "Mine"})
    parent = {"ParentId": made.json()["id"], "SobjectType": "Contact"}

    for rights, missing in (
        (["Create"], "Read Contact"),
        (["Read", "Delete"], "Edit Contact"),
        (["Read", "Edit", "Delete", "ModifyAllRecords"], "View All Contact"),
    ):
        row = {**parent, **{f"Permissions{right}": True for right in rights}}
        refused = api.call("POST", "sobjects/ObjectPermissions", json=row)
        assert error(refused)[1] == "FIELD_INTEGRITY_EXCEPTION"
        assert error(refused)[2].endswith(f"depends on permission(s): {missing}")


def test_an_integration_user_gets_no_rights_on_objects_without_a_permission_set_license(
    api: Api, practice: Practice
):
    integration_license(practice.world, on=True)
    made = api.call("POST", "sobjects/PermissionSet", json={"Name": "Mine", "Label": "Mine"})
    parent = made.json()["id"]
    assignment = {"AssigneeId": api.user_id, "PermissionSetId": parent}
    rights = {"ParentId": parent, "SobjectType": "Contact", "PermissionsRead": True}

    api.call("POST", "sobjects/ObjectPermissions", json=rights).raise_for_status()
    refused = api.call("POST", "sobjects/PermissionSetAssignment", json=assignment)

    assert error(refused)[1:] == (
        "FIELD_INTEGRITY_EXCEPTION",
        'Can\'t assign permission set "Mine" to user "Practice Administrator". The user license '
        "doesn't allow the permission: Read Contacts",
    )

    integration_license(practice.world, on=False)
    api.call("POST", "sobjects/PermissionSetAssignment", json=assignment).raise_for_status()
    integration_license(practice.world, on=True)
    more = api.call("POST", "sobjects/ObjectPermissions", json={**rights, "SobjectType": "Lead"})
    assert "which is assigned to a user with user license Salesforce Integration" in error(more)[2]


def test_a_profile_has_a_hidden_permission_set_that_is_assigned_to_its_users(api: Api):
    answer = api.query(
        "SELECT PermissionSet.IsOwnedByProfile, PermissionSet.Profile.Name "  # noqa: S608
        f"FROM PermissionSetAssignment WHERE AssigneeId = '{api.user_id}'"
    )

    [record] = answer["records"]
    assert record["PermissionSet"]["IsOwnedByProfile"] is True
    assert record["PermissionSet"]["Profile"]["Name"] == "System Administrator"


def test_a_permission_row_that_grants_nothing_is_deleted(api: Api):
    right = api.first("FieldPermissions", Field=f"Contact.{OPT_OUT}")
    none = {"PermissionsRead": False, "PermissionsEdit": False}

    api.call("PATCH", f"sobjects/FieldPermissions/{right['Id']}", json=none).raise_for_status()

    assert right["Id"] not in api.org.tables.rows("FieldPermissions")
    assert OPT_OUT not in described(api, "Contact")


def test_the_permission_set_of_a_profile_cannot_be_deleted(api: Api):
    behind = api.first("PermissionSet", IsOwnedByProfile=True)

    answer = api.call("DELETE", f"sobjects/PermissionSet/{behind['Id']}")

    assert error(answer)[1] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_deleting_a_permission_set_deletes_its_permissions(api: Api):
    made = api.call("POST", "sobjects/PermissionSet", json={"Name": "Mine", "Label": "Mine"})
    parent = made.json()["id"]
    right = {"ParentId": parent, "SobjectType": "Contact", "Field": "Contact.Fax"}
    api.call("POST", "sobjects/FieldPermissions", json={**right, "PermissionsRead": True})

    assert api.call("DELETE", f"sobjects/PermissionSet/{parent}").status_code == 204

    left = api.org.tables.rows("FieldPermissions").values()
    assert not [row for row in left if row["ParentId"] == parent]


def test_a_user_with_another_profile_has_its_permissions(api: Api):
    colleague = api.first("User", Username="colleague@example.org")
    profile = api.first("Profile", Name="System Administrator")["Id"]

    api.call("PATCH", f"sobjects/User/{colleague['Id']}", json={"ProfileId": profile})

    rights = api.org.view(colleague["Id"]).rights
    assert rights.holds("PermissionsModifyAllData")
    assert len(rights.sets) == 1
