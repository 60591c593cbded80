"""Taking a run back on the pages: shown in groups, confirmed by its number, and its result."""

import pytest

from lib.practice.acts import people
from lib.services.connections.chosen import choose
from lib.services.runs.order import RunOrder, run_once
from lib.services.runs.undo import UndoOrder, undo_once
from lib.store import changes, runs
from lib.values import Outcome
from tests.pages.conftest import table, text_of
from tests.waiting import wait_until

NAME = "default"


@pytest.fixture
def show(visit, connect):
    """A page of a stored connection."""
    connect(NAME)
    return lambda page="history", **query: visit(page, connection=NAME, **query)


def run(log, **order):
    return run_once(log, choose(log, {}, NAME), RunOrder("test", **order))


def undo(log, run_id, **order):
    return undo_once(log, choose(log, {}, NAME), UndoOrder(run_id, "test", **order))


def button(at, key):
    [found] = [one for one in at.button if one.key == key]
    return found


def keys(at):
    return {one.key for one in at.button}


def test_invariant_9_the_page_of_a_run_offers_to_take_it_back(show, log):
    result = run(log)
    at = show(run=result.run_id)

    label = button(at, "run_preview_undo").label
    assert label.startswith("Make ")
    assert f"mailable again ({result.updated} records)" in label


def test_a_preview_has_no_way_back(show, log):
    at = show(run=run(log, dry_run=True).run_id)

    assert "run_preview_undo" not in keys(at)


def test_the_preview_is_a_run_of_its_own_and_asks_with_the_number(show, log, practice):
    result = run(log)
    at = show(run=result.run_id)
    button(at, "run_preview_undo").click().run()
    assert not at.exception
    wait_until(lambda: runs.latest(log.store, limit=1)[0].status == "dry_run")
    at = show(run=result.run_id)

    assert button(at, "run_undo_now").label.endswith(f"({result.updated} records)")
    assert "Nothing has been changed" in text_of(at)
    assert "The undo takes about" in text_of(at)
    assert any("stay off lists" in one.label for one in at.expander)


def test_leaving_it_as_it_is_brings_the_offer_back(show, log):
    result = run(log)
    undo(log, result.run_id, dry_run=True)
    at = show(run=result.run_id)
    button(at, "run_leave").click().run()

    assert "run_preview_undo" in keys(at)
    assert "run_undo_now" not in keys(at)


def test_confirming_takes_the_run_back_and_the_page_says_so(show, log):
    result = run(log)
    undo(log, result.run_id, dry_run=True)
    at = show(run=result.run_id)
    button(at, "run_undo_now").click().run()
    assert not at.exception
    wait_until(lambda: runs.latest(log.store, limit=1)[0].status == "succeeded")
    at = show(run=result.run_id)

    assert "Taken back: " in text_of(at)
    assert f"{result.updated} records made mailable again" in text_of(at)
    assert "run_preview_undo" not in keys(at)


def test_an_undo_opens_with_its_groups_and_its_records(show, log, practice):
    result = run(log)
    undone = undo(log, result.run_id)
    at = show(run=undone.run_id)

    assert f"Taken back: {undone.updated} records made mailable again" in text_of(at)
    assert {one for [one] in table(at, "outcome")["outcome"]} == {"Made mailable again"}
    assert "run_preview_undo" not in keys(at)


def test_the_list_of_runs_shows_an_undo_as_an_undo_and_an_undone_run_as_undone(show, log):
    result = run(log)
    undone = undo(log, result.run_id)
    at = show()

    first, second = table(at, "Result")["Result"]
    assert first == f"{undone.updated} made mailable again"
    assert "taken back on" in second


def test_an_undo_is_counted_neither_as_an_opt_out_nor_as_a_run(show, log):
    result = run(log)
    before = show().header[0].value
    undo(log, result.run_id)

    assert show().header[0].value == before


def test_a_refused_record_is_reported_and_the_rest_can_be_taken_back(show, log, practice):
    result = run(log)
    [first, *_] = [row.record_id for row in changes_of(log, result.run_id)]
    practice.world.org.settings.in_approval.add(first)
    undo(log, result.run_id)
    at = show(run=result.run_id)

    assert "Taken back in part" in text_of(at)
    assert button(at, "run_preview_undo").label == "Take back the rest (1 record)"


def test_sync_offers_to_take_back_the_file_that_was_just_used(show, log, tmp_path, practice):
    people.create_record(
        practice.world, "Contact", {"LastName": "Wrong", "Email": "wrong@example.org"}
    )
    file = tmp_path / "wrong.csv"
    file.write_text("email\nwrong@example.org\n")
    run_once(log, choose(log, {}, NAME), RunOrder("dashboard", file=file))
    at = show("synchronise")

    assert button(at, "last_preview_undo").label == "Wrong file? Take it back"
    undo(log, runs.latest(log.store, limit=1)[0].id)
    at = show("synchronise")
    assert "Taken back: 1 record made mailable again" in text_of(at)
    assert "last_preview_undo" not in keys(at)


def changes_of(log, run_id):
    return [
        logged.change for logged in changes.of_run(log.store, run_id, outcomes=[Outcome.UPDATED])
    ]
