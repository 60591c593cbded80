"""Versions, limits, counts of calls and records, and what changed since."""

from datetime import timedelta

import pytest
import requests

from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


@pytest.mark.parametrize("path", ["/services/data", "/services/data/"])
def test_versions_need_no_session_and_count_as_no_call(practice: Practice, path: str):
    answer = requests.get(f"{practice.url}{path}", timeout=10)

    labels = {result["version"]: result["label"] for result in answer.json()}
    assert {"31.0": "Summer '14", "59.0": "Winter '24", "68.0": "Winter '27"}.items() <= (
        labels.items()
    )
    assert "Sforce-Limit-Info" not in answer.headers
    assert practice.world.org.meter.used == 0


def test_all_other_addresses_need_a_session(practice: Practice):
    answer = requests.get(f"{practice.url}{ROOT}/limits", timeout=10)

    assert error(answer) == (401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_each_call_counts_once_even_if_refused(api: Api):
    first = api.call("GET", "limits/")
    second = api.call("GET", "sobjects/Nothing")

    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert second.headers["Sforce-Limit-Info"] == "api-usage=2/100000"
    assert first.json()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_999}


def test_no_call_is_answered_beyond_the_daily_limit_until_the_day_has_passed(
    stopped_practice: Practice,
):
    api = Api(stopped_practice)
    api.org.settings.api_calls_max = 1
    assert api.call("GET", "limits").status_code == 200

    refused = api.call("GET", "limits")
    stopped_practice.world.clock.advance(timedelta(hours=25))
    later = Api(stopped_practice).call("GET", "limits")

    assert error(refused) == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    assert later.status_code == 200


def test_record_counts_omit_sobjects_without_records(api: Api):
    path = "limits/recordCount"
    for lead in list(api.org.tables.rows("Lead")):
        api.call("DELETE", f"sobjects/Lead/{lead}")

    answer = api.call("GET", path, params={"sObjects": "Contact,Lead,Nothing"}).json()

    assert answer == {"sObjects": [{"count": 60, "name": "Contact"}]}


def test_the_versions_resources_and_objects_are_listed(api: Api):
    assert api.call("GET", f"{ROOT}/").json()["sobjects"] == f"{ROOT}/sobjects"

    answer = api.call("GET", "sobjects").json()

    assert (answer["encoding"], answer["maxBatchSize"]) == ("UTF-8", 200)
    contact = next(sobject for sobject in answer["sobjects"] if sobject["name"] == "Contact")
    assert (contact["keyPrefix"], contact["updateable"]) == ("003", True)
    assert contact["urls"]["describe"] == f"{ROOT}/sobjects/Contact/describe"


def test_updated_and_deleted_list_the_changes_in_a_period(stopped_practice: Practice):
    api = Api(stopped_practice)
    changed, gone = [dict(row) for row in list(api.org.tables.rows("Contact").values())[:2]]
    api.call("PATCH", f"sobjects/Contact/{changed['Id']}", json={"Title": "x"})
    api.call("DELETE", f"sobjects/Contact/{gone['Id']}")
    span = {"start": "2026-03-02T11:00:00+00:00", "end": "2026-03-02T12:30:45+00:00"}

    updated = api.call("GET", "sobjects/Contact/updated/", params=span).json()
    deleted = api.call("GET", "sobjects/Contact/deleted/", params=span).json()

    covered = "2026-03-02T12:00:00.000+0000"
    assert updated == {"ids": [changed["Id"]], "latestDateCovered": covered}
    assert deleted["deletedRecords"] == [{"id": gone["Id"], "deletedDate": covered}]


@pytest.mark.parametrize(
    "span",
    [
        {"start": "2026-03-02T12:00:00Z", "end": "2026-03-02T12:00:30Z"},
        {"start": "2026-01-02T12:00:00Z", "end": "2026-03-02T12:00:00Z"},
    ],
)
def test_a_period_that_is_empty_or_too_far_back_is_refused(
    stopped_practice: Practice, span: dict[str, str]
):
    answer = Api(stopped_practice).call("GET", "sobjects/Contact/updated", params=span)

    assert error(answer)[:2] == (400, "INVALID_REPLICATION_DATE")
