"""A query of any length through REST: page after page, and nothing but this org's own pages."""

import pytest

from lib import soql
from lib.errors import RequestRefused, SalesforceUnreachable
from lib.salesforce.door import Door
from lib.salesforce.paging import first_page, further_rows, rows_of
from tests.unit.salesforce.wire import DATA, Answer, Wire, composite, rows

CONTACTS = soql.select(["Id", "Email"], "Contact")
LONG = soql.select(
    ["Id"], "Contact", soql.any_of("Email", [f"{n:050}@x.example" for n in range(150)])
)
BUSY = (503, [{"errorCode": "SERVER_UNAVAILABLE", "message": "too busy"}])
REFUSED = (400, [{"errorCode": "MALFORMED_QUERY", "message": "no"}])


def page(*ids: str, next_url: str | None = None) -> Answer:
    return Answer(200, rows(*({"Id": one} for one in ids), next_url=next_url)[1])


def test_every_page_is_read_in_its_order(wire: Wire, door: Door) -> None:
    wire.on("GET", r"query/\?q=", page("1", "2", next_url=f"{DATA}query/01g-1"))
    wire.on("GET", "query/01g-1", page("3", next_url=f"{DATA}query/01g-2"))
    wire.on("GET", "query/01g-2", page("4"))

    assert [row["Id"] for row in rows_of(door, CONTACTS)] == ["1", "2", "3", "4"]
    assert door.calls == 3


def test_the_first_page_says_how_many_rows_there_are(wire: Wire, door: Door) -> None:
    body = {"totalSize": 4_000, "done": False, "nextRecordsUrl": f"{DATA}q/2", "records": []}
    wire.on("GET", r"query/\?q=", Answer(200, body))

    found = first_page(door, CONTACTS)

    assert (found.rows, found.total, found.next_url) == ([], 4_000, f"{DATA}q/2")
    assert door.calls == 1


def test_without_a_total_the_rows_are_counted(wire: Wire, door: Door) -> None:
    wire.on("GET", r"query/\?q=", Answer(200, {"done": True, "records": [{"Id": "1"}]}))

    assert first_page(door, CONTACTS).total == 1


def test_a_query_that_is_too_long_for_a_url_goes_into_a_body(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(rows({"Id": "1"})))

    assert [row["Id"] for row in first_page(door, LONG).rows] == ["1"]
    assert [asked.method for asked in wire.heard("/services/data/")] == ["POST"]


def test_a_long_query_that_meets_a_passing_failure_is_sent_once_more(
    wire: Wire, door: Door, slept: list[float]
) -> None:
    wire.on("POST", "composite$", composite(BUSY), composite(rows({"Id": "1"})))

    assert len(first_page(door, LONG).rows) == 1
    assert slept == [0.5]


@pytest.mark.parametrize(("part", "calls"), [(BUSY, 5), (REFUSED, 1)])
def test_a_long_query_that_is_refused_in_the_end_is_an_error(
    wire: Wire, door: Door, part: tuple[int, object], calls: int
) -> None:
    wire.on("POST", "composite$", composite(part))

    with pytest.raises((RequestRefused, SalesforceUnreachable)):
        first_page(door, LONG)
    assert door.calls == calls


def test_the_further_rows_of_a_subquery_are_read_from_their_address(wire: Wire, door: Door) -> None:
    wire.on("GET", "query/01g-5", page("5", next_url=f"{DATA}query/01g-6"))
    wire.on("GET", "query/01g-6", page("6"))

    assert [row["Id"] for row in further_rows(door, f"{DATA}query/01g-5")] == ["5", "6"]


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example/services/data/", "@elsewhere.example", "/secur/logout", "", None],
)
def test_a_page_elsewhere_is_not_asked_for(wire: Wire, door: Door, url: str | None) -> None:
    body = {"totalSize": 2, "done": False, "records": [{"Id": "1"}], "nextRecordsUrl": url}
    wire.on("GET", r"query/\?q=", Answer(200, body))

    with pytest.raises(SalesforceUnreachable, match="next page"):
        list(rows_of(door, CONTACTS))
    with pytest.raises(SalesforceUnreachable):
        list(further_rows(door, url))  # type: ignore[arg-type]
    assert door.calls == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "no records"),
        ({"done": True}, "no records"),
        ({"done": True, "records": {}}, "no records"),
        ({"done": True, "records": [{"Id": "1"}, None]}, "isn't valid"),
    ],
)
def test_an_answer_of_another_shape_is_an_error(
    wire: Wire, door: Door, body: object, said: str
) -> None:
    wire.on("GET", r"query/\?q=", Answer(200, body))

    with pytest.raises(SalesforceUnreachable, match=said):
        first_page(door, CONTACTS)
