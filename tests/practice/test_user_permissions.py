"""UserPermissionAccess: each user asks for their own permissions, without View Setup."""

import pytest

from lib.practice.acts.administration import org_switch, user_permission, view_all
from lib.practice.acts.people import ActRefused
from lib.practice.org_setup import COLLEAGUE
from lib.practice.serve import Practice
from tests.practice.api import Api, error

ASKED = "SELECT PermissionsApiEnabled, PermissionsViewAllData FROM UserPermissionAccess"


def test_each_user_gets_a_single_row_with_their_own_permissions(practice: Practice) -> None:
    (admin,) = Api(practice).query(ASKED)["records"]
    (colleague,) = Api(practice, COLLEAGUE).query(ASKED)["records"]

    assert (admin["PermissionsApiEnabled"], admin["PermissionsViewAllData"]) == (True, True)
    assert (colleague["PermissionsApiEnabled"], colleague["PermissionsViewAllData"]) == (
        True,
        False,
    )


def test_a_change_of_permissions_shows_at_once(practice: Practice) -> None:
    user_permission(practice.world, "AllowViewEditConvertedLeads", on=True)

    asked = "SELECT PermissionsAllowViewEditConvertedLeads FROM UserPermissionAccess"

    assert Api(practice).query(asked)["records"][0]["PermissionsAllowViewEditConvertedLeads"]


def test_a_permission_the_org_does_not_have_is_an_invalid_field(practice: Practice) -> None:
    asked = "SELECT PermissionsNoSuchThing FROM UserPermissionAccess"

    answer = Api(practice).call("GET", "query/", params={"q": asked})

    assert error(answer)[:2] == (400, "INVALID_FIELD")


def test_no_one_can_change_the_row(practice: Practice) -> None:
    described = Api(practice).call("GET", "sobjects/UserPermissionAccess/describe").json()

    assert (described["createable"], described["updateable"]) == (False, False)
    assert described["keyPrefix"] is None


def test_view_all_is_taken_from_one_object_or_from_all(practice: Practice) -> None:
    view_all(practice.world, on=False, sobject="Lead")
    asked = "SELECT SobjectType FROM ObjectPermissions WHERE PermissionsViewAllRecords = true"

    left = {row["SobjectType"] for row in Api(practice).query(asked)["records"]}

    assert "Contact" in left
    assert "Lead" not in left
    assert not Api(practice).query(ASKED)["records"][0]["PermissionsViewAllData"]


def test_the_org_says_its_edition_and_what_it_shares(practice: Practice) -> None:
    org_switch(practice.world, edition="Professional Edition", sharing="None")

    asked = "SELECT OrganizationType, DefaultLeadAccess FROM Organization"
    (org,) = Api(practice).query(asked)["records"]

    assert (org["OrganizationType"], org["DefaultLeadAccess"]) == ("Professional Edition", "None")
    with pytest.raises(ActRefused):
        org_switch(practice.world, edition="Golden Edition")
