"""Finding the records of a run's addresses: every way finds the same, and the log says which."""

import pytest

from lib.salesforce import bulk_query, costs
from lib.services.log import open_log
from lib.store import operations
from lib.store.operations import Operation
from tests.journeys.runs.conftest import House

PEOPLE = ("anna@example.org", "ben@example.org", "clara@example.org", "dora@example.org")


@pytest.fixture
def crowd(house: House) -> House:
    """Four people who unsubscribed, on records of every kind, and two who didn't."""
    house.unsubscribe(*PEOPLE, "nowhere@example.org")
    house.contact("ANNA@example.org")
    house.contact("anna@example.org", HasOptedOutOfEmail=True)
    house.lead("ben@example.org")
    house.person_account("clara@example.org")
    house.contact("dora@example.org ")
    house.contact("other@example.org")
    house.lead("another@example.org")
    return house


@pytest.fixture(params=["pages", "bulk", "bulk refused"])
def whole(request: pytest.FixtureRequest, crowd: House, monkeypatch: pytest.MonkeyPatch) -> str:
    """Reading everyone is the cheapest way: by REST pages, or with Bulk 2.0, which may refuse."""
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.01)
    monkeypatch.setattr(costs, "_ASKED_CALL_S", 5000.0)
    if request.param != "pages":
        monkeypatch.setattr(costs, "_REST_PAGE_S", 1000.0)
    if request.param == "bulk refused":
        crowd.act("fault", kind="status", path="jobs/query", status=400, code="FEATURENOTENABLED")
    return str(request.param)


def preview(house: House) -> list[dict[str, object]]:
    code, result = house.sync("run", "--dry-run")
    assert (code, result["errors"]) == (0, [])
    found = house.changes(result["run_id"])
    return sorted(found, key=lambda change: str(change["record_id"]))


def matching(house: House) -> Operation:
    """The step of the newest run that found its addresses."""
    newest = house.sync("history", "--last", "1")[1]["runs"][0]["run_id"]
    with open_log(house.home, {}) as log:
        [step] = [each for each in operations.of_run(log.store, newest) if each.step == "matching"]
        return step


def test_reading_everyone_finds_the_same_as_queries(
    crowd: House, whole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_whole = preview(crowd)
    step = matching(crowd)
    with monkeypatch.context() as usual:
        usual.setattr(costs, "_ASKED_CALL_S", 3.0)
        by_queries = preview(crowd)

    assert in_whole == by_queries
    assert len(in_whole) == 5
    assert step.way == ("queries" if whole == "bulk refused" else "all_records")
    assert step.estimate is not None


@pytest.mark.parametrize("whole", ["pages"], indirect=True)
def test_a_count_that_a_run_made_lately_is_not_made_again(crowd: House, whole: str) -> None:
    preview(crowd)
    first = matching(crowd)

    preview(crowd)

    assert dict(matching(crowd).counts) == dict(first.counts)
    assert matching(crowd).calls == first.calls - 1


def test_a_small_run_counts_nothing_and_says_why(crowd: House) -> None:
    preview(crowd)

    step = matching(crowd)

    assert (step.way, step.counts) == ("queries", {})
    assert [way.name for way in step.ways if way.why_not] == ["all_records", "memory"]
