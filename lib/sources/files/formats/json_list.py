"""The suppression lists of SendGrid, Amazon SES, Postmark and Mailgun as their APIs return them.

Only documented shapes are read: in other JSON no one can tell which addresses belong to people who
asked.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lib.sources.files.formats import kinds
from lib.sources.files.formats.delimited_text import DelimitedText
from lib.sources.files.formats.json_text import BrokenJson, JsonText
from lib.sources.files.formats.kinds import FileFormat, refused
from lib.sources.spool import Spool

Entry = dict[str, object]
_LISTS = frozenset(("SuppressedDestinationSummaries", "Suppressions", "items"))
# What may be next to a list on its page; anything else could hold people who would be missed.
_BESIDE = frozenset(
    (
        *("NextToken", "ResponseMetadata", "$metadata", "paging"),
        *("TotalCount", "total_count", "total", "count"),
    )
)
_UNKNOWN = FileFormat(
    "JSON",
    f"{kinds.EXPORT} For JSON, Optback reads only suppression lists of SendGrid, Amazon SES, "
    "Postmark, and Mailgun, exactly as their APIs return them.",
)
_BROKEN = FileFormat(
    "JSON that is cut off or damaged",
    "Download the list again, or export it as CSV, and use that file.",
)
_ONE_PAGE = FileFormat(
    "one page of a longer list in JSON (its NextToken says there's more)",
    "Download the other pages too, and put them all in one file.",
)
_NOBODY = FileFormat("a list in JSON without any entries", "Use the file with the addresses.")


@dataclass(frozen=True, slots=True)
class JsonList:
    """A list as delimited text: a heading row of its keys, then one row for each entry."""

    spool: Spool
    service: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """A service's entry: the keys that it has, and those that it may have as well."""

    service: str
    has: frozenset[str]
    may_have: frozenset[str]


def _shape(service: str, has: str, may_have: str = "") -> _Shape:
    return _Shape(service, frozenset(has.split()), frozenset(may_have.split()))


_SHAPES = (
    _shape("SendGrid", "email created", "reason status ip"),
    _shape("SendGrid", "email group_id", "group_name created_at"),
    _shape("SendGrid", "email"),  # a group's list of bare addresses
    _shape("Amazon SES", "EmailAddress Reason", "LastUpdateTime"),
    _shape("Amazon SES", "emailAddress reason"),
    _shape("Postmark", "EmailAddress SuppressionReason", "Origin CreatedAt"),
    _shape("Mailgun", "address created_at", "tags tag code error id MessageHash"),
    _shape("Mailgun", "address tags", "created_at"),
    _shape("Mailgun", "address tag", "created_at"),
)


class _Refused(Exception):
    """The JSON isn't a list that can be read; `kind` says what it is instead."""

    def __init__(self, kind: FileFormat) -> None:
        super().__init__(kind.what)
        self.kind = kind


def list_of(opened: Callable[[], io.TextIOBase], name: str) -> JsonList:
    """The list in a JSON text, which is read twice. Raises FileUnreadable for any other JSON.

    Every entry becomes a row, also one without an address.
    """
    try:
        keys, service = _headings(opened)
        rows = DelimitedText()
        rows.add(keys)
        with opened() as file:
            for entry in _List(file).entries():
                rows.add([_cell(entry.get(key)) for key in keys])
    except _Refused as error:
        raise refused(error.kind, name) from error
    except (BrokenJson, RecursionError) as error:
        raise refused(_BROKEN, name) from error
    return JsonList(rows.finished(), service)


def _headings(opened: Callable[[], io.TextIOBase]) -> tuple[list[str], str]:
    """The keys of all entries in the order they first turn up, and the service they belong to."""
    seen: dict[tuple[str, ...], None] = {}
    with opened() as file:
        pages = _List(file)
        for entry in pages.entries():
            seen[tuple(entry)] = None
    keys = list(dict.fromkeys(key for entry_keys in seen for key in entry_keys))
    if not seen:
        raise _Refused(_NOBODY)
    for shape in _SHAPES:
        if shape.has <= set(keys) <= shape.has | shape.may_have:
            if pages.goes_on:
                raise _Refused(_ONE_PAGE)
            return keys, shape.service
    raise _Refused(_UNKNOWN)


class _List:
    """The entries of a text that holds an array, pages one after another, or an entry per line.

    After the last entry, `goes_on` says whether the last page points to another.
    """

    def __init__(self, file: io.TextIOBase) -> None:
        self.goes_on = False
        self._text = JsonText(file)

    def entries(self) -> Iterator[Entry]:
        while sign := self._text.next_sign():
            if sign == "[":
                yield from self._array()
            elif sign == "{":
                yield from self._object()
            elif sign == ",":  # pages that someone joined
                self._text.skip()
            else:
                raise _Refused(_UNKNOWN)

    def _array(self) -> Iterator[Entry]:
        for value in self._text.array():
            yield from self._inside(value)

    def _object(self) -> Iterator[Entry]:
        """An entry of its own, or a page, whose long list is read entry by entry."""
        members: Entry = {}
        is_page = False
        for key in self._text.object_keys():
            if key in _LISTS and self._text.next_sign() == "[":
                is_page = True
                yield from self._array()
            elif key in members:
                raise _Refused(_UNKNOWN)
            else:
                members[key] = self._text.value()
        if is_page:
            self._page(members)
        else:
            yield from self._inside(members)

    def _inside(self, value: object) -> Iterator[Entry]:
        """The entries in a value that was read whole: itself, or those of a page or an array."""
        if isinstance(value, str):
            yield {"email": value}
        elif isinstance(value, list) and value:
            for part in value:
                yield from self._inside(part)
        elif isinstance(value, dict) and any(isinstance(value.get(key), list) for key in _LISTS):
            yield from self._whole_page(value)
        elif isinstance(value, dict) and all(_is_flat(part) for part in value.values()):
            yield value
        elif value != []:
            raise _Refused(_UNKNOWN)

    def _whole_page(self, page: Entry) -> Iterator[Entry]:
        for key in _LISTS & page.keys():
            yield from self._inside(page[key])
        self._page({key: value for key, value in page.items() if key not in _LISTS})

    def _page(self, beside: Entry) -> None:
        if not beside.keys() <= _BESIDE:
            raise _Refused(_UNKNOWN)
        self.goes_on = bool(beside.get("NextToken"))


def _is_flat(value: object) -> bool:
    if isinstance(value, list):
        return not any(isinstance(part, dict | list) for part in value)
    return not isinstance(value, dict)


def _cell(value: object) -> str:
    """A value as text; several of them with commas between."""
    if isinstance(value, list):
        return ", ".join(_cell(part) for part in value)
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else str(value)
