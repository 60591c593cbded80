"""The Sync page: preview first, then the button that says what it does, and what came of it."""

import os
from dataclasses import replace

import pytest
import requests

from lib.services.connections.chosen import choose
from lib.services.runs import proposal, uploads
from lib.services.runs.order import RunOrder, run_once
from lib.sources.files.who_asked.choice import Choice
from lib.store import connections, runs
from lib.sync.safety_limit import Allowance
from lib.values import Progress, RunResult
from tests.pages.conftest import answer, table, text_of
from tests.waiting import wait_until

NAME = "default"
NEWSLETTER = b"E-Mail\nann@example.org\nbob@example.org\nnobody\n"


@pytest.fixture
def show(visit, connect):
    """The Sync page of a stored connection."""
    connect(NAME)
    return lambda: visit("synchronise", connection=NAME)


def run(log, **order):
    return run_once(log, choose(log, {}, NAME), RunOrder("test", **order))


def ended(log):
    """The newest run once it has ended."""
    wait_until(lambda: runs.latest(log.store, connection=NAME, limit=1)[0].is_finished)
    return runs.latest(log.store, connection=NAME, limit=1)[0]


def keys(at):
    return {one.key for one in at.button}


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def test_without_runs_the_page_offers_a_preview(show):
    at = show()

    assert at.button(key="preview").proto.type == "primary"
    assert "No runs yet" in text_of(at)
    assert "approve" not in keys(at)


def test_without_any_connection_the_page_leads_to_the_overview(visit):
    assert "Nothing is connected yet" in text_of(visit("synchronise"))


def test_a_preview_started_here_writes_nothing_and_is_then_offered_with_its_number(show, log):
    at = show()
    at.button(key="preview").click().run()
    preview = ended(log)
    at = show()

    assert preview.dry_run
    assert preview.started_by == "dashboard"
    assert f"{preview.planned} records of " in answer(at)
    assert "Nothing has been changed." in text_of(at)
    assert at.button(key="approve").label.startswith(f"Opt out {preview.planned} records of ")


def test_the_first_preview_says_how_many_unsubscribed_before_today(show, log):
    result = run(log, dry_run=True)

    assert f"{result.addresses} people unsubscribed before today" in text_of(show())


def test_the_button_opts_out_the_number_it_names(show, log):
    planned = run(log, dry_run=True).planned
    at = show()
    at.button(key="approve").click().run()
    done = ended(log)

    assert (done.status, done.updated) == ("succeeded", planned)
    assert f"Done: {planned} records opted out" in text_of(show())


def test_a_run_stops_again_when_the_number_has_grown_since_the_preview(show, log, practice):
    planned = run(log, dry_run=True).planned
    act(
        practice,
        "create-record",
        sobject="Contact",
        values={"LastName": "New", "Email": "new@example.org"},
    )
    act(practice, "unsubscribe", entry="new@example.org", asked="")
    at = show()
    at.button(key="approve").click().run()
    stopped = ended(log)
    at = show()

    assert (stopped.status, stopped.planned) == ("guarded", planned + 1)
    assert "would be opted out. Your limit is" in text_of(at)
    assert at.button(key="approve").label.startswith(f"Opt out {planned + 1} records of ")


def test_rule_4_2_a_press_on_a_number_that_has_changed_since_does_nothing(show, log, practice):
    run(log, dry_run=True)
    at = show()
    act(practice, "unsubscribe-some", count=3)
    newer = run(log, dry_run=True)

    at.button(key="approve").click().run()

    assert ended(log).id == newer.run_id
    assert [one.value.startswith("This has changed since") for one in at.toast] == [True]
    at.button(key="approve").click().run()
    assert ended(log).updated == newer.planned


def test_invariant_7_a_guarded_run_is_let_through_by_the_button_with_its_number(show, log):
    stopped = run(log, allowance=Allowance(max_changes=1))
    at = show()
    at.button(key="approve").click().run()

    assert ended(log).updated == stopped.planned


def test_a_visit_starts_nothing(show, log):
    run(log, dry_run=True)
    show().run()

    assert len(runs.latest(log.store, connection=NAME)) == 1


