"""JangoMail's answers: rows of an XML document, or text in one `<string>` element.

Both are read as a stream, so that memory doesn't grow with the answer. Names of elements are not
documented, so rows are found at any depth. A document type is refused, and with it every entity:
JangoMail sends none, and hostile XML starts with one.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from lib.errors import ReadingIncomplete
from lib.sources.spool import Spool

_CHUNK = 1 << 16
_LONGEST_VALUE = 1 << 12
_LONGEST_LINE = 1 << 16
_SCHEMA = "http://www.w3.org/2001/XMLSchema "


class Row(NamedTuple):
    """One element with values: its name, and each value by its name."""

    tag: str
    values: dict[str, str]


class _Element:
    """An element that hasn't ended yet. There's one for each value, so it's kept small."""

    __slots__ = ("columns", "has_children", "length", "tag", "text")

    def __init__(self, tag: str, columns: dict[str, str]) -> None:
        self.tag = tag
        self.columns = columns
        self.text: list[str] = []
        self.length = 0
        self.has_children = False

    def value(self) -> str:
        return "".join(self.text).strip()


class _RootText:
    """Expat's handlers that only look for the end of the document, and the text of a lone root."""

    def __init__(self, text: Spool, encoding: str | None) -> None:
        self.root = ""
        self._text = text
        self._depth = 0
        self._has_children = False
        self.parser = _parser(encoding)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._depth:
            self._has_children = True
        else:
            self.root = _local(name)
        self._depth += 1

    def _characters(self, text: str) -> None:
        if self._depth == 1 and not self._has_children:
            self._text.write(text.encode("utf-8"))

    def _end(self, _name: str) -> None:
        self._depth -= 1


class _Rows:
    """Expat's handlers that collect rows as their elements end."""

    def __init__(self, encoding: str | None) -> None:
        self.ready: list[Row] = []
        self._stack: list[_Element] = []
        self.parser = _parser(encoding)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._stack:
            self._stack[-1].has_children = True
        is_row = attributes and not name.startswith(_SCHEMA)
        columns = _by_local_name(attributes) if is_row else {}
        self._stack.append(_Element(_local(name), columns))

    def _characters(self, text: str) -> None:
        element = self._stack[-1]
        if len(self._stack) > 1 and element.length < _LONGEST_VALUE:
            element.text.append(text)
            element.length += len(text)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        if element.columns and (element.has_children or not element.value()):
            self.ready.append(Row(element.tag, element.columns))
        if not element.has_children and self._stack:
            self._put(self._stack[-1], element.tag, element.value())

    def _put(self, parent: _Element, column: str, value: str) -> None:
        if column in parent.columns:  # values without a row around them: each is its own
            self.ready.append(Row(parent.tag, parent.columns))
            parent.columns = {}
        parent.columns[column] = value


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """A complete answer: `root` is its outermost element, `text` the text directly inside."""

    root: str
    body: Spool
    text: Spool
    encoding: str | None = None  # if it's known, whatever the document claims

    def rows(self) -> Iterator[Row]:
        """Every element with values, in document order."""
        handlers = _Rows(self.encoding)
        for _ in _parsed(self.body, handlers.parser):
            yield from handlers.ready
            handlers.ready.clear()

    def lines(self) -> Iterator[str]:
        """The lines of the root's own text, without the empty ones."""
        file = io.TextIOWrapper(self.text.open(), encoding="utf-8", newline=None)
        for line in iter(lambda: file.readline(_LONGEST_LINE), ""):
            if line.strip():
                yield line.strip("\n")


def complete_answer(body: Spool) -> ServiceAnswer:
    """The answer in a body, once it has been read to the end of its root element.

    A method may answer with XML written as text inside `<string>`; that is taken out first.
    Raises ReadingIncomplete when the body is cut, or no XML.
    """
    outer = _read_to_the_end(body, None)
    if outer.text.open().read(_CHUNK).lstrip().startswith(b"<"):
        # Such a text often claims to be UTF-16, which it was while it was a .NET string.
        return _read_to_the_end(outer.text, "utf-8")
    return outer


def _read_to_the_end(body: Spool, encoding: str | None) -> ServiceAnswer:
    text = Spool()
    handlers = _RootText(text, encoding)
    for _ in _parsed(body, handlers.parser):
        pass
    return ServiceAnswer(handlers.root, body, text, encoding)


def _parser(encoding: str | None) -> expat.XMLParserType:
    parser = expat.ParserCreate(encoding, namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise _not_an_answer("it contains a document type")


def _parsed(body: Spool, parser: expat.XMLParserType) -> Iterator[None]:
    """Parse a body to its end; between two pieces, the caller takes what was found."""
    source = body.open()
    try:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _not_an_answer("its XML is cut off or broken") from error
    yield


def _not_an_answer(why: str) -> ReadingIncomplete:
    return ReadingIncomplete(
        f"JangoMail's answer is incomplete ({why}), so none of it is used",
        remedy="Run again. If it keeps happening, check JANGOMAIL_URL: another program may be "
        "answering there.",
    )


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _by_local_name(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}
