"""A Bulk 2.0 query: create the job, wait for it, and read its answer page by page.

Memory stays flat: the next pages go to temporary files while a page is read. A page that is cut
off, or has fewer rows than its header says, is requested again by its locator, and rows that were
already returned are skipped. Source: Bulk API 2.0 Developer Guide, "Query Jobs".
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

from lib.errors import RequestRefused, SalesforceError, SalesforceUnreachable, StoppedError
from lib.salesforce.door import Door
from lib.salesforce.failures import broken, number_of
from lib.salesforce.refusals import words
from lib.soql import Query, render
from lib.words import counted

PAGE_ROWS = 50_000
FIRST_LOOK_S = 0.5
LONGEST_LOOK_S = 10.0
LONGEST_WAIT_S = 4 * 3600.0

_BATCH = 1_000  # lines returned at a time
_PAGES_AHEAD = 4  # so that a reader that waits for something doesn't hold up the download
_BUFFER = 1 << 17  # bytes read from a page at a time
_LONGEST_CELL = 1 << 24  # characters; csv's own limit is less than a long text area can have
_DONE = "JobComplete"
_OVER = {"Failed", "Aborted"}
_NO_MORE = {"", "null"}

Line = list[str]


@dataclass(frozen=True, slots=True)
class _Page:
    locator: str  # "" for the first page
    file: IO[bytes]
    count: int | None  # rows, according to the header
    following: str  # locator of the next page, "" at the end


def say_nothing(_rows_so_far: int) -> None:
    """A listener that does nothing."""


@contextmanager
def bulk_rows(
    door: Door, query: Query, *, waiting: Callable[[int], object] = say_nothing
) -> Iterator[tuple[Line, Iterator[Line]]]:
    """The column names and all rows of a query, in memory that doesn't grow with the rows.

    Costs 1 API call to create the job, 1 for each look at it, 1 for every PAGE_ROWS rows, and 1 to
    delete the job, which always happens. `waiting` is called at each look. Raises RequestRefused
    if Salesforce refuses the job or it fails, SalesforceUnreachable if it isn't done in time.
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
    # Sent as a read, because creating a job twice after a lost answer does no harm.
    answer = door.ask("jobs/query", body)
    job_id = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(job_id, str) or not job_id.isalnum():
        raise broken("it doesn't name a job")
    return job_id


def _wait(door: Door, job_id: str, waiting: Callable[[int], object]) -> None:
    look_s, waited_s, unreadable = FIRST_LOOK_S, 0.0, 0
    while True:
        answer = door.get(f"jobs/query/{job_id}")
        job = answer if isinstance(answer, dict) else {}
        state = job.get("state")
        unreadable = 0 if isinstance(state, str) else unreadable + 1
        if unreadable == door.patience.tries:
            raise broken("it doesn't show a job")
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
        waiting(number_of(job.get("numberRecordsProcessed")) or 0)
        door.patience.sleep(look_s)
        waited_s += look_s
        look_s = min(look_s * 1.5, LONGEST_LOOK_S)


def _failed(job: Mapping[str, Any]) -> RequestRefused:
    """Why a job failed. The text is `InvalidBatch : InvalidBatch : …`, the code first."""
    said = str(job.get("errorMessage") or "")
    code, _, rest = said.partition(" : ")
    text, remedy = words(code if rest else "", rest.rpartition(" : ")[2] or said)
    return RequestRefused(
        f"Salesforce couldn't run the Bulk query ({job.get('state')}): {text}",
        remedy=remedy,
        vendor_code=code,
    )


