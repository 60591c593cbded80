"""What is asked ahead: a read of exactly that finds it once; any other read asks again."""

import pytest

from lib.errors import ApiLimitReached
from lib.salesforce.composite import ask_ahead, read_together
from lib.salesforce.door import Door
from tests.unit.salesforce.wire import Answer, Asked, Wire, composite, rows

QUERIES = [f"query/?q=SELECT%20Id%20FROM%20Lead%20LIMIT%20{number}" for number in range(9)]


def answered(asked: Asked) -> Answer:
    """Each part's answer is the end of its URL."""
    urls = [part["url"] for part in asked.json["compositeRequest"]]
    return composite(*[rows({"Id": url[-1]}) for url in urls])


def ids(door: Door, paths: list[str]) -> list[str]:
    return [part.body["records"][0]["Id"] for part in read_together(door, paths)]


def test_what_was_asked_ahead_costs_no_call_of_its_own(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", answered)

    ask_ahead(door, QUERIES[:4])

    assert ids(door, QUERIES[1:3]) == ["1", "2"]
    assert ids(door, [QUERIES[3], QUERIES[0]]) == ["3", "0"]
    assert door.calls == 1


def test_each_answer_is_used_once(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", answered)
    ask_ahead(door, QUERIES[:1])

    assert ids(door, QUERIES[:1]) == ids(door, QUERIES[:1]) == ["0"]
    assert door.calls == 2


def test_only_what_was_not_asked_ahead_is_asked(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", answered)
    ask_ahead(door, QUERIES[:2])

    assert ids(door, QUERIES[:4]) == ["0", "1", "2", "3"]

    assert len(wire.asked[-1].json["compositeRequest"]) == 2
    assert door.calls == 2


def test_five_queries_and_any_number_of_describes_go_into_a_call(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", answered)
    described = [f"sobjects/Object{number}/describe" for number in range(9)]

    ask_ahead(door, [*described, *QUERIES])
    ids(door, [*described, *QUERIES])

    sizes = [len(asked.json["compositeRequest"]) for asked in wire.heard("composite")]
    assert sorted(sizes) == [4, 14]


def test_a_call_that_is_refused_as_a_whole_is_asked_in_parts(wire: Wire, door: Door) -> None:
    refused = Answer(400, [{"errorCode": "MALFORMED_QUERY", "message": "no"}])
    wire.on("POST", "composite$", refused, answered)
    ask_ahead(door, QUERIES[:5])

    assert ids(door, QUERIES[:2]) == ["0", "1"]


def test_an_error_that_is_about_no_single_read_is_raised_where_it_is_needed(
    wire: Wire, door: Door
) -> None:
    used_up = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    wire.on("POST", "composite$", Answer(403, used_up))
    ask_ahead(door, QUERIES[:2])

    with pytest.raises(ApiLimitReached):
        read_together(door, QUERIES[:1])
    assert door.calls == 1


def test_calls_that_no_one_needed_are_counted(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", answered)
    ask_ahead(door, QUERIES[:1])

    door.ahead.finish()

    assert door.calls == 1
