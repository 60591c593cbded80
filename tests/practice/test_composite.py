"""composite, batch and tree calls of the practice org."""

from typing import Any

import pytest

from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def part(reference: str, method: str, path: str, **more: Any) -> dict[str, Any]:
    """A part of a composite call."""
    return {"method": method, "url": f"{ROOT}/{path}", "referenceId": reference, **more}


def composite(api: Api, *parts: dict[str, Any], all_or_none: bool = False) -> list[Any]:
    """The results of the parts."""
    body = {"allOrNone": all_or_none, "compositeRequest": list(parts)}
    answer = api.call("POST", "composite", json=body)
    assert answer.status_code == 200
    results: list[Any] = answer.json()["compositeResponse"]
    return results


def test_a_part_can_use_the_answer_of_an_earlier_part(api: Api):
    results = composite(
        api,
        part("account", "POST", "sobjects/Account", body={"Name": "New"}),
        part(
            "person",
            "POST",
            "sobjects/Contact",
            body={"LastName": "Neu", "AccountId": "@{account.id}"},
        ),
        part("found", "GET", "query/?q=SELECT Id FROM Contact WHERE Id = '@{person.id}'"),
        part("changed", "PATCH", "sobjects/Contact/@{found.records[0].Id}", body={"Title": "x"}),
    )

    assert [result["httpStatusCode"] for result in results] == [201, 201, 200, 204]
    assert results[0]["httpHeaders"]["Location"].startswith(f"{ROOT}/sobjects/Account/001")
    assert api.row("Contact", results[1]["body"]["id"])["Title"] == "x"


def test_a_failing_part_has_its_own_status_and_the_call_answers_200(api: Api):
    results = composite(
        api,
        part("bad", "GET", "sobjects/Foo"),
        part("worse", "GET", "sobjects/Contact/@{bad.id}"),
        part("good", "GET", "limits"),
    )

    assert results[0] == {
        "body": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}],
        "httpHeaders": {},
        "httpStatusCode": 404,
        "referenceId": "bad",
    }
    assert results[1]["body"][0] == {
        "errorCode": "PROCESSING_HALTED",
        "message": "Invalid reference specified. No value for bad.id found in bad",
    }
    assert results[2]["httpStatusCode"] == 200


def test_all_or_none_rolls_back_the_parts_that_succeeded(api: Api):
    contact = api.first("Contact")

    results = composite(
        api,
        part("good", "PATCH", f"sobjects/Contact/{contact['Id']}", body={"Title": "x"}),
        part("bad", "PATCH", f"sobjects/Contact/{contact['Id']}", body={"Email": "no"}),
        all_or_none=True,
    )

    assert [result["body"][0]["errorCode"] for result in results] == [
        "PROCESSING_HALTED",
        "INVALID_EMAIL_ADDRESS",
    ]
    assert api.row("Contact", contact["Id"]) == contact


def test_all_or_none_of_the_call_counts_for_its_collections_too(api: Api):
    good, bad = (dict(row) for row in list(api.org.tables.rows("Contact").values())[:2])
    records = [
        {"attributes": {"type": "Contact"}, "id": good["Id"], "Title": "x"},
        {"attributes": {"type": "Contact"}, "id": bad["Id"], "Email": "no"},
    ]
    body = {"allOrNone": False, "records": records}
    lead = api.first("Lead")

    results = composite(
        api,
        part("lead", "PATCH", f"sobjects/Lead/{lead['Id']}", body={"Title": "x"}),
        part("people", "PATCH", "composite/sobjects", body=body),
        all_or_none=True,
    )

    assert [result["httpStatusCode"] for result in results] == [400, 200]
    assert [row["errors"][0]["statusCode"] for row in results[1]["body"]] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "INVALID_EMAIL_ADDRESS",
    ]
    assert api.row("Contact", good["Id"]) == good
    assert api.row("Lead", lead["Id"]) == lead


def test_without_all_or_none_a_refused_record_stops_no_other_part(api: Api):
    first, second = (dict(row) for row in list(api.org.tables.rows("Contact").values())[:2])
    parts = [
        part(
            f"part{number}",
            "PATCH",
            "composite/sobjects",
            body={"records": [{"attributes": {"type": "Contact"}, "id": row["Id"], **values}]},
        )
        for number, (row, values) in enumerate([(first, {"Email": "no"}), (second, {"Title": "x"})])
    ]

    results = composite(api, *parts)

    assert [result["body"][0]["success"] for result in results] == [False, True]
    assert api.row("Contact", second["Id"])["Title"] == "x"


@pytest.mark.parametrize("header", ["Authorization", "content-type", "Accept"])
def test_a_part_that_names_a_header_of_the_call_fails_the_call(api: Api, header: str):
    parts = [part("one", "GET", "limits", httpHeaders={header: "x"})]

    answer = api.call("POST", "composite", json={"compositeRequest": parts})

    assert error(answer)[:2] == (400, "INVALID_INPUT")


