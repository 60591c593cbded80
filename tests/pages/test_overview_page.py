"""The Overview: is all well, what needs a hand, and what is known of one address."""

from datetime import timedelta

import pytest
import requests

from lib.clock import to_text
from lib.services.connections.chosen import choose
from lib.services.lists.freshness import read_unsubscribes
from lib.services.runs.order import RunOrder, run_once
from lib.store import connections, runs
from lib.sync.safety_limit import Allowance
from tests.pages.conftest import answer, table, text_of
from tests.waiting import wait_until

NAME = "default"


@pytest.fixture
def show(visit, connect):
    """The Overview of a stored connection."""
    connect(NAME)
    return lambda **query: visit("overview", connection=NAME, **query)


def run(log, **order):
    return run_once(log, choose(log, {}, NAME), RunOrder("test", **order))


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def keys(at):
    return {one.key for one in at.button}


def test_before_the_first_run_the_page_says_that_nothing_is_known(show):
    at = show()

    assert answer(at) == "This connection isn't tested yet."
    assert "It isn't known yet who is opted out. A preview reads" in text_of(at)
    assert at.button(key="answer_action").label == "Preview the first run"
    assert not any(key.startswith("hand_") for key in keys(at) if key)


def test_after_a_file_alone_it_says_that_jangomail_was_not_read(show, log, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("email\nann@example.org\n")
    run(log, file=path)

    at = show()
    assert answer(at) == "It isn't known yet who unsubscribed in JangoMail."
    assert "Only files have been read so far." in text_of(at)
    first = run(log, dry_run=True)
    at = show()
    assert answer(at) == f"{first.planned} records would be opted out."
    assert f"{first.addresses} people unsubscribed before today" in text_of(at)


def test_on_a_normal_day_everyone_is_opted_out_as_of_the_last_reading(show, log):
    run(log)
    at = show()

    assert answer(at) == "Everyone in Salesforce who unsubscribed is opted out."
    assert "As of " in text_of(at)
    assert "people are opted out" in text_of(at)
    assert not any(key.startswith("hand_") for key in keys(at) if key)


def test_people_who_wait_for_a_run_have_a_button_on_overview_and_are_named_on_sync(
    show, visit, log, practice
):
    run(log)
    values = {"LastName": "Waits", "Email": "waits@example.org"}
    act(practice, "create-record", sobject="Contact", values=values)
    act(practice, "unsubscribe", entry="waits@example.org", asked="")
    read_unsubscribes(log, {}, NAME)
    at = show()

    assert answer(at) == "1 person who unsubscribed can still be emailed."
    assert "1 person is waiting to be opted out" in text_of(at)
    sync = visit("synchronise", connection=NAME)
    assert answer(sync) == "1 person is waiting to be opted out."
    assert list(table(sync, "Unsubscribed")["Email"]) == ["waits@example.org"]
    assert "Done: " in text_of(sync)
    assert at.button(key="hand_waiting_button").label == "Preview 1 person"
    at.button(key="hand_waiting_button").click().run()
    assert at.title[0].value == "Sync"
    wait_until(lambda: (newest := runs.latest(log.store)[0]).dry_run and newest.is_finished)
    assert runs.latest(log.store)[0].planned == 1


def test_what_was_read_long_ago_is_said_with_its_age_in_the_same_sentence(show, log):
    run(log)
    long_ago = to_text(log.store.now() - timedelta(days=22))
    log.store.execute("update reading set read_at = ?", [long_ago])

    at = show()
    said = "JangoMail was last read 22 days ago. Who has unsubscribed since then isn't known."
    assert answer(at) == said
    assert at.button(key="answer_action").label == "Run a preview"


def test_a_stopped_run_is_a_hand_that_leads_to_sync(show, log):
    stopped = run(log, allowance=Allowance(max_changes=0))
    at = show()

    assert f"The last run stopped: {stopped.planned} records are over your limit of 0" in text_of(
        at
    )
    at.button(key="hand_guarded_button").click().run()
    assert at.title[0].value == "Sync"


def test_refused_credentials_say_how_many_can_still_be_emailed_and_what_to_do(show, log, practice):
    run(log, allowance=Allowance(max_changes=0))
    act(practice, "change-password")
    run(log)
    at = show()

    assert answer(at) == (
        "Opt-outs are paused: Salesforce refused the user name, password, or token."
    )
    assert "people who unsubscribed can still be emailed, as of" in text_of(at)
    assert "people can be emailed until you enter new credentials" in text_of(at)
    assert at.button(key="hand_paused_button").proto.type == "primary"


def test_a_refused_record_is_shown_once_however_often_it_was_tried(show, log, practice):
    locked(practice, "locked@example.org")
    run(log)
    run(log)
    at = show()

    assert "Salesforce has refused 1 person" in text_of(at)
    assert answer(at) == "1 person who unsubscribed can still be emailed."
    at.button(key="hand_refused_ENTITY_IS_LOCKED_button").click().run()
    shown = table(at, "Since").iloc[0]
    assert (shown["Email"], shown["Record"]) == ("locked@example.org", "Contact")
    at.button(key="look_up").click().run()
    assert at.text_input(key="address").value == "locked@example.org"
    assert "Locked can still be emailed" in text_of(at)


def test_the_button_of_refused_records_shows_all_of_them_with_their_links(show, log, practice):
    for name in ("one", "two", "three"):
        locked(practice, f"{name}@example.org")
    run(log)
    at = show()

    button = at.button(key="hand_refused_ENTITY_IS_LOCKED_button")
    assert button.label == "See all 3 records"
    button.click().run()
    shown = table(at, "Since")
    assert set(shown["Email"]) == {"one@example.org", "two@example.org", "three@example.org"}
    assert all(link.startswith(practice.url) for link in shown["Salesforce"])


def locked(practice, address):
    """A Contact that Salesforce doesn't let anyone change, whose person unsubscribed."""
    values = {"LastName": "Locked", "Email": address}
    record = act(practice, "create-record", sobject="Contact", values=values)["id"]
    act(practice, "unsubscribe", entry=address, asked="")
    act(practice, "in-approval", record=record)


def test_a_domain_on_hold_is_in_the_sentence_above_its_card(show, log, practice):
    run(log)
    values = {"LastName": "Somebody", "Email": "somebody@held.example.org"}
    act(practice, "create-record", sobject="Contact", values=values)
    act(practice, "unsubscribe", entry="@held.example.org", asked="")
    run(log)
    at = show()

    assert answer(at) == "1 person at held.example.org can still be emailed until you decide."
    assert "hand_held_held.example.org_button" in keys(at)


def test_an_address_is_looked_up_in_salesforce_and_in_the_log(show, log, practice):
    act(
        practice,
        "create-record",
        sobject="Contact",
        values={"LastName": "Ann", "Email": "Ann@Example.org"},
    )
    act(practice, "unsubscribe", entry="ann@example.org", asked="")
    run(log)
    at = show(address="ANN@example.org")

    assert "Ann is opted out." in text_of(at)
    record = table(at, "Salesforce").iloc[0]
    assert (record["Name"], record["Email Opt Out"]) == ("Ann", "Yes")
    assert record["Salesforce"].startswith(f"{practice.url}/003")
    assert list(table(at, "Result").iloc[0]["Result"]) == ["Opted out"]
    assert len(table(at, "Unsubscribed")) == 1


def test_an_unknown_address_is_shown_as_not_on_any_record(show):
    assert "on any record in Salesforce" in text_of(show(address="stranger@example.org"))


def test_a_text_that_is_not_an_address_is_reported(show):
    assert "isn't an email address" in text_of(show(address="ann"))


def test_a_look_up_while_paused_sends_no_credentials_and_shows_what_the_log_knows(
    show, log, practice
):
    run(log)
    act(practice, "change-password")
    run(log)
    calls = practice.world.org.meter.used
    at = show(address="stranger@example.org")

    assert "this is what the log knows" in text_of(at)
    assert practice.world.org.meter.used == calls


def test_runs_that_found_nothing_are_counted_and_not_listed(show, log):
    run(log)
    run(log)
    at = show()

    assert "1 run found nothing to do" in text_of(at)
    assert len([key for key in keys(at) if key and key.startswith("last_runs_open_")]) == 1


def test_runs_of_cron_show_in_a_dashboard_without_configuration(visit, log):
    run_id = runs.start(
        log.store, connection="environment", started_by="cron", dry_run=False, source="jangomail"
    )
    runs.close_dead(log.store, run_id)
    at = visit("overview")

    assert at.title[0].value == "Overview"
    assert "The last run failed" in text_of(at)


def test_a_look_up_with_refused_credentials_pauses_instead_of_trying_again(show, log, practice):
    act(practice, "change-password")
    at = show(address="stranger@example.org")
    state = connections.state(log.store, NAME)

    assert state is not None
    assert state.paused_at is not None
    assert "this is what the log knows" in text_of(at)


def test_a_single_connection_has_no_row_of_its_own(show):
    assert not any(key.startswith("open_") for key in keys(show()) if key)


def test_several_connections_have_a_line_each_with_what_needs_someone(show, connect, log):
    connect("sandbox")
    run(log)
    connections.halt(log.store, "sandbox", "Ann")
    at = show()

    [fine] = [shown.value for shown in at.caption if "last good run" in shown.value]
    assert "Fine" in fine
    assert any(shown.value.endswith("Paused by a person") for shown in at.caption)
    at.button(key="open_sandbox").click().run()
    assert "paused by Ann" in text_of(at)


def test_a_connection_with_a_preview_and_no_run_is_not_called_fine(show, connect, log):
    connect("sandbox")
    run(log, dry_run=True)
    lines = [shown.value for shown in show().caption]

    assert any("Preview ready" in line and "would be opted out" in line for line in lines)
    assert not any("Fine" in line for line in lines)
