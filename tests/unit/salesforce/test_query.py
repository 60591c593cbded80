"""Queries: five per call, page by page, several calls at once."""

import pytest

from lib import soql
from lib.errors import PermissionMissing, RequestRefused, SalesforceUnreachable
from lib.salesforce import query
from lib.salesforce.door import Door
from tests.unit.salesforce.wire import DATA, Answer, Asked, Wire, composite, rows

CONTACTS = soql.select(["Id", "Email"], "Contact")


def _refused(code: str, message: str = "", status: int = 400) -> tuple[int, object]:
    return status, [{"errorCode": code, "message": message}]


def test_five_queries_go_into_one_call_and_rows_lose_their_attributes(
    wire: Wire, door: Door
) -> None:
    wire.on("POST", "composite$", composite(*[rows({"Id": str(n)}) for n in range(5)]))

    found = list(query.records(door, [CONTACTS] * 5))

    assert sorted((index, row["Id"]) for index, row in found) == [(n, str(n)) for n in range(5)]
    assert found[0][1].keys() == {"Id"}
    parts = wire.asked[-1].json["compositeRequest"]
    assert [part["method"] for part in parts] == ["GET"] * 5
    assert parts[0]["url"] == f"{DATA}query/?q=SELECT%20Id%2C%20Email%20FROM%20Contact"
    assert door.calls == 1


def test_every_page_is_followed(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows({"Id": "1"}, next_url=f"{DATA}query/01g-1")))
    wire.on("GET", "query/01g-1", Answer(200, rows({"Id": "2"}, next_url=f"{DATA}query/01g-2")[1]))
    wire.on("GET", "query/01g-2", Answer(200, rows({"Id": "3"})[1]))

    assert [row["Id"] for _, row in query.records(door, [CONTACTS])] == ["1", "2", "3"]


def test_many_queries_come_back_with_their_own_numbers(wire: Wire, door: Door) -> None:
    def answer(asked: Asked) -> Answer:
        urls = [part["url"] for part in asked.json["compositeRequest"]]
        return composite(*[rows({"Id": url.rpartition("LIMIT%20")[2]}) for url in urls])

    wire.on("POST", "composite$", answer)
    queries = [soql.select(["Id"], "Lead", limit=n + 1) for n in range(33)]

    found = {index: row["Id"] for index, row in query.records(door, queries)}

    assert found == {n: str(n + 1) for n in range(33)}
    assert door.calls == 7


def test_a_next_page_on_another_server_is_not_requested(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows(next_url="@elsewhere.example/x")))

    with pytest.raises(SalesforceUnreachable):
        list(query.records(door, [CONTACTS]))


@pytest.mark.parametrize("code", ["INVALID_FIELD", "INVALID_TYPE"])
def test_a_hidden_column_or_object_is_a_missing_permission(
    wire: Wire, door: Door, code: str
) -> None:
    wire.on("POST", "composite$", composite(_refused(code, "No such column 'X'")))

    with pytest.raises(PermissionMissing):
        list(query.records(door, [CONTACTS]))


def test_a_query_that_is_too_much_has_its_code(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows(), _refused("QUERY_TIMEOUT")))

    with pytest.raises(RequestRefused) as caught:
        list(query.records(door, [CONTACTS, CONTACTS]))
    assert caught.value.vendor_code == "QUERY_TIMEOUT"


def test_only_the_part_with_a_passing_failure_is_sent_again(
    wire: Wire, door: Door, slept: list[float]
) -> None:
    busy = _refused("SERVER_UNAVAILABLE", "too busy", 503)
    wire.on("POST", "composite$", composite(rows({"Id": "1"}), busy), composite(rows({"Id": "2"})))

    found = sorted((index, row["Id"]) for index, row in query.records(door, [CONTACTS] * 2))

    assert found == [(0, "1"), (1, "2")]
    assert [len(asked.json["compositeRequest"]) for asked in wire.heard("composite")] == [2, 1]
    assert slept == [0.5]


@pytest.mark.parametrize("left_out", [0, 1])
def test_only_the_part_that_an_answer_leaves_out_is_asked_again(
    wire: Wire, door: Door, left_out: int
) -> None:
    both = composite(rows({"Id": "1"}), rows({"Id": "2"}))
    del both.body["compositeResponse"][left_out]
    wire.on("POST", "composite$", both, composite(rows({"Id": str(left_out + 1)})))

    found = sorted((index, row["Id"]) for index, row in query.records(door, [CONTACTS] * 2))

    assert found == [(0, "1"), (1, "2")]
    assert [len(asked.json["compositeRequest"]) for asked in wire.heard("composite")] == [2, 1]


@pytest.mark.parametrize("body", [[], {}, {"compositeResponse": []}, {"compositeResponse": [{}]}])
def test_an_answer_of_another_shape_is_an_error(wire: Wire, door: Door, body: object) -> None:
    wire.on("POST", "composite$", Answer(200, body))

    with pytest.raises(SalesforceUnreachable):
        list(query.records(door, [CONTACTS]))


def test_counts_come_back_in_order(wire: Wire, door: Door) -> None:
    totals = [(200, {"totalSize": n, "done": True, "records": []}) for n in (7, 0, 3)]
    wire.on("POST", "composite$", composite(*totals))

    assert query.count(door, [soql.count("Contact")] * 3) == [7, 0, 3]


def test_no_queries_cost_no_call(door: Door) -> None:
    assert list(query.records(door, [])) == []
    assert query.count(door, []) == []
    assert door.calls == 0


def test_a_reader_that_stops_early_leaves_nothing_behind(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(*[rows({"Id": "1"})] * 5))
    found = query.records(door, [CONTACTS] * 200)

    next(found)
    found.close()  # type: ignore[attr-defined]

    assert door.calls < 40


def test_queries_that_are_too_much_for_one_call_get_their_own_calls(wire: Wire, door: Door) -> None:
    too_long = [{"errorCode": "REQUEST_RUNNING_TOO_LONG", "message": "stopped"}]

    def answer(asked: Asked) -> Answer:
        parts = asked.json["compositeRequest"]
        return Answer(400, too_long) if len(parts) > 1 else composite(rows({"Id": "1"}))

    wire.on("POST", "composite$", answer)

    found = list(query.records(door, [CONTACTS] * 3))

    assert sorted(index for index, _ in found) == [0, 1, 2]
    assert door.calls == 4


def test_a_query_that_is_too_much_alone_is_refused(wire: Wire, door: Door) -> None:
    too_long = [{"errorCode": "REQUEST_RUNNING_TOO_LONG", "message": "stopped"}]
    wire.on("POST", "composite$", Answer(400, too_long))

    with pytest.raises(RequestRefused):
        list(query.records(door, [CONTACTS] * 3))
