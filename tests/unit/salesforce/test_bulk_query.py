"""Bulk 2.0 queries: created, awaited, read page by page, and deleted whatever happens."""

from typing import Any

import pytest

from lib import soql, stopping
from lib.errors import RequestRefused, SalesforceUnreachable
from lib.salesforce import bulk_query
from lib.salesforce.bulk_query import bulk_rows
from lib.salesforce.door import Door
from tests.unit.salesforce.wire import Answer, Wire
from tests.waiting import wait_until

CONTACTS = soql.select(["Id", "Email"], "Contact")
JOB = "750000000000001AAA"
HEAD = '"Id","Email"\n'
DONE = Answer(200, {"id": JOB, "state": "JobComplete"})
GONE = Answer(204)
CSV = {"Content-Type": "text/csv"}


def state(name: str, **more: object) -> Answer:
    return Answer(200, {"id": JOB, "state": name, **more})


def page(*lines: str, count: object = None, locator: str = "null", end: str = "\n") -> Answer:
    """A page of results; `count` is its number of rows, if its header says another one."""
    body = HEAD + "\n".join(lines) + (end if lines else "")
    number = len(lines) if count is None else count
    return Answer(
        200, body, {**CSV, "Sforce-NumberOfRecords": str(number), "Sforce-Locator": locator}
    )


@pytest.fixture
def job(wire: Wire) -> Wire:
    """A server with a job that is complete at once."""
    wire.on("POST", "jobs/query$", Answer(200, {"id": JOB}))
    wire.on("GET", f"jobs/query/{JOB}$", DONE)
    wire.on("DELETE", f"jobs/query/{JOB}$", GONE)
    return wire


def read(door: Door, **options: object) -> tuple[list[str], list[list[str]]]:
    with bulk_rows(door, CONTACTS, **options) as (names, lines):  # type: ignore[arg-type]
        return names, list(lines)


def deletions(wire: Wire) -> int:
    return sum(asked.method == "DELETE" for asked in wire.asked)


