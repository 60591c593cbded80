"""What an answer with an error means."""

from typing import Any

import pytest

from lib.errors import (
    ApiLimitReached,
    PermissionMissing,
    RequestRefused,
    SalesforceUnreachable,
    SignInRefused,
    TooMuchAtOnce,
)
from lib.salesforce.failures import FailureKind, from_answer, refusals_in

WRAPPER = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


def _list(code: str, message: str = "") -> list[dict[str, Any]]:
    return [{"errorCode": code, "message": message}]


@pytest.mark.parametrize(
    ("status", "content", "kind", "error"),
    [
        (401, _list("INVALID_SESSION_ID", "Session expired or invalid"), "EXPIRED", SignInRefused),
        (401, {"errorCode": "INVALID_SESSION_ID"}, "EXPIRED", SignInRefused),
        (401, "<html>", "EXPIRED", SignInRefused),
        (
            401,
            _list("INVALID_SESSION_ID", "This session is not valid for use with the REST API"),
            "FINAL",
            SignInRefused,
        ),
        (
            403,
            _list("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            "FINAL",
            ApiLimitReached,
        ),
        (
            403,
            _list("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
            "NOT_DONE",
            SalesforceUnreachable,
        ),
        (
            401,
            _list("INVALID_SESSION_ID", "This session is not valid for use with the API"),
            "FINAL",
            SignInRefused,
        ),
        (403, _list("API_DISABLED_FOR_ORG"), "FINAL", PermissionMissing),
        (403, _list("FORBIDDEN", "insufficient_scope"), "FINAL", SignInRefused),
        (429, "", "NOT_DONE", SalesforceUnreachable),
        (420, "<html>", "NOT_DONE", SalesforceUnreachable),
        (503, "<html>", "NOT_DONE", SalesforceUnreachable),
        (503, _list("SERVER_UNAVAILABLE"), "NOT_DONE", SalesforceUnreachable),
        (400, _list("UNABLE_TO_LOCK_ROW"), "NOT_DONE", SalesforceUnreachable),
        (400, _list(WRAPPER, "T: UNABLE_TO_LOCK_ROW, x"), "NOT_DONE", SalesforceUnreachable),
        (400, _list(WRAPPER, "T: System.LimitException: x"), "FINAL", TooMuchAtOnce),
        (400, _list("REQUEST_RUNNING_TOO_LONG"), "FINAL", TooMuchAtOnce),
        (503, _list("REQUEST_RUNNING_TOO_LONG"), "FINAL", TooMuchAtOnce),
        (413, "<html>", "FINAL", TooMuchAtOnce),
        (400, _list("QUERY_TIMEOUT", "running for too long"), "FINAL", RequestRefused),
        (500, _list("UNKNOWN_EXCEPTION"), "NOT_DONE", SalesforceUnreachable),
        (500, "<html>", "LOST", SalesforceUnreachable),
        (502, "<html>", "LOST", SalesforceUnreachable),
        (504, "", "LOST", SalesforceUnreachable),
        (408, "", "LOST", SalesforceUnreachable),
        (500, _list("QUERY_TIMEOUT"), "FINAL", RequestRefused),
        (400, _list("MALFORMED_QUERY"), "FINAL", RequestRefused),
        (414, "Bad Message 414", "FINAL", RequestRefused),
        (410, _list("UNSUPPORTED_API_VERSION"), "FINAL", RequestRefused),
        (302, "", "FINAL", RequestRefused),
    ],
)
def test_an_answer_says_whether_the_call_can_be_repeated(
    status: int, content: object, kind: str, error: type[Exception]
) -> None:
    failure = from_answer(status, content)

    assert failure.kind is FailureKind[kind]
    assert type(failure.error) is error


def test_a_session_without_rest_names_the_scope_and_the_permission() -> None:
    body = _list("INVALID_SESSION_ID", "This session is not valid for use with the REST API")

    remedy = from_answer(401, body).error.remedy

    assert "Manage user data via APIs (api)" in remedy
    assert "API Enabled" in remedy


def test_a_refusal_keeps_salesforces_code_and_leaves_the_query_out() -> None:
    said = (
        "\nSELECT Id from Lead WHERE Email = 'ana@example.org'\n      ^\n"
        "ERROR at Row:1:Column:8\nNo such column 'X' on entity 'Lead'"
    )

    error = from_answer(400, _list("INVALID_FIELD", said)).error

    assert isinstance(error, RequestRefused)
    assert (error.vendor_code, error.status) == ("INVALID_FIELD", 400)
    assert "No such column 'X' on entity 'Lead'" in error.message
    assert "ana@example.org" not in error.message


def test_codes_are_found_under_each_name_salesforce_uses() -> None:
    bodies = [
        [{"errorCode": "A", "message": "m"}],
        [{"statusCode": "A", "message": "m", "fields": []}],
        {"exceptionCode": "A", "exceptionMessage": "m"},
        {"error": "A", "error_description": "m"},
    ]

    assert [refusals_in(body)[0].code for body in bodies] == ["A"] * 4
    assert [refusals_in(body)[0].message for body in bodies] == ["m"] * 4


@pytest.mark.parametrize("body", ["<html>", None, [], {}, 5, [None], [{"errorCode": 5}]])
def test_a_body_of_another_shape_names_no_error(body: object) -> None:
    assert refusals_in(body) == []
