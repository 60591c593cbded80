"""One email for each change of state, and one when it works again, from real runs to a real server.

The mail server, the webhook and the watchdog are servers on loopback.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

import sync
from lib.alerts import heartbeat
from lib.services.alerts import watch
from lib.settings import environment
from tests.mail_server import PASSWORD, USER, mail_server

ANNA, BEN = "anna@example.org", "ben@example.org"
SCHEDULED = ("run", "--started-by", "schedule")
RULE = {"sobject": "Lead", "field": "HasOptedOutOfEmail", "value": True}


@pytest.fixture
def mail(house, tmp_path, monkeypatch):
    """A mail server whose emails go to two people."""
    with mail_server(tmp_path) as there:
        monkeypatch.setenv("OPTBACK_SMTP_URL", f"smtp://127.0.0.1:{there.port}")
        monkeypatch.setenv("OPTBACK_ALERT_FROM", "optback@example.com")
        monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com")
        yield there.sink


class Listener:
    """A web server that keeps what it's asked; `answer` is its status, `hold` keeps it waiting."""

    def __init__(self):
        self.heard = []
        self.answer = 200
        self.hold = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.heard.append((self.command, self.path, dict(self.headers), body))
                if outer.hold is not None:
                    outer.hold.wait(60)
                self.send_response(outer.answer)
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - the name that http.server calls

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/secret-path"


@pytest.fixture
def web():
    """A web server for a webhook or a watchdog."""
    listener = Listener()
    Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    yield listener
    if listener.hold is not None:
        listener.hold.set()
    listener.server.shutdown()
    listener.server.server_close()


def wrong_tries(house) -> int:
    name = house.practice.environment["SALESFORCE_USERNAME"]
    return house.practice.world.signin.account(name).wrong_tries


def said(mail) -> str:
    parts = [part.get_content() for one in mail.mails for part in one.iter_parts()]
    return "\n".join([*mail.subjects, *parts])


def test_invariant_10_a_wrong_password_over_five_scheduled_runs_is_one_attempt_and_one_mail(
    house, mail, monkeypatch
):
    right = house.practice.environment["SALESFORCE_PASSWORD"]
    monkeypatch.setenv("SALESFORCE_PASSWORD", "wrong-word")

    codes = [house.sync(*SCHEDULED)[0] for _ in range(5)]

    assert codes == [1] * 5
    assert wrong_tries(house) == 1
    assert mail.subjects == ["Optback (environment): Salesforce refused the sign-in"]

    monkeypatch.setenv("SALESFORCE_PASSWORD", right)
    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)

    assert mail.subjects[1:] == [
        "Optback (environment): Works again: Salesforce refused the sign-in"
    ]
    for secret in ("wrong-word", right, house.practice.environment["SALESFORCE_SECURITY_TOKEN"]):
        assert secret not in said(mail)


def test_a_good_test_ends_a_pause_and_is_told_as_well(house, mail):
    house.act("policy", refusal="INVALID_LOGIN")
    house.sync(*SCHEDULED)
    house.act("policy", refusal="")

    house.sync("test")

    assert len(mail.mails) == 2
    assert "Salesforce accepts the sign-in again" in said(mail)


def test_good_runs_tell_no_one(house, mail):
    house.contact(ANNA)
    house.unsubscribe(ANNA)

    for _ in range(3):
        assert house.sync(*SCHEDULED)[0] == 0

    assert mail.mails == []


def test_refused_records_are_told_when_their_set_changes_and_when_none_is_left(house, mail):
    house.act("validation-rule", **RULE)
    house.lead(ANNA)
    house.unsubscribe(ANNA)

    assert house.sync(*SCHEDULED)[0] == 3
    assert house.sync(*SCHEDULED)[0] == 3
    assert mail.subjects == ["Optback (environment): Salesforce refused records"]

    house.lead(BEN)
    house.unsubscribe(BEN)
    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)
    assert mail.subjects[1:] == ["Optback (environment): Changed: Salesforce refused records"]
    assert "2 records of 2 people" in said(mail)

    house.act("drop-rules")
    house.sync(*SCHEDULED)
    assert mail.subjects[2:] == ["Optback (environment): Works again: Salesforce refused records"]
    assert ANNA not in said(mail)
    assert BEN not in said(mail)


def test_the_safety_limit_is_told_once_with_its_numbers_and_page(house, mail):
    for number in range(60):
        house.contact(f"person{number}@example.org")
        house.unsubscribe(f"person{number}@example.org")

    assert house.sync(*SCHEDULED)[0] == 4
    assert house.sync(*SCHEDULED)[0] == 4
    assert mail.subjects == ["Optback (environment): Stopped at the safety limit"]
    assert "60 records would be opted out. The limit of a run is 49." in said(mail)
    assert "http://localhost:8501/sync?connection=environment" in said(mail)

    house.sync("run", "--max-changes", "60")
    assert len(mail.mails) == 2
    assert "Works again" in mail.subjects[1]