def test_a_run_under_way_shows_its_progress_and_leaves_the_buttons_in_place(show, log):
    run(log, dry_run=True)
    run_id = runs.start(
        log.store, connection=NAME, started_by="cron", dry_run=False, source="jangomail"
    )
    runs.progress(log.store, run_id, Progress("writing", 200, 600))
    at = show()

    assert "A run is in progress" in text_of(at)
    assert at.get("progress")[0].proto.text == "Opting out: 200 of 600 records"
    assert at.button(key="approve").disabled
    assert at.button(key="preview").disabled


def test_refused_credentials_pause_and_lead_to_the_connection(show, log, practice):
    act(practice, "change-password")
    run(log)
    at = show()

    assert "Opt-outs are paused" in text_of(at)
    assert keys(at) & {"preview", "approve", "preview_file"} == set()
    assert at.button(key="to_connection").proto.type == "primary"


def test_credentials_that_only_cron_has_are_named_as_what_is_missing(visit, log):
    run_id = runs.start(
        log.store, connection="environment", started_by="cron", dry_run=False, source="jangomail"
    )
    runs.close_dead(log.store, run_id)
    at = visit("synchronise", connection="environment")

    assert "You can't start runs" in text_of(at)
    assert "preview" not in keys(at)


def test_a_file_asks_its_own_question_and_shows_the_lines_it_leaves_out(show, log):
    uploads.keep(log, NAME, "newsletter.csv", NEWSLETTER)
    at = show()

    assert "newsletter.csv” names 2 people" in text_of(at).replace("`", "")
    assert "only if they asked to unsubscribe" in text_of(at)
    assert "1 line couldn't be read" in text_of(at)
    assert table(at, "Line").to_dict("records") == [
        {"Line": 4, "Why": "it's neither an address nor a domain", "Text": "nobody"}
    ]
    assert at.button(key="preview_file").proto.type == "primary"
    assert at.button(key="preview_file").label == "Preview 2 people"
    assert at.button(key="discard_file").label == "Discard file"
    assert at.selectbox(key="upload_column").value == "E-Mail"
    assert "change_answer" not in keys(at)  # there is no other column to choose from


def test_a_refused_file_leaves_only_its_preview_behind(show, log, practice):
    act(
        practice,
        "create-record",
        sobject="Lead",
        values={"LastName": "A", "Company": "B", "Email": "ann@example.org"},
    )
    uploads.keep(log, NAME, "newsletter.csv", NEWSLETTER)
    show().button(key="preview_file").click().run()
    assert ended(log).planned == 1
    at = show()
    at.button(key="refuse").click().run()

    assert uploads.waiting(log, NAME) is None
    at = show()
    assert "No one was opted out" in text_of(at)
    assert answer(at) == "“newsletter.csv” was discarded. No one was opted out."
    assert "would be opted out" not in text_of(at)  # the numbers of the refused file
    assert not at.dataframe
    assert log.store.query("select 1 from event") == []


def test_with_a_hidden_field_on_lead_the_contacts_can_still_be_opted_out(show, log, practice):
    act(practice, "field-access", access="hidden", sobject="Lead")
    show().button(key="preview").click().run()
    plan = ended(log)
    at = show()
    assert 'hides "Email Opt Out" on Lead' in at.header[0].value
    assert at.button(key="approve").label.startswith(f"Opt out {plan.planned} records of ")

    at.button(key="approve").click().run()

    done = ended(log)
    assert not done.dry_run
    assert done.updated == plan.planned


def test_an_approved_file_is_carried_out_and_put_away(show, log, practice):
    act(
        practice,
        "create-record",
        sobject="Lead",
        values={"LastName": "A", "Company": "B", "Email": "ann@example.org"},
    )
    uploads.keep(log, NAME, "newsletter.csv", NEWSLETTER)
    show().button(key="preview_file").click().run()
    ended(log)
    show().button(key="approve").click().run()
    done = ended(log)
    show()

    assert (done.file_name, done.updated) == ("newsletter.csv", 1)
    assert uploads.waiting(log, NAME) is None


def test_a_files_question_is_about_the_people_of_the_file_alone(show, log, practice):
    values = {"LastName": "A", "Company": "B", "Email": "ann@example.org"}
    act(practice, "create-record", sobject="Lead", values=values)
    run(log, allowance=Allowance(max_changes=0))  # people of JangoMail wait
    uploads.keep(log, NAME, "newsletter.csv", NEWSLETTER)
    show().button(key="preview_file").click().run()
    ended(log)
    at = show()

    assert at.button(key="approve").label == "Opt out 1 record of 1 person"
    assert "1 person in “newsletter.csv” can still be emailed" in text_of(at)


