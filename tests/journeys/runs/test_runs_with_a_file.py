"""A run with a file plans changes only for the people in the file (rules.md, 1.8)."""

import signal
from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import to_text
from lib.services.log import open_log
from lib.store import ledger, runs
from tests.journeys.runs.test_dead_processes import has_sent, start_run
from tests.waiting import wait_until

ANNA, BERT, CARL = "anna@example.org", "bert@example.org", "carl@example.org"


def file_of(path, *lines):
    path.write_text("\n".join(["email", *lines]) + "\n")
    return str(path)


@pytest.fixture
def three(house, tmp_path):
    """A file with three people, two of them with records, and 48 people who wait at JangoMail."""
    ids = [house.contact(ANNA), house.lead(BERT)]
    waiting = [f"person{number}@example.org" for number in range(48)]
    records = [house.contact(address) for address in waiting]
    house.unsubscribe(*waiting)
    house.sync("run", "--max-changes", "0")  # reads all of JangoMail, and writes nothing
    return file_of(tmp_path / "three.csv", ANNA, BERT, CARL), ids, records


def test_people_who_wait_at_jangomail_are_not_in_a_files_preview(house, three):
    path, *_ = three

    code, result = house.sync("run", "--file", path, "--dry-run")

    assert (code, result["status"], result["planned"]) == (0, "dry_run", 2)
    assert (result["events_read"], result["addresses"], result["unmatched"]) == (3, 3, 1)
    assert {row["address"] for row in house.changes(result["run_id"])} == {ANNA, BERT}


def test_rule_1_8_a_run_with_a_file_opts_out_its_people_and_the_others_wait_for_the_next_run(
    house, three
):
    path, ids, records = three

    code, result = house.sync("run", "--file", path)

    assert (code, result["records"], result["updated"], result["addresses"]) == (0, 2, 2, 3)
    assert all(house.is_opted_out(record_id) for record_id in ids)
    assert not any(house.is_opted_out(record_id) for record_id in records)
    code, later = house.sync("run")
    assert (code, later["records"], later["updated"]) == (0, 48, 48)
    assert all(house.is_opted_out(record_id) for record_id in records)


def test_the_safety_limit_counts_only_the_people_in_the_file(house, three):
    path, *_ = three

    assert house.sync("run", "--file", path, "--max-changes", "1")[0] == 4
    code, result = house.sync("run", "--file", path, "--max-changes", "2")

    assert (code, result["updated"]) == (0, 2)


def test_a_stopped_file_changes_nothing_about_the_people_who_wait(house, three):
    path, *_ = three
    house.sync("run", "--file", path, "--max-changes", "1")

    code, result = house.sync("run")

    assert (code, result["records"], result["updated"]) == (0, 48, 48)


def test_an_address_that_also_waits_at_jangomail_is_opted_out_once(house, tmp_path):
    contact = house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run", "--max-changes", "0")

    _, result = house.sync("run", "--file", file_of(tmp_path / "list.csv", ANNA))

    assert (result["records"], result["updated"]) == (1, 1)
    assert house.is_opted_out(contact)
    _, later = house.sync("run")
    assert later["records"] == later["events_read"] == 1  # JangoMail's overlap names them again
    assert later["already_opted_out"] == 1


def test_the_first_run_with_a_file_leaves_jangomails_past_for_later(house, tmp_path):
    contact = house.contact(ANNA)
    house.contact(BERT)
    house.unsubscribe(ANNA, asked="2020-01-05T09:00:00Z")

    _, result = house.sync("run", "--file", file_of(tmp_path / "list.csv", BERT))

    assert (result["addresses"], result["updated"]) == (1, 1)
    assert not house.is_opted_out(contact)
    assert house.sync("run")[1]["updated"] == 1
    assert house.is_opted_out(contact)


