"""Looking up records by their IDs."""

from lib.clock import from_text
from lib.salesforce.door import Door
from lib.salesforce.records import look_up
from tests.unit.salesforce.wire import Answer, Wire

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
    wire.on("POST", "composite/sobjects/Contact$", Answer(200, [None]))

    look_up(door, "Contact", [f"0030000000{n:05}AAA" for n in range(2001)])

    assert [len(each.json["ids"]) for each in wire.heard("sobjects")] == [2000, 1]
