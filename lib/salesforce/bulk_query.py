"""One Bulk 2.0 query: a job is made, waited for, and its answer read page by page.

Flat in memory: a page goes to a temporary file while the one before it is read. A page that breaks
off, or that holds fewer rows than its header says, is asked again by its locator; rows that were
handed on already are passed over. Source: Bulk API 2.0 Developer Guide, "Query Jobs".
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from lib.errors import RequestRefused, SalesforceError, SalesforceUnreachable
from lib.salesforce.composite import broken
from lib.salesforce.door import Door
from lib.salesforce.refusals import words
from lib.soql import Query, render
from lib.words import counted

PAGE_ROWS = 50_000
FIRST_LOOK_S = 0.5
LONGEST_LOOK_S = 10.0
LONGEST_WAIT_S = 4 * 3600.0

_BATCH = 1_000  # lines handed on at a time
_IN_MEMORY = 8 << 20  # bytes of a page; what is more goes to a file
_LONGEST_CELL = 1 << 24  # characters; csv's own limit is less than a long text area
_DONE = "JobComplete"
_OVER = {"Failed", "Aborted"}
_NO_MORE = {"", "null"}

Line = list[str]


@dataclass(frozen=True, slots=True)
class _Page:
    file: IO[bytes]
    count: int | None  # rows, as the header says
    locator: str  # of the page behind it, "" at the end


def say_nothing(_rows_so_far: int) -> None:
    """The listener of nobody."""


@contextmanager
def bulk_rows(
    door: Door, query: Query, *, waiting: Callable[[int], object] = say_nothing
) -> Iterator[tuple[Line, Iterator[Line]]]:
    """The names of the columns and all rows of a query, in memory that does not grow with them.

    Costs 1 API call to make the job, one a look, one for PAGE_ROWS rows and one to delete the job,
    which is done whatever happens. `waiting` is called at each look. Raises RequestRefused when
    Salesforce refuses or fails the job, SalesforceUnreachable when it is not done in time.
    """
    job_id = _create(door, query)
    try:
        _wait(door, job_id, waiting)
        with _Pages(door, job_id) as pages:
            lines = chain.from_iterable(pages.batches())
            names = next(lines, None)
            if names is None:
                raise broken("the answer to a Bulk job is empty")
            yield names, lines
    except BaseException:
        _abandon(door, job_id)
        raise
    _delete(door, job_id)


def _create(door: Door, query: Query) -> str:
    body = {
        "operation": "query",
        "query": render(query),
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    # Asked, not written: a job made twice because an answer was lost harms nobody.
    answer = door.ask("jobs/query", body)
    job_id = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(job_id, str) or not job_id.isalnum():
        raise broken("it doesn't name a job")
    return job_id


def _wait(door: Door, job_id: str, waiting: Callable[[int], object]) -> None:
    look_s, waited_s = FIRST_LOOK_S, 0.0
    while True:
        job = door.get(f"jobs/query/{job_id}")
        state = job.get("state") if isinstance(job, dict) else None
        if state == _DONE:
            return
        if state in _OVER:
            raise _failed(job)
        if waited_s >= LONGEST_WAIT_S:
            hours = int(LONGEST_WAIT_S / 3600)
            raise SalesforceUnreachable(
                f"Salesforce didn't finish a Bulk query within {counted(hours, 'hour', 'hours')}",
                remedy="Try again when the org is less busy, or narrow the query.",
            )
        done = job.get("numberRecordsProcessed") if isinstance(job, dict) else 0
        waiting(done if isinstance(done, int) else 0)
        door.patience.sleep(look_s)
        waited_s += look_s
        look_s = min(look_s * 1.5, LONGEST_LOOK_S)


def _failed(job: Mapping[str, Any]) -> RequestRefused:
    """Why a job failed: `InvalidBatch : InvalidBatch : …`, the code first, then the words."""
    said = str(job.get("errorMessage") or "")
    code, _, rest = said.partition(" : ")
    text, remedy = words(code if rest else "", rest.rpartition(" : ")[2] or said)
    return RequestRefused(
        f"Salesforce couldn't run the Bulk query ({job.get('state')}): {text}",
        remedy=remedy,
        vendor_code=code,
    )


class _Pages:
    """The pages of a finished job, one ahead of what is read."""

    def __init__(self, door: Door, job_id: str) -> None:
        self._door = door
        self._path = f"jobs/query/{job_id}/results"
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bulk page")

    def __enter__(self) -> "_Pages":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def batches(self) -> Iterator[list[Line]]:
        """The header once, then every row, many at a time."""
        csv.field_size_limit(_LONGEST_CELL)
        coming: Future[_Page] | None = self._pool.submit(self._page, "")
        locator, is_first = "", True
        while coming is not None:
            page = coming.result()
            behind = page.locator
            coming = self._pool.submit(self._page, behind) if behind else None
            for number, batch in enumerate(self._whole(page, locator)):
                yield batch if number or is_first else batch[1:]  # every page repeats the header
            locator, is_first = behind, False

    def _whole(self, page: _Page, locator: str) -> Iterator[list[Line]]:
        """The header and rows of a page, asked again while it holds less than it should."""
        handed_on = 0
        for attempt in range(self._door.patience.tries):
            if attempt:
                page = self._page(locator)
            held: list[Line] = []
            width = 0
            with page.file, _as_text(page.file) as text, suppress(*_CUT):
                _check_end(page.file)
                reader = csv.reader(text, strict=True)
                deque(islice(reader, handed_on), maxlen=0)
                while lines := list(islice(reader, _BATCH)):
                    width = width or len(lines[0])
                    lines = held + lines
                    # The last line waits: of a page that was cut short it is half a line.
                    held = [lines.pop()]
                    if lines:
                        yield lines
                        handed_on += len(lines)
                if held and len(held[0]) == width and page.count in (None, handed_on):
                    yield held
                    return
                if not held and page.count == 0:
                    return
        raise broken("a page of a Bulk job is cut off")

    def _page(self, locator: str) -> _Page:
        params = {"maxRecords": str(PAGE_ROWS), **({"locator": locator} if locator else {})}
        file: IO[bytes] = _Spool(max_size=_IN_MEMORY)
        try:
            told = self._door.download(self._path, file, params, {"Accept": "text/csv"})
        except BaseException:
            file.close()
            raise
        file.seek(0)
        count, behind = told.get("Sforce-NumberOfRecords", ""), told.get("Sforce-Locator", "")
        return _Page(
            file,
            int(count) if count.isdecimal() else None,
            "" if behind in _NO_MORE else behind,
        )


class _Spool(SpooledTemporaryFile[bytes]):
    """A temporary file without the NUL bytes that Salesforce may send."""

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        return super().write(piece.replace(b"\0", b""))


class _CutError(Exception):
    """A page that ends within a line; never leaves this file."""


_CUT = (_CutError, csv.Error, UnicodeDecodeError)


def _check_end(file: IO[bytes]) -> None:
    """A page ends with a line, or with the quote of its last value; else its end is missing."""
    if file.seek(0, io.SEEK_END):
        file.seek(-1, io.SEEK_END)
        if file.read(1) not in (b"\n", b'"'):
            raise _CutError
    file.seek(0)


def _as_text(file: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding="utf-8", newline="")


def _abandon(door: Door, job_id: str) -> None:
    """Delete a job, stopped first where it still works; hides nothing of what went wrong."""
    with suppress(SalesforceError):
        try:
            door.delete(f"jobs/query/{job_id}")
        except RequestRefused:
            door.patch(f"jobs/query/{job_id}", {"state": "Aborted"})
            door.delete(f"jobs/query/{job_id}")


def _delete(door: Door, job_id: str) -> None:
    """Delete a job with the people in its answer, which would else lie there for a week."""
    with suppress(SalesforceError):
        door.delete(f"jobs/query/{job_id}")
