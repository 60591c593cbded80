"""Bulk API 2.0 ingest over the practice org's REST API: `/jobs/ingest`."""

import csv
import io
from typing import Any

import pytest
import requests

from lib.practice.org_settings import ValidationRule
from lib.practice.org_setup import COLLEAGUE
from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api, error
from tests.waiting import wait_until

JOBS = "jobs/ingest"
ENDED = ("JobComplete", "Failed", "Aborted")


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def opened(api: Api, operation: str = "update", sobject: str = "Contact", **more: str) -> str:
    """A new open job."""
    asked = {"object": sobject, "operation": operation, "contentType": "CSV", **more}
    return str(api.call("POST", JOBS, json=asked).json()["id"])


def send(api: Api, job_id: str, text: str) -> requests.Response:
    headers = {"Content-Type": "text/csv; charset=UTF-8"}
    return api.call("PUT", f"{JOBS}/{job_id}/batches", data=text.encode(), headers=headers)


def close(api: Api, job_id: str, state: str = "UploadComplete") -> requests.Response:
    return api.call("PATCH", f"{JOBS}/{job_id}", json={"state": state})


def ended(api: Api, job_id: str) -> dict[str, Any]:
    """The job, once it has ended."""
    wait_until(lambda: shown(api, job_id)["state"] in ENDED, "the end of the job")
    return shown(api, job_id)


