"""A box that someone cleared stays cleared until a certainly newer unsubscribe (rules.md, 3)."""

from datetime import UTC, datetime, timedelta

from lib.clock import to_text

ANNA = "anna@example.org"


def opted_out_and_cleared(house, asked: str = "") -> str:
    three_hours_ago = datetime.now(UTC) - timedelta(hours=3)
    house.act("set-time", to=to_text(three_hours_ago))
    contact = house.contact(ANNA)
    house.unsubscribe(ANNA, asked=asked)
    house.sync("run")
    assert house.is_opted_out(contact)
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)
    return contact


def test_rule_3_2_a_cleared_box_stays_cleared_and_is_reported_as_kept(house):
    contact = opted_out_and_cleared(house)

    code, result = house.sync("run")

    assert (code, result["updated"], result["kept"]) == (0, 0, 1)
    assert not house.is_opted_out(contact)
    assert house.changes(result["run_id"])[0]["reason"] == "cleared_by_hand"


def test_rule_3_2_a_cleared_box_is_reported_even_if_no_event_names_the_address(house):
    contact = opted_out_and_cleared(house, asked="2026-01-05T09:00:00Z")

    _, result = house.sync("run")

    assert (result["events_read"], result["kept"]) == (0, 1)
    assert not house.is_opted_out(contact)
    _, again = house.sync("run")
    assert again["records"] == 0


def test_rule_3_2_a_box_set_by_a_colleague_and_cleared_again_stays_cleared(house):
    contact = house.contact(ANNA)
    house.act("tick-box", record=contact)
    house.unsubscribe(ANNA, asked="2026-01-05T09:00:00Z")
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)

    house.sync("run")

    assert not house.is_opted_out(contact)


def test_rule_3_2_a_newer_unsubscribe_sets_the_box_again(house):
    contact = opted_out_and_cleared(house, asked="2026-01-05T09:00:00Z")
    house.sync("run")
    house.act("pass-time", hours=1)
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert house.is_opted_out(contact)


def test_rule_3_2_an_undated_file_never_overrules_a_person_if_jangomail_cannot_tell(
    house, tmp_path, monkeypatch
):
    contact = opted_out_and_cleared(house)
    monkeypatch.delenv("JANGOMAIL_PASSWORD")
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{ANNA}\n")

    _, result = house.sync("run", "--file", str(path))

    assert result["kept"] == 1
    assert not house.is_opted_out(contact)
    assert house.changes(result["run_id"])[0]["reason"] == "cleared_by_hand_unsettled"


def test_rule_1_2_a_changed_time_zone_of_jangomail_overrules_no_one(house, monkeypatch):
    contact = opted_out_and_cleared(house)
    monkeypatch.setenv("JANGOMAIL_UTC_OFFSET", "-12")

    _, result = house.sync("run")

    assert result["updated"] == 0
    assert not house.is_opted_out(contact)