def test_headers_reach_a_part_only_through_its_own_http_headers(api: Api):
    first, second = [
        dict(row) for row in api.org.tables.rows("Lead").values() if not row["IsConverted"]
    ][:2]
    body = {
        "compositeRequest": [
            part("one", "PATCH", f"sobjects/Lead/{first['Id']}", body={"Title": "x"}),
            part(
                "two",
                "PATCH",
                f"sobjects/Lead/{second['Id']}",
                body={"Title": "x"},
                httpHeaders={"Sforce-Auto-Assign": "FALSE"},
            ),
        ]
    }

    api.call("POST", "composite", json=body, headers={"Sforce-Auto-Assign": "FALSE"})

    assert api.row("Lead", first["Id"])["OwnerId"] != first["OwnerId"]
    assert api.row("Lead", second["Id"])["OwnerId"] == second["OwnerId"]


def test_a_composite_call_counts_once_and_a_batch_each_of_its_parts(api: Api):
    before = api.org.meter.used
    composite(api, *(part(f"r{number}", "GET", "limits") for number in range(4)))
    between = api.org.meter.used
    requests = [{"method": "GET", "url": "v59.0/limits"}] * 3
    batch = api.call("POST", "composite/batch", json={"batchRequests": requests}).json()

    assert between == before + 1
    assert api.org.meter.used == between + 3
    assert batch["hasErrors"] is False
    assert [result["statusCode"] for result in batch["results"]] == [200, 200, 200]


@pytest.mark.parametrize(("number", "path"), [(26, "limits"), (6, "query/?q=SELECT Id FROM Lead")])
def test_too_many_parts_are_refused_as_a_whole(api: Api, number: int, path: str):
    parts = [part(f"r{place}", "GET", path) for place in range(number)]

    assert error(api.call("POST", "composite", json={"compositeRequest": parts}))[0] == 400


def test_a_tree_is_created_completely_or_not_at_all(api: Api):
    def tree(email: str) -> dict[str, Any]:
        child = {
            "attributes": {"type": "Contact", "referenceId": "child"},
            "LastName": "Neu",
            "Email": email,
        }
        top = {"attributes": {"type": "Account", "referenceId": "top"}, "Name": "New"}
        return {"records": [{**top, "Contacts": {"records": [child]}}]}

    before = len(api.org.tables.rows("Account"))
    bad = api.call("POST", "composite/tree/Account", json=tree("no"))
    after_bad = len(api.org.tables.rows("Account"))
    good = api.call("POST", "composite/tree/Account", json=tree("yes@example.org"))

    assert (bad.status_code, bad.json()["hasErrors"], after_bad) == (400, True, before)
    assert [result["referenceId"] for result in bad.json()["results"]] == ["child"]
    assert good.status_code == 201
    ids = {result["referenceId"]: result["id"] for result in good.json()["results"]}
    assert api.row("Contact", ids["child"])["AccountId"] == ids["top"]


@pytest.mark.parametrize("reference", ["refNewAccount[1]", "_one", "", "ärger"])
def test_a_reference_id_is_made_of_letters_numbers_and_underscores(api: Api, reference: str):
    parts = [part(reference, "GET", "limits")]

    answer = api.call("POST", "composite", json={"compositeRequest": parts})

    message = (
        f"Provided referenceId ('{reference}') must start with a letter or a number, and it can "
        "contain only letters, numbers and underscores ('_')."
    )
    assert error(answer) == (400, "JSON_PARSER_ERROR", message)


def test_two_parts_cannot_share_a_reference_id(api: Api):
    parts = [part("same", "GET", "limits")] * 2

    answer = api.call("POST", "composite", json={"compositeRequest": parts})

    assert error(answer)[:2] == (400, "INVALID_INPUT")


def test_a_tree_reports_mistakes_in_the_attributes_of_each_record(api: Api):
    def record(**attributes: str) -> dict[str, Any]:
        return {"attributes": attributes, "LastName": "Neu"}

    twice = record(type="Contact", referenceId="twice")
    body = {"records": [twice, record(referenceId="bare"), twice]}

    answer = api.call("POST", "composite/tree/Contact", json=body)

    double = "Duplicate ReferenceId provided in the request."
    untyped = "Include an entity type for each record in the request."
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "hasErrors": True,
            "results": [
                {
                    "referenceId": name,
                    "errors": [{"statusCode": "INVALID_INPUT", "message": text, "fields": []}],
                }
                for name, text in (("twice", double), ("bare", untyped), ("twice", double))
            ],
        },
    )


def test_a_tree_without_reference_ids_is_refused_as_a_whole(api: Api):
    body = {"records": [{"attributes": {"type": "Contact"}, "LastName": "Neu"}]}

    answer = api.call("POST", "composite/tree/Contact", json=body)

    message = "Include a reference ID for each record in the request."
    assert error(answer) == (403, "INVALID_INPUT", message)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("composite", {}),
        ("composite", {"compositeRequest": [{"method": "GET", "url": "x"}]}),
        ("composite", {"compositeRequest": "x"}),
        ("composite/batch", {"batchRequests": [1]}),
        ("composite/tree/Contact", {"records": [1]}),
        ("composite/sobjects", {"records": "x"}),
        ("composite/sobjects", [1]),
        ("composite/sobjects/Contact", {"ids": "x"}),
    ],
)
def test_a_body_with_another_structure_is_refused_as_a_whole(api: Api, path: str, body: object):
    assert error(api.call("POST", path, json=body))[:2] == (400, "JSON_PARSER_ERROR")
