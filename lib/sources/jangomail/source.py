"""JangoMail as a source: which of its methods is asked when, and what its answers mean.

There is no method that answers "since, with dates": a first reading takes the dated report of the
whole history, later ones the cheap list of addresses since a day.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from urllib.parse import urlsplit

import requests

from lib import stopping
from lib.addresses import is_address, is_domain, is_well_formed
from lib.clock import Clock, utc_now
from lib.errors import ReadingIncomplete, SourceError
from lib.settings import JangoMailLogin
from lib.sources.dates import DateReader
from lib.sources.entries import entries_in, why_not
from lib.sources.jangomail.answers import Row, ServiceAnswer, complete_answer
from lib.sources.jangomail.asmx import Asmx, ServiceRefused
from lib.sources.jangomail.columns import Columns, find_columns
from lib.values import Check, Reading, Sighting
from lib.words import JANGOMAIL

# How `Since` is written. A day is all that is promised. The ISO form is read alike under every
# culture of .NET; the US form, which JangoMail itself writes, is tried where that is refused.
_SINCE_FORMATS: tuple[Callable[[datetime], str], ...] = (
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.month}/{day.day}/{day.year}",
)

_REPORT = "Reports_GetUnsubscribesAll_XML"
_REPORT_AS_TEXT = "Reports_GetUnsubscribesAll_String"
# No address holds a tab, so no text qualifier is needed.
_DELIMITERS = {"RowDelimiter": "\n", "ColDelimiter": "\t", "TextQualifier": ""}
_USUAL_DELIMITERS = "\t,|;"
_LIST = "GetUnsubscribeList"
# Roots that say nothing by being empty, as an empty table of rows would.
_NO_REPORTS = frozenset({"string", "html"})
_MOST_ROWS_KEPT = 40_000
_STATUS = re.compile(r"-?\d+")

# JangoMail's clock and ours, and a wrong offset, may differ by less than this.
_CLOCK_DIFFERENCE = timedelta(days=2)


class JangoMail:
    """The unsubscribes of one JangoMail account."""

    def __init__(
        self,
        login: JangoMailLogin,
        *,
        clock: Clock = utc_now,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = stopping.pause,
    ) -> None:
        self.name = f"jangomail:{login.username}@{urlsplit(login.url).hostname}".lower()
        self._zone = timezone(timedelta(hours=login.utc_offset))
        self._offset = login.utc_offset
        self._clock = clock
        self._asmx = Asmx(login, session=session, sleep=sleep)
        self._since_formats = _SINCE_FORMATS

    def reading(self, since: datetime | None) -> Reading:
        """The dated report of everything, or the addresses since the day of `since`.

        `Reading.since` is then the beginning of that day on JangoMail's clock.
        """
        if since is None:
            return self._report()
        return self._list(since)

    def check(self) -> Check:
        """Whether the account answers, by asking for the unsubscribes of today."""
        try:
            reading = self._list(self._clock())
            count = sum(1 for _ in reading.sightings)
        except SourceError as error:
            return Check(JANGOMAIL, False, error.message, error.remedy)
        return Check(JANGOMAIL, True, f"Unsubscribed today: {count:,}")

    def _list(self, since: datetime) -> Reading:
        day = since.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        reading = Reading("since", day.astimezone(UTC), self._clock())
        lines = self._lines_since(day)
        reading.sightings = _named(reading, ((line, None) for line in lines), None)
        return reading

    def _lines_since(self, day: datetime) -> Iterator[str]:
        """The list since a day, in the first of the date formats that JangoMail accepts."""
        for position, written in enumerate(self._since_formats):
            try:
                answer = self._complete(_LIST, {"Since": written(day)})
                lines = self._succeeded(_LIST, answer.lines(), must_say_so=True)
            except ServiceRefused as refusal:
                if "date" not in refusal.text.lower() or written is self._since_formats[-1]:
                    raise
            else:
                self._since_formats = self._since_formats[position:]
                return lines
        raise AssertionError("the last format returns or raises")

    def _report(self) -> Reading:
        reading = Reading("report", None, self._clock())
        method, answer = self._report_answer()
        rows = self._rows(method, answer)
        columns, holds_values = find_columns(rows())
        is_page = answer.root.lower() in _NO_REPORTS and not _has_text(answer)
        if is_page or (columns is None and holds_values):
            raise _not_understood()
        if columns is not None:
            dates = DateReader(self._offset, latest=reading.read_at + _CLOCK_DIFFERENCE)
            reading.sightings = _named(reading, _pairs(rows(), columns), dates)
        return reading

    def _report_answer(self) -> tuple[str, ServiceAnswer]:
        try:
            return _REPORT, self._complete(_REPORT, {})
        except ServiceRefused as refusal:
            if not refusal.is_unknown_method:
                raise
        return _REPORT_AS_TEXT, self._complete(_REPORT_AS_TEXT, _DELIMITERS)

    def _complete(self, method: str, fields: Mapping[str, str]) -> ServiceAnswer:
        """A complete answer. One that is cut or garbled is asked for once more.

        Raises ReadingIncomplete.
        """
        body = self._asmx.call(method, fields)
        try:
            return complete_answer(body)
        except ReadingIncomplete:
            return complete_answer(self._asmx.call(method, fields))

    def _rows(self, method: str, answer: ServiceAnswer) -> Callable[[], Iterator[Row]]:
        """A way to read the report's rows, as often as needed, whichever form it came in."""
        if not _has_text(answer):
            return _Kept(answer.rows)
        return lambda: _split(self._succeeded(method, answer.lines(), must_say_so=False))

    def _succeeded(self, method: str, lines: Iterator[str], *, must_say_so: bool) -> Iterator[str]:
        """The lines after the success code. Raises when the code is another one, or missing.

        Reports as text may come without a code.
        """
        first = next(lines, None)
        if first is not None and first.strip() == "0":
            second = next(lines, "SUCCESS")
            return lines if second.strip().upper() == "SUCCESS" else chain([second], lines)
        if first is not None and _STATUS.fullmatch(first.strip()):
            raise self._asmx.refusal(method, next(lines, first))
        if not must_say_so:
            return iter(()) if first is None else chain([first], lines)
        if first is None or is_address(first):
            raise _not_understood()
        raise self._asmx.refusal(method, first)