def test_all_rows_of_a_query_are_read_and_its_job_is_deleted(job: Wire, door: Door) -> None:
    job.on("GET", "results", page('"1","ann@x.example"', '"2",""'))

    assert read(door) == (["Id", "Email"], [["1", "ann@x.example"], ["2", ""]])
    (made,) = job.heard("jobs/query$")
    assert made.json == {
        "operation": "query",
        "query": "SELECT Id, Email FROM Contact",
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    (asked,) = job.heard("results")
    assert asked.headers["accept"] == "text/csv"
    assert asked.path.endswith("?maxRecords=50000")
    assert deletions(job) == 1
    assert door.calls == 4


def test_each_page_names_the_next_one_and_its_header_is_left_out(job: Wire, door: Door) -> None:
    job.on("GET", "results", page('"1","a"', locator="MTA"))
    job.on("GET", "locator=MTA", page('"2","b"', locator="MjA"))
    job.on("GET", "locator=MjA", page('"3","c"', locator=""))

    assert read(door)[1] == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_more_rows_than_a_batch_come_in_their_order(
    job: Wire, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_query, "_BATCH", 2)
    lines = [f'"{n}","x"' for n in range(7)]
    job.on("GET", "results", page(*lines, locator="MTA"))
    job.on("GET", "locator=MTA", page(*lines[:4]))

    assert [row[0] for row in read(door)[1]] == [*"0123456", *"0123"]


def test_a_reader_that_waits_does_not_hold_up_the_next_pages(job: Wire, door: Door) -> None:
    job.on("GET", "results", page('"1","a"', locator="MTA"))
    job.on("GET", "locator=MTA", page('"2","b"', locator="MjA"))
    job.on("GET", "locator=MjA", page('"3","c"', locator="MzA"))
    job.on("GET", "locator=MzA", page('"4","d"'))

    with bulk_rows(door, CONTACTS) as (_, lines):
        wait_until(lambda: job.heard("locator=MzA"), "fetching the fourth page")
        assert [row[0] for row in lines] == [*"1234"]


def test_an_answer_without_rows_has_only_its_names(job: Wire, door: Door) -> None:
    job.on("GET", "results", page())

    assert read(door) == (["Id", "Email"], [])


@pytest.mark.parametrize(
    "answer",
    [
        page('"1","a"', count=""),
        Answer(200, HEAD + '"1","a"\n', CSV),
        page('"1","a"', end=""),
    ],
)
def test_a_page_without_a_count_or_a_last_line_break_is_taken_as_it_is(
    job: Wire, door: Door, answer: Answer
) -> None:
    job.on("GET", "results", answer)

    assert read(door)[1] == [["1", "a"]]


@pytest.mark.parametrize(
    "cut",
    [
        page('"1","a"', count=2),
        page('"1","a"', '"2","b', end=""),
        page('"1","a"', '"2"', count=2),
        Answer(200, b'"Id","Email"\n"1","\xc3\n', {**CSV, "Sforce-NumberOfRecords": "1"}),
    ],
)
def test_a_page_that_is_cut_off_is_requested_again_and_no_row_comes_twice(
    job: Wire, door: Door, cut: Answer
) -> None:
    job.on("GET", "results", cut, page('"1","a"', '"2","b"'))

    assert read(door)[1] == [["1", "a"], ["2", "b"]]
    assert len(job.heard("results")) == 2


def test_the_page_that_is_cut_off_is_requested_again_not_the_first(job: Wire, door: Door) -> None:
    job.on("GET", "results", page('"1","a"', locator="MTA"))
    job.on("GET", "locator=MTA", page('"2","b"', count=2), page('"2","b"', '"3","c"'))

    assert read(door)[1] == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_a_page_that_stays_cut_off_is_an_error_and_the_job_is_deleted(
    job: Wire, door: Door
) -> None:
    job.on("GET", "results", page('"1","a"', count=2))

    with pytest.raises(SalesforceUnreachable, match="cut off"):
        read(door)
    assert len(job.heard("results")) == door.patience.tries
    assert deletions(job) == 1


def test_an_empty_answer_is_an_error(job: Wire, door: Door) -> None:
    job.on("GET", "results", Answer(200, b"", {**CSV, "Sforce-NumberOfRecords": "0"}))

    with pytest.raises(SalesforceUnreachable, match="is empty"):
        read(door)


def test_nul_bytes_are_dropped_and_long_cells_are_read(job: Wire, door: Door) -> None:
    long = "x" * 200_000
    job.on("GET", "results", page(f'"1","a\0{long}\n2nd line"', count=1))

    assert read(door)[1] == [["1", f"a{long}\n2nd line"]]


def test_line_breaks_inside_a_cell_stay_as_they_are(job: Wire, door: Door) -> None:
    job.on("GET", "results", page('"1","a\r\nb\rc"', count=1))

    assert read(door)[1] == [["1", "a\r\nb\rc"]]


def test_the_job_is_looked_at_with_growing_pauses(
    job: Wire, door: Door, slept: list[float]
) -> None:
    working = [state("InProgress", numberRecordsProcessed=n) for n in range(9)]
    job.on("GET", f"{JOB}$", state("UploadComplete"), *working, Answer(200, []), DONE)
    job.on("GET", "results", page())
    seen: list[int] = []

    read(door, waiting=seen.append)

    assert seen == [0, *range(9), 0]
    assert slept[:3] == [0.5, 0.75, 1.125]
    assert slept[-2:] == [10.0, 10.0]


def test_a_job_that_is_not_done_in_four_hours_is_given_up(
    job: Wire, door: Door, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_query, "LONGEST_LOOK_S", 600.0)
    job.on("GET", f"{JOB}$", state("InProgress"))

    with pytest.raises(SalesforceUnreachable, match="within 4 hours"):
        read(door)
    assert 4 * 3600 <= sum(slept) < 4 * 3600 + 600
    assert deletions(job) == 1


@pytest.mark.parametrize("name", ["Failed", "Aborted"])
def test_a_job_that_fails_says_why(job: Wire, door: Door, name: str) -> None:
    said = "InvalidBatch : InvalidBatch : Field No_Mail__c not found"
    job.on("GET", f"{JOB}$", state(name, errorMessage=said))

    with pytest.raises(RequestRefused, match=rf"\({name}\): .*No_Mail__c") as caught:
        read(door)
    assert caught.value.vendor_code == "InvalidBatch"
    assert "InvalidBatch" not in caught.value.message
    assert caught.value.remedy
    assert deletions(job) == 1


def test_a_job_that_fails_without_a_code_has_its_text(job: Wire, door: Door) -> None:
    job.on("GET", f"{JOB}$", state("Failed", errorMessage="too many rows"))

    with pytest.raises(RequestRefused, match="too many rows") as caught:
        read(door)
    assert caught.value.message.count("too many rows") == 1


def test_a_reader_that_stops_early_leaves_no_job(job: Wire, door: Door) -> None:
    job.on("GET", "results", page('"1","a"', '"2","b"'))

    with bulk_rows(door, CONTACTS) as (_, lines):
        assert next(lines) == ["1", "a"]
    assert deletions(job) == 1


def test_pages_that_no_one_read_are_closed(
    job: Wire, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bulk_query._PageFile] = []

    class Noted(bulk_query._PageFile):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(bulk_query, "_PageFile", Noted)
    job.on("GET", "results", page('"1","a"', locator="MTA"))
    job.on("GET", "locator=MTA", page('"2","b"'))

    with bulk_rows(door, CONTACTS) as (_, lines):
        wait_until(lambda: job.heard("locator=MTA"), "fetching the second page")
        assert next(lines) == ["1", "a"]
        del lines

    assert [file.closed for file in made] == [True, True]


def test_rows_that_were_read_count_although_the_job_could_not_be_deleted_after_a_stop(
    job: Wire, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "GRACE_S", 0.0)
    job.on("GET", "results", page('"1","a"'))

    with stopping.stoppable() as stop, bulk_rows(door, CONTACTS) as (_, lines):
        assert list(lines) == [["1", "a"]]
        stop.ask()
        wait_until(stop.is_cut, "cutting off")

    assert deletions(job) == 0


def test_a_job_that_still_runs_is_aborted_before_it_is_deleted(job: Wire, door: Door) -> None:
    busy = Answer(400, [{"errorCode": "INVALIDJOBSTATE", "message": "still running"}])
    job.on("DELETE", f"{JOB}$", busy, GONE)
    job.on("PATCH", f"{JOB}$", DONE)
    job.on("GET", f"{JOB}$", state("InProgress"))

    def stop(_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read(door, waiting=stop)

    (aborted,) = [asked for asked in job.asked if asked.method == "PATCH"]
    assert aborted.json == {"state": "Aborted"}
    assert deletions(job) == 2


def test_a_job_that_cannot_be_deleted_hides_neither_rows_nor_errors(job: Wire, door: Door) -> None:
    refused = Answer(400, [{"errorCode": "NO", "message": "no"}])
    job.on("DELETE", f"{JOB}$", refused)
    job.on("PATCH", f"{JOB}$", refused)
    job.on("GET", "results", page('"1","a"'))

    assert read(door)[1] == [["1", "a"]]
    job.on("GET", f"{JOB}$", state("Failed", errorMessage="A : B"))
    with pytest.raises(RequestRefused, match="B"):
        read(door)


@pytest.mark.parametrize("body", [{"id": "../../other"}, {"id": 7}, {}, []])
def test_an_answer_that_names_no_job_is_an_error(wire: Wire, door: Door, body: object) -> None:
    wire.on("POST", "jobs/query$", Answer(200, body))

    with pytest.raises(SalesforceUnreachable, match="name a job"):
        read(door)
