"""Looking up records by their IDs."""

from urllib.parse import unquote

import pytest

from lib.clock import from_text
from lib.errors import PermissionMissing, SalesforceUnreachable
from lib.fields import OptOutField
from lib.salesforce.door import Door
from lib.salesforce.records import look_up, look_up_many
from tests.unit.salesforce.wire import Answer, Wire, composite, rows

CONTACTS = [f"0030000000000{n:02}AAA" for n in range(20)]
LEADS = [f"00Q0000000000{n:02}EAA" for n in range(20)]


def test_records_are_looked_up_and_a_missing_record_is_none(wire: Wire, door: Door) -> None:
    row = {
        "attributes": {"type": "Lead"},
        "Id": LEADS[0],
        "Email": None,
        "HasOptedOutOfEmail": True,
        "LastModifiedDate": "2026-03-02T12:00:00.000+0000",
        "IsConverted": False,
    }
    wire.on("POST", "composite/sobjects/Lead$", Answer(200, [None, row]))

    found = look_up(door, "Lead", [LEADS[1], LEADS[0][:15]])

    assert found[LEADS[1]] is None
    record = found[LEADS[0][:15]]
    assert record is not None
    assert (record.address, record.opted_out) == ("", True)
    assert record.modified_at == from_text("2026-03-02T12:00:00.000Z")
    assert wire.asked[-1].json["ids"] == [LEADS[1], LEADS[0]]


def test_two_thousand_ids_are_looked_up_in_one_call(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite/sobjects/Contact$", Answer(200, [None] * 2000), Answer(200, [None]))

    look_up(door, "Contact", [f"0030000000{n:05}AAA" for n in range(2001)])

    assert [len(each.json["ids"]) for each in wire.heard("sobjects")] == [2000, 1]


def test_rule_3_8_the_orgs_own_field_says_who_is_opted_out(wire: Wire, door: Door) -> None:
    door.own_field = OptOutField.of("=No_Mail__c")
    row = _row(CONTACTS[0], No_Mail__c=True)
    wire.on("POST", "composite$", composite(rows(row)))
    wire.on("POST", "sobjects/Contact$", Answer(200, [row]))

    (many,) = look_up_many(door, {"Contact": CONTACTS[:1]})

    for found in (many, look_up(door, "Contact", CONTACTS[:1])):
        record = found[CONTACTS[0]]
        assert record is not None
        assert record.opted_out
    (part,) = wire.heard("composite$")[0].json["compositeRequest"]
    assert f"WHERE Id IN ('{CONTACTS[0]}')" in unquote(part["url"])


@pytest.mark.parametrize(
    ("kind", "columns", "more"),
    [
        ("Contact", (), []),
        ("Contact", ("LastModifiedById", "Email"), ["LastModifiedById"]),
        ("Lead", (), ["IsConverted"]),
    ],
)
def test_what_a_record_is_made_from_is_looked_up_once_and_for_leads_if_they_are_converted(
    wire: Wire, door: Door, kind: str, columns: tuple[str, ...], more: list[str]
) -> None:
    wire.on("POST", f"composite/sobjects/{kind}$", Answer(200, [None]))

    look_up(door, kind, [CONTACTS[0]], columns)

    (asked,) = wire.heard("composite/sobjects")
    assert asked.json["fields"] == ["Id", "Email", "HasOptedOutOfEmail", "LastModifiedDate", *more]


def _row(record_id: str, **more: object) -> dict[str, object]:
    return {
        "Id": record_id,
        "Email": "Ana@example.org",
        "HasOptedOutOfEmail": False,
        "LastModifiedDate": "2026-03-02T12:00:00.000+0000",
        **more,
    }


def test_records_of_several_objects_are_looked_up_together(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows(_row(CONTACTS[0])), rows(_row(LEADS[0]))))

    found = [
        record
        for some in look_up_many(door, {"Lead": LEADS[:2], "Contact": CONTACTS[:1]})
        for record in some.values()
    ]

    assert [(each.sobject, each.record_id, each.address) for each in found] == [
        ("Contact", CONTACTS[0], "ana@example.org"),
        ("Lead", LEADS[0], "ana@example.org"),
    ]
    contacts, leads = [part["url"] for part in wire.asked[-1].json["compositeRequest"]]
    assert CONTACTS[0] in contacts
    assert "IsConverted" not in contacts
    assert LEADS[1] in leads
    assert "IsConverted" in leads
    assert door.calls == 1


def test_records_that_are_too_many_for_a_query_are_looked_up_by_their_ids(
    wire: Wire, door: Door
) -> None:
    refused = 400, [{"errorCode": "QUERY_TIMEOUT", "message": "too long"}]
    wire.on("POST", "composite$", composite(refused))
    wire.on("POST", "sobjects/Contact$", Answer(200, [_row(CONTACTS[0]), None]))

    (found,) = look_up_many(door, {"Contact": CONTACTS[:2]})

    assert list(found) == [CONTACTS[0]]


def test_a_hidden_column_of_many_records_is_a_missing_permission(wire: Wire, door: Door) -> None:
    hidden = 400, [{"errorCode": "INVALID_FIELD", "message": "No such column"}]
    wire.on("POST", "composite$", composite(hidden))

    with pytest.raises(PermissionMissing):
        list(look_up_many(door, {"Contact": CONTACTS[:2]}))


@pytest.mark.parametrize("answer", [{"records": []}, {}, "x"])
def test_an_answer_without_a_list_does_not_mean_that_records_are_gone(
    wire: Wire, door: Door, answer: object
) -> None:
    wire.on("POST", "sobjects/Contact$", Answer(200, answer))

    with pytest.raises(SalesforceUnreachable):
        look_up(door, "Contact", CONTACTS[:1])


def test_a_hidden_box_is_named_when_records_are_looked_up(wire: Wire, door: Door) -> None:
    refused = Answer(400, [{"errorCode": "INVALID_FIELD", "message": "No such column"}])
    wire.on("POST", "sobjects/Contact$", refused)

    with pytest.raises(PermissionMissing, match="HasOptedOutOfEmail"):
        look_up(door, "Contact", CONTACTS[:1])
