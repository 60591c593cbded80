"""query, queryAll and their pages over the practice org's REST API."""

from datetime import timedelta

import pytest

from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world
from tests.practice.api import ROOT, Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def test_an_answer_that_fits_is_done_and_starts_each_record_with_its_attributes(api: Api):
    answer = api.query("SELECT Id, Email, Account.Name FROM Contact WHERE LastName = 'Plain'")

    [record] = answer.pop("records")
    assert answer == {"totalSize": 1, "done": True}
    assert list(record) == ["attributes", "Id", "Email", "Account"]
    assert record["attributes"]["url"] == f"{ROOT}/sobjects/Contact/{record['Id']}"


def test_pages_have_every_record_exactly_once():
    with running(new_world(Size(contacts=450, leads=0, unsubscribes=0))) as practice:
        api = Api(practice)
        page = api.query(
            "SELECT Id FROM Contact", **{"Sforce-Query-Options": "batchSize=200, columns=1"}
        )
        seen = [record["Id"] for record in page["records"]]
        sizes = [len(seen)]
        while not page["done"]:
            assert page["totalSize"] == 450
            page = api.call("GET", page["nextRecordsUrl"]).json()
            seen += [record["Id"] for record in page["records"]]
            sizes.append(len(page["records"]))

    assert sizes == [200, 200, 50]
    assert len(set(seen)) == 450


def test_a_page_is_never_smaller_than_200_or_larger_than_2000():
    with running(new_world(Size(contacts=2100, leads=0, unsubscribes=0))) as practice:
        api = Api(practice)
        sizes = [
            len(
                api.query(
                    "SELECT Id FROM Contact", **{"Sforce-Query-Options": f"batchSize={number}"}
                )["records"]
            )
            for number in (1, 5000)
        ]

    assert sizes == [200, 2000]


def test_a_locator_expires_after_two_days_and_belongs_to_one_user():
    with running(new_world(Size(contacts=450, leads=0, unsubscribes=0))) as practice:
        api, other = Api(practice), Api(practice, "colleague@example.org")
        page = api.query("SELECT Id FROM Contact", **{"Sforce-Query-Options": "batchSize=200"})
        url = page["nextRecordsUrl"]

        assert error(other.call("GET", url)) == (
            400,
            "INVALID_QUERY_LOCATOR",
            "invalid query locator",
        )
        practice.world.clock.advance(timedelta(days=2, minutes=1))
        assert error(Api(practice).call("GET", url))[1] == "INVALID_QUERY_LOCATOR"


def test_only_query_all_finds_deleted_rows(api: Api):
    contact = api.first("Contact")
    api.call("DELETE", f"sobjects/Contact/{contact['Id']}")
    soql = {"q": f"SELECT Id, IsDeleted FROM Contact WHERE Id = '{contact['Id']}'"}  # noqa: S608

    assert api.call("GET", "query", params=soql).json()["totalSize"] == 0
    [record] = api.call("GET", "queryAll", params=soql).json()["records"]
    assert record["IsDeleted"] is True


def test_a_count_is_a_number_without_records(api: Api):
    answer = api.query("SELECT COUNT() FROM Lead WHERE IsConverted = false")

    expected = sum(not row["IsConverted"] for row in api.org.tables.rows("Lead").values())
    assert answer == {"totalSize": expected, "done": True, "records": []}


def test_a_call_without_a_query_is_refused(api: Api):
    assert error(api.call("GET", "query"))[:2] == (400, "MALFORMED_QUERY")


def test_the_refusal_of_an_unknown_column_shows_its_place(api: Api):
    answer = api.call("GET", "query", params={"q": "SELECT Id, Nope FROM Contact"})

    status, code, message = error(answer)
    assert (status, code) == (400, "INVALID_FIELD")
    assert "ERROR at Row:1:Column:12\nNo such column 'Nope' on entity 'Contact'." in message


def test_a_query_of_a_hundred_thousand_characters_fits_into_a_composite_body(api: Api):
    many = "'someone-else@mail.example'," * 3400
    soql = f"SELECT Id FROM Contact WHERE Email IN ({many}'x')"  # noqa: S608

    answer = api.call(
        "POST",
        "composite",
        json={
            "compositeRequest": [
                {"method": "GET", "url": f"{ROOT}/query/?q={soql}", "referenceId": "one"}
            ]
        },
    )

    [part] = answer.json()["compositeResponse"]
    assert (part["httpStatusCode"], part["body"]["totalSize"]) == (200, 0)
