"""What a cell of a file names: addresses, one whole domain, or no one.

Stricter than the comparison of addresses, because a file may hold anything. A cell names people
only if all of it is understood: an address next to other text doesn't count.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from lib.addresses import compared, is_domain, is_well_formed
from lib.sources.cell_text import CURLY, NARROW, as_seen, unwrapped

# Nearly every cell looks like this.
_PLAIN = re.compile(
    r"[a-z0-9_.+-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", re.ASCII | re.I
)
# What a text must contain to have an address in it, however the address is written.
_HINT = re.compile(r"[@\uff20\ufe6b]|%40|&(?:#0*64|#x0*40|#0*65312|#x0*ff20|commat|amp);", re.I)
_LONGEST = 32_767  # characters of a cell in Excel
_MOST_BACKSLASHES = 100  # more aren't quoted local parts, and would take long to read

_LINKS = (
    re.compile(r"=\s*HYPERLINK\(\s*\"([^\"]*)\"\s*(?:[,;]\s*\"([^\"]*)\"\s*)?\)", re.I),
    re.compile(r"<a\s[^<>]*href\s*=\s*[\"']([^\"'<>]*)[\"'][^<>]*>([^<>]*)</a>", re.I),
    re.compile(r"\[([^\[\]()]*)\]\(([^\[\]()]*)\)"),  # Markdown
)
_MAILTO = re.compile(r"mailto:(?://)?\s*", re.I)
_BEGINS_QUERY = re.compile(r"mailto:[^\s;,|<>]*\?")
_IS_MAILTO = re.compile(r"<?mailto:[^\s<>]*>?")
_MAILTO_QUERY = re.compile(r"(mailto:[^?]*)\?(.*)", re.I | re.DOTALL)
_MORE_RECIPIENTS = re.compile(r"@|%40|\b(?:to|cc|bcc)=", re.I)

_TOKEN = re.compile(
    r"""
    (?P<word>"(?:[^"\\]|\\.)*"@[^\s;,|<>"]+ | [^\s;,|<>"]+)   # a local part may be quoted
  | "(?P<quoted>(?:[^"\\]|\\.)*)"
  | <(?P<bracketed>[^<>]*)>
  | (?P<separator>[;,|\n\r]+)
  | (?P<stray>[<>"])
    """,
    re.VERBOSE,
)
_MOST_WORDS = 6  # of a name without quotes around it; more of them are a sentence
_NOT_IN_A_NAME = frozenset(":?!=")
# The lower-case words of names, as in Ludwig van der Rohe or José Ortega y Gasset.
_PARTICLES = frozenset(
    (
        *("van", "von", "vom", "zu", "zur", "zum", "der", "den", "de", "ter", "ten", "'t", "op"),
        *("la", "le", "les", "du", "des", "d'", "da", "das", "do", "dos", "di", "del", "della"),
        *("dei", "y", "e", "i", "und", "and", "bin", "ibn", "al", "el", "ben", "af", "av", "med"),
    )
)

# A local part that is allowed, but that a program probably made from another one:
# `=a`, `#b` (a list of SharePoint), `*`, `email=c`, `o''hara`, `o&#39hara`, `path/d`, `?to=e`.
_DOUBTFUL = re.compile(rf"[=#*&]|[a-z-]+=|.*(?:''|&#|[/?{CURLY}])", re.I | re.DOTALL)


def entries_in(cell: str) -> tuple[str, ...]:
    """All addresses that a cell names, or the one domain (`@example.com`); empty when in doubt.

    Also reads `Name <…>`, several addresses one after another, `mailto:`, HTML entities, and
    what spreadsheets put around a text.
    """
    if _PLAIN.fullmatch(cell):
        return (cell,)
    if not _HINT.search(cell) or len(cell) > _LONGEST:
        return ()
    text = as_seen(cell)
    if "@" in cell.translate(NARROW) and (domain := _domain_entry(text)):
        return (domain,)
    found = _read(text)
    return () if found.has_rest else tuple(found.addresses.values())


def names_people(cell: str) -> bool:
    """Whether the cell names one address or several, and nothing else."""
    return any(entry[0] != "@" for entry in entries_in(cell))


def why_not(cell: str) -> str:
    """Why a cell names no one, in words for the person who uploaded the file."""
    text = as_seen(cell[:_LONGEST])
    if not text:
        return "there's no address in it"
    if "\ufffd" in text:
        return "it has letters that can't be read in this file's encoding"
    if is_domain(text) and text[0] != "@":
        return f"it's a domain: write @{text} if everyone there unsubscribed"
    found = _read(text)
    if len(found.addresses) > 1 or text.count("@") > 1:
        return "it has more than one address, and something that isn't an address"
    if found.addresses:
        return "it has an address and something else"
    return "it's neither an address nor a domain"


def _domain_entry(text: str) -> str | None:
    """`@example.com`, of a text that is this or `*@example.com`."""
    name = text.removeprefix("*").removesuffix(".")
    return name if name[:1] == "@" and is_domain(name) else None


@dataclass(slots=True)
class _Found:
    """The addresses by their compared form, and whether anything else was next to them."""

    addresses: dict[str, str] = field(default_factory=dict)
    has_rest: bool = False

    def add(self, address: str | None) -> None:
        if address is None:
            self.has_rest = True
        else:
            self.addresses.setdefault(compared(address), address)


def _read(text: str) -> _Found:
    """Everything that a text names, be it a link or a list."""
    for link in _LINKS:
        if match := link.fullmatch(text):
            return _read_link([part for part in match.groups() if part and _HINT.search(part)])
    return _read_list(text)


def _read_link(parts: list[str]) -> _Found:
    """A link names someone only if its target and its text name the same person."""
    read = [_read_list(unwrapped(part)) for part in parts]
    found = read[0] if read else _Found(has_rest=True)
    found.has_rest = any(
        reading.has_rest or reading.addresses.keys() != found.addresses.keys() for reading in read
    )
    return found


def _read_list(text: str) -> _Found:
    """Addresses one after another, with or without a name before each."""
    reader = _ListReader()
    text = _without_query(_MAILTO.sub("mailto:", text))
    is_odd = text.count("\\") > _MOST_BACKSLASHES
    reader.found.has_rest = is_odd or _may_hide_a_query(text)
    tokens = [] if is_odd else list(_TOKEN.finditer(text))
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        reader.take(token, is_named=following is not None and following.lastgroup == "bracketed")
    reader.found.has_rest |= bool(reader.name)
    return reader.found


@dataclass(slots=True)
class _ListReader:
    """Takes a list token by token; `name` is what may be the name of the next address."""

    found: _Found = field(default_factory=_Found)
    name: list[tuple[str, bool]] = field(default_factory=list)  # with whether it is quoted

    def take(self, token: re.Match[str], *, is_named: bool) -> None:
        """`is_named`: an address in angle brackets follows, to which this may be the name."""
        kind = token.lastgroup or ""
        text = token[kind]
        if kind == "bracketed":
            self._take_bracketed(text)
        elif kind == "separator":
            # A comma may be in a name: Doe, John <…>. Other separators end the name.
            self.found.has_rest |= bool(self.name) and set(text) != {","}
        elif kind == "stray":
            self.found.has_rest = True
        else:
            self._take_word(text, is_quoted=kind == "quoted", is_named=is_named)

    def _take_bracketed(self, text: str) -> None:
        address = _address(text)
        self.found.add(address)
        self.found.has_rest |= not self._fits(address)
        self.name.clear()

    def _take_word(self, text: str, *, is_quoted: bool, is_named: bool) -> None:
        address = None if is_named else _address(text)
        if address is None:
            self.name.append((text, is_quoted))
            return
        self.found.add(address)
        self.found.has_rest |= bool(self.name)
        self.name.clear()

    def _fits(self, address: str | None) -> bool:
        """Whether the text before an address can be a name and isn't another address."""
        if _is_sentence([text for text, is_quoted in self.name if not is_quoted]):
            return False
        addresses = [text for text, _ in self.name if _HINT.search(text)]
        return all(_is_same(_address(text), address) for text in addresses)


def _may_hide_a_query(text: str) -> bool:
    """Whether a word of the list may belong to the query of a `mailto:` before it.

    Where a query ends is sure only if each part of the list starts with `mailto:`.
    """
    if not _BEGINS_QUERY.search(text):
        return False
    parts = re.split(r"[;,|\n\r]+", text)
    return not all(_IS_MAILTO.fullmatch(part.strip()) for part in parts if part)


def _is_sentence(words: list[str]) -> bool:
    """Whether words without quotes say something: `please remove Bob` isn't a name."""
    if len(words) > _MOST_WORDS or any(_NOT_IN_A_NAME & set(word) for word in words):
        return True
    lower = sum(1 for word in words if word[0].islower() and word.strip(".,") not in _PARTICLES)
    return len(words) > 2 and 0 < lower < len(words)


def _is_same(text: str | None, other: str | None) -> bool:
    return text is not None and other is not None and compared(text) == compared(other)


def _address(text: str) -> str | None:
    """The address if a text is exactly one, without what programs add around or inside it."""
    text = unwrapped(text)
    if mailto := _MAILTO.match(text):
        text = unquote(_without_query(text)[mailto.end() :]).strip()
    elif "%" in text and (decoded := _unquoted(text)) != text:
        if "@" in text:
            return None  # a percent sign of its own, or one that a web address made: who knows
        text = unwrapped(decoded)
    text = text.removesuffix(".")
    return text if is_well_formed(text) and not _DOUBTFUL.match(text) else None


def _unquoted(text: str) -> str:
    """The text with its `%40` read; as it is where that gives no text."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _without_query(text: str) -> str:
    """A `mailto:` without its subject and the like; as it is where that names people too."""
    match = _MAILTO_QUERY.fullmatch(text)
    return text if match is None or _MORE_RECIPIENTS.search(match[2]) else match[1]