_FEW = 10
"""Up to this many lines without a person are junk; more of them mean an unknown form of list."""


def _named(
    reading: Reading, pairs: Iterable[tuple[str, str | None]], dates: DateReader | None
) -> Iterator[Sighting]:
    """A sighting for each entry that names a person or a domain; the others are counted."""
    understood = odd = 0
    for text, raw_date in pairs:
        entries = _entries(text)
        if entries:
            understood += 1
        elif "@" in text:  # JangoMail took it for an address, so it is compared by its text
            odd += 1
            entries = (text.strip(),)
        else:
            reading.refuse(None, text, why_not(text))
        asked = dates.read(raw_date) if raw_date and dates is not None else None
        for entry in entries:
            yield Sighting(entry, raw_date or None, asked)
    if reading.unreadable_count + odd > max(understood, _FEW):
        raise _not_understood()  # a form we don't know: nothing of it may count


def _entries(text: str) -> tuple[str, ...]:
    """What an entry of the list names; an address is taken as it is, because this isn't a file."""
    entry = text.strip()
    if is_well_formed(entry) and not entry.startswith("*@"):
        return (entry,)
    return entries_in(entry) or ((entry,) if is_domain(entry) else ())


def _pairs(rows: Iterable[Row], columns: Columns) -> Iterator[tuple[str, str | None]]:
    for row in rows:
        if row.tag == columns.tag:
            date = row.values.get(columns.date) if columns.date else None
            yield row.values.get(columns.address, ""), date


class _Kept:
    """Rows that are read twice: if there are few, the second time from memory."""

    def __init__(self, read: Callable[[], Iterator[Row]]) -> None:
        self._read = read
        self._rows: list[Row] | None = None

    def __call__(self) -> Iterator[Row]:
        if self._rows is not None:
            yield from self._rows
            return
        first: list[Row] = []
        for row in self._read():
            if len(first) <= _MOST_ROWS_KEPT:
                first.append(row)
            yield row
        self._rows = first if len(first) <= _MOST_ROWS_KEPT else None


def _split(lines: Iterator[str]) -> Iterator[Row]:
    """Delimited lines as rows whose columns are numbered; a line of headings is left out."""
    first = next(lines, None)
    if first is None:
        return
    delimiter = next((sign for sign in _USUAL_DELIMITERS if sign in first), _USUAL_DELIMITERS[0])
    if any(is_address(cell) or is_domain(cell) for cell in first.split(delimiter)):
        lines = chain([first], lines)
    for line in lines:
        cells = enumerate(line.split(delimiter))
        yield Row("line", {str(number): _unquoted(cell.strip()) for number, cell in cells})


def _unquoted(cell: str) -> str:
    """A cell without the quotes around it; those of a local part are its own: "a b"@example.org."""
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _has_text(answer: ServiceAnswer) -> bool:
    return next(answer.lines(), None) is not None


def _not_understood() -> ReadingIncomplete:
    return ReadingIncomplete(
        "Optback doesn't understand JangoMail's answer: it has neither a success code nor "
        "addresses",
        remedy="Check JANGOMAIL_URL: another program may be answering there. Nothing was changed.",
    )