def test_a_missing_permission_is_told_at_once(house, mail):
    house.act("field-access", access="read_only", sobject="Lead")
    house.lead(ANNA)
    house.unsubscribe(ANNA)

    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)

    assert mail.subjects == ["Optback (environment): Salesforce doesn't allow what Optback needs"]
    assert "1 person who unsubscribed can still be emailed" in said(mail)


def test_a_missing_key_is_told_once_and_that_it_works_again(house, mail):
    house.sync("connect", "acme")
    house.sync("run", "--connection", "acme")
    key = house.home / "optback.key"
    kept = key.read_bytes()
    key.unlink()

    house.sync_fails("run", "--connection", "acme")
    house.sync_fails("run", "--connection", "acme")

    assert mail.subjects == ["Optback (acme): Runs are failing"]
    assert "No run can start: The stored credentials were encrypted with" in said(mail)
    assert "put back the old optback.key" in said(mail)

    key.write_bytes(kept)
    house.sync("run", "--connection", "acme")
    assert mail.subjects[1:] == ["Optback (acme): Works again: Runs are failing"]


def test_a_held_domain_is_told_once(house, mail):
    house.contact(ANNA)
    house.unsubscribe("example.org")

    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)

    assert mail.subjects == ["Optback (environment): A whole domain is waiting for approval"]


def test_what_may_pass_is_told_at_the_third_failing_run_no_matter_who_started_it(house, mail):
    house.act("policy", refusal="LOGIN_DURING_RESTRICTED_TIME")

    house.sync(*SCHEDULED)
    house.sync("run")
    assert mail.mails == []
    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)
    assert mail.subjects == ["Optback (environment): Runs are failing"]

    house.act("policy", refusal="")
    house.sync(*SCHEDULED)
    assert mail.subjects[1:] == ["Optback (environment): Works again: Runs are failing"]


def test_what_passed_before_the_third_run_is_never_told(house, mail):
    for _ in range(3):
        house.act("policy", refusal="LOGIN_DURING_RESTRICTED_TIME")
        house.sync(*SCHEDULED)
        house.act("policy", refusal="")
        house.sync(*SCHEDULED)

    assert mail.mails == []


def test_a_preview_that_fails_counts_for_nothing(house, mail):
    house.act("policy", refusal="LOGIN_DURING_RESTRICTED_TIME")

    for _ in range(4):
        house.sync("run", "--dry-run")

    assert mail.mails == []


def test_greylisting_is_waited_out_and_the_mail_arrives_once(house, mail, monkeypatch):
    monkeypatch.setattr(watch, "_FIRST_PAUSE", timedelta())
    mail.greylisting = True
    house.act("policy", refusal="INVALID_LOGIN")

    house.sync(*SCHEDULED)
    assert mail.mails == []
    [waiting] = house.sync("alerts")[1]["messages"]
    [alert] = house.sync("alerts")[1]["alerts"]
    assert alert["first_sent_at"] is None
    assert (waiting["tries"], waiting["error"]) == (
        1,
        "The mail server refused this receiver (451)",
    )

    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)
    assert len(mail.mails) == 1


def test_a_mail_that_waits_is_not_tried_again_before_its_time(house, mail):
    mail.greylisting = True
    house.act("policy", refusal="INVALID_LOGIN")

    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)

    assert house.sync("alerts")[1]["messages"][0]["tries"] == 1


def test_no_one_is_told_that_it_works_again_who_never_heard_that_it_did_not(
    house, mail, monkeypatch
):
    monkeypatch.setattr(watch, "_FIRST_PAUSE", timedelta())
    mail.refused_receivers.add("ops@example.com")
    house.act("policy", refusal="INVALID_LOGIN")
    house.sync(*SCHEDULED)
    mail.refused_receivers.clear()
    house.act("policy", refusal="")

    house.sync("test")

    assert mail.mails == []
    assert house.sync("alerts")[1]["alerts"][0]["state"] == "closed"


