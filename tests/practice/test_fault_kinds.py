"""Each kind of fault, struck at a kind of call and an occurrence of it."""

import json
from typing import Any

import pytest
import requests

from lib.errors import UsageError
from lib.practice.acts.control import read_acts
from lib.practice.faults.calls import CALLS, kind_of_call
from lib.practice.faults.fault import fault_from_pairs, fault_from_text
from lib.practice.rest.routes import _RESOURCES
from lib.practice.serve import Practice
from tests.waiting import wait_until

DATA = "/services/data/v59.0"
LISTED = "/api.asmx/GetUnsubscribeList"
REPORT = "/api.asmx/Reports_GetUnsubscribesAll_XML"


def strike(practice: Practice, text: str) -> None:
    """Add a fault as the command line writes it."""
    practice.world.faults.add(fault_from_text(text))


def mail(practice: Practice, path: str = LISTED) -> requests.Response:
    given = {"Username": "practice", "Password": "practice", "Since": ""}
    return requests.post(f"{practice.url}{path}", data=given, timeout=10)


def leads_of(practice: Practice, count: int) -> list[str]:
    rows = practice.world.org.tables.rows("Lead").values()
    return [str(row["Id"]) for row in rows if not row["IsConverted"]][:count]


def collection(ids: list[str], title: str = "New") -> dict[str, Any]:
    rows = [{"attributes": {"type": "Lead"}, "id": each, "Title": title} for each in ids]
    return {"allOrNone": False, "records": rows}


def composite(*ids: list[str]) -> dict[str, Any]:
    return {
        "compositeRequest": [
            {
                "method": "PATCH",
                "url": f"{DATA}/composite/sobjects",
                "referenceId": f"part{place}",
                "body": collection(part),
            }
            for place, part in enumerate(ids)
        ]
    }


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/services/Soap/u/59.0", "sign_in"),
        ("POST", "/services/oauth2/token", "sign_in"),
        ("GET", "/services/oauth2/userinfo", "identity"),
        ("GET", f"{DATA}/limits/recordCount", "limits"),
        ("GET", f"{DATA}/query/", "query"),
        ("GET", f"{DATA}/queryAll", "query"),
        ("GET", f"{DATA}/query/01gRO0000016PIAYA2-500", "next_page"),
        ("GET", f"{DATA}/sobjects/Contact/describe", "describe"),
        ("GET", f"{DATA}/sobjects/Contact/003000000000001AAA", "record"),
        ("POST", f"{DATA}/composite/sobjects/Contact", "look_up"),
        ("PATCH", f"{DATA}/composite/sobjects", "save"),
        ("PATCH", f"{DATA}/sobjects/Contact/003000000000001AAA", "save"),
        ("POST", f"{DATA}/jobs/query", "query_job"),
        ("GET", f"{DATA}/jobs/query/750x", "query_job_state"),
        ("GET", f"{DATA}/jobs/query/750x/results", "query_job_rows"),
        ("DELETE", f"{DATA}/jobs/query/750x", "query_job_end"),
        ("POST", f"{DATA}/jobs/ingest", "ingest_job"),
        ("PUT", f"{DATA}/jobs/ingest/750x/batches", "ingest_upload"),
        ("PATCH", f"{DATA}/jobs/ingest/750x", "ingest_close"),
        ("GET", f"{DATA}/jobs/ingest/750x", "ingest_job_state"),
        ("GET", f"{DATA}/jobs/ingest", "ingest_job_state"),
        ("GET", f"{DATA}/jobs/ingest/750x/failedResults", "ingest_rows"),
        ("DELETE", f"{DATA}/jobs/ingest/750x", "ingest_job_end"),
        ("POST", LISTED, "unsubscribes"),
        ("POST", REPORT, "report"),
        ("POST", "/api.asmx/AddGroup", "group_save"),
        ("POST", "/api.asmx/ImportGroupMembersFromData", "group_save"),
        ("POST", "/api.asmx/Groups_GetMembers_XML", "groups"),
        ("POST", "/api.asmx/GetBounceListAll", "mail"),
    ],
)
def test_a_request_is_a_kind_of_call(method: str, path: str, kind: str) -> None:
    assert kind_of_call(method, path) == kind
    assert kind in CALLS


def test_a_composite_call_saves_if_one_of_its_parts_does() -> None:
    reads = {"compositeRequest": [{"method": "GET", "url": f"{DATA}/query?q=x"}]}
    asks = {"compositeRequest": [{"method": "POST", "url": f"{DATA}/composite/sobjects/Contact"}]}

    kinds = [
        kind_of_call("POST", f"{DATA}/composite", json.dumps(body).encode())
        for body in (reads, asks, composite(["00Q"]))
    ]

    assert kinds == ["queries", "queries", "save"]