def shown(api: Api, job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = api.call("GET", f"{JOBS}/{job_id}").json()
    return job


def done(api: Api, text: str, operation: str = "update", **more: str) -> dict[str, Any]:
    """A job that was opened, filled, closed, and has ended."""
    job_id = opened(api, operation, **more)
    assert send(api, job_id, text).status_code == 201
    assert close(api, job_id).status_code == 200
    return ended(api, job_id)


def lines(api: Api, job: dict[str, Any], kind: str) -> list[dict[str, str]]:
    text = api.call("GET", f"{JOBS}/{job['id']}/{kind}/").content.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def some_contacts(api: Api, count: int) -> list[str]:
    found = api.query("SELECT Id FROM Contact WHERE HasOptedOutOfEmail = false")
    return [record["Id"] for record in found["records"][:count]]


def test_a_job_goes_from_open_to_complete(api: Api):
    [contact] = some_contacts(api, 1)
    asked = {"object": "contact", "operation": "update", "contentType": "CSV"}

    job = api.call("POST", JOBS, json=asked).json()
    sent = send(api, job["id"], f"Id,HasOptedOutOfEmail\n{contact},true\n")
    closed = close(api, job["id"]).json()
    shown = ended(api, job["id"])

    assert job["id"].startswith("750")
    assert (job["state"], job["object"], job["apiVersion"]) == ("Open", "Contact", 59.0)
    assert job["contentUrl"] == f"services/data/v59.0/jobs/ingest/{job['id']}/batches"
    assert (sent.status_code, sent.text) == (201, "")
    assert closed["state"] == "UploadComplete"
    assert (shown["state"], shown["jobType"]) == ("JobComplete", "V2Ingest")
    assert (shown["numberRecordsProcessed"], shown["numberRecordsFailed"]) == (1, 0)
    assert api.row("Contact", contact)["HasOptedOutOfEmail"] is True


def test_the_results_quote_their_own_headings_only(api: Api):
    [contact] = some_contacts(api, 1)
    job = done(api, f"Id,Title\n{contact},Boss\n00Q,Boss\n")

    texts = {
        kind: api.call("GET", f"{JOBS}/{job['id']}/{kind}").text
        for kind in ("successfulResults", "failedResults", "unprocessedrecords")
    }

    assert texts["successfulResults"] == (
        f'"sf__Id","sf__Created",Id,Title\n"{contact}","false","{contact}","Boss"\n'
    )
    assert texts["failedResults"].startswith('"sf__Id","sf__Error",Id,Title\n"00Q","MALFORMED_ID:')
    assert texts["unprocessedrecords"] == "Id,Title\n"


def test_a_refused_row_has_code_message_and_fields_and_the_others_are_saved(
    stopped_practice: Practice,
):
    api = Api(stopped_practice)
    first, second, third = some_contacts(api, 3)
    with api.org.transaction():
        rule = ValidationRule("Contact", "Title", "bad", "No bad titles.")
        api.org.settings.validation_rules.append(rule)

    job = done(api, f"Id,Title\n{first},bad\n{second},good\n{second},twice\n,none\n{third},\n")

    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (5, 3)
    errors = [line["sf__Error"] for line in lines(api, job, "failedResults")]
    assert errors[0].startswith("FIELD_CUSTOM_VALIDATION_EXCEPTION:No bad titles.:")
    assert errors[1] == f"DUPLICATE_VALUE:Duplicate id specified: {second}:Id --"
    assert errors[2] == "MISSING_ARGUMENT:Id not specified in an update call:--"
    assert api.row("Contact", second)["Title"] == "good"


def test_an_empty_value_leaves_a_field_alone_and_na_empties_it(api: Api):
    made = api.call("POST", "sobjects/Contact", json={"LastName": "A", "Title": "Boss"}).json()
    made_too = api.call("POST", "sobjects/Contact", json={"LastName": "B", "Title": "Boss"}).json()

    done(api, f"Id,Title,LastName\n{made['id']},,C\n{made_too['id']},#N/A,D\n")

    assert api.row("Contact", made["id"])["Title"] == "Boss"
    assert api.row("Contact", made_too["id"]).get("Title") is None


def test_rows_are_inserted_upserted_and_deleted(api: Api):
    inserted = done(api, 'LastName,Email\n"New, Person",new@one.example\n', "insert")
    [line] = lines(api, inserted, "successfulResults")
    made = line["sf__Id"]
    upserted = done(api, f"Id,LastName\n{made},Changed\n", "upsert", externalIdFieldName="Id")
    deleted = done(api, f"Id\n{made}\n", "delete")

    assert line["sf__Created"] == "true"
    assert line["LastName"] == "New, Person"
    assert lines(api, upserted, "successfulResults")[0]["sf__Created"] == "false"
    assert deleted["numberRecordsFailed"] == 0
    assert api.row("Contact", made)["LastName"] == "Changed"
    assert api.row("Contact", made)["IsDeleted"] is True


def test_a_lookup_can_be_given_by_the_key_of_its_record(api: Api):
    [contact] = some_contacts(api, 1)
    colleague = api.first("User", Username=COLLEAGUE)

    job = done(api, f"Id,Owner.Username\n{contact},{COLLEAGUE}\n")

    assert job["numberRecordsFailed"] == 0
    assert api.row("Contact", contact)["OwnerId"] == colleague["Id"]


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("Id,Nope\n003,1\n", {}, "InvalidBatch : Field name not found : Nope"),
        ("\ufeffId,Title\n003,1\n", {}, "InvalidBatch : Field name not found : \ufeffId"),
        ("Id|Title\n003|1\n", {}, "InvalidBatch : Field name not found : Id|Title"),
        (
            "Id,Title\r\n003,1\r\n",
            {},
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting "
            "is LF",
        ),
        (
            "Id,Title\n003,1\n",
            {"lineEnding": "CRLF"},
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting "
            "is CRLF",
        ),
    ],
)
def test_a_file_that_cannot_be_read_fails_the_job(
    api: Api, text: str, settings: dict[str, str], message: str
):
    job = done(api, text, **settings)

    assert (job["state"], job["errorMessage"]) == ("Failed", message)
    assert job["numberRecordsProcessed"] == 0


def test_delimiter_line_ending_and_quotes_are_those_of_the_job(api: Api):
    [contact] = some_contacts(api, 1)
    job = done(
        api,
        f'"Id";"Description"\r\n"{contact}";"two\nlines; and ""quotes"""\r\n',
        columnDelimiter="SEMICOLON",
        lineEnding="CRLF",
    )

    text = api.call("GET", f"{JOBS}/{job['id']}/successfulResults").text
    assert api.row("Contact", contact)["Description"] == 'two\nlines; and "quotes"'
    assert text.startswith('"sf__Id";"sf__Created";Id;Description\r\n')