def test_a_dead_mail_server_changes_nothing_about_a_run(house, monkeypatch):
    monkeypatch.setenv("OPTBACK_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("OPTBACK_ALERT_FROM", "optback@example.com")
    monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com")
    record = house.contact(ANNA)
    house.unsubscribe(ANNA, "example.com")

    code, result = house.sync(*SCHEDULED)

    assert (code, result["status"]) == (0, "succeeded")
    assert house.is_opted_out(record)
    [waiting] = house.sync("alerts")[1]["messages"]
    assert "can't be reached" in waiting["error"]


def test_unusable_alert_settings_change_nothing_about_a_run(house, monkeypatch):
    monkeypatch.setenv("OPTBACK_SMTP_URL", "mail.example.com")
    house.contact(ANNA)
    house.unsubscribe(ANNA)

    assert house.sync("run")[1]["updated"] == 1
    assert "OPTBACK_SMTP_URL must begin with smtp://" in house.errors
    house.sync("run", "--quiet")
    assert house.errors == ""


def test_rule_7_a_refused_mail_password_is_not_offered_again_by_a_machine(house, mail, monkeypatch):
    monkeypatch.setattr(watch, "_FIRST_PAUSE", timedelta())
    good = f"{USER}:{PASSWORD.replace('/', '%2F')}"
    address = environment()["OPTBACK_SMTP_URL"]
    monkeypatch.setenv("OPTBACK_SMTP_URL", address.replace("smtp://", f"smtp://{USER}:wrong@"))
    house.act("policy", refusal="INVALID_LOGIN")

    for _ in range(3):
        house.sync(*SCHEDULED)
    assert mail.signed_in == [False]
    assert house.sync("alerts", "--send-test")[0] == 1
    assert mail.signed_in == [False, False]

    monkeypatch.setattr(watch, "_REFUSED_PAUSE", timedelta())
    monkeypatch.setenv("OPTBACK_SMTP_URL", address.replace("smtp://", f"smtp://{good}@"))
    house.sync(*SCHEDULED)
    assert mail.signed_in == [False, False]  # its message still waits for its time


def test_a_test_goes_to_every_receiver_and_says_so(house, mail, monkeypatch):
    monkeypatch.setenv("OPTBACK_ALERT_TO", "ops@example.com,dana@example.com")

    code, found = house.sync("alerts", "--send-test")

    assert (code, found) == (0, {"ok": True, "sent": 2, "reasons": []})
    assert [mail["To"] for mail in mail.mails] == ["ops@example.com", "dana@example.com"]


def test_a_test_without_a_mail_server_says_what_to_set(house):
    code, found = house.sync("alerts", "--send-test")

    assert code == 2
    assert "OPTBACK_SMTP_URL" in found["errors"][0]["remedy"]


def test_an_acknowledged_alert_says_nothing_when_it_changes(house, mail):
    house.act("validation-rule", **RULE)
    house.lead(ANNA)
    house.unsubscribe(ANNA)
    house.sync(*SCHEDULED)

    code, _ = house.sync("alerts", "--acknowledge", "refused", "--until", "2099-01-01")
    assert code == 2  # more than a year
    day = (house.practice.world.clock() + timedelta(days=5)).date().isoformat()
    assert house.sync("alerts", "--acknowledge", "refused", "--until", day)[0] == 0
    house.lead(BEN)
    house.unsubscribe(BEN)
    house.sync(*SCHEDULED)

    assert len(mail.mails) == 1


def test_an_alert_that_is_not_open_can_not_be_acknowledged(house):
    house.sync("run")

    code, found = house.sync("alerts", "--acknowledge", "refused", "--until", "2099-01-01")

    assert code == 2
    assert found["errors"]


def test_a_good_run_gives_the_watchdog_a_sign_of_life(house, web, monkeypatch):
    monkeypatch.setenv("OPTBACK_HEARTBEAT_URL", web.url)

    house.sync("run", "--dry-run")
    house.sync("run")
    house.act("policy", refusal="INVALID_LOGIN")
    house.sync("run")

    assert [(method, path) for method, path, *_ in web.heard] == [("GET", "/secret-path")]


def test_a_watchdog_that_never_answers_changes_nothing_about_a_run(house, web, monkeypatch):
    monkeypatch.setattr(heartbeat, "WAIT_S", 0.2)
    monkeypatch.setenv("OPTBACK_HEARTBEAT_URL", web.url)
    web.hold = Event()

    assert house.sync("run")[0] == 0


def test_a_webhook_gets_the_alert_signed_and_again_if_it_refused_it(house, web, monkeypatch):
    monkeypatch.setattr(watch, "_FIRST_PAUSE", timedelta())
    monkeypatch.setenv("OPTBACK_WEBHOOK_URL", web.url)
    monkeypatch.setenv("OPTBACK_WEBHOOK_SECRET", "shared-secret")
    house.act("policy", refusal="INVALID_LOGIN")
    web.answer = 500

    house.sync(*SCHEDULED)
    web.answer = 202
    house.sync(*SCHEDULED)
    house.sync(*SCHEDULED)

    assert len(web.heard) == 2
    _, _, headers, body = web.heard[1]
    seconds, signed = headers["X-Optback-Signature"].split(",")
    text = f"{seconds.removeprefix('t=')}.".encode() + body
    expected = hmac.new(b"shared-secret", text, hashlib.sha256).hexdigest()
    assert signed == f"v1={expected}"
    assert json.loads(body)["kind"] == "opened"
    assert "secret-path" not in json.dumps(house.sync("alerts")[1])


def test_people_read_what_is_open_and_what_was_sent(house, mail, capsys):
    house.act("policy", refusal="INVALID_LOGIN")
    house.sync(*SCHEDULED)
    house.sync("alerts", "--send-test")
    capsys.readouterr()

    sync.main(["alerts", "--home", str(house.home)])

    opened, test, sent = capsys.readouterr().out.splitlines()
    assert opened.startswith("open")
    assert "credentials: Salesforce refused the sign-in" in opened
    assert test.endswith("ops@example.com: Optback (environment): Test")
    assert sent.startswith("sent")
