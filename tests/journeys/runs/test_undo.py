"""Taking a run back: what goes back, what stays and why, and what runs do after that."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lib.clock import to_text
from lib.practice.acts import people
from tests.journeys.runs.conftest import House

ANNA, BEN, CLARA = "anna@example.org", "ben@example.org", "clara@example.org"


@pytest.fixture
def anna(house):
    """A Contact whose address is on JangoMail's list."""
    house.unsubscribe(ANNA)
    return house.contact(ANNA)


def run(house: House, *arguments: str) -> str:
    """Run a sync, and return its ID."""
    code, result = house.sync("run", *arguments)
    assert code == 0, house.errors
    return str(result["run_id"])


def undo(house: House, run_id: str, *arguments: str) -> dict[str, Any]:
    """Take a run back, and return the result."""
    code, result = house.sync("undo", run_id, "--yes", *arguments)
    assert code == 0, house.errors
    found: dict[str, Any] = result
    return found


def upload(house: House, tmp_path, *addresses: str, name: str = "list.csv") -> str:
    """Use a file with these addresses, and return the ID of its run."""
    file = tmp_path / name
    file.write_text("\n".join(["email", *addresses]))
    return run(house, "--file", str(file))


def reasons(house: House, result) -> dict[str, str | None]:
    return {
        change["record_id"]: change["reason"] for change in house.changes(str(result["run_id"]))
    }


def test_invariant_9_a_wrong_file_is_taken_back_to_the_record(house, tmp_path):
    records = [house.contact(ANNA), house.lead(ANNA), house.contact(BEN)]
    wrong = upload(house, tmp_path, ANNA, BEN)
    assert all(house.is_opted_out(record) for record in records)

    result = undo(house, wrong)

    assert (result["status"], result["updated"], result["records"]) == ("succeeded", 3, 3)
    assert not any(house.is_opted_out(record) for record in records)


def test_rule_5_undone_records_are_skipped_and_never_kept(house, anna):
    undo(house, run(house))

    for _ in range(2):
        _, result = house.sync("run")

        assert (result["updated"], result["kept"], result["skipped"]) == (0, 0, 1)
        assert reasons(house, result) == {anna: "undone"}
        assert not house.is_opted_out(anna)


def test_rule_5_a_newer_unsubscribe_opts_them_out_again(house):
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    house.unsubscribe(ANNA)
    anna = house.contact(ANNA)
    undo(house, run(house))
    house.sync("run")
    house.act("set-time", to=to_text(datetime.now(UTC)))
    house.act("resubscribe", entry=ANNA)
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert house.is_opted_out(anna)


def test_rule_5_the_unsubscribes_of_an_undone_run_keep_lists_clean(house, anna):
    undo(house, run(house))
    ben = house.contact(BEN)

    _, result = house.sync("list", "SELECT Id, Email FROM Contact", "--out", str(house.home / "a"))

    assert ben
    assert (result["rows"], result["removed"]) == (1, {"unsubscribed": 1})


def test_rule_5_importing_the_same_file_again_works(house, tmp_path):
    anna = house.contact(ANNA)
    undo(house, upload(house, tmp_path, ANNA, BEN))
    assert not house.is_opted_out(anna)

    again = upload(house, tmp_path, ANNA, BEN)

    assert house.is_opted_out(anna)
    undo(house, again)
    assert not house.is_opted_out(anna)


def test_rule_5_a_wrong_file_that_was_used_twice_is_taken_back_with_its_first_run(house, tmp_path):
    record = house.contact(ANNA)
    first = upload(house, tmp_path, ANNA, BEN)
    upload(house, tmp_path, ANNA, BEN)

    assert undo(house, first)["updated"] == 1

    late = house.contact(BEN)
    run(house)
    assert not house.is_opted_out(record)
    assert not house.is_opted_out(late)
    upload(house, tmp_path, ANNA, BEN)
    assert house.is_opted_out(record)
    assert house.is_opted_out(late)


def test_rule_5_the_second_run_of_a_file_takes_nothing_of_the_first_back(house, tmp_path):
    record = house.contact(ANNA)
    upload(house, tmp_path, ANNA)
    late = house.contact(ANNA)
    second = upload(house, tmp_path, ANNA)

    assert undo(house, second)["updated"] == 0
    assert house.is_opted_out(record)
    assert house.is_opted_out(late)


def test_rule_5_other_lines_of_the_same_file_are_like_another_file(house, tmp_path):
    anna, ben = house.contact(ANNA), house.contact(BEN)
    file = tmp_path / "list.csv"
    file.write_text(f"email,colour\n{ANNA},red\n{BEN},blue\n")
    everyone = run(house, "--file", str(file), "--everyone")
    run(house, "--file", str(file), "--where", "colour=red")

    assert undo(house, everyone)["updated"] == 1
    assert house.is_opted_out(anna)
    assert not house.is_opted_out(ben)


def test_rule_5_people_without_a_record_are_no_longer_on_the_undone_files_list(house, tmp_path):
    undo(house, upload(house, tmp_path, ANNA))
    house.contact(ANNA)

    _, result = house.sync("list", "SELECT Id, Email FROM Contact", "--out", str(house.home / "a"))

    assert (result["rows"], result["removed"]) == (1, {})


