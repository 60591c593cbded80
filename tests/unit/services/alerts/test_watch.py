"""A connection is watched over months of a controlled clock; emails go to a real server."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.alerts.settings import AlertSettings, Deadline, MailServer, Security
from lib.services.alerts import overview, watch
from lib.services.log import Log
from lib.store import alerts, changes, connections, ledger, memory, runs
from lib.store.db import Store
from lib.store.vault import Vault
from lib.values import (
    Change,
    Fault,
    Interval,
    Org,
    Outcome,
    Reading,
    RunResult,
    RunStatus,
    Sighting,
)
from tests.clocks import HandClock
from tests.mail_server import mail_server

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
ORG = Org("00D000000000001EAA", "Sample Ltd", "production", "sync@example.org")
SCOPE = "default/00D000000000001EAA"
DAY = timedelta(days=1)
DOWN = Fault("salesforce_unreachable", "Salesforce can't be reached", "Try again later.")


@pytest.fixture
def clock():
    """Monday, 2 March 2026, 7:00 UTC, until a test moves it."""
    return HandClock(MONDAY)


@pytest.fixture
def log(tmp_path, clock):
    """An empty log with that clock, and a connection whose org is known."""
    home = tmp_path / "home"
    with Store.open(home, clock=clock) as store:
        connections.remember_org(store, "default", ORG, "https://example.my.salesforce.com")
        yield Log(store, Vault(home, None))


@pytest.fixture
def sink(tmp_path):
    """A mail server, and settings that use it."""
    with mail_server(tmp_path) as there:
        there.sink.settings = AlertSettings(
            server=MailServer("127.0.0.1", there.port, Security.IF_OFFERED),
            sender="optback@example.com",
            receivers=("ops@example.com",),
        )
        yield there.sink


def run(log, status=RunStatus.SUCCEEDED, *faults, started_by="schedule", rows=(), dry_run=False):
    run_id = runs.start(
        log.store, connection="default", started_by=started_by, dry_run=dry_run, source="jangomail"
    )
    runs.set_scope(log.store, run_id, SCOPE, ORG)
    changes.announce(log.store, run_id, SCOPE, rows)
    runs.finish(log.store, run_id, RunResult(run_id, "default", status, errors=faults))
    return run_id


def read(log, *sightings, since=None):
    """A reading, which leaves the addresses pending."""
    kind = "report" if since is None else "since"
    reading = Reading(kind, since, log.store.now(), sightings=iter(sightings))
    return ledger.take(log.store, SCOPE, reading, source="jangomail:me", run_id="run")


def look(log, sink, **more):
    return watch.look(log, "default", sink.settings, **more)


def titles(sink):
    return [subject.removeprefix("Optback (default): ") for subject in sink.subjects]


def text(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_cause_that_lasts_a_year_is_told_once_and_reminded_of_twice(log, sink, clock):
    for _ in range(365):
        run(log, RunStatus.FAILED, DOWN)
        look(log, sink)
        clock.go(days=1)

    assert titles(sink) == [
        "Runs are failing",
        "Still open: Runs are failing",
        "Still open: Runs are failing",
    ]


def test_a_passing_failure_is_told_after_an_hour_without_another_run(log, sink, clock):
    run(log, RunStatus.FAILED, DOWN)
    clock.go(minutes=59)
    look(log, sink)
    assert sink.mails == []

    clock.go(minutes=1)
    look(log, sink)

    assert titles(sink) == ["Runs are failing"]


def test_a_failing_run_between_good_runs_starts_the_count_again(log, sink, clock):
    for status in (RunStatus.FAILED, RunStatus.FAILED, RunStatus.SUCCEEDED, RunStatus.FAILED):
        run(log, status, *([DOWN] if status is RunStatus.FAILED else []))
        look(log, sink)
        clock.go(minutes=1)

    assert sink.mails == []


def test_a_daily_limit_that_leaves_people_over_counts_as_failing(log, sink):
    short = Fault("api_limit_reached", "No API calls are left", "Wait.")
    for _ in range(3):
        run(log, RunStatus.PARTIAL, short)
        look(log, sink)

    assert titles(sink) == ["Runs are failing"]


def test_nothing_heard_is_told_an_hour_after_the_schedule_wanted_a_run(log, sink, clock):
    run(log)
    clock.go(hours=25)
    look(log, sink, expected_every=DAY)
    assert sink.mails == []

    clock.go(seconds=1)
    look(log, sink, expected_every=DAY)
    look(log, sink, expected_every=DAY)

    assert titles(sink) == ["No run has finished"]
    assert "No run has finished since Mar 2 at 7:00 AM" in text(sink.mails[0])
    look(log, sink)  # a look that knows of no schedule
    assert len(sink.mails) == 1

    run(log)
    look(log, sink, expected_every=DAY)
    assert titles(sink)[1:] == ["Works again: No run has finished"]


def test_nothing_heard_is_also_noticed_at_the_next_start(log, sink, clock, monkeypatch):
    monkeypatch.setattr(watch, "alert_settings_from", lambda _: sink.settings)
    for _ in range(4):
        run(log)
        clock.go(days=1)
    watch.look_at_start(log, "default")
    assert sink.mails == []

    clock.go(days=3)
    watch.look_at_start(log, "default")

    assert titles(sink) == ["No run has finished"]


def test_rule_8_a_deadline_is_told_before_it_passes_with_its_bounds(log, sink, clock):
    run(log)
    read(log)
    clock.go(hours=20)
    read(log, Sighting("anna@example.org"), since=MONDAY)
    run(log, RunStatus.FAILED, DOWN)
    look(log, sink, expected_every=timedelta(hours=6))
    assert sink.mails == []

    clock.go(hours=24)
    look(log, sink, expected_every=timedelta(hours=6))

    mail = next(one for one in sink.mails if "still waiting" in one["Subject"])
    assert "1 person who unsubscribed is still waiting" in text(mail)
    assert "The longest wait is 24 hours to 44 hours" in text(mail)
    assert "Your limit is 2 days" in text(mail)
    assert "anna@example.org" not in text(mail)


def test_rule_8_what_may_be_older_than_the_connection_is_never_late(log, sink, clock):
    read(log, Sighting("anna@example.org"))
    clock.go(hours=1)
    run(log)
    before = MONDAY - DAY
    read(log, Sighting("ben@example.org", "3/1", Interval(before, before)), since=before)

    clock.go(days=20)
    run(log)
    look(log, sink)

    assert sink.mails == []


@pytest.mark.parametrize(
    ("deadline", "late_after"),
    [(Deadline(24, "h"), 12), (Deadline(2, "d"), 24), (Deadline(8, "bd"), 9 * 24)],
)
def test_each_deadline_is_told_while_there_is_time_for_another_daily_run(
    log, sink, clock, deadline, late_after
):
    sink.settings = AlertSettings(
        sink.settings.server, "o@example.com", ("ops@example.com",), deadline=deadline
    )
    run(log)
    read(log)
    clock.go(seconds=1)
    now = clock.now
    read(log, Sighting("anna@example.org", "today", Interval(now, now)), since=MONDAY)
    clock.go(hours=late_after, seconds=-1)
    run(log)
    look(log, sink, expected_every=DAY)
    assert sink.mails == []

    clock.go(seconds=1)
    look(log, sink, expected_every=DAY)

    assert titles(sink) == ["People are still waiting to be opted out"]


def test_a_mass_clearing_and_boxes_cleared_again_and_again_are_told(log, sink, clock):
    rows = [
        Change("Contact", f"003{number:015}", f"p{number}@example.org", Outcome.UPDATED)
        for number in range(30)
    ]
    for outcome in (Outcome.UPDATED, Outcome.KEPT):
        for _ in range(2 if outcome is Outcome.UPDATED else 1):
            changed = [Change(row.sobject, row.record_id, row.address, outcome) for row in rows]
            run_id = run(log, rows=changed)
            remember(log, run_id, changed)
            clock.go(days=1)

    look(log, sink)

    assert sorted(titles(sink)) == [
        "Many opt-outs were cleared at once",
        "Opt-outs are cleared again and again",
    ]
    assert "30 records at once" in text(sink.mails[0])


def remember(log, run_id, rows):
    named = [(row.sobject, row.record_id, row.address) for row in rows]
    if rows[0].outcome is Outcome.UPDATED:
        memory.seen_opted_out(log.store, SCOPE, run_id, named)
    else:
        now = log.store.now()
        memory.cleared(log.store, SCOPE, run_id, [(*one, now, memory.KEPT) for one in named])


def test_receivers_of_a_connection_take_the_place_of_the_usual_ones(log, sink):
    overview.choose_receivers(log, "default", "dana@example.com, kim@example.com")
    for _ in range(3):
        run(log, RunStatus.FAILED, DOWN)
    look(log, sink)

    assert [mail["To"] for mail in sink.mails] == ["dana@example.com", "kim@example.com"]


def test_an_alert_that_no_one_could_get_is_sent_once_there_is_a_mail_server(log, sink):
    for _ in range(3):
        run(log, RunStatus.FAILED, DOWN)
    watch.look(log, "default", AlertSettings())
    [alert] = alerts.open_alerts(log.store, "default")
    assert alert.told_at is None

    look(log, sink)

    assert titles(sink) == ["Runs are failing"]


def test_two_processes_that_look_at_once_tell_once(log, sink, clock):
    for _ in range(3):
        run(log, RunStatus.FAILED, DOWN)
    with Store.open(log.store.home, clock=clock) as store:
        other = Log(store, log.vault)
        watch.look(other, "default", sink.settings)
        look(log, sink)

    assert len(sink.mails) == 1


def test_a_message_that_is_being_sent_is_not_sent_by_another_process(log, sink):
    for _ in range(3):
        run(log, RunStatus.FAILED, DOWN)
    ways = [(alerts.Channel.EMAIL, "ops@example.com")]
    assert watch.receivers_of(log, "default", sink.settings) == ways
    sink.refused_receivers.add("ops@example.com")
    look(log, sink)
    log.store.clock.go(hours=1)

    [claimed] = alerts.claim_due(log.store)

    assert alerts.claim_due(log.store) == []
    log.store.clock.go(minutes=10)
    assert alerts.claim_due(log.store)[0].id == claimed.id


def test_pauses_between_tries_grow_to_six_hours(log, sink, clock):
    sink.refused_receivers.add("ops@example.com")
    for _ in range(3):
        run(log, RunStatus.FAILED, DOWN)
    pauses = []
    for _ in range(12):
        look(log, sink)
        [message] = alerts.messages(log.store, "default")
        pauses.append(message.next_try_at - clock.now)
        clock.now = message.next_try_at

    assert pauses[:4] == [timedelta(minutes=number) for number in (1, 2, 4, 8)]
    assert pauses[-1] == timedelta(hours=6)


def test_deleting_a_connection_deletes_its_alerts(log, sink):
    for _ in range(3):
        run(log, RunStatus.FAILED, DOWN)
    look(log, sink)

    connections.forget_everything(log.store, "default")

    assert alerts.messages(log.store, None) == []
    assert alerts.listed(log.store, None) == []