class _Pages:
    """The pages of a finished job, fetched some pages ahead of the reader."""

    def __init__(self, door: Door, job_id: str) -> None:
        self._door = door
        self._path = f"jobs/query/{job_id}/results"
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bulk page")
        self._coming: deque[Future[_Page | None]] = deque()

    def __enter__(self) -> "_Pages":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for coming in self._coming:
            if not coming.cancelled() and coming.exception() is None:
                _close(coming.result())  # no one read it

    def batches(self) -> Iterator[list[Line]]:
        """The header once, then every row, in batches."""
        csv.field_size_limit(_LONGEST_CELL)
        header: Line = []
        for page in self._in_order():
            for number, batch in enumerate(self._whole(page)):
                if number or not page.locator:
                    header = header or batch[0]
                    yield batch
                    continue
                if batch[0] != header:  # each page repeats it
                    raise broken("the pages of a Bulk job have different columns")
                yield batch[1:]

    def _in_order(self) -> Iterator[_Page]:
        last: Future[_Page | None] = self._pool.submit(self._page, "")
        self._coming.append(last)
        while True:
            while len(self._coming) < _PAGES_AHEAD:
                last = self._pool.submit(self._page_after, last)
                self._coming.append(last)
            page = self._coming[0].result()
            self._coming.popleft()
            if page is None:
                return
            yield page

    def _page_after(self, before: "Future[_Page | None]") -> _Page | None:
        """The page after one that was fetched just before, by the same thread."""
        page = before.result()
        return self._page(page.following) if page is not None and page.following else None

    def _whole(self, page: _Page) -> Iterator[list[Line]]:
        """The header and rows of a page, requested again while rows are missing."""
        returned = 0
        for attempt in range(self._door.patience.tries):
            if attempt:
                page = self._page(page.locator)
            held: list[Line] = []
            width = 0
            with page.file, _as_text(page.file) as text, suppress(*_CUT):
                _check_end(page.file)
                reader = csv.reader(text, strict=True)
                deque(islice(reader, returned), maxlen=0)
                while lines := list(islice(reader, _BATCH)):
                    width = width or len(lines[0])
                    lines = held + lines
                    # Keep the last line back: if the page was cut off, it may be half a line.
                    held = [lines.pop()]
                    if lines:
                        yield lines
                        returned += len(lines)
                if held and len(held[0]) == width and page.count in (None, returned):
                    yield held
                    return
                if not held and page.count == 0:
                    return
        raise broken("a page of a Bulk job is cut off")

    def _page(self, locator: str) -> _Page:
        params = {"maxRecords": str(PAGE_ROWS), **({"locator": locator} if locator else {})}
        file = _PageFile(TemporaryFile(buffering=0), _BUFFER)  # noqa: SIM115 - closed by its reader
        try:
            headers = self._door.download(self._path, file, params, {"Accept": "text/csv"})
        except BaseException:
            file.close()
            raise
        file.seek(0)
        count, following = (
            headers.get("Sforce-NumberOfRecords", ""),
            headers.get("Sforce-Locator", ""),
        )
        return _Page(
            locator,
            file,
            int(count) if count.isdecimal() else None,
            "" if following in _NO_MORE else following,
        )


class _PageFile(io.BufferedRandom):
    """A file without a name that drops the NUL bytes Salesforce may send."""

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        return super().write(piece.replace(b"\0", b""))


def _close(page: _Page | None) -> None:
    if page is not None:
        page.file.close()


class _CutError(Exception):
    """A page that ends in the middle of a line; never leaves this file."""


_CUT = (_CutError, csv.Error, UnicodeDecodeError)


def _check_end(file: IO[bytes]) -> None:
    """Raise unless the page ends with a line break, or with the quote of its last value."""
    if file.seek(0, io.SEEK_END):
        file.seek(-1, io.SEEK_END)
        if file.read(1) not in (b"\n", b'"'):
            raise _CutError
    file.seek(0)


def _as_text(file: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding="utf-8-sig", newline="")


def _abandon(door: Door, job_id: str) -> None:
    """Delete a job, and stop it first if it's still running, without hiding the actual error."""
    with suppress(SalesforceError, StoppedError):
        try:
            door.delete(f"jobs/query/{job_id}")
        except RequestRefused:
            door.patch(f"jobs/query/{job_id}", {"state": "Aborted"})
            door.delete(f"jobs/query/{job_id}")


def _delete(door: Door, job_id: str) -> None:
    """Delete a job, because Salesforce would keep the people in its answer for a week."""
    with suppress(SalesforceError, StoppedError):
        door.delete(f"jobs/query/{job_id}")
