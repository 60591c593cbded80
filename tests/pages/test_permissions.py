"""Fix it for me on the Connection page: shown in full, created after a yes, removed again."""

import pytest

from lib.practice.acts.administration import field_access, object_edit, user_permission
from lib.salesforce.permission_set.rights import NAME
from lib.store import connections
from tests.pages.conftest import text_of

ACME = "acme"


@pytest.fixture
def show(visit, connect):
    """The Connection page of a stored connection."""
    connect(ACME)
    return lambda: visit("connection", connection=ACME)


@pytest.fixture
def tested(show, practice):
    """The page after a test that found Email Opt Out hidden, and Lead not editable."""
    field_access(practice.world, "hidden")
    object_edit(practice.world, "Lead", on=False)
    return show().button(key="test_connection").click().run()


def our_sets(practice):
    rows = practice.world.org.tables.rows("PermissionSet").values()
    return [row for row in rows if row["Name"] == NAME]


def keys(at):
    return {one.key for one in at.button}


def test_without_missing_rights_there_is_nothing_to_fix(show):
    at = show().button(key="test_connection").click().run()

    assert "fix_it" not in keys(at)


def test_what_would_be_created_is_shown_in_full_and_cancel_changes_nothing(tested, practice):
    at = tested.button(key="fix_it").click().run()

    said = text_of(at)
    for words in ("Contact: **Read and edit**", "Email on Lead: **Read**", "Practice Company"):
        assert words in said
    assert "Email Opt Out on Contact: **Read and edit**" in said
    assert our_sets(practice) == []
    at.button(key="fix_cancel").click().run()
    assert "fix_it" in keys(at)


def test_after_a_yes_the_page_says_what_is_fine_now_and_removal_takes_it_back(
    tested, practice, log
):
    at = tested.button(key="fix_it").click().run()
    at.button(key="fix_confirm").click().run()

    [said] = [one.value.replace("\\", "") for one in at.success]
    assert "Lead: Email Opt Out can be edited" in said
    assert "may take" not in said
    assert len(our_sets(practice)) == 1
    assert all(check.ok for check in connections.state(log.store, ACME).checks)
    assert "Optback created the permission set" in text_of(at)

    at.button(key="remove_confirm").click().run()

    assert "rights from before" in at.success[0].value
    assert our_sets(practice) == []
    assert "fix_it" in keys(at)
    assert "Optback created the permission set" not in text_of(at)


def test_a_user_who_may_not_is_told_and_nothing_changes(tested, practice):
    user_permission(practice.world, "AssignPermissionSets", on=False)

    at = tested.button(key="fix_it").click().run()

    assert "Assign Permission Sets" in at.error[0].value
    assert "Nothing was changed" in at.error[0].value.replace("\\", "")
    assert our_sets(practice) == []


def test_a_paused_connection_offers_no_sign_in(tested, practice, log):
    connections.pause(
        log.store, ACME, fingerprint="x", code="INVALID_LOGIN", message="Refused", remedy="Change"
    )

    at = tested.run()

    assert "fix_it" not in keys(at)
