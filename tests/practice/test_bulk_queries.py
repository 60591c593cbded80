"""Bulk API 2.0 queries over HTTP: jobs and their states, pages of CSV, refusals, faults."""

import csv
import io
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from lib.practice.bulk.jobs import QueryJobs
from lib.practice.faults.fault import InjectedFault
from lib.practice.org_setup import COLLEAGUE
from lib.practice.rest import bulk_jobs
from lib.practice.rest import query_jobs as rest_jobs
from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api, error
from tests.waiting import wait_until

JOBS = "jobs/query"


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with 60 Contacts and 40 Leads."""
    return Api(practice)


def made(api: Api, soql: str, **settings: Any) -> dict[str, Any]:
    """A new job."""
    answer = api.call("POST", JOBS, json={"operation": "query", "query": soql, **settings})
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def shown(api: Api, job_id: str) -> dict[str, Any]:
    """The current state of a job."""
    job: dict[str, Any] = api.call("GET", f"{JOBS}/{job_id}").json()
    return job


def ended(api: Api, job_id: str) -> dict[str, Any]:
    """A job after it has ended."""
    wait_until(lambda: shown(api, job_id)["state"] not in ("UploadComplete", "InProgress"))
    return shown(api, job_id)


def complete(api: Api, soql: str, **settings: Any) -> str:
    """The id of a job whose results are ready."""
    job = made(api, soql, **settings)
    assert ended(api, job["id"])["state"] == "JobComplete"
    return str(job["id"])


def page(api: Api, job_id: str, **parameters: Any) -> requests.Response:
    """A page of results."""
    headers = {"Accept": "text/csv"}
    return api.call("GET", f"{JOBS}/{job_id}/results", params=parameters, headers=headers)


def pages(api: Api, job_id: str, size: int) -> Iterator[requests.Response]:
    """All pages of this size."""
    locator: str | None = None
    while locator != "null":
        more = {"locator": locator} if locator else {}
        answer = page(api, job_id, maxRecords=size, **more)
        assert answer.status_code == 200, answer.text
        yield answer
        locator = answer.headers["Sforce-Locator"]


def rows(answer: requests.Response, delimiter: str = ",") -> list[list[str]]:
    """The lines of a page, header first."""
    return list(csv.reader(io.StringIO(answer.text, newline=""), delimiter=delimiter))


def test_a_new_job_looks_as_documented(api: Api):
    job = made(api, "SELECT Id FROM Contact")

    assert job["id"].startswith("750")
    assert job.pop("createdDate") == job.pop("systemModstamp")
    assert {**job, "id": ""} == {
        "id": "",
        "operation": "query",
        "object": "Contact",
        "createdById": api.user_id,
        "state": "UploadComplete",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 59.0,
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }


def test_a_complete_job_has_its_figures(api: Api):
    job = ended(api, made(api, "SELECT Id FROM Lead")["id"])

    assert job["state"] == "JobComplete"
    assert job["numberRecordsProcessed"] == 40
    assert job["jobType"] == "V2Query"
    assert job["retries"] == 0
    assert job["isPkChunkingSupported"] is True
    assert job["totalProcessingTime"] >= 0
    assert "errorMessage" not in job


def test_results_are_csv_with_quoted_values_and_the_selected_columns(api: Api):
    job_id = complete(
        api,
        "SELECT hasoptedoutofemail, Email, Account.Name, CreatedDate, Phone FROM Contact"
        " WHERE LastName = 'Out' AND FirstName = 'Olga'",
    )

    answer = page(api, job_id)

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Sforce-Locator"] == "null"
    assert answer.headers["Sforce-NumberOfRecords"] == "1"
    olga = api.first("Contact", LastName="Out", FirstName="Olga")
    firm = api.row("Account", olga["AccountId"])["Name"]
    created = olga["CreatedDate"].replace("+0000", "Z")
    titles, only, end = answer.text.split("\n")
    assert titles == '"HasOptedOutOfEmail","Email","Account.Name","CreatedDate","Phone"'
    assert only == f'"true","olga.out@example.com","{firm}","{created}",""'
    assert end == ""


def test_texts_keep_quotes_line_breaks_and_umlauts(api: Api):
    strange = 'She said "no",\nMüller; 🌻'
    api.call("POST", "sobjects/Contact", json={"LastName": "Strange", "Description": strange})
    job_id = complete(api, "SELECT Description FROM Contact WHERE LastName = 'Strange'")

    assert rows(page(api, job_id)) == [["Description"], [strange]]


def test_pages_repeat_the_header_and_have_every_row_once(api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")

    answers = list(pages(api, job_id, 25))

    assert [answer.headers["Sforce-NumberOfRecords"] for answer in answers] == ["25", "25", "10"]
    assert [rows(answer)[0] for answer in answers] == [["Id"]] * 3
    found = [line[0] for answer in answers for line in rows(answer)[1:]]
    assert found == list(api.org.tables.rows("Contact"))


def test_a_page_can_be_read_again_while_the_job_exists(api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")
    locator = page(api, job_id, maxRecords=20).headers["Sforce-Locator"]

    first, second = (page(api, job_id, maxRecords=5, locator=locator) for _ in range(2))

    assert first.text == second.text
    assert first.headers["Sforce-Locator"] == second.headers["Sforce-Locator"] != "null"


def test_a_job_without_rows_has_only_a_header(api: Api):
    answer = page(api, complete(api, "SELECT Id FROM Contact WHERE LastName = 'Nobody'"))

    assert answer.text == '"Id"\n'
    assert answer.headers["Sforce-NumberOfRecords"] == "0"
    assert answer.headers["Sforce-Locator"] == "null"


def test_changes_after_a_job_is_complete_are_not_in_its_results(api: Api):
    job_id = complete(api, "SELECT Email FROM Contact WHERE LastName = 'Plain'")
    paula = api.first("Contact", LastName="Plain")
    api.call("PATCH", f"sobjects/Contact/{paula['Id']}", json={"Email": "new@example.org"})

    assert rows(page(api, job_id))[1:] == [["paula.plain@example.org"]]


@pytest.mark.parametrize(
    ("delimiter", "sign"),
    [
        ("BACKQUOTE", "`"),
        ("CARET", "^"),
        ("COMMA", ","),
        ("PIPE", "|"),
        ("SEMICOLON", ";"),
        ("TAB", "\t"),
    ],
)
def test_delimiter_and_line_ending_are_the_callers(api: Api, delimiter: str, sign: str):
    job_id = complete(
        api,
        "SELECT Id, Name FROM Campaign",
        columnDelimiter=delimiter,
        lineEnding="CRLF",
        contentType="CSV",
    )

    answer = page(api, job_id)

    assert answer.text.startswith(f'"Id"{sign}"Name"\r\n"701')
    assert answer.text.count("\r\n") == answer.text.count("\n") == 2


def test_only_query_all_finds_deleted_rows(api: Api):
    record_id = next(iter(api.org.tables.rows("Lead")))
    api.call("DELETE", f"sobjects/Lead/{record_id}")

    plain = complete(api, "SELECT Id, IsDeleted FROM Lead")
    whole = complete(api, "SELECT Id, IsDeleted FROM Lead", operation="queryAll")

    assert [record_id, "true"] not in rows(page(api, plain))
    assert [record_id, "true"] in rows(page(api, whole))


def test_an_empty_lookup_leaves_its_columns_empty(api: Api):
    job_id = complete(
        api,
        "SELECT Contact.Email, Contact.HasOptedOutOfEmail FROM CampaignMember"
        " WHERE LeadId != null LIMIT 1",
    )

    assert rows(page(api, job_id))[1] == ["", ""]


def test_order_limit_and_semi_joins_work(api: Api):
    job_id = complete(
        api,
        "SELECT LastName FROM Contact"
        " WHERE Id IN (SELECT ContactId FROM CampaignMember) ORDER BY LastName DESC LIMIT 3",
    )

    names = [line[0] for line in rows(page(api, job_id))[1:]]

    assert len(names) == 3
    assert names == sorted(names, key=str.lower, reverse=True)


def test_fields_standard_leaves_compound_fields_out(api: Api):
    titles = rows(page(api, complete(api, "SELECT FIELDS(STANDARD) FROM Contact")))[0]

    assert "MailingCity" in titles
    assert "MailingAddress" not in titles


@pytest.mark.parametrize(
    ("soql", "message"),
    [
        (
            "SELECT Name, (SELECT Id FROM Contacts) FROM Account",
            "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
        ),
        (
            "SELECT LeadSource, COUNT(Id) FROM Contact GROUP BY LeadSource",
            "Aggregate Relationships not supported in Bulk Query",
        ),
        ("SELECT COUNT() FROM Contact", "Aggregate Relationships not supported in Bulk Query"),
        (
            "SELECT MAX(CreatedDate) FROM Contact",
            "Aggregate Relationships not supported in Bulk Query",
        ),
        (
            "SELECT MailingAddress FROM Contact",
            "Selecting compound data not supported in Bulk Query",
        ),
        ("SELECT Id FROM Contact LIMIT 5 OFFSET 5", "OFFSET not supported in Bulk Query"),
        (
            "SELECT TYPEOF Owner WHEN User THEN Name END FROM Lead",
            "TYPEOF not supported in Bulk Query",
        ),
        (
            "SELECT FIELDS(ALL) FROM Contact LIMIT 10",
            "FIELDS(ALL) and FIELDS(CUSTOM) not supported in Bulk Query",
        ),
    ],
)
def test_a_query_that_bulk_does_not_support_creates_no_job(api: Api, soql: str, message: str):
    answer = api.call("POST", JOBS, json={"operation": "query", "query": soql})

    assert error(answer) == (400, "API_ERROR", message)
    assert api.call("GET", JOBS).json()["records"] == []


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Nonsense FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nonsense", "INVALID_TYPE"),
        ("SELECT Id FRM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id, Id FROM Contact", "INVALID_FIELD"),
    ],
)
def test_a_wrong_query_is_refused_as_in_the_query_call(api: Api, soql: str, code: str):
    bulk = api.call("POST", JOBS, json={"operation": "query", "query": soql})
    rest = api.call("GET", "query", params={"q": soql})

    assert error(bulk) == error(rest)
    assert error(bulk)[:2] == (400, code)


@pytest.mark.parametrize(
    "wrong",
    [
        {"operation": "insert"},
        {"operation": "query", "contentType": "JSON"},
        {"operation": "query", "columnDelimiter": ","},
        {"operation": "query", "lineEnding": "CR"},
        {},
    ],
)
def test_a_wrong_setting_creates_no_job(api: Api, wrong: dict[str, str]):
    answer = api.call("POST", JOBS, json={"query": "SELECT Id FROM Contact", **wrong})

    assert error(answer)[:2] == (400, "INVALIDJOB")


def test_a_job_without_a_query_is_refused(api: Api):
    assert error(api.call("POST", JOBS, json={"operation": "query"}))[:2] == (400, "INVALIDJOB")


def test_a_finished_job_cannot_be_aborted_but_can_be_deleted(api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")

    refused = api.call("PATCH", f"{JOBS}/{job_id}", json={"state": "Aborted"})
    gone = api.call("DELETE", f"{JOBS}/{job_id}")

    message = "Aborting already Completed Job not allowed"
    assert error(refused) == (400, "INVALIDJOBSTATE", message)
    assert gone.status_code == 204
    assert error(api.call("GET", f"{JOBS}/{job_id}"))[:2] == (404, "NOT_FOUND")
    assert error(page(api, job_id))[:2] == (404, "NOT_FOUND")


def test_a_running_job_can_be_aborted_but_not_deleted_or_read(practice: Practice, api: Api):
    practice.world.faults.add(InjectedFault("slow_job", seconds=60))
    job_id = made(api, "SELECT Id FROM Contact")["id"]

    unread = page(api, job_id)
    kept = api.call("DELETE", f"{JOBS}/{job_id}")
    aborted = api.call("PATCH", f"{JOBS}/{job_id}", json={"state": "Aborted"})

    assert error(unread)[:2] == (400, "INVALIDJOBSTATE")
    message = "Error encountered when deleting the job because the job is not terminated"
    assert error(kept) == (400, "API_ERROR", message)
    assert aborted.json()["state"] == shown(api, job_id)["state"] == "Aborted"
    assert error(page(api, job_id))[:2] == (400, "INVALIDJOBSTATE")
    assert api.call("DELETE", f"{JOBS}/{job_id}").status_code == 204


def test_a_slow_job_goes_through_its_states(practice: Practice, api: Api):
    practice.world.faults.add(InjectedFault("slow_job", seconds=2))
    job_id = made(api, "SELECT Id FROM Contact")["id"]

    seen = []
    while not seen or seen[-1] != "JobComplete":
        state = shown(api, job_id)["state"]
        seen += [] if seen[-1:] == [state] else [state]
        time.sleep(0.01)

    assert seen == ["UploadComplete", "InProgress", "JobComplete"]
    assert complete(api, "SELECT Id FROM Contact")


def test_a_job_that_fails_says_why(practice: Practice, api: Api):
    practice.world.faults.add(InjectedFault("failed_job", message="InternalServerError : too much"))

    job = ended(api, made(api, "SELECT Id FROM Contact")["id"])

    assert job["state"] == "Failed"
    assert job["errorMessage"] == "InternalServerError : too much"
    assert job["numberRecordsProcessed"] == 0
    assert error(page(api, job["id"]))[:2] == (400, "INVALIDJOBSTATE")


def test_jobs_are_listed_for_users_who_can_see_them(practice: Practice, api: Api):
    colleague = Api(practice, COLLEAGUE)
    own = complete(colleague, "SELECT Id FROM Contact")
    other = complete(api, "SELECT Id FROM Lead")

    everything = api.call("GET", JOBS).json()

    assert [record["id"] for record in everything["records"]] == [own, other]
    assert everything["done"] is True
    assert everything["nextRecordsUrl"] is None
    assert everything["records"][0]["jobType"] == "V2Query"
    assert [record["id"] for record in colleague.call("GET", JOBS).json()["records"]] == [own]
    assert error(colleague.call("GET", f"{JOBS}/{other}"))[:2] == (404, "NOT_FOUND")
    assert api.call("GET", f"{JOBS}?jobType=V2Ingest").json()["records"] == []


def test_a_long_list_of_jobs_comes_in_parts(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk_jobs, "_AT_ONCE", 2)
    ids = [complete(api, "SELECT Id FROM Campaign") for _ in range(3)]

    first = api.call("GET", JOBS).json()
    second = api.call("GET", first["nextRecordsUrl"]).json()

    assert not first["done"]
    assert [record["id"] for record in first["records"] + second["records"]] == ids
    assert second["done"]


def test_result_pages_can_be_read_in_parallel(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rest_jobs, "MOST_PER_PAGE", 8)
    job_id = complete(api, "SELECT Id FROM Contact")

    first = api.call("GET", f"{JOBS}/{job_id}/resultPages").json()
    second = api.call("GET", first["nextRecordsUrl"]).json()

    assert [len(first["resultPages"]), len(second["resultPages"])] == [5, 3]
    assert [first["done"], second["done"]] == [False, True]
    urls = [page["resultUrl"] for page in first["resultPages"] + second["resultPages"]]
    found = [line[0] for url in urls for line in rows(api.call("GET", url))[1:]]
    assert found == list(api.org.tables.rows("Contact"))


def test_result_pages_exist_since_version_58(api: Api):
    answer = api.call("POST", "/services/data/v57.0/jobs/query", json={
        "operation": "query", "query": "SELECT Id FROM Contact"
    })  # fmt: skip
    path = f"/services/data/v57.0/jobs/query/{answer.json()['id']}"

    assert answer.json()["apiVersion"] == 57.0
    assert api.call("GET", f"{path}/resultPages").status_code == 404


def test_results_need_the_api_version_of_the_job(api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")

    answer = api.call("GET", f"/services/data/v64.0/jobs/query/{job_id}/results")

    assert answer.status_code == 409


@pytest.mark.parametrize(
    "parameters", [{"locator": "nonsense!"}, {"locator": "OTk5"}, {"maxRecords": "0"}]
)
def test_an_invalid_page_is_refused(api: Api, parameters: dict[str, str]):
    job_id = complete(api, "SELECT Id FROM Contact")

    assert page(api, job_id, **parameters).status_code == 400


def test_each_call_counts_and_each_job_too(api: Api):
    before = api.org.meter.used
    job_id = complete(api, "SELECT Id FROM Contact")
    polled = api.org.meter.used - before - 1
    limits = api.call("GET", "limits").json()

    answer = page(api, job_id)

    assert polled >= 1
    used = before + 1 + polled + 1 + 1
    assert answer.headers["Sforce-Limit-Info"] == f"api-usage={used}/100000"
    assert limits["DailyBulkV2QueryJobs"] == {"Max": 10_000, "Remaining": 9_999}


def test_the_jobs_of_a_day_are_limited(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QueryJobs, "_made_today", lambda _jobs: 10_000)

    answer = api.call("POST", JOBS, json={"operation": "query", "query": "SELECT Id FROM Lead"})

    assert error(answer)[1] == "LIMIT_EXCEEDED"


def test_results_are_kept_for_seven_days(stopped_practice: Practice):
    api = Api(stopped_practice)
    job_id = complete(api, "SELECT Id FROM Contact")

    stopped_practice.world.clock.advance(timedelta(days=8))
    again = Api(stopped_practice)

    assert again.call("GET", f"{JOBS}/{job_id}").status_code == 404
    assert again.call("GET", JOBS).json()["records"] == []


def test_a_page_is_compressed_when_the_client_can_take_it(api: Api):
    job_id = complete(api, "SELECT Id, Email, Name, CreatedDate FROM Contact")

    zipped = page(api, job_id)
    plain = api.call("GET", f"{JOBS}/{job_id}/results", headers={"Accept-Encoding": "identity"})

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.text == plain.text


def test_a_session_can_expire_between_two_pages(practice: Practice, api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")
    practice.world.faults.add(InjectedFault("expire_sessions", path="/results", after=1))

    answers = pages(api, job_id, 25)
    first = next(answers)
    refused = page(api, job_id, locator=first.headers["Sforce-Locator"])
    renewed = page(Api(practice), job_id, locator=first.headers["Sforce-Locator"])

    assert error(refused) == (401, "INVALID_SESSION_ID", "Session expired or invalid")
    assert renewed.headers["Sforce-NumberOfRecords"] == "35"


def test_a_page_can_fail_and_succeed_on_the_second_try(practice: Practice, api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")
    practice.world.faults.add(InjectedFault("status", status=500, path="/results", after=1))

    answers = [page(api, job_id) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 500, 200]


def test_a_page_can_break_off_in_the_middle(practice: Practice, api: Api):
    job_id = complete(api, "SELECT Id, Email FROM Contact")
    practice.world.faults.add(InjectedFault("cut_off", path="/results", share=0.5))

    with pytest.raises(requests.exceptions.RequestException):
        page(api, job_id)

    assert len(rows(page(api, job_id))) == 61


def test_a_cut_page_has_fewer_rows_than_it_says(practice: Practice, api: Api):
    job_id = complete(api, "SELECT Id, Email FROM Contact")
    practice.world.faults.add(InjectedFault("cut", path="/results", share=0.5))

    answer = page(api, job_id)

    assert len(rows(answer)) - 1 < int(answer.headers["Sforce-NumberOfRecords"])


def test_a_job_cannot_be_read_without_a_session(practice: Practice, api: Api):
    job_id = complete(api, "SELECT Id FROM Contact")

    answer = requests.get(f"{practice.url}{ROOT}/{JOBS}/{job_id}/results", timeout=10)

    assert answer.status_code == 401


def test_a_hidden_field_is_not_a_column(practice: Practice):
    colleague = Api(practice, COLLEAGUE)
    requests.post(
        f"{practice.url}/practice/field-access",
        json={"access": "hidden", "user": COLLEAGUE},
        timeout=10,
    )

    answer = colleague.call(
        "POST",
        JOBS,
        json={"operation": "query", "query": "SELECT HasOptedOutOfEmail FROM Contact"},
    )

    assert error(answer)[1] == "INVALID_FIELD"
