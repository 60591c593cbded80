"""The address of records as CSV: read and sent in pieces, however many there are.

A link has a signature of this process: nothing but a page of this dashboard can make one.
"""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from lib.clock import from_text
from lib.services.runs.record_results import csv_of_run, csv_of_runs
from lib.store import run_lists
from lib.store.run_lists import RunFilter
from lib.ui import session
from lib.ui.private_files import PRIVATE

PATH = "/records.csv"
_SECRET = secrets.token_bytes(32)
_SIGNATURE = "signature"
_GONE = "The dashboard has been started again. Reload its page, and press Download again.\n"


def address_of_run(run_id: str) -> str:
    """Where all records of a run are."""
    return _signed({"run": run_id})


def address_of_runs(wanted: RunFilter) -> str:
    """Where all records of the runs of a period are, of one connection and source or of all."""
    found = wanted.parameters()
    kept = {name: found[name] for name in ("since", "until", "connection", "source")}
    return _signed({name: str(value) for name, value in kept.items() if value is not None})


def _signed(query: Mapping[str, str]) -> str:
    return f"{PATH}?{urlencode({**query, _SIGNATURE: _signature(query)})}"


def _signature(query: Mapping[str, str]) -> str:
    text = urlencode(sorted(query.items()))
    return hmac.new(_SECRET, text.encode("utf-8", "replace"), "sha256").hexdigest()


async def _fetch(request: Request) -> Response:
    query = dict(request.query_params)
    signature = query.pop(_SIGNATURE, "")
    if not hmac.compare_digest(signature.encode(), _signature(query).encode()):
        return PlainTextResponse(_GONE, 410, PRIVATE)
    run_id = query.get("run")
    name = f"optback-run-{run_id}.csv" if run_id else "optback-history.csv"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_sent(query), media_type="text/csv; charset=utf-8", headers=headers)


async def _sent(query: Mapping[str, str]) -> AsyncIterator[str]:
    """The pieces, read by one thread from beginning to end: a log belongs to its thread."""
    loop, pieces = asyncio.get_running_loop(), _pieces(query)
    thread = ThreadPoolExecutor(1, "records-csv")
    try:
        while (piece := await loop.run_in_executor(thread, next, pieces, None)) is not None:
            yield piece
    finally:
        thread.submit(pieces.close)
        thread.shutdown(wait=False)


def _pieces(query: Mapping[str, str]) -> Generator[str]:
    with session.opened() as log:
        if "run" in query:
            yield from csv_of_run(log, query["run"])
            return
        wanted = RunFilter(
            from_text(query["since"]),
            from_text(query["until"]),
            query.get("connection"),
            source=query.get("source"),
        )
        yield from csv_of_runs(log, run_lists.ids(log.store, wanted))


records_route = Route(PATH, _fetch, methods=["GET"])