def test_every_address_that_is_served_is_a_kind_of_call() -> None:
    served = [
        (method, f"{DATA}/{resource.pattern}".replace("{", "").replace("}", ""))
        for resource in _RESOURCES
        for method in resource.handlers
    ]

    assert [each for each in served if kind_of_call(*each) == "other"] == []


def test_a_fault_strikes_the_second_call_of_a_kind_and_the_state_counts_them(
    practice: Practice, rest: requests.Session
) -> None:
    strike(practice, "status,call=query,at=2,status=500")
    query = f"{practice.url}{DATA}/query?q=SELECT+Id+FROM+Lead+LIMIT+1"

    statuses = [rest.get(query, timeout=10).status_code for _ in range(3)]
    statuses.append(rest.get(f"{practice.url}{DATA}/limits", timeout=10).status_code)

    assert statuses == [200, 500, 200, 200]
    state = requests.get(f"{practice.url}/practice/state", timeout=10).json()
    assert (state["calls"]["query"], state["calls"]["limits"]) == (3, 1)


@pytest.mark.parametrize("call", ["sign_in", "unsubscribes"])
def test_a_kind_of_call_needs_no_area(practice: Practice, call: str) -> None:
    strike(practice, f"status,call={call}")

    soap = requests.post(f"{practice.url}/services/Soap/u/59.0", data="x", timeout=10)

    assert (soap.status_code == 503, mail(practice).status_code == 503) == (
        call == "sign_in",
        call == "unsubscribes",
    )


def test_a_status_can_say_when_to_come_back(practice: Practice, rest: requests.Session) -> None:
    strike(practice, "status,status=429,retry_after=7")

    answer = rest.get(f"{practice.url}{DATA}/limits", timeout=10)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(("text", "status"), [("html", 200), ("html,status=503", 503)])
def test_a_page_comes_instead_of_data(
    practice: Practice, rest: requests.Session, text: str, status: int
) -> None:
    strike(practice, text)

    answer = rest.get(f"{practice.url}{DATA}/limits", timeout=10)

    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("kind", "saves"), [("silent", False), ("silent_after", True)])
def test_there_is_never_an_answer(
    practice: Practice, rest: requests.Session, kind: str, saves: bool
) -> None:
    [lead] = leads_of(practice, 1)
    strike(practice, f"{kind},call=save")

    with pytest.raises(requests.exceptions.ReadTimeout):
        rest.patch(f"{practice.url}{DATA}/composite/sobjects", json=collection([lead]), timeout=0.2)

    def is_saved() -> bool:
        return practice.world.org.tables.rows("Lead")[lead].get("Title") == "New"

    if saves:
        wait_until(is_saved)
    assert is_saved() is saves


def test_an_answer_is_cut_at_a_byte(practice: Practice) -> None:
    whole = mail(practice).content
    strike(practice, "cut,call=unsubscribes,bytes=40")

    assert mail(practice).content == whole[:40]


def test_an_answer_is_noise_of_the_right_length(practice: Practice) -> None:
    whole = mail(practice).content
    strike(practice, "garbled,call=unsubscribes,bytes=40")

    garbled = mail(practice).content

    assert (garbled[:40], len(garbled)) == (whole[:40], len(whole))
    assert garbled != whole


@pytest.mark.parametrize("path", [LISTED, REPORT])
def test_jangomails_answer_is_complete_and_empty(practice: Practice, path: str) -> None:
    assert "@" in mail(practice, path).text
    strike(practice, "emptied,area=jangomail")

    emptied = mail(practice, path)

    assert (emptied.status_code, "@" in emptied.text) == (200, False)
    assert emptied.text.rstrip().endswith((">", "SUCCESS</string>"))


@pytest.mark.parametrize(
    ("kind", "ids"),
    [("rows_missing", "13"), ("rows_doubled", "112233"), ("rows_mixed", "321")],
)
def test_the_rows_of_a_bulk_query_are_missing_double_or_in_another_order(
    practice: Practice, rest: requests.Session, kind: str, ids: str
) -> None:
    soql = "SELECT Id, Email FROM Lead WHERE Email = 'nobody@example.org'"
    for number in "123":
        values = {"LastName": f"a,\n{number}", "Company": "New", "Email": "nobody@example.org"}
        rest.post(f"{practice.url}{DATA}/sobjects/Lead", json=values, timeout=10)
    body = {"operation": "query", "query": soql.replace("Email FROM", "LastName FROM")}
    jobs = f"{practice.url}{DATA}/jobs/query"
    job = rest.post(jobs, json=body, timeout=10).json()["id"]
    while rest.get(f"{jobs}/{job}", timeout=10).json()["state"] != "JobComplete":
        pass
    strike(practice, f"{kind},call=query_job_rows")

    answer = rest.get(f"{jobs}/{job}/results", timeout=10)

    assert answer.headers["Sforce-NumberOfRecords"] == "3"
    assert "".join(part[0] for part in answer.text.split('"a,\n')[1:]) == ids


