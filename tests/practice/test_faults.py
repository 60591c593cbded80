"""Faults: what goes wrong, and whether the work is still done."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from lib.errors import UsageError
from lib.practice.faults.fault import InjectedFault, fault_from_text
from lib.practice.serve import Practice
from tests.waiting import wait_until

PATH = "/services/data/v59.0"


def new_lead(practice: Practice, rest: requests.Session) -> requests.Response:
    """Create a Lead."""
    values = {"LastName": "New", "Company": "New"}
    return rest.post(f"{practice.url}{PATH}/sobjects/Lead", json=values, timeout=10)


def leads(practice: Practice) -> int:
    """How many Leads there are."""
    return len(practice.world.org.tables.rows("Lead"))


def unsubscribes(practice: Practice) -> requests.Response:
    """JangoMail's full list."""
    given = {"Username": "practice", "Password": "practice", "Since": ""}
    return requests.post(f"{practice.url}/api.asmx/GetUnsubscribeList", data=given, timeout=10)


def test_a_status_is_answered_several_times_and_nothing_is_saved(
    practice: Practice, rest: requests.Session
) -> None:
    before = leads(practice)
    practice.world.faults.add(InjectedFault("status", times=2, status=503))

    answers = [new_lead(practice, rest) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 201]
    assert answers[0].json() == [{"message": "server too busy", "errorCode": "SERVER_UNAVAILABLE"}]
    assert leads(practice) == before + 1


def test_a_fault_affects_only_the_requests_it_names(
    practice: Practice, rest: requests.Session
) -> None:
    practice.world.faults.add(InjectedFault("status", method="write", path="/sobjects/Contact"))

    assert rest.get(f"{practice.url}{PATH}/sobjects/Contact", timeout=10).status_code == 200
    assert new_lead(practice, rest).status_code == 201
    assert unsubscribes(practice).status_code == 200
    assert (
        rest.post(f"{practice.url}{PATH}/sobjects/Contact", json={}, timeout=10).status_code == 503
    )


def test_a_reset_after_the_work_keeps_the_saved_rows(
    practice: Practice, rest: requests.Session
) -> None:
    before = leads(practice)
    practice.world.faults.add(InjectedFault("reset_after", method="write"))

    with pytest.raises(requests.ConnectionError):
        new_lead(practice, rest)

    assert leads(practice) == before + 1
    assert new_lead(practice, rest).status_code == 201


def test_a_reset_before_the_work_writes_nothing(practice: Practice, rest: requests.Session) -> None:
    before = leads(practice)
    practice.world.faults.add(InjectedFault("reset"))

    with pytest.raises(requests.ConnectionError):
        new_lead(practice, rest)

    assert leads(practice) == before


def test_a_slow_answer_takes_its_time(practice: Practice, rest: requests.Session) -> None:
    practice.world.faults.add(InjectedFault("slow", seconds=0.2))

    begun = time.monotonic()
    answer = rest.get(f"{practice.url}{PATH}/limits", timeout=10)

    assert answer.status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_a_slow_answer_comes_once_the_faults_are_cleared(
    practice: Practice, rest: requests.Session
) -> None:
    practice.world.faults.add(InjectedFault("slow", seconds=600))

    with ThreadPoolExecutor(1) as others:
        answer = others.submit(rest.get, f"{practice.url}{PATH}/limits", timeout=60)
        wait_until(lambda: practice.world.faults.clear() == 0 and answer.done())

    assert answer.result().status_code == 200


def test_a_cut_answer_looks_complete_but_is_not(practice: Practice) -> None:
    whole = unsubscribes(practice).content
    practice.world.faults.add(InjectedFault("cut", area="jangomail", share=0.5))

    cut = unsubscribes(practice)

    assert cut.status_code == 200
    assert whole.startswith(cut.content)
    assert len(cut.content) == pytest.approx(len(whole) / 2, abs=2)


