"""The door: what it repeats, what it doesn't, and a single renewal for all threads."""

import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from time import sleep

import pytest

from lib.call_cap import CallCap
from lib.errors import (
    ApiLimitReached,
    CallCapReached,
    CredentialsRefused,
    RequestRefused,
    SalesforceUnreachable,
    SignInRefused,
    StoppedError,
    WriteUnanswered,
    WrongOrg,
)
from lib.fields import OptOutField
from lib.salesforce.ahead import Part
from lib.salesforce.door import Door
from lib.salesforce.patience import Patience
from lib.salesforce.sessions import Limits
from lib.salesforce.signin import Session
from lib.settings import SalesforceLogin
from lib.stopping import stoppable
from tests.unit.salesforce.wire import (
    DATA,
    EXPIRED,
    ORG,
    RESET,
    Answer,
    Asked,
    Wire,
    soap_fault,
    soap_success,
)

ROOT = Path(__file__).parents[3]
FINE = Answer(200, {"fine": True})
BUSY = Answer(503, [{"errorCode": "SERVER_UNAVAILABLE", "message": "server too busy"}])


def _good_for(token: str) -> Callable[[Asked], Answer]:
    """Accept this token, and answer every other token with an expired session."""
    return lambda asked: FINE if asked.token == token else Answer(401, EXPIRED)


def test_a_call_carries_the_token_and_the_headers_given(wire: Wire, door: Door) -> None:
    wire.on("PATCH", "composite/sobjects", FINE)

    answer = door.patch("composite/sobjects", {"a": 1}, {"Sforce-Auto-Assign": "FALSE"})

    asked = wire.asked[-1]
    assert answer == {"fine": True}
    assert (asked.path, asked.json) == (f"{DATA}composite/sobjects", {"a": 1})
    assert (asked.token, asked.headers["sforce-auto-assign"]) == ("token1", "FALSE")


def test_an_empty_answer_is_none(wire: Wire, door: Door) -> None:
    wire.on("PATCH", "sobjects", Answer(204))

    assert door.patch("sobjects/Contact/003", {}) is None


def test_a_path_that_salesforce_returned_is_used_unchanged(wire: Wire, door: Door) -> None:
    wire.on("GET", "query/01g", FINE)

    door.get("/services/data/v59.0/query/01g000-2000")

    assert wire.asked[-1].path == "/services/data/v59.0/query/01g000-2000"


def test_four_threads_with_an_expired_session_renew_it_once(wire: Wire, door: Door) -> None:
    together = Barrier(4, timeout=10)

    def answer(asked: Asked) -> Answer:
        if asked.token == "token1":
            together.wait()
            return Answer(401, EXPIRED)
        return FINE

    wire.on("PATCH", "composite/sobjects", answer)
    with ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(door.patch, "composite/sobjects", {}, {"Sforce-Auto-Assign": "FALSE"})
            for _ in range(4)
        ]
        answers = [call.result() for call in calls]

    assert answers == [{"fine": True}] * 4
    assert len(wire.heard("/services/Soap/")) == 2
    again = [asked for asked in wire.heard("composite") if asked.token == "token2"]
    assert [asked.headers["sforce-auto-assign"] for asked in again] == ["FALSE"] * 4


@pytest.mark.parametrize(
    "body", [EXPIRED, {"errorCode": "INVALID_SESSION_ID", "message": "x"}, "<html>no</html>", ""]
)
def test_an_expired_session_is_renewed_whatever_the_body_looks_like(
    wire: Wire, door: Door, body: object
) -> None:
    wire.on("GET", "limits", Answer(401, body), FINE)

    assert door.get("limits") == {"fine": True}
    assert wire.asked[-1].token == "token2"


