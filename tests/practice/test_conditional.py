"""describe has the time of its last change, and is not sent again if the caller has it."""

import pytest

from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api

PATH = "sobjects/Contact/describe"


@pytest.fixture
def api(stopped_practice: Practice) -> Api:
    """The administrator of a practice org whose clock is stopped at noon of 2 March 2026."""
    return Api(stopped_practice)


def hide(api: Api) -> None:
    """Hide the opt-out field of Contact."""
    body = {"access": "hidden", "sobject": "Contact"}
    api.call("POST", "/practice/field-access", json=body).raise_for_status()


def test_describe_has_an_etag_and_a_date(api: Api):
    answer = api.call("GET", PATH)

    assert answer.headers["Last-Modified"] == "Mon, 02 Mar 2026 12:00:00 GMT"
    assert answer.headers["ETag"] == api.call("GET", PATH).headers["ETag"]
    assert answer.headers["ETag"] != api.call("GET", "sobjects/Lead/describe").headers["ETag"]


@pytest.mark.parametrize(
    ("condition", "validator"),
    [("If-Modified-Since", "Last-Modified"), ("If-None-Match", "ETag")],
)
def test_an_answer_the_caller_has_is_not_sent_again_until_it_changes(
    api: Api, condition: str, validator: str
):
    known = {condition: api.call("GET", PATH).headers[validator]}

    same = api.call("GET", PATH, headers=known)
    hide(api)
    changed = api.call("GET", PATH, headers=known)

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert "HasOptedOutOfEmail" not in changed.text


@pytest.mark.parametrize("date", ["Sun, 01 Mar 2026 12:00:00 GMT", "yesterday", ""])
def test_an_older_date_or_no_date_gets_the_whole_answer(api: Api, date: str):
    assert api.call("GET", PATH, headers={"If-Modified-Since": date}).status_code == 200


def test_a_part_of_a_composite_call_has_an_etag_too(api: Api):
    def part(reference: str, **headers: str) -> dict[str, object]:
        url = f"{ROOT}/{PATH}"
        return {"method": "GET", "url": url, "referenceId": reference, "httpHeaders": headers}

    since = {"If-Modified-Since": "Mon, 02 Mar 2026 12:00:00 GMT"}
    body = {"compositeRequest": [part("whole"), part("known", **since)]}

    whole, known = api.call("POST", "composite", json=body).json()["compositeResponse"]

    assert set(whole["httpHeaders"]) == {"ETag", "Last-Modified"}
    assert known == {
        "body": None,
        "httpHeaders": whole["httpHeaders"],
        "httpStatusCode": 304,
        "referenceId": "known",
    }