def test_rule_5_a_true_unsubscribe_before_or_after_a_wrong_file_stays(house, tmp_path):
    before, after, wrong = house.contact(ANNA), house.contact(BEN), house.contact(CLARA)
    house.unsubscribe(ANNA)
    run_id = upload(house, tmp_path, ANNA, BEN, CLARA)
    house.unsubscribe(BEN)
    house.sync("run")

    result = undo(house, run_id)

    assert (result["updated"], result["skipped"]) == (1, 2)
    assert reasons(house, result) == {
        before: "also_unsubscribed",
        after: "also_unsubscribed",
        wrong: None,
    }
    assert [house.is_opted_out(each) for each in (before, after, wrong)] == [True, True, False]


def test_rule_5_a_person_whom_another_file_names_too_stays(house, tmp_path):
    anna = house.contact(ANNA)
    first = upload(house, tmp_path, ANNA, name="first.csv")
    ben = house.contact(BEN)
    upload(house, tmp_path, ANNA, BEN, name="second.csv")

    result = undo(house, first)

    [change] = house.changes(str(result["run_id"]))
    assert (change["record_id"], change["reason"]) == (anna, "also_unsubscribed")
    assert house.is_opted_out(ben)


def test_rule_5_a_box_that_a_colleague_cleared_and_set_again_stays(house, anna):
    run_id = run(house)
    house.act("clear-box", record=anna)
    house.act("tick-box", record=anna)

    result = undo(house, run_id)

    assert reasons(house, result) == {anna: "changed_since"}
    assert house.is_opted_out(anna)


def test_rule_5_a_deleted_record_and_a_cleared_box_are_left_as_they_are(house, tmp_path):
    gone, cleared = house.contact(ANNA), house.contact(BEN)
    run_id = upload(house, tmp_path, ANNA, BEN)
    house.act("delete-record", record=gone)
    house.act("clear-box", record=cleared)

    result = undo(house, run_id)

    assert reasons(house, result) == {gone: "gone", cleared: "cleared_since"}
    assert result["updated"] == 0


def test_invariant_1_an_undo_writes_the_box_and_nothing_else(house, tmp_path):
    anna = house.contact(ANNA)
    run_id = upload(house, tmp_path, ANNA)
    before = dict(house.row(anna))

    undo(house, run_id)

    after = house.row(anna)
    changed = {name for name in after if after[name] != before.get(name)}
    assert "HasOptedOutOfEmail" in changed
    assert changed <= {"HasOptedOutOfEmail", "LastModifiedDate", "SystemModstamp"}


def test_a_dry_run_shows_the_groups_and_changes_nothing(house, anna, capsys):
    run_id = run(house)

    code, result = house.sync("undo", run_id, "--dry-run")

    assert (code, result["status"], result["planned"]) == (0, "dry_run", 1)
    assert (result["forecast"]["to_come"], result["forecast"]["fits"]) == (1, 1)
    assert reasons(house, result) == {anna: "still_listed"}
    assert house.is_opted_out(anna)
    assert json.dumps(result)


def test_without_a_terminal_undo_needs_yes(house, anna):
    code, result = house.sync("undo", run(house))

    assert code == 2
    assert result["errors"][0]["code"] == "usage"
    assert house.is_opted_out(anna)


def test_runs_that_cannot_be_taken_back_are_refused_with_words(house, anna):
    preview = run(house, "--dry-run")
    real = run(house)
    nothing = run(house)
    undone = str(undo(house, real)["run_id"])

    for run_id, words in (
        (preview, "was a preview"),
        (nothing, "opted no one out"),
        (undone, "took another run back"),
        (real, "already been taken back"),
        ("unknown", "isn't in the log"),
    ):
        code, result = house.sync("undo", run_id, "--yes")

        assert code == 2
        assert words in result["errors"][0]["message"]


def test_a_run_of_another_connection_is_refused(house, anna):
    run_id = run(house)
    house.sync("connect", "default")

    code, result = house.sync("undo", run_id, "--yes")

    assert code == 2
    assert "another connection" in result["errors"][0]["message"]
    assert house.is_opted_out(anna)


def test_an_undo_of_a_large_run_takes_no_more_api_calls_than_the_run(house, tmp_path):
    count = 2_300
    addresses = [f"p{number}@example.org" for number in range(count)]
    for number, address in enumerate(addresses):
        sobject, more = ("Lead", {"Company": "Example"}) if number % 2 else ("Contact", {})
        values = {"LastName": "Made Up", "Email": address, **more}
        people.create_record(house.practice.world, sobject, values)
    file = tmp_path / "large.csv"
    file.write_text("\n".join(["email", *addresses]))
    _, ran = house.sync("run", "--file", str(file), "--allow-large")

    undone = undo(house, ran["run_id"])

    assert (ran["updated"], undone["updated"]) == (count, count)
    assert undone["api_calls"] <= ran["api_calls"]
