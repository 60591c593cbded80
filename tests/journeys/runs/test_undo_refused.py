"""When a run isn't taken back: another org, a pause, a run in progress, and what a person types."""

import io
import sys

import pytest

import sync
from lib.services.log import open_log
from lib.store import people, people_counts, runs
from lib.sync.lease import leased
from tests.journeys.runs.conftest import House
from tests.journeys.runs.test_undo import ANNA, BEN, reasons, run, undo, upload


class Terminal(io.StringIO):
    """Someone at a terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def opted_out(house: House):
    """Anna's Contact, and the run that opted it out."""
    house.unsubscribe(ANNA)
    return house.contact(ANNA), run(house)


def typed(house: House, monkeypatch, run_id: str, text: str) -> int:
    monkeypatch.setattr(sys, "stdin", Terminal(text))
    return sync.main(["undo", run_id, "--home", str(house.home)])


def test_typing_the_number_takes_the_run_back(house, opted_out, monkeypatch, capsys):
    anna, run_id = opted_out

    assert typed(house, monkeypatch, run_id, "1\n") == 0

    assert not house.is_opted_out(anna)
    shown = capsys.readouterr()
    assert "still on JangoMail's list): 1 person" in shown.err
    assert "Taken back: 1 record made mailable again" in shown.out


@pytest.mark.parametrize("text", ["yes\n", "2\n", "\n", ""])
def test_typing_anything_else_changes_nothing(house, opted_out, monkeypatch, text):
    anna, run_id = opted_out

    assert typed(house, monkeypatch, run_id, text) == 0

    assert house.is_opted_out(anna)


def test_a_run_from_before_the_connection_was_for_another_org_is_refused(house):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("connect", "default")
    run_id = run(house)
    house.act("start-afresh")
    house.contact(ANNA, HasOptedOutOfEmail=True)

    code, refreshed = house.sync("undo", run_id, "--yes")
    house.sync("connect", "default")
    again, moved = house.sync("undo", run_id, "--yes")

    assert (code, refreshed["errors"][0]["code"]) == (1, "wrong_org")
    assert (again, moved["errors"][0]["code"]) == (2, "not_undoable")
    assert "another org" in moved["errors"][0]["message"]


def test_variables_that_lead_to_another_org_do_not_take_back_a_run_of_the_first(house):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    run_id = run(house)
    house.act("start-afresh")
    other = house.contact(ANNA, HasOptedOutOfEmail=True)

    code, _ = house.sync("undo", run_id, "--yes")

    assert code in (1, 2)
    assert house.is_opted_out(other)


def test_a_paused_connection_takes_nothing_back_but_still_previews(house):
    anna = house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("connect", "default")
    run_id = run(house)
    house.sync("pause", "default")

    code, result = house.sync("undo", run_id, "--yes")

    assert (code, result["status"], result["updated"]) == (1, "failed", 0)
    assert result["errors"][0]["code"] == "paused_by_person"
    assert house.is_opted_out(anna)
    assert house.sync("undo", run_id, "--dry-run")[0] == 0


def test_two_at_once_are_not_possible(house, opted_out):
    anna, run_id = opted_out
    with open_log(house.home, {}) as log, leased(log.store, "environment", "another run"):
        code, result = house.sync("undo", run_id, "--yes")

    assert (code, result["status"]) == (5, "busy")
    assert house.is_opted_out(anna)


def test_an_undo_of_a_run_in_progress_prints_json_that_says_busy(house):
    with open_log(house.home, {}) as log, leased(log.store, "environment", "another run"):
        running = runs.start(
            log.store,
            connection="environment",
            started_by="someone",
            dry_run=False,
            source="jangomail",
        )
        code, result = house.sync("undo", running, "--yes")

    assert (code, result["status"], result["connection"]) == (5, "busy", "environment")
    assert result["errors"][0]["code"] == "busy"


def test_rule_5_unsubscribes_of_a_jangomail_run_no_longer_count_for_records_it_never_wrote(house):
    house.unsubscribe(ANNA, BEN)
    refused, written = house.contact(ANNA), house.contact(BEN)
    house.act("in-approval", record=refused)
    code, ran = house.sync("run")
    assert (code, ran["failed"]) == (3, 1)

    undone = undo(house, ran["run_id"])
    house.act("in-approval", record=refused, on=False)
    _, after = house.sync("run")

    assert reasons(house, undone)[refused] == "never_written"
    assert (after["updated"], after["failed"], after["skipped"]) == (0, 0, 2)
    assert not house.is_opted_out(refused)
    assert not house.is_opted_out(written)
    with open_log(house.home, {}) as log:
        [scope] = {row["scope"] for row in log.store.query("select scope from event")}
        assert people.refused_now(log.store, scope) == []
        counts = people_counts.count(log.store, scope)
    assert (counts.undone, counts.opted_out, counts.pending) == (2, 0, 0)


def test_rule_5_a_file_that_was_not_written_to_the_end_is_withdrawn(house, tmp_path):
    refused = house.contact(ANNA)
    house.act("in-approval", record=refused)
    file = tmp_path / "list.csv"
    file.write_text(f"email\n{ANNA}\n{BEN}\n")
    _, ran = house.sync("run", "--file", str(file))

    undo(house, ran["run_id"])
    house.act("in-approval", record=refused, on=False)
    _, after = house.sync("run")

    assert (after["addresses"], after["records"]) == (0, 0)
    assert not house.is_opted_out(refused)


def test_rule_4_4_an_approval_ends_when_its_run_is_taken_back(house):
    anna = house.contact(ANNA)
    house.unsubscribe("example.org")
    house.sync("run")
    code, ran = house.sync("run", "--approve-domain", "example.org")
    assert (code, house.is_opted_out(anna)) == (0, True)

    undo(house, ran["run_id"])
    house.sync("run")

    assert not house.is_opted_out(anna)
    [domain] = house.sync("domains")[1]["domains"]
    assert domain["state"] == "held"


def test_rule_5_someone_at_an_approved_domain_stays_when_a_wrong_file_is_taken_back(
    house, tmp_path
):
    anna = house.contact(ANNA)
    wrong = upload(house, tmp_path, ANNA)
    house.unsubscribe("example.org")
    house.sync("run")
    house.sync("run", "--approve-domain", "example.org")

    result = undo(house, wrong)

    assert reasons(house, result) == {anna: "also_unsubscribed"}
    assert house.is_opted_out(anna)