def test_a_cut_off_answer_closes_the_connection(practice: Practice) -> None:
    practice.world.faults.add(InjectedFault("cut_off", area="jangomail"))

    with pytest.raises(requests.RequestException):
        unsubscribes(practice)


def test_an_answer_can_be_longer_than_it_says(practice: Practice, rest: requests.Session) -> None:
    whole = rest.get(f"{practice.url}{PATH}", timeout=10).content
    practice.world.faults.add(fault_from_text("length_too_short,bytes=10"))

    short = rest.get(f"{practice.url}{PATH}", timeout=10)

    assert (short.content, short.headers["Content-Length"]) == (whole[:10], "10")
    assert rest.get(f"{practice.url}{PATH}", timeout=10).content == whole


def test_an_answer_can_be_shorter_than_it_says_and_its_end_never_comes(
    practice: Practice, rest: requests.Session
) -> None:
    whole = rest.get(f"{practice.url}{PATH}", timeout=10).content
    practice.world.faults.add(fault_from_text("length_too_long,bytes=7"))

    with rest.get(f"{practice.url}{PATH}", timeout=0.2, stream=True) as long:
        assert int(long.headers["Content-Length"]) == len(whole) + 7
        with pytest.raises(requests.RequestException):
            _ = long.content


def test_a_proxy_asks_for_a_password(practice: Practice, rest: requests.Session) -> None:
    practice.world.faults.add(fault_from_text("html,status=407"))

    answer = rest.get(f"{practice.url}{PATH}/limits", timeout=10)

    assert (answer.status_code, answer.text[:9]) == (407, "<!DOCTYPE")
    assert answer.headers["Proxy-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("status", "area", "part"),
    [
        (502, "data", "<html>"),
        (401, "data", "INVALID_SESSION_ID"),
        (500, "data", "UNKNOWN_EXCEPTION"),
        (403, "data", "REQUEST_LIMIT_EXCEEDED"),
        (503, "jangomail", "<html>"),
    ],
)
def test_a_status_has_the_body_its_service_gives_it(
    practice: Practice, rest: requests.Session, status: int, area: str, part: str
) -> None:
    practice.world.faults.add(InjectedFault("status", area=area, status=status))
    limits = f"{practice.url}{PATH}/limits"

    answer = rest.get(limits, timeout=10) if area == "data" else unsubscribes(practice)

    assert answer.status_code == status
    assert part in answer.text


def test_the_control_addresses_never_fail(practice: Practice) -> None:
    practice.world.faults.add(InjectedFault("status", area="any", times=None))

    assert requests.get(f"{practice.url}/practice/state", timeout=10).status_code == 200
    assert unsubscribes(practice).status_code == 503
    assert practice.world.faults.clear() == 1
    assert unsubscribes(practice).status_code == 200


def test_a_fault_is_read_from_the_command_line() -> None:
    fault = fault_from_text("status,status=500,times=3,path=/composite,area=data")

    assert (fault.kind, fault.status, fault.times, fault.path) == ("status", 500, 3, "/composite")
    assert fault_from_text("slow_job,seconds=5").seconds == 5
    assert fault_from_text("reset,after=2").after == 2


def test_a_fault_lets_some_requests_pass_first(practice: Practice, rest: requests.Session) -> None:
    practice.world.faults.add(InjectedFault("status", status=503, after=2))

    answers = [new_lead(practice, rest) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 503, 201]


def update(practice: Practice, rest: requests.Session, ids: list[str]) -> requests.Response:
    """Give Leads another title, in one collection."""
    rows = [{"attributes": {"type": "Lead"}, "id": record_id, "Title": "New"} for record_id in ids]
    body = {"allOrNone": False, "records": rows}
    return rest.patch(f"{practice.url}{PATH}/composite/sobjects", json=body, timeout=10)


def some_leads(practice: Practice, count: int) -> list[str]:
    """The ids of Leads that can be changed."""
    rows = practice.world.org.tables.rows("Lead").values()
    return [str(row["Id"]) for row in rows if not row["IsConverted"]][:count]