def test_a_session_that_is_refused_again_after_renewal_is_an_error(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", Answer(401, EXPIRED))

    with pytest.raises(SignInRefused):
        door.get("limits")
    assert len(wire.heard("/services/Soap/")) == 2


def test_a_user_without_rest_is_not_signed_in_again(wire: Wire, door: Door) -> None:
    said = "This session is not valid for use with the REST API"
    body = [{"errorCode": "INVALID_SESSION_ID", "message": said}]
    wire.on("GET", "limits", Answer(401, body))

    with pytest.raises(SignInRefused):
        door.get("limits")
    assert len(wire.heard("/services/Soap/")) == 1


def test_a_refused_renewal_is_not_tried_again_by_any_thread(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", Answer(401, EXPIRED))
    wire.on("POST", "Soap", soap_fault("INVALID_LOGIN", "Invalid username, password"))

    def call() -> None:
        with pytest.raises(CredentialsRefused):
            door.get("limits")

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(call) for _ in range(8)]:
            done.result()

    assert len(wire.heard("/services/Soap/")) == 2


@pytest.mark.parametrize("passing", [BUSY, Answer(429, ""), Answer(420, "<html>"), Answer(500, "")])
def test_a_read_is_repeated_after_a_passing_failure(
    wire: Wire, door: Door, slept: list[float], passing: Answer
) -> None:
    wire.on("GET", "limits", passing, passing, FINE)

    assert door.get("limits") == {"fine": True}
    assert slept == [0.5, 1.0]


@pytest.mark.parametrize(
    "passing", [RESET, Answer(200, "<html>Sign in to the Wi-Fi</html>"), Answer(200, "null")]
)
def test_a_read_whose_answer_was_lost_is_repeated(wire: Wire, door: Door, passing: Answer) -> None:
    wire.on("POST", "composite", passing, FINE)

    assert door.ask("composite", {}) == {"fine": True}


def test_a_read_gives_up_after_five_tries(wire: Wire, door: Door, slept: list[float]) -> None:
    wire.on("GET", "limits", BUSY)

    with pytest.raises(SalesforceUnreachable):
        door.get("limits")
    assert len(wire.heard("limits")) == 5
    assert slept == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "passing",
    [BUSY, Answer(429, ""), Answer(400, [{"errorCode": "UNABLE_TO_LOCK_ROW", "message": ""}])],
)
def test_a_write_that_was_certainly_not_done_is_repeated(
    wire: Wire, door: Door, passing: Answer
) -> None:
    wire.on("PATCH", "composite/sobjects", passing, FINE)

    assert door.patch("composite/sobjects", {}) == {"fine": True}


@pytest.mark.parametrize(
    "lost", [RESET, Answer(500, "<html>"), Answer(502, ""), Answer(504, ""), Answer(200, "<html>")]
)
def test_a_write_whose_answer_was_lost_is_not_repeated(
    wire: Wire, door: Door, lost: Answer
) -> None:
    wire.on("PATCH", "composite/sobjects", lost)

    with pytest.raises(WriteUnanswered):
        door.patch("composite/sobjects", {})
    assert len(wire.heard("composite")) == 1


def test_a_server_that_never_answers_is_given_up(login: SalesforceLogin, wire: Wire) -> None:
    end = Event()

    def never(_: Asked) -> Answer:
        end.wait(30)
        return FINE

    wire.on("PATCH", "composite/sobjects", never)
    wire.on("GET", "limits", never)
    hasty = Limits(connect_s=5, sign_in_s=5, read_s=0.05, long_s=0.05)
    with Door.open(login, sleep=lambda _: None, limits=hasty) as door:
        with pytest.raises(WriteUnanswered):
            door.patch("composite/sobjects", {})
        with pytest.raises(SalesforceUnreachable):
            door.get("limits")
    end.set()

    assert (len(wire.heard("sobjects")), len(wire.heard("limits"))) == (1, 2)


def test_a_write_without_a_connection_is_repeated_and_counts_no_call(
    login: SalesforceLogin, slept: list[float]
) -> None:
    patience = Patience(sleep=slept.append, jitter=lambda: 1.0)
    gone = Session(token="token1", instance_url="http://127.0.0.1:9")
    with Door(login, gone, patience, Limits()) as door:
        with pytest.raises(SalesforceUnreachable):
            door.patch("composite/sobjects", {})

        assert len(slept) == 4
        assert door.calls == 0


def test_the_door_waits_as_long_as_salesforce_asks(
    wire: Wire, door: Door, slept: list[float]
) -> None:
    wire.on("GET", "limits", Answer(503, "", {"Retry-After": "7"}), FINE)

    door.get("limits")

    assert slept == [7.0]


def test_a_wait_until_a_date_uses_salesforces_clock(
    wire: Wire, door: Door, slept: list[float]
) -> None:
    headers = {"Retry-After": "Mon, 02 Mar 2026 12:00:09 GMT"}
    with_date = Answer(503, "", headers | {"Date": "Mon, 02 Mar 2026 12:00:00 GMT"})
    wire.on("GET", "limits", with_date, FINE)

    door.get("limits")

    assert slept == [9.0]


def test_the_door_does_not_wait_for_hours(wire: Wire, door: Door, slept: list[float]) -> None:
    wire.on("GET", "limits", Answer(503, "", {"Retry-After": "7200"}))

    with pytest.raises(SalesforceUnreachable):
        door.get("limits")
    assert slept == []


