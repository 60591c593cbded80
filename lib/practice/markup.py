"""Small XML for the imitated services: read by local names, written from pairs."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from xml.etree import ElementTree  # a document type is refused before parsing
from xml.sax.saxutils import escape

Element: TypeAlias = ElementTree.Element
Content: TypeAlias = "str | Iterable[tuple[str, Content]] | None"


class NotXml(Exception):
    """The text cannot be read as XML."""


def read(text: bytes) -> Element:
    """The root of a document. Raises NotXml, also if it has a document type."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise NotXml("a document type is not accepted")
    try:
        return ElementTree.fromstring(text)  # noqa: S314  # see above
    except ElementTree.ParseError as error:
        raise NotXml(str(error)) from error


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first child with this local name, whatever its prefix."""
    return (
        next((inner for inner in element if local(inner) == name), None)
        if element is not None
        else None
    )


def text_of(element: Element | None, name: str) -> str | None:
    """The text of the child with this local name; `None` if there is no such child."""
    found = child(element, name)
    return None if found is None else (found.text or "")


def texts(element: Element) -> Mapping[str, str]:
    """The texts of all children by local name."""
    return {local(inner): inner.text or "" for inner in element}


def written(name: str, content: Content) -> str:
    """An element: text is escaped, pairs become children, `None` becomes nil."""
    if content is None:
        return f'<{name} xsi:nil="true"/>'
    inner = (
        escape(content) if isinstance(content, str) else "".join(written(*pair) for pair in content)
    )
    return f"<{name}>{inner}</{name.partition(' ')[0]}>"
