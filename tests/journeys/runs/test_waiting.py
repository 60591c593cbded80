"""Waiting for missing rights, by a clock that only tests move: looks, what became right, and mails.

The org, the mail server, and the log are real; a look runs where a child process would.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.errors import UsageError
from lib.practice.org_setup import USERNAME
from lib.services.child_process import start_sync
from lib.services.connections import look_again, waiting
from lib.services.connections.checks import test_connection as run_test
from lib.services.connections.chosen import choose
from lib.services.log import open_log
from lib.services.runs.order import RunOrder, run_once
from lib.services.schedules.starter import Starter, new_command, new_dashboard
from lib.settings import credentials_from
from lib.store import alerts, connections, runs
from lib.store import waiting as store_waiting
from lib.store.schedules import Schedule
from lib.store.waiting import Ended
from tests.clocks import HandClock
from tests.journeys.runs.killing import killable_commands
from tests.mail_server import mail_server
from tests.sampling import every
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ACME = "acme"
OPT_OUT_ON_LEAD = "Lead: Email Opt Out can be edited"


class EndedChild:
    """A child process that has ended."""

    is_alive = False

    def ask_to_stop(self):
        pass


class World:
    """A stored connection to the practice org, a clock, and schedulers whose looks happen here."""

    def __init__(self, house, clock, log):
        self.house, self.clock, self.log = house, clock, log
        self.looks = []
        self.dies = False

    def scheduler(self, scheduler=None):
        return Starter(
            self.house.home,
            dict(os.environ),
            scheduler or new_dashboard(),
            self.launch,
            clock=self.clock,
        )

    def launch(self, words, environment):
        assert words[0] == "test"
        assert "--look" in words
        self.looks.append(self.clock.now)
        if not self.dies:
            with open_log(self.house.home, environment, clock=self.clock) as log:
                look_again.look(log, choose(log, environment, ACME))
        return EndedChild()

    def pass_time(self, *schedulers, every=60.0, **duration):
        """Let each scheduler look every minute, as it does every few seconds."""
        until = self.clock.now + timedelta(**duration)
        while self.clock.now < until:
            self.clock.go(seconds=every)
            for one in schedulers:
                one.look()

    def test(self):
        return run_test(self.log, choose(self.log, {}, ACME))

    def wait(self):
        """Find out what is missing, and wait for it."""
        self.test()
        waiting.begin(self.log, ACME, "ann")

    @property
    def now(self):
        return waiting.of(self.log, ACME)

    @property
    def wrong_tries(self):
        return self.house.practice.world.signin.account(USERNAME).wrong_tries


@pytest.fixture
def mail(tmp_path, monkeypatch):
    with mail_server(tmp_path) as there:
        monkeypatch.setenv("OPTBACK_SMTP_URL", f"smtp://127.0.0.1:{there.port}")
        monkeypatch.setenv("OPTBACK_ALERT_FROM", "optback@example.com")
        monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com")
        yield there.sink


@pytest.fixture
def world(house, monkeypatch):
    clock = HandClock(NOON)
    for name in list(house.practice.environment):
        monkeypatch.delenv(name)
    with open_log(house.home, {}, clock=clock) as log:
        connections.save(log.store, log.vault, ACME, credentials_from(house.practice.environment))
        yield World(house, clock, log)


def said(mail):
    return "\n".join(part.get_content() for one in mail.mails for part in one.iter_parts())


def test_what_becomes_right_is_noted_with_its_time_and_one_mail_says_that_all_is_ready(world, mail):
    world.house.act("field-access", access="hidden", sobject="Contact")
    world.house.act("field-access", access="read_only", sobject="Lead")
    world.wait()
    dashboard = world.scheduler()

    world.pass_time(dashboard, minutes=62)
    world.house.act("field-access", access="editable", sobject="Lead")
    world.pass_time(dashboard, minutes=15)

    [became] = world.now.became
    assert became.name == OPT_OUT_ON_LEAD
    assert became.at == NOON + timedelta(minutes=75)
    assert world.now.is_on
    assert mail.mails == []

    world.house.act("field-access", access="editable", sobject="Contact")
    world.pass_time(dashboard, hours=3)

    assert world.now.ended_as is Ended.READY
    assert mail.subjects == ["Optback (acme): Ready: the permissions are there"]
    assert "Lead: Email Opt Out became editable Mar 2 at 1:15 PM" in said(mail)
    assert runs.latest(world.log.store, connection=ACME, limit=1) == []
    assert all(check.ok for check in connections.state(world.log.store, ACME).checks)


def test_it_looks_a_handful_of_times_and_ever_more_rarely_and_gives_up_after_a_week(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    used = world.house.practice.world.org.meter.used

    world.pass_time(world.scheduler(), hours=1)
    assert len(world.looks) == 12
    assert world.house.practice.world.org.meter.used - used <= 12

    world.pass_time(world.scheduler(), hours=5)
    assert len(world.looks) == 12 + 20
    world.pass_time(world.scheduler(), every=3600, days=8)

    assert len(world.looks) == 12 + 20 + (7 * 24 - 6)
    assert world.now.ended_as is Ended.GAVE_UP
    assert mail.subjects == ["Optback (acme): Stopped checking: permissions are still missing"]
    assert "Contact: Email Opt Out can be seen" in said(mail)


def test_rule_7_credentials_refused_while_waiting_are_tried_once_and_one_mail_says_so(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    world.house.act("change-password")

    world.pass_time(world.scheduler(), hours=6)

    assert world.wrong_tries == 1
    assert world.now.ended_as is Ended.REFUSED
    assert connections.state(world.log.store, ACME).paused_at is not None
    assert mail.subjects == ["Optback (acme): Salesforce refused the sign-in"]


def test_rule_7_a_connection_that_a_run_found_refused_is_not_tried_at_all(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    world.house.act("change-password")
    run_once(world.log, choose(world.log, {}, ACME), RunOrder(started_by="schedule"))
    assert world.wrong_tries == 1

    world.pass_time(world.scheduler(), hours=1)

    assert world.wrong_tries == 1
    assert world.now.ended_as is Ended.REFUSED
    assert len(mail.mails) == 1


def test_two_schedulers_and_a_restart_never_look_twice_for_the_same_time(world):
    world.house.act("field-access", access="hidden")
    world.wait()
    own = new_command(ACME, Schedule(None, "UTC", 600))

    world.pass_time(world.scheduler(), world.scheduler(), minutes=30)
    world.pass_time(world.scheduler(), world.scheduler(), minutes=30)

    assert len(world.looks) == len(set(world.looks)) == 12
    assert own.connection == ACME


def test_a_scheduler_for_one_connection_leaves_the_others_alone(world):
    world.house.act("field-access", access="hidden")
    world.wait()
    credentials = credentials_from(world.house.practice.environment)
    connections.save(world.log.store, world.log.vault, "other", credentials)
    other = new_command("other", Schedule(NOON.time(), "UTC"))

    world.pass_time(world.scheduler(other), minutes=30)

    assert world.looks == []


def test_a_look_that_was_killed_is_made_at_the_next_time(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    world.house.act("field-access", access="editable")
    world.dies = True
    world.pass_time(world.scheduler(), minutes=5)
    assert world.now.is_on

    world.dies = False
    world.pass_time(world.scheduler(), minutes=5)

    assert world.now.ended_as is Ended.READY
    assert len(mail.mails) == 1


def test_with_an_open_alert_its_recovery_is_the_only_mail(world, mail):
    world.house.act("field-access", access="hidden")
    run_once(world.log, choose(world.log, {}, ACME), RunOrder(started_by="schedule"))
    assert mail.subjects == ["Optback (acme): Salesforce doesn't allow what Optback needs"]
    world.wait()
    world.house.act("field-access", access="editable")

    world.pass_time(world.scheduler(), hours=2)

    assert mail.subjects[1:] == [
        "Optback (acme): Works again: Salesforce doesn't allow what Optback needs"
    ]


@pytest.mark.parametrize("has_failed", [True, False])
def test_a_service_that_is_down_when_all_is_ready_makes_no_second_mail(world, mail, has_failed):
    world.house.act("field-access", access="hidden")
    if has_failed:
        run_once(world.log, choose(world.log, {}, ACME), RunOrder(started_by="schedule"))
    before = len(mail.mails)
    world.wait()
    world.house.act("field-access", access="editable")
    world.house.act("mail-outage")

    world.pass_time(world.scheduler(), hours=1)
    world.house.act("clear-faults")
    run_once(world.log, choose(world.log, {}, ACME), RunOrder(started_by="schedule"))
    world.pass_time(world.scheduler(), hours=1)

    assert world.now.ended_as is Ended.READY
    assert len(mail.mails) == before + 1


def test_a_person_who_tests_sees_it_and_no_one_is_emailed(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    world.house.act("field-access", access="editable")

    world.test()
    world.pass_time(world.scheduler(), hours=1)

    assert world.now.ended_as is Ended.READY
    assert world.looks == []
    assert mail.mails == []


def test_a_person_stops_it_and_it_stays_stopped(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()

    waiting.stop(world.log, ACME)
    world.pass_time(world.scheduler(), hours=2)

    assert (world.now.ended_as, world.looks, mail.mails) == (Ended.STOPPED, [], [])


def test_salesforce_down_is_noted_and_it_goes_on(world):
    world.house.act("field-access", access="hidden")
    world.wait()
    world.house.act("fault", kind="status", status=503, times=None)

    world.pass_time(world.scheduler(), minutes=6)
    assert world.now.is_on
    assert "Salesforce" in world.now.trouble
    world.house.act("clear-faults")
    world.pass_time(world.scheduler(), minutes=6)

    assert world.now.is_on
    assert world.now.trouble is None


def test_another_org_ends_it_and_nothing_is_learned_there(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    org = connections.state(world.log.store, ACME).org
    world.house.act("start-afresh", seed=99)

    world.pass_time(world.scheduler(), hours=1)

    assert world.now.ended_as is Ended.OTHER_ORG
    assert world.now.became == ()
    assert connections.state(world.log.store, ACME).org == org
    assert mail.subjects == ["Optback (acme): Another Salesforce org than before"]


def test_a_mail_that_cannot_leave_is_sent_later_and_only_once(world, mail):
    world.house.act("field-access", access="hidden")
    world.wait()
    world.house.act("field-access", access="editable")
    mail.refused_receivers.add("ops@example.com")
    world.pass_time(world.scheduler(), minutes=5)
    assert (world.now.ended_as, mail.mails) == (Ended.READY, [])
    mail.refused_receivers.clear()

    for _ in range(20):
        world.clock.go(hours=1)
        look_again.tell_ended(world.log)

    assert len(mail.mails) == 1
    assert store_waiting.untold(world.log.store) == []


def test_only_missing_permissions_can_be_waited_for(world):
    world.test()
    with pytest.raises(UsageError):
        waiting.begin(world.log, ACME, "ann")

    world.house.act("field-access", access="hidden")
    world.house.act("mail-outage")
    world.test()
    with pytest.raises(UsageError):
        waiting.begin(world.log, ACME, "ann")


def test_an_opt_out_field_of_the_orgs_own_is_waited_for_as_well(world, mail):
    world.house.act("custom-field", field="No_Mail__c")
    world.house.act("field-access", access="hidden", sobject="Lead", field="No_Mail__c")
    credentials = credentials_from(
        {**world.house.practice.environment, "SALESFORCE_OPT_OUT_FIELD": "No_Mail__c"}
    )
    connections.save(world.log.store, world.log.vault, ACME, credentials)
    world.wait()
    assert set(world.now.missing) == {
        "Lead: No_Mail__c can be seen",
        "Lead: No_Mail__c can be edited",
    }
    world.house.act("field-access", access="editable", sobject="Lead", field="No_Mail__c")

    world.pass_time(world.scheduler(), minutes=5)

    assert world.now.ended_as is Ended.READY
    assert len(mail.mails) == 1


def test_what_was_right_and_is_lost_again_is_missing_again(world):
    world.house.act("field-access", access="hidden")
    world.wait()
    dashboard = world.scheduler()
    world.house.act("field-access", access="editable", sobject="Lead")
    world.pass_time(dashboard, minutes=5)
    assert {one.name for one in world.now.became} >= {OPT_OUT_ON_LEAD}

    world.house.act("field-access", access="read_only", sobject="Lead")
    world.pass_time(dashboard, minutes=5)

    assert OPT_OUT_ON_LEAD in world.now.missing
    assert OPT_OUT_ON_LEAD not in {one.name for one in world.now.became}


def test_a_look_is_a_process_of_its_own(house, mail, monkeypatch):
    environment = dict(os.environ)
    with open_log(house.home, environment) as log:
        house.act("field-access", access="hidden")
        connections.save(log.store, log.vault, ACME, credentials_from(environment))
        run_test(log, choose(log, {}, ACME))
        waiting.begin(log, ACME, "ann")
        house.act("field-access", access="editable")
        missing = waiting.of(log, ACME).missing
        store_waiting.begin(log.store, ACME, missing, by="ann", next_look_at=log.store.now())
        starter = Starter(house.home, environment, new_dashboard(), start_sync)

        starter.look()

        wait_until(lambda: waiting.of(log, ACME).ended_as is Ended.READY)
        wait_until(lambda: len(mail.mails) == 1)


def test_the_command_line_waits_until_the_permissions_are_there(house, monkeypatch):
    house.act("field-access", access="hidden")
    monkeypatch.setattr("lib.cli.test._LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(waiting, "next_look", lambda _begun_at, now: now)
    looked = look_again.look

    def look_then_fix(log, chosen):
        looked(log, chosen)
        house.act("field-access", access="editable")

    monkeypatch.setattr(look_again, "look", look_then_fix)

    code, result = house.sync("test", "--wait")

    assert (code, result["ok"]) == (0, True)
    assert "Lead: Email Opt Out became editable at 20" in house.errors


@pytest.fixture
def killable(house):
    """Makes a look in a process that dies at a statement of SQL; returns how it ended."""
    look = ("test", "--look", "--quiet", "--connection", ACME)
    with killable_commands() as command:
        yield lambda kill_at: command(house.home, kill_at, *look)


def test_a_look_killed_at_any_statement_ends_as_ready_with_one_message(house, mail, killable):
    environment = dict(os.environ)
    with open_log(house.home, environment) as log:
        connections.save(log.store, log.vault, ACME, credentials_from(environment))
        run_test(log, choose(log, {}, ACME))
        for kill_at in range(1, 400, every(13)):
            before = len(alerts.messages(log.store, ACME, last=1000))
            now = log.store.now()
            store_waiting.begin(log.store, ACME, [OPT_OUT_ON_LEAD], by="ann", next_look_at=now)
            status = killable(kill_at)
            while store_waiting.due(log.store) or store_waiting.untold(log.store):
                look_again.look(log, choose(log, {}, ACME))
                forget_claims(log)
                look_again.tell_ended(log)
            assert waiting.of(log, ACME).ended_as is Ended.READY
            assert len(alerts.messages(log.store, ACME, last=1000)) == before + 1
            if status == 0:
                break
    assert kill_at > 30


def forget_claims(log):
    """Don't wait ten minutes for a message that the killed process was sending."""
    for message in alerts.messages(log.store, ACME):
        if message.next_try_at is not None:
            alerts.failed(log.store, message.id, "killed", log.store.now())
