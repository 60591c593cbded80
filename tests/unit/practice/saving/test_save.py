"""Saving: whatever is sent, a record is either saved, or refused and unchanged."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.practice.org import PracticeOrg
from lib.practice.org_setup import USERNAME
from lib.practice.refusal import Refusal
from lib.practice.saving.save import Writer
from lib.practice.schema import SCHEMA

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOBJECTS = ("Account", "Campaign", "CampaignMember", "Contact", "Lead", "User")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@pytest.fixture(scope="module")
def org() -> PracticeOrg:
    """A practice org with sixty people, which every example can change."""
    return PracticeOrg(clock=lambda: NOON, contacts=40, leads=20, unsubscribes=0)


@pytest.fixture(scope="module")
def administrator(org: PracticeOrg) -> Writer:
    """Saves as the administrator, even after an example changed their user name."""
    return writer(org)


def writer(org: PracticeOrg) -> Writer:
    """Saves as the administrator."""
    user = org.user_named(USERNAME)
    assert user is not None
    return Writer(org, user["Id"])


@st.composite
def fields_and_values(draw: st.DrawFn, sobject: str) -> dict[str, object]:
    """A few fields of an sObject with any JSON values."""
    names = [field.name for field in SCHEMA[sobject.lower()].fields.values()]
    return draw(st.dictionaries(st.sampled_from(names), json_values, max_size=4))


@pytest.mark.parametrize("sobject", SOBJECTS)
@given(data=st.data())
def test_any_values_are_saved_or_refused_and_a_refusal_changes_nothing(
    org: PracticeOrg, administrator: Writer, sobject: str, data: st.DataObject
):
    values = data.draw(fields_and_values(sobject))
    before = dict(org.tables.rows(sobject))
    chosen = data.draw(st.sampled_from(sorted(before)))

    try:
        administrator.update(sobject, chosen, values)
    except Refusal:
        assert dict(org.tables.rows(sobject)) == before

    with suppress(Refusal):
        administrator.create(sobject, values)


def test_a_lead_needs_an_owner_and_keeps_its_owner_without_a_queue():
    org = PracticeOrg(clock=lambda: NOON, contacts=5, leads=5, unsubscribes=0)
    lead = next(row for row in org.tables.rows("Lead").values() if not row["IsConverted"])
    queue = next(iter(org.tables.rows("Group")))
    writer(org).delete("Group", queue)

    writer(org).update("Lead", lead["Id"], {"Title": "x"})

    assert org.tables.rows("Lead")[lead["Id"]]["OwnerId"] == lead["OwnerId"]
    with pytest.raises(Refusal, match="OwnerId"):
        writer(org).update("Lead", lead["Id"], {"OwnerId": None})


def test_an_assignment_needs_a_permission_set(org: PracticeOrg):
    with pytest.raises(Refusal, match="PermissionSetId"):
        writer(org).create("PermissionSetAssignment", {"AssigneeId": writer(org).user_id})
