"""The Practice page: the next step, the world outside, things to break and fix."""

from datetime import time

import pytest

from lib.practice.acts import people
from lib.practice.people import mailable
from lib.services.connections.chosen import choose
from lib.services.practice import month_process
from lib.services.practice.month_process import Rehearsal
from lib.services.runs.order import RunOrder, run_once
from lib.services.schedules.setting import switch_on
from lib.store import changes, connections, domains, lists, mass_clearings, runs
from lib.store.schedules import Schedule
from lib.sync.safety_limit import Allowance
from lib.values import Outcome
from tests.pages.conftest import text_of


@pytest.fixture
def play(visit, connect):
    """The page of a running practice org."""
    connect("practice")
    return lambda: visit("practice", connection="practice")


def run(log):
    return run_once(log, choose(log, {}, "practice"), RunOrder("test"))


def test_without_a_practice_org_it_can_be_started(visit):
    assert visit("practice").button(key="look_around").proto.type == "primary"


def test_the_first_step_is_a_preview(play, log):
    at = play()
    assert at.button(key="next_step").label == "Preview the first run"

    at.button(key="next_step").click().run()

    [started] = runs.latest(log.store, connection="practice")
    assert started.dry_run
    assert at.title[0].value == "Sync"


def test_people_unsubscribe_and_the_page_says_who_and_what_to_look_at(play, log, practice):
    run(log)
    at = play()
    before = len(practice.world.mail.unsubscribes())

    at.button(key="next_step").click().run()

    listed = practice.world.mail.unsubscribes()
    assert len(listed) == before + 5
    assert all(one.address in text_of(at) for one in listed[-5:])
    assert at.button(key="next_step").label == "Go to Sync and run again"


def test_a_colleague_clears_a_box_that_a_run_ticked_and_the_next_run_leaves_it(play, log):
    run(log)
    at = play()

    at.button(key="practice_clear").click().run()

    assert "A colleague cleared" in text_of(at)
    assert run(log).kept == 1


def test_someone_is_imported_again_and_the_next_run_opts_them_out(play, log):
    run(log)
    at = play()

    at.button(key="practice_import").click().run()

    assert "is back as a new Lead" in text_of(at)
    assert run(log).updated == 1


def test_a_person_account_appears_and_the_next_run_opts_it_out(play, log):
    run(log)
    at = play()

    at.button(key="practice_person_account").click().run()

    assert "Pat Rivera is a person account now" in text_of(at)
    result = run(log)
    assert (result.updated, result.status) == (1, "succeeded")
    [change] = changes.of_run(log.store, result.run_id, outcomes=[Outcome.UPDATED])
    assert change.change.sobject == "Account"


def test_before_any_run_there_is_no_box_to_clear(play):
    at = play()

    at.button(key="practice_clear").click().run()

    assert "Run a sync first" in at.error[0].value


@pytest.mark.parametrize("name", ["field", "password", "jangomail", "rule"])
def test_what_is_broken_shows_and_can_be_fixed(play, name):
    at = play()

    at.button(key=f"practice_break_{name}").click().run()
    assert not at.exception
    at.button(key=f"practice_mend_{name}").click().run()

    assert not at.exception
    assert at.button(key=f"practice_break_{name}")


def test_a_changed_password_fails_the_run_until_it_is_entered(play, log):
    at = play()
    at.button(key="practice_break_password").click().run()
    assert run(log).status == "failed"

    at.button(key="practice_mend_password").click().run()

    assert connections.state(log.store, "practice").paused_at is None
    assert run(log).status == "succeeded"


@pytest.mark.parametrize("button", ["afresh", "month"])
def test_starting_over_first_says_what_it_deletes(play, log, button):
    run(log)
    lists.save(log.store, "practice", "All", "SELECT Id FROM Contact", options={}, by="ann")
    at = play()
    assert text_of(at).count("log of the practice connection (1 run and 1 saved list)") == 1

    at.button(key=f"practice_{button}").click().run()

    assert text_of(at).count("log of the practice connection (1 run and 1 saved list)") == 2
    assert len(runs.latest(log.store)) == 1


def test_starting_over_says_that_a_schedule_stays_on(play, log):
    switch_on(log, "practice", Schedule(time(7), "Europe/Zurich"))

    at = play()
    at.button(key="practice_afresh").click().run()

    assert "Its schedule stays on: every day at 7:00 AM in Europe/Zurich." in text_of(at)


def test_the_page_says_where_alerts_go_if_any_leave_this_computer(play, monkeypatch):
    assert "Nothing leaves this computer." in text_of(play())
    monkeypatch.setenv("OPTBACK_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("OPTBACK_ALERT_FROM", "optback@example.com")
    monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com")

    said = text_of(play())

    assert "Only alerts leave this computer. They go to `ops@example.com`." in said
    assert "Nothing leaves" not in said


def test_a_month_that_stopped_early_says_why(play, home):
    month_process.note(home, Rehearsal(11, "4 November", trouble="The disk is full"))

    assert "The month ended on day 12: The disk is full" in text_of(play())


def test_after_the_month_the_story_leads_to_the_history(play, log, home):
    run(log)
    month_process.note(home, Rehearsal(30, "30 days have passed"))
    at = play()

    assert at.button(key="next_step").label == "Go to History"


def test_a_domain_is_listed_and_the_next_run_puts_it_on_hold(play, log):
    run(log)
    at = play()
    at.button(key="practice_domain").click().run()
    assert "is on JangoMail's unsubscribe list, and 5 people in Salesforce are there" in text_of(at)

    run(log)

    scope = connections.state(log.store, "practice").scope
    assert any(one.people == 5 for one in domains.on_hold(log.store, scope))


def test_a_program_clears_boxes_and_the_next_run_asks_about_them(play, log, practice):
    for row in mailable(practice.world.org.tables.rows("Contact").values())[:40]:
        people.unsubscribe(practice.world, row["Email"], asked="2026-01-05T09:00:00Z")
    order = RunOrder("test", allowance=Allowance(allow_large=True))
    run_once(log, choose(log, {}, "practice"), order)
    at = play()
    at.button(key="practice_clear_many").click().run()

    result = run(log)

    scope = connections.state(log.store, "practice").scope
    assert result.kept > 20
    assert len(mass_clearings.open_boxes(log.store, scope)) > 20