def test_a_box_cleared_on_another_persons_record_is_reported_by_the_next_run_without_a_file(
    house, tmp_path
):
    contact = house.contact(ANNA)
    house.contact(BERT)
    house.unsubscribe(ANNA, asked="2026-01-05T09:00:00Z")
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)

    _, result = house.sync("run", "--file", file_of(tmp_path / "list.csv", BERT))

    assert (result["records"], result["updated"], result["kept"]) == (1, 1, 0)
    house.act("pass-time", hours=2)
    _, later = house.sync("run")
    assert later["kept"] == 1


def test_a_box_set_by_a_first_file_and_cleared_again_is_reported(house, tmp_path):
    contact = house.contact(ANNA)
    house.sync("run", "--file", file_of(tmp_path / "list.csv", ANNA))
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)

    _, result = house.sync("run")

    assert (result["kept"], house.is_opted_out(contact)) == (1, False)


def test_rule_3_2_a_run_with_a_file_reads_jangomails_report_and_stores_nothing_from_it(
    house, tmp_path
):
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    contact, other = house.contact(ANNA), house.contact(BERT)
    house.sync("run")
    house.sync("run", "--file", file_of(tmp_path / "old.csv", ANNA))
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)
    house.act("pass-time", hours=1)
    house.unsubscribe(ANNA, BERT)

    _, result = house.sync("run", "--file", file_of(tmp_path / "new.csv", ANNA))

    assert (result["records"], result["updated"]) == (1, 1)
    assert (house.is_opted_out(contact), house.is_opted_out(other)) == (True, False)
    with open_log(house.home, {}) as log:
        assert ledger.events_of(log.store, runs.latest(log.store)[0].scope, [BERT]) == {}
    _, later = house.sync("run")
    assert (later["updated"], house.is_opted_out(other)) == (1, True)


def test_a_domain_on_hold_at_jangomail_is_not_in_a_run_with_a_file(house, tmp_path):
    held = house.contact("dora@held.example")
    house.contact(ANNA)
    house.unsubscribe("held.example")
    house.sync("run")

    _, result = house.sync("run", "--file", file_of(tmp_path / "list.csv", ANNA))

    assert (result["records"], result["skipped"]) == (1, 0)
    _, own = house.sync("run", "--file", file_of(tmp_path / "domain.csv", "@held.example"))
    assert (own["records"], own["skipped"]) == (1, 1)
    assert not house.is_opted_out(held)


def test_the_same_file_again_finds_its_people_again_and_writes_nothing(house, tmp_path):
    house.contact(ANNA)
    path = file_of(tmp_path / "list.csv", ANNA)
    house.sync("run", "--file", path)

    code, result = house.sync("run", "--file", path)

    assert (code, result["records"], result["already_opted_out"]) == (0, 1, 1)


def killed_while_writing(house, *arguments):
    house.act("fault", kind="slow", method="PATCH", seconds=30)
    dying = start_run(house, *arguments)
    wait_until(lambda: has_sent(house.home))
    dying.send_signal(signal.SIGKILL)
    dying.communicate()
    house.act("clear-faults")


def test_the_next_run_from_jangomail_finishes_a_killed_run_with_a_file(
    house, tmp_path, short_silence
):
    ids = [house.contact(ANNA), house.contact(BERT)]
    house.unsubscribe(BERT)
    killed_while_writing(house, "--file", file_of(tmp_path / "list.csv", ANNA))

    code, result = house.sync("run")

    assert (code, result["records"]) == (0, 2)
    assert all(house.is_opted_out(record_id) for record_id in ids)


def test_a_run_with_a_file_leaves_the_people_of_a_killed_jangomail_run_for_the_next_run(
    house, tmp_path, short_silence
):
    waiting, named = house.contact(ANNA), house.contact(BERT)
    house.unsubscribe(ANNA)
    killed_while_writing(house)

    code, result = house.sync("run", "--file", file_of(tmp_path / "list.csv", BERT))

    assert (code, result["records"], result["updated"]) == (0, 1, 1)
    assert (house.is_opted_out(waiting), house.is_opted_out(named)) == (False, True)
    assert {row["address"] for row in house.changes(result["run_id"])} == {BERT}
    assert house.sync("run")[1]["updated"] == 1
    assert house.is_opted_out(waiting)