def test_used_up_calls_stop_at_once(wire: Wire, door: Door) -> None:
    said = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    wire.on("GET", "limits", Answer(403, said))

    with pytest.raises(ApiLimitReached):
        door.get("limits")
    assert len(wire.heard("limits")) == 1


@pytest.mark.parametrize("status", [301, 302, 307])
def test_the_token_follows_no_redirect(wire: Wire, door: Door, status: int) -> None:
    wire.on("GET", "limits", Answer(status, "", {"Location": f"{wire.url}/elsewhere"}))

    with pytest.raises(RequestRefused):
        door.get("limits")
    assert not wire.heard("elsewhere")


def test_each_request_counts_as_a_call_and_sign_in_does_not(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", BUSY, Answer(401, EXPIRED), FINE)

    door.get("limits")

    assert (door.calls, len(wire.heard("limits"))) == (3, 3)


def test_the_headers_show_the_orgs_usage_and_clock(wire: Wire, door: Door) -> None:
    info = "api-usage=18/5000; per-app-api-usage=17/250(appName=sample-connected-app)"
    wire.on("GET", "limits", Answer(200, {}, {"Sforce-Limit-Info": info}))
    before = datetime.now(UTC).replace(microsecond=0)

    door.get("limits")

    assert door.usage == (18, 5000)
    assert door.server_now is not None
    assert before <= door.server_now <= datetime.now(UTC)


def test_no_proxy_and_no_netrc_come_between_us_and_this_computer(
    wire: Wire, door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    wire.on("GET", "limits", FINE)

    door.get("limits")

    assert wire.asked[-1].token == "token1"


def test_signing_in_without_a_server_gives_up_after_three_tries(
    login: SalesforceLogin, slept: list[float]
) -> None:
    with pytest.raises(SalesforceUnreachable):
        Door.open(replace(login, login_url="http://127.0.0.1:9"), sleep=slept.append)
    assert len(slept) == 2


def test_the_libraries_are_loaded_only_when_a_door_is_opened() -> None:
    probe = (
        "import sys; sys.modules.update(requests=None, simple_salesforce=None, jwt=None); "
        "from lib.salesforce import access, door, matching, query, records"
    )
    subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=True)


def test_a_door_shows_no_token(wire: Wire, door: Door) -> None:
    assert "token1" not in repr(door) + repr(door.session)


def test_everything_that_handles_opt_outs_finds_the_orgs_own_field_at_the_door(
    login: SalesforceLogin,
) -> None:
    own = OptOutField.of("No_Mail__c")

    with Door.open(login, own_field=own, sleep=lambda _: None) as door:
        assert door.own_field == own


def test_a_listener_is_called_until_the_sign_in_is_answered(
    login: SalesforceLogin, wire: Wire
) -> None:
    heard = Event()

    def answer(_: Asked) -> Answer:
        heard.wait(10)
        return Answer(200, soap_success(wire.url))

    wire.on("POST", "Soap", answer)
    with Door.open(login, sleep=lambda _: None, while_waiting=heard.set) as door:
        assert door.session.token == "token1"
    assert heard.is_set()


def test_salesforces_clock_is_known_from_the_sign_in_on(door: Door) -> None:
    assert door.server_now is not None


def test_far_from_the_cap_no_call_waits_for_another(wire: Wire, door: Door) -> None:
    together = Barrier(2, timeout=10)

    def answer(_: Asked) -> Answer:
        together.wait()
        return FINE

    wire.on("GET", "limits", answer)
    door.keep_below(CallCap(), may_be_near=False)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(door.get, "limits") for _ in range(2)]

    assert [call.result() for call in calls] == [{"fine": True}] * 2


def test_what_was_deleted_without_an_answer_is_deleted_again(wire: Wire, door: Door) -> None:
    wire.on("DELETE", "jobs", RESET, Answer(204))

    door.delete("jobs/query/750")

    assert len(wire.heard("jobs")) == 2


