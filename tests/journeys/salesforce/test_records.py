"""Our only write, at the practice org, and what happens when things go wrong."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from lib.errors import PermissionMissing, WriteUnanswered
from lib.practice.acts import administration, services
from lib.practice.acts import people as acts_people
from lib.practice.serve import Practice
from lib.salesforce.boxes import set_boxes
from lib.salesforce.door import Door
from lib.salesforce.records import look_up
from lib.settings import credentials_from
from lib.values import Change, Outcome, Verdict


@pytest.fixture
def door(practice: Practice) -> Iterator[Door]:
    """A door to the practice org that never waits."""
    login = credentials_from(practice.environment).salesforce
    with Door.open(login, sleep=lambda _: None) as door:
        yield door


def _rows(practice: Practice, sobject: str) -> list[dict[str, Any]]:
    """The records whose box is false, without converted Leads."""
    rows = practice.world.org.tables.rows(sobject).values()
    return [
        dict(row) for row in rows if not row["HasOptedOutOfEmail"] and not row.get("IsConverted")
    ]


def opt_out(door: Door, changes: Sequence[Change]) -> Sequence[Verdict]:
    """The verdicts of one group."""
    (answer,) = set_boxes(door, [changes])
    return answer.verdicts


def _now(practice: Practice, sobject: str, record_id: str) -> dict[str, Any]:
    return dict(practice.world.org.tables.rows(sobject)[record_id])


def _change(sobject: str, row: dict[str, Any]) -> Change:
    return Change(sobject, row["Id"], row.get("Email") or "", Outcome.PLANNED)


def test_opting_out_changes_the_box_and_nothing_else(practice: Practice, door: Door) -> None:
    lead = _rows(practice, "Lead")[0]

    (verdict,) = opt_out(door, [_change("Lead", lead)])

    assert verdict.ok
    after = _now(practice, "Lead", lead["Id"])
    different = {name for name in after if after[name] != lead.get(name)}
    stamps = {"SystemModstamp", "LastModifiedDate", "LastModifiedById"}
    assert different - stamps == {"HasOptedOutOfEmail"}
    assert after["OwnerId"] == lead["OwnerId"]


def test_contacts_and_leads_go_in_one_call(practice: Practice, door: Door) -> None:
    changes = [
        _change(sobject, row)
        for pair in zip(_rows(practice, "Contact"), _rows(practice, "Lead"), strict=False)
        for sobject, row in zip(("Contact", "Lead"), pair, strict=True)
    ]

    verdicts = opt_out(door, changes)

    assert [each.record_id for each in verdicts] == [each.record_id for each in changes]
    assert door.calls == 1
    assert len(changes) > 20


def test_a_converted_lead_and_a_deleted_one_are_refused_and_the_rest_goes_through(
    practice: Practice, door: Door
) -> None:
    deleted, good = _rows(practice, "Lead")[:2]
    converted = next(
        dict(row) for row in practice.world.org.tables.rows("Lead").values() if row["IsConverted"]
    )
    acts_people.delete_record(practice.world, deleted["Id"])

    verdicts = opt_out(door, [_change("Lead", each) for each in (converted, deleted, good)])

    codes = ["CANNOT_UPDATE_CONVERTED_LEAD", "ENTITY_IS_DELETED", None]
    assert [each.code for each in verdicts] == codes
    assert look_up(door, "Lead", [deleted["Id"]]) == {deleted["Id"]: None}


def test_a_validation_rule_is_shown_in_its_own_words(practice: Practice, door: Door) -> None:
    contact = _rows(practice, "Contact")[0]
    administration.validation_rule(
        practice.world, "Contact", "HasOptedOutOfEmail", True, "Ask Ana first.", contact["Id"]
    )

    (verdict,) = opt_out(door, [_change("Contact", contact)])

    assert (verdict.code, verdict.message) == (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Ask Ana first.",
    )


@pytest.mark.parametrize(("kind", "is_done"), [("reset_after", True), ("reset", False)])
def test_a_lost_answer_is_reported_and_a_lookup_says_what_was_done(
    practice: Practice, door: Door, kind: str, is_done: bool
) -> None:
    contact = _rows(practice, "Contact")[0]
    services.fault(practice.world, kind, times=1, method="PATCH")

    with pytest.raises(WriteUnanswered):
        opt_out(door, [_change("Contact", contact)])

    record = look_up(door, "Contact", [contact["Id"]])[contact["Id"]]
    assert record is not None
    assert record.opted_out is is_done


def test_a_write_is_repeated_after_503(practice: Practice, door: Door) -> None:
    contact = _rows(practice, "Contact")[0]
    services.fault(practice.world, "status", times=3, status=503)

    (verdict,) = opt_out(door, [_change("Contact", contact)])

    assert verdict.ok


def test_a_write_continues_after_the_session_has_ended(practice: Practice, door: Door) -> None:
    lead = _rows(practice, "Lead")[0]
    services.expire_sessions(practice.world)

    (verdict,) = opt_out(door, [_change("Lead", lead)])

    assert verdict.ok
    assert _now(practice, "Lead", lead["Id"])["OwnerId"] == lead["OwnerId"]


@pytest.mark.parametrize("rights", ["hidden", "read_only"])
def test_a_read_only_box_changes_nothing(practice: Practice, door: Door, rights: str) -> None:
    contact = _rows(practice, "Contact")[0]
    administration.field_access(practice.world, rights)

    try:
        verdicts = opt_out(door, [_change("Contact", contact)])
    except PermissionMissing:
        verdicts = []

    assert not any(each.ok for each in verdicts)
    assert not _now(practice, "Contact", contact["Id"])["HasOptedOutOfEmail"]
