"""The schedule on the Connection page: its switch, its next run, and texts to copy."""

from datetime import time, timedelta

import pytest

from lib.services.schedules.setting import setting_of, switch_on
from lib.services.schedules.starter import new_timer
from lib.store import connections, runs, schedulers
from lib.store.schedules import Schedule
from lib.sync import pause
from lib.values import RunResult, RunStatus
from tests.pages.conftest import text_of

NAME = "acme"
DAILY = Schedule(time(7), "Europe/Zurich")


@pytest.fixture
def show(visit, connect):
    """The Connection page of a stored connection."""
    connect(NAME)
    return lambda page="connection": visit(page, connection=NAME)


def key(what):
    return f"schedule_{what}_{NAME}"


def codes(at):
    return "\n".join(one.value for one in at.code)


def test_a_new_connection_runs_only_by_hand_until_someone_switches_it_on(show, log):
    at = show()

    assert at.toggle(key=key("on")).value is False
    assert "No run starts by itself." in text_of(at)
    assert "it runs only while this dashboard is up." in text_of(at)
    assert setting_of(log, NAME) is None


def test_the_switch_sets_every_day_at_seven_and_says_what_comes_next(show, log):
    at = show()

    at.selectbox(key=key("zone")).set_value("Europe/Zurich").run()
    assert setting_of(log, NAME) is None
    at.toggle(key=key("on")).set_value(True).run()

    stored = setting_of(log, NAME)
    assert (stored.schedule, stored.is_on) == (DAILY, True)
    assert "Next run t" in text_of(at)  # today or tomorrow
    assert "Runs only while this dashboard is up." in text_of(at)


def test_switched_on_before_any_preview_it_says_what_the_first_run_does_and_offers_one(show, log):
    at = show()
    assert "The first run reads everyone" not in text_of(at)

    at.toggle(key=key("on")).set_value(True).run()

    assert "The first run reads everyone who ever unsubscribed" in text_of(at)
    run_id = runs.start(
        log.store, connection=NAME, started_by="Ann", dry_run=True, source="jangomail"
    )
    runs.finish(log.store, run_id, RunResult(run_id, NAME, RunStatus.DRY_RUN))
    assert "The first run reads everyone" not in text_of(show())


def test_another_time_and_several_times_a_day_are_kept_at_once(show, log):
    at = show()
    at.toggle(key=key("on")).set_value(True).run()

    at.time_input(key=key("at")).set_value(time(18, 30)).run()
    assert setting_of(log, NAME).schedule.at == time(18, 30)
    at.selectbox(key=key("how")).set_value("Several times a day").run()
    assert setting_of(log, NAME).schedule.every_minutes == 60
    at.number_input(key=key("minutes")).set_value(15).run()

    assert setting_of(log, NAME).schedule.every_minutes == 15


def test_with_a_timer_the_card_says_that_runs_do_not_need_the_dashboard(show, log):
    switch_on(log, NAME, DAILY)
    assert "Runs only while this dashboard is up." in text_of(show())

    schedulers.announce(log.store, new_timer())

    assert "Runs whether or not this dashboard is up" in text_of(show())


def test_switched_off_no_run_starts_and_the_time_stays_known(show, log):
    switch_on(log, NAME, Schedule(time(18, 30), "Europe/Zurich"))
    at = show()

    at.toggle(key=key("on")).set_value(False).run()

    assert setting_of(log, NAME).is_on is False
    assert "No run starts by itself." in text_of(at)
    assert show().time_input(key=key("at")).value == time(18, 30)


def test_drawing_the_page_again_changes_nothing(show, log):
    switch_on(log, NAME, DAILY)
    before = log.store.revision()

    show().run()

    assert log.store.revision() == before


def test_a_paused_connection_says_that_no_run_starts_on_both_pages(show, log):
    switch_on(log, NAME, DAILY)
    login = connections.load(log.store, log.vault, NAME).salesforce
    mark = pause.fingerprint(log.vault, login)
    connections.pause(log.store, NAME, fingerprint=mark, code="X", message="No", remedy="Fix it")

    assert "No run starts: Paused: Salesforce refused" in text_of(show())
    assert next_run(show("overview")).value == "Paused"


def test_the_texts_to_copy_follow_the_schedules_and_name_this_installation(show, home):
    at = show()

    assert "OnCalendar=*:0/5" in codes(at)
    assert f"--home={home} schedule --once --quiet" in codes(at)
    assert "schedule --all" in codes(at)
    assert "Leave the schedules on." in text_of(at)


def test_overview_says_when_the_next_run_is(show, log):
    at = show("overview")
    assert next_run(at).value == "None"
    assert "Set a schedule on Connection." in text_of(at)
    soon = log.store.now() + timedelta(hours=2)

    switch_on(log, NAME, Schedule(time(soon.hour, soon.minute), "UTC"))

    figure = next_run(show("overview"))
    assert figure.value.endswith(f"{soon.minute:02} {'AM' if soon.hour < 12 else 'PM'}")
    assert figure.proto.delta_description.endswith(", every day")


def next_run(at):
    """The figure on Overview."""
    [figure] = [one for one in at.metric if one.label == "Next run"]
    return figure