def test_parameters_and_headers_arrive(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", FINE)
    wire.on("POST", "composite", FINE)

    door.get("limits", {"a": "b c"}, {"Sforce-Query-Options": "batchSize=200"})
    door.post("composite", {"a": 1}, {"Sforce-Auto-Assign": "FALSE"})

    read, written = wire.asked[-2:]
    assert read.path.endswith("limits?a=b+c")
    assert read.headers["sforce-query-options"] == "batchSize=200"
    assert written.headers["sforce-auto-assign"] == "FALSE"


def test_a_download_whose_answer_was_lost_is_requested_again(wire: Wire, door: Door) -> None:
    wire.on("GET", "results", RESET, Answer(200, "a,b\n"))
    file = io.BytesIO()

    door.download("results", file)

    assert file.getvalue() == b"a,b\n"


def test_a_job_is_aborted_once_and_a_lost_answer_is_not_repeated(wire: Wire, door: Door) -> None:
    wire.on("PATCH", "jobs/ingest/750$", RESET)

    with pytest.raises(WriteUnanswered):
        door.abort("jobs/ingest/750")

    assert [asked.json for asked in wire.heard("jobs")] == [{"state": "Aborted"}]


def test_after_a_stop_only_what_leaves_nothing_behind_is_still_sent(wire: Wire, door: Door) -> None:
    wire.on("DELETE", "jobs", Answer(204))
    wire.on("PATCH", "jobs", FINE)
    with stoppable() as stop:
        stop.ask()
        door.delete("jobs/query/750")
        door.abort("jobs/ingest/750")
        for call in (door.get, partial(door.patch, body={}), partial(door.post, body={})):
            with pytest.raises(StoppedError):
                call("limits")

    assert [asked.method for asked in wire.heard(DATA)] == ["DELETE", "PATCH"]


def test_a_renewal_keeps_what_is_known_about_the_user(wire: Wire, door: Door) -> None:
    door.set_user("eva@example.org", "tr_TR")
    wire.on("GET", "limits", Answer(401, EXPIRED), FINE)
    said = soap_success(wire.url, sessionId="token2").replace("en_US", "")
    wire.on("POST", "Soap", Answer(200, said))

    door.get("limits")

    session = door.session
    assert (session.username, session.locale, session.token) == (
        "eva@example.org",
        "tr_TR",
        "token2",
    )


def test_a_renewal_without_an_answer_gives_up_after_three_tries(
    wire: Wire, door: Door, slept: list[float]
) -> None:
    wire.on("GET", "limits", Answer(401, EXPIRED))
    wire.on("POST", "Soap", BUSY)

    with pytest.raises(SalesforceUnreachable):
        door.get("limits")

    assert len(wire.heard("Soap")) == 1 + 3
    assert slept == [0.5, 1.0]


def test_a_renewal_that_leads_to_another_org_ends_everything(wire: Wire, door: Door) -> None:
    other = soap_success(wire.url).replace(ORG, "00D000000000002EAA")
    wire.on("GET", "limits", Answer(401, EXPIRED))
    wire.on("POST", "Soap", Answer(200, other))

    for _ in range(2):
        with pytest.raises(WrongOrg, match="00D000000000002EAA") as caught:
            door.get("limits")

    assert "before it read or wrote anything" in caught.value.remedy
    assert len(wire.heard("Soap")) == 2


def test_the_clock_and_the_usage_are_those_of_the_last_answer_that_has_them(
    wire: Wire, door: Door
) -> None:
    first = {"Date": "Mon, 02 Mar 2026 12:00:00 GMT", "Sforce-Limit-Info": "api-usage=18/5000"}
    last = {"Date": "Mon, 02 Mar 2026 12:00:09 GMT"}
    wire.on("GET", "limits", Answer(200, {}, first), Answer(200, {}, last))

    door.get("limits")
    door.get("limits")

    assert door.server_now == datetime(2026, 3, 2, 12, 0, 9, tzinfo=UTC)
    assert door.usage == (18, 5000)


def test_calls_that_were_sent_ahead_count_once_they_are_needed(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", FINE)

    door.get("limits")
    assert (door.calls, door.calls_needed, door.cap) == (1, 1, None)
    for number in range(2):
        door.ahead.send([f"path{number}"], lambda: [Part(door.get("limits"))])
    door.ahead.finish()
    assert (door.calls, door.calls_needed) == (3, 1)
    door.ahead.take(["path0"])
    assert (door.calls, door.calls_needed) == (3, 2)


def test_rule_4_5_near_the_cap_the_second_call_waits_until_the_first_has_said_how_many(
    wire: Wire, door: Door
) -> None:
    door.keep_below(CallCap())
    used_up = Answer(200, {}, {"Sforce-Limit-Info": "api-usage=80/100"})

    def answer(_: Asked) -> Answer:
        second.append(pool.submit(door.get, "limits"))
        sleep(0.05)  # enough for a call that doesn't wait
        return used_up

    wire.on("GET", "limits", answer)
    second: list[Future[object]] = []
    with ThreadPoolExecutor(1) as pool:
        door.get("limits")

    with pytest.raises(CallCapReached):
        second[0].result()
    assert len(wire.heard("limits")) == 1
