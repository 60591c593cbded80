"""query and queryAll, and their further pages."""

from typing import Any

from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.rest.calls import ApiResponse, Call
from lib.practice.rest.cursors import Cursor
from lib.practice.soql.column_metadata import columns_of
from lib.practice.soql.evaluation import Traces, evaluate

_PAGE = 2000
_SMALLEST_PAGE = 200
_PREFIX = "01g"


def query(call: Call) -> ApiResponse:
    """The first page of an answer, without deleted rows."""
    return _first_page(call, include_deleted=False)


def query_all(call: Call) -> ApiResponse:
    """The first page of an answer, with deleted rows."""
    return _first_page(call, include_deleted=True)


def query_more(call: Call, locator: str) -> ApiResponse:
    """A further page; the locator is a cursor id and the place where the page starts."""
    cursor_id, _, place = locator.rpartition("-")
    cursor = call.cursors.find(cursor_id, call.user_id, call.org.clock())
    if cursor is None or not place.isdecimal() or int(place) >= len(cursor.records):
        raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
    return ApiResponse(body=_page(call, cursor_id, cursor, int(place)))


def _first_page(call: Call, *, include_deleted: bool) -> ApiResponse:
    text = call.query.get("q")
    if not text:
        raise Refusal("MALFORMED_QUERY", "A query string has to be specified")
    with call.org.lock:
        answer = evaluate(
            text,
            call.view,
            now=call.org.clock(),
            root=call.root,
            include_deleted=include_deleted,
        )
        _leave_traces(call.org, answer.traces)
        if call.query.get("columns") == "true":
            return ApiResponse(body=columns_of(text, call.view))
        if answer.is_shifted:
            whole = {"totalSize": answer.total_size, "done": True, "records": answer.records}
            return ApiResponse(body={**whole, "records": answer.records[:_PAGE]})
        page = _page_size(call)
        cursor = Cursor(call.user_id, answer.records, page, call.org.clock())
        if len(answer.records) == 0:
            return ApiResponse(body={"totalSize": answer.total_size, "done": True, "records": []})
        cursor_id = ""
        if len(answer.records) > page:
            cursor_id = call.org.ids.next(_PREFIX)
            call.cursors.add(cursor_id, cursor)
        return ApiResponse(body=_page(call, cursor_id, cursor, 0))


def _leave_traces(org: PracticeOrg, traces: Traces | None) -> None:
    """Store when rows were viewed. Their other timestamps stay, because the rows did not change."""
    if traces is None:
        return
    now = org.now()
    with org.transaction():
        for row in traces.rows:
            org.tables.put(traces.sobject, {**row, **dict.fromkeys(traces.fields, now)})


def _page(call: Call, cursor_id: str, cursor: Cursor, start: int) -> dict[str, Any]:
    end = start + cursor.page
    page: dict[str, Any] = {"totalSize": len(cursor.records), "done": end >= len(cursor.records)}
    if not page["done"]:
        page["nextRecordsUrl"] = f"{call.root}/query/{cursor_id}-{end}"
    return {**page, "records": cursor.records[start:end]}


def _page_size(call: Call) -> int:
    options = call.headers.get("sforce-query-options", "").replace(" ", "").lower().split(",")
    wanted = next(
        (option[len("batchsize=") :] for option in options if option[:10] == "batchsize="), ""
    )
    return min(_PAGE, max(_SMALLEST_PAGE, int(wanted))) if wanted.isdecimal() else _PAGE