def test_a_second_upload_is_found_out_when_the_job_is_closed(api: Api):
    job_id = opened(api)
    assert [send(api, job_id, "Id\n").status_code for _ in range(2)] == [201, 201]

    status, code, message = error(close(api, job_id))

    assert (status, code) == (400, "INVALIDJOB")
    assert message.startswith(f"Found multipe contents for job: <{job_id[:15]}>")


def test_an_aborted_job_lists_the_rows_it_did_not_reach(stopped_practice: Practice):
    api = Api(stopped_practice)
    [contact] = some_contacts(api, 1)
    control = f"{stopped_practice.url}/practice/fault"
    requests.post(control, json={"kind": "slow_job", "seconds": 60}, timeout=10)
    job_id = opened(api)
    send(api, job_id, f"Id,Title\n{contact},Boss\n")
    close(api, job_id)

    aborted = close(api, job_id, "Aborted").json()

    assert aborted["state"] == "Aborted"
    assert api.row("Contact", contact).get("Title") != "Boss"
    unprocessed = api.call("GET", f"{JOBS}/{job_id}/unprocessedRecords").text
    assert unprocessed == f'Id,Title\n"{contact}","Boss"\n'
    assert error(close(api, job_id, "Aborted"))[1] == "INVALIDJOBSTATE"
    assert api.call("DELETE", f"{JOBS}/{job_id}").status_code == 204
    assert api.call("GET", f"{JOBS}/{job_id}").status_code == 404


def test_an_open_job_takes_no_other_state_and_gives_no_results(api: Api):
    job_id = opened(api)

    assert error(close(api, job_id, "JobComplete"))[:2] == (400, "INVALIDJOBSTATE")
    results = api.call("GET", f"{JOBS}/{job_id}/successfulResults")
    assert error(results)[:2] == (400, "INVALIDJOBSTATE")
    assert error(api.call("DELETE", f"{JOBS}/{job_id}"))[1] == "API_ERROR"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"operation": "merge"}, "INVALIDJOB"),
        ({"object": "Nope"}, "INVALIDJOB"),
        ({"columnDelimiter": "SPACE"}, "INVALIDJOB"),
        ({"lineEnding": "CR"}, "INVALIDJOB"),
        ({"operation": "upsert"}, "INVALIDJOB"),
    ],
)
def test_wrong_settings_make_no_job(api: Api, changes: dict[str, str], code: str):
    asked = {"object": "Contact", "operation": "update", "contentType": "CSV", **changes}

    assert error(api.call("POST", JOBS, json=asked))[:2] == (400, code)


def test_jobs_are_listed_and_seen_by_those_who_may(api: Api, practice: Practice):
    job_id = opened(api)
    colleague = Api(practice, COLLEAGUE)

    mine = api.call("GET", JOBS, params={"jobType": "V2Ingest"}).json()
    theirs = colleague.call("GET", JOBS).json()

    assert job_id in [job["id"] for job in mine["records"]]
    assert job_id not in [job["id"] for job in theirs["records"]]
    assert colleague.call("GET", f"{JOBS}/{job_id}").status_code == 404
    assert api.call("GET", JOBS, params={"jobType": "Classic"}).json()["records"] == []


def test_only_csv_is_taken_as_an_upload(api: Api):
    job_id = opened(api)

    answer = api.call("PUT", f"{JOBS}/{job_id}/batches", json={})

    assert error(answer)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_assignment_rules_stay_out_of_ingest_jobs(stopped_practice: Practice):
    api = Api(stopped_practice)
    lead = api.first("Lead", IsConverted=False)

    done(api, f"Id,Title\n{lead['Id']},Boss\n", sobject="Lead")

    assert api.row("Lead", lead["Id"])["OwnerId"] == lead["OwnerId"]


def test_a_thousand_rows_are_saved(api: Api):
    rows = "".join(f"Person {number},p{number}@bulk.example\n" for number in range(1000))

    job = done(api, f"LastName,Email\n{rows}", "insert")

    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (1000, 0)
    left = api.call("GET", "limits").json()["DailyBulkApiBatches"]
    assert left["Remaining"] < left["Max"]


def test_jobs_count_as_api_calls(api: Api):
    before = api.org.meter.used
    job_id = opened(api)
    send(api, job_id, "Id\n")

    assert api.org.meter.used == before + 2
    assert ROOT == "/services/data/v59.0"