def titles(practice: Practice, ids: list[str]) -> list[str]:
    """The current titles of the Leads."""
    rows = practice.world.org.tables.rows("Lead")
    return [rows[record_id].get("Title") or "" for record_id in ids]


def test_a_fault_can_affect_only_large_collections(
    practice: Practice, rest: requests.Session
) -> None:
    code = "REQUEST_RUNNING_TOO_LONG"
    practice.world.faults.add(
        InjectedFault("status", status=400, code=code, more_than=2, times=None)
    )
    three = some_leads(practice, 3)

    large, small = update(practice, rest, three), update(practice, rest, three[:2])

    assert (large.status_code, large.json()[0]["errorCode"]) == (400, code)
    assert [result["success"] for result in small.json()] == [True, True]
    assert titles(practice, three)[:2] == ["New", "New"]
    assert titles(practice, three)[2] != "New"


def test_each_row_is_refused_and_nothing_is_changed(
    practice: Practice, rest: requests.Session
) -> None:
    ids = some_leads(practice, 3)
    before = titles(practice, ids)
    practice.world.faults.add(InjectedFault("rows", code="UNABLE_TO_LOCK_ROW", message="locked"))

    refused, done = update(practice, rest, ids), update(practice, rest, ids)

    error = {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked", "fields": []}
    assert (refused.status_code, refused.json()) == (
        200,
        [{"success": False, "errors": [error]}] * 3,
    )
    assert before != titles(practice, ids) == ["New"] * 3
    assert all(result["success"] for result in done.json())


def test_rows_that_a_fault_does_not_name_are_saved(
    practice: Practice, rest: requests.Session
) -> None:
    ids = some_leads(practice, 3)
    practice.world.faults.add(InjectedFault("rows", records=f"{ids[1]} elsewhere", times=None))

    answer = update(practice, rest, ids).json()

    assert [result["success"] for result in answer] == [True, False, True]
    assert [result.get("id") for result in answer] == [ids[0], None, ids[2]]
    assert titles(practice, ids) == ["New", titles(practice, ids)[1], "New"]
    assert update(practice, rest, [ids[0]]).json()[0]["success"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/services/oauth2/token", '{"error": "unknown_error", "error_description": "a & b"}'),
        ("/services/Soap/u/59.0", "<sf:exceptionCode>unknown_error</sf:exceptionCode>"),
    ],
)
def test_a_status_at_sign_in_has_the_form_of_its_protocol(
    practice: Practice, path: str, expected: str
) -> None:
    practice.world.faults.add(
        InjectedFault("status", area="signin", status=400, code="unknown_error", message="a & b")
    )

    answer = requests.post(f"{practice.url}{path}", data="x", timeout=10)

    assert answer.status_code == 400
    assert expected in answer.text


def test_a_fault_for_jobs_does_not_affect_requests(
    practice: Practice, rest: requests.Session
) -> None:
    practice.world.faults.add(InjectedFault("slow_job", seconds=60))

    assert new_lead(practice, rest).status_code == 201
    assert len(practice.world.faults.waiting) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "status,times=x",
        "status,times=0",
        "status,after=-1",
        "status,more_than=-1",
        "slow,nonsense=1",
        "status,path=(",
        "status,status=99",
        "status,area=moon",
    ],
)
def test_an_unusable_fault_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        fault_from_text(text)


def test_zipped_requests_and_answers_are_understood(
    practice: Practice, rest: requests.Session
) -> None:
    body: Any = gzip.compress(b'{"LastName": "Zipped", "Company": "New"}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    made = rest.post(f"{practice.url}{PATH}/sobjects/Lead", data=body, headers=headers, timeout=10)
    broken = rest.post(
        f"{practice.url}{PATH}/sobjects/Lead", data=b"no gzip", headers=headers, timeout=10
    )
    described = rest.get(f"{practice.url}{PATH}/sobjects/Lead/describe", timeout=10)

    assert made.status_code == 201
    assert broken.status_code == 400
    assert described.headers["Content-Encoding"] == "gzip"