def test_every_second_record_of_each_collection_is_locked(
    practice: Practice, rest: requests.Session
) -> None:
    ids = leads_of(practice, 4)
    strike(practice, "rows,code=UNABLE_TO_LOCK_ROW,every=2,times=2")

    answer = rest.post(
        f"{practice.url}{DATA}/composite", json=composite(ids[:2], ids[2:]), timeout=10
    ).json()["compositeResponse"]

    assert [[row["success"] for row in part["body"]] for part in answer] == [[True, False]] * 2
    refused = answer[0]["body"][1]["errors"][0]
    assert refused["statusCode"] == "UNABLE_TO_LOCK_ROW"


def test_one_collection_of_a_composite_call_is_refused_whole(
    practice: Practice, rest: requests.Session
) -> None:
    ids = leads_of(practice, 4)
    strike(practice, "collection,status=503,at=2")

    answer = rest.post(
        f"{practice.url}{DATA}/composite", json=composite(ids[:2], ids[2:]), timeout=10
    )

    assert answer.status_code == 200
    first, second = answer.json()["compositeResponse"]
    assert [row["success"] for row in first["body"]] == [True, True]
    assert (second["httpStatusCode"], second["body"][0]["errorCode"]) == (503, "SERVER_UNAVAILABLE")


def test_a_record_is_refused_when_it_is_saved_alone(
    practice: Practice, rest: requests.Session
) -> None:
    [lead] = leads_of(practice, 1)
    strike(practice, "rows,code=CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    url = f"{practice.url}{DATA}/sobjects/Lead/{lead}"

    refused = rest.patch(url, json={"Title": "New"}, timeout=10)

    assert refused.json()[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert rest.patch(url, json={"Title": "New"}, timeout=10).status_code == 204


def test_an_act_happens_in_the_middle_of_the_calls(
    practice: Practice, rest: requests.Session
) -> None:
    ids = leads_of(practice, 2)
    strike(practice, "act,call=save,at=2,do=object-edit?sobject=Lead&on=false")
    url = f"{practice.url}{DATA}/composite/sobjects"

    answers = [rest.patch(url, json=collection([each]), timeout=10).json() for each in ids]

    assert [answer[0]["success"] for answer in answers] == [True, False]


@pytest.mark.parametrize("kind", ["failed_job", "aborted_job"])
def test_an_ingest_job_ends_after_some_rows_and_they_stay_saved(
    practice: Practice, rest: requests.Session, kind: str
) -> None:
    ids = 5 * list(practice.world.org.tables.rows("Contact"))  # a row may come again
    strike(practice, f"{kind},call=ingest_job,saved=200")
    jobs = f"{practice.url}{DATA}/jobs/ingest"
    asked = {"object": "Contact", "operation": "update", "contentType": "CSV", "lineEnding": "LF"}
    job = f"{jobs}/{rest.post(jobs, json=asked, timeout=10).json()['id']}"
    upload = "\n".join(["Id,Title", *(f"{each},New" for each in ids)])
    rest.put(f"{job}/batches", upload, headers={"Content-Type": "text/csv"}, timeout=10)
    rest.patch(job, json={"state": "UploadComplete"}, timeout=10)

    while (state := rest.get(job, timeout=10).json())["state"] in ("UploadComplete", "InProgress"):
        pass

    assert state["state"] == {"failed_job": "Failed", "aborted_job": "Aborted"}[kind]
    assert state["numberRecordsProcessed"] == 200
    assert len(rest.get(f"{job}/unprocessedrecords", timeout=10).text.splitlines()) == 101


def test_a_fault_for_ingest_jobs_does_not_affect_queries(
    practice: Practice, rest: requests.Session
) -> None:
    strike(practice, "failed_job,call=ingest_job")
    jobs = f"{practice.url}{DATA}/jobs/query"
    body = {"operation": "query", "query": "SELECT Id FROM Lead"}
    job = rest.post(jobs, json=body, timeout=10).json()["id"]

    while (state := rest.get(f"{jobs}/{job}", timeout=10).json()["state"]) == "UploadComplete":
        pass

    assert state != "Failed"
    assert len(practice.world.faults.waiting) == 1


@pytest.mark.parametrize(
    "text", ["status,at=0", "status,call=nonsense", "act", "rows,every=0", "cut,bytes=x"]
)
def test_an_unusable_setting_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        fault_from_text(text)


@pytest.mark.parametrize("text", ["nonsense", "object-edit?nonsense=1"])
def test_an_act_that_does_not_exist_is_a_usage_error(practice: Practice, text: str) -> None:
    with pytest.raises(UsageError):
        read_acts(text)
    answer = requests.post(
        f"{practice.url}/practice/fault", json={"kind": "act", "do": text}, timeout=10
    )
    assert answer.status_code == 400


def test_a_fault_comes_from_json_too() -> None:
    fault = fault_from_pairs("status", {"at": 3, "retry_after": None, "times": None}.items())

    assert (fault.after, fault.retry_after, fault.times) == (2, None, None)