def test_another_word_on_who_asked_takes_the_question_back(show, log, practice):
    values = {"LastName": "A", "Company": "B", "Email": "ann@example.org"}
    act(practice, "create-record", sobject="Lead", values=values)
    uploads.keep(log, NAME, "newsletter.csv", NEWSLETTER)
    show().button(key="preview_file").click().run()
    ended(log)
    assert "approve" in keys(show())

    uploads.choose(log, NAME, Choice(everyone=True))
    at = show()

    assert "approve" not in keys(at)
    assert "preview_file" in keys(at)
    assert "Preview “newsletter.csv” again" in text_of(at)


def test_a_file_that_is_refused_when_it_is_read_ends_its_preview_with_the_reason(show, log):
    upload = uploads.keep(log, NAME, "newsletter.csv", NEWSLETTER)
    upload.path.write_bytes(b"E-Mail\nnobody\n")  # after the page showed it, before the click
    proposal.preview_file(log, os.environ, NAME, upload, None)
    done = ended(log)

    assert (done.status, done.errors[0].code) == ("failed", "file_unreadable")
    assert "didn't understand any line of" in text_of(show())


def test_a_preview_says_who_in_the_file_asked(show, log):
    run_id = runs.start(log.store, connection=NAME, started_by="ann", dry_run=True, source="file")
    said = "1 of 3 lines say so (Unsubscribed = Yes), and 2 are left out"
    result = RunResult(run_id, NAME, "dry_run", 1, updated=None, planned=1, left_out=2)
    runs.finish(log.store, run_id, replace(result, who_asked=said))

    assert f"{said}." in text_of(show())


def test_refusals_are_shown_by_cause_with_their_remedy(show, log, practice):
    values = {"LastName": "Locked", "Email": "locked@example.org"}
    locked = act(practice, "create-record", sobject="Contact", values=values)["id"]
    act(practice, "unsubscribe", entry="locked@example.org", asked="")
    act(practice, "in-approval", record=locked)
    result = run(log)
    at = show()

    assert result.failed == 1
    assert result.errors[0].remedy in text_of(at).replace("`", "")
    assert list(table(at, "outcome").iloc[0]["outcome"]) == ["Refused"]


def test_the_records_of_a_cause_are_shown_alone_with_names_from_salesforce(show, log, practice):
    values = {"FirstName": "Lola", "LastName": "Locked", "Email": "locked@example.org"}
    locked = act(practice, "create-record", sobject="Contact", values=values)["id"]
    act(practice, "unsubscribe", entry="locked@example.org", asked="")
    act(practice, "in-approval", record=locked)
    result = run(log)
    at = show()
    assert len(table(at, "outcome")) == result.records

    at.button(key="show_cause_0").click().run()
    at.button(key="show_names").click().run()

    [line] = table(at, "outcome").to_dict("records")
    assert (line["address"], line["name"]) == ("locked@example.org", "Lola Locked")
    assert (line["source"], line["link"].endswith(locked)) == ("JangoMail", True)
    assert "show_names" not in keys(at)
    at.button(key="show_all").click().run()
    assert len(table(at, "outcome")) == result.records


def test_a_closed_result_makes_room_for_who_is_waiting(show, log):
    run(log, dry_run=True)
    at = show()
    at.button(key="approve").click().run()
    ended(log)
    at = show()
    assert answer(at).startswith("Done: ")

    at.button(key="close_result").click().run()

    assert answer(at) == "No one is waiting to be opted out."
    assert "Last run" in [one.value for one in at.subheader]


def test_changed_credentials_are_no_longer_paused_even_before_a_test(show, log, practice):
    act(practice, "change-password")
    run(log)
    login = choose(log, {}, NAME).credentials
    mended = replace(login, salesforce=replace(login.salesforce, password="another"))
    at = show()
    assert "preview" not in keys(at)
    connections.save(log.store, log.vault, NAME, mended)
    at.run()

    assert "preview" in keys(at)
