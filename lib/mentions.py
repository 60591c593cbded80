"""Finds addresses in a text, in all the forms that the cells of a list have."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from lib.addresses import compared, is_address

# What separates addresses in a text, what can surround them, and what is invisible.
_SEPARATOR = re.compile(r"[,;|\t]+|(?<!\S)[^\w\s@]+(?!\S)")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+'-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
_AROUND_AT = re.compile(r"\s*@\s*(?=\S+\.\S)")
_DELIMITER = re.compile(r"[<>()\[\]{}\"\u201c-\u201f\u00ab\u00bb\u2039\u203a:\\]+")
_DECORATED = re.compile(rf"{_DELIMITER.pattern}.*@|@.*{_DELIMITER.pattern}|@.*@", re.DOTALL)
_DOMAIN_HEAD = re.compile(r"(?:[^\W_]|[.\-_])+")
_ASCII_HEAD, _ASCII_TAIL = re.compile(r"[!-~]+"), re.compile(r"[!-~]+$")
_OF_A_SYMBOL = "\ufe0f\u20e3"  # turns the character before it into an emoji
_LABEL = re.compile(r"^.*[/=](?=.)")  # as in `cc=ann` and `home/ann`
_AROUND = ".!?'`*_-~\u2018\u2019\u2026"
_BEFORE = _AROUND + "+/=&#%$^"
_QUOTED_ADDRESS = re.compile(r'("(?:[^"\\]|\\.)*")@([^\s,;|<>()\[\]]+)')
_HIDDEN = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
_INVISIBLE = dict.fromkeys(map(ord, _HIDDEN))
_AS_BLANKS = dict.fromkeys(map(ord, _HIDDEN), " ")


def may_hold_address(text: str) -> bool:
    """Whether the text has an at sign in any form. Fast: it is called for every cell."""
    if "@" in text:
        return True
    if text.isascii() and "%" not in text and "&" not in text:
        return False
    return "@" in undressed(text) or "@" in unquote(text)


def addresses_in(text: str, *, in_sentences: bool = False) -> list[str]:
    """The addresses in a text that is made of addresses, in the compared form.

    Blanks, commas, semicolons, slashes or pipes can separate them. They can be in brackets or
    quotes, behind a name, a label or `mailto:`, HTML or percent-encoded, and have invisible
    characters inside. An address in the middle of a sentence only counts with `in_sentences`.
    An address that can be read in two ways comes back in both.
    """
    if _PLAIN.fullmatch(text):  # nearly always
        return [text.lower()]
    found: dict[str, None] = {}
    for variant in _variants(text):
        for line in variant.splitlines():
            found.update(dict.fromkeys(_addresses_of(line, in_sentences=in_sentences)))
    return list(found)


def undressed(text: str) -> str:
    """The text without HTML entities and invisible characters, in its plainest characters."""
    plain = html.unescape(text) if "&" in text else text
    return unicodedata.normalize("NFKC", plain.translate(_INVISIBLE))


def _variants(text: str) -> list[str]:
    """The ways to read a text: unchanged, undressed, and with percent-encoding decoded."""
    if text.isascii() and "%" not in text and "&" not in text:
        return [text]
    found = [text.translate(_AS_BLANKS), undressed(text), undressed(unquote(text))]
    return list(dict.fromkeys(found))


def _addresses_of(line: str, *, in_sentences: bool) -> Iterator[str]:
    """The addresses of a line, part by part. A part that is a sentence has none."""
    if "@" not in line:
        return
    for quoted in _QUOTED_ADDRESS.finditer(line):
        yield from _quoted_readings(*quoted.groups())
    line = _AROUND_AT.sub("@", _QUOTED_ADDRESS.sub(" ", line))
    for part in _SEPARATOR.split(line):
        words = part.split()
        if "@" in part and (in_sentences or not _is_sentence(words)):
            yield from (address for word in words for address in _readings(word))


def _quoted_readings(local: str, domain: str) -> Iterator[str]:
    """An address with a quoted local part: with and without what follows it, and unquoted."""
    unquoted = local.replace('"', "")  # the quotes may be unnecessary
    head = _DOMAIN_HEAD.match(domain)
    for end in (domain, head.group().strip(_AROUND) if head else ""):
        yield compared(f"{local}@{end}")
        yield compared(f"{unquoted}@{end}")


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether the addresses are between other words, none in brackets or behind a label."""
    if _readings(words[0]) or _readings(words[-1]):
        return False
    return not any(
        _DECORATED.search(word) or before.endswith((":", "=", "<", "("))
        for before, word in pairwise(words)
        if _readings(word)
    )


@lru_cache(maxsize=4096)
def _readings(word: str) -> tuple[str, ...]:
    """The addresses in a word: the word itself, and what is between delimiters in it."""
    if "@" not in word:
        return ()
    found = [] if _DELIMITER.search(word) else [word, word.strip(_AROUND)]
    for part in _DELIMITER.split(word):
        for local, domain in _pairs(part):
            whole = local.lstrip(_BEFORE)
            unlabeled = _LABEL.sub("", whole).lstrip(_BEFORE)
            locals_ = (whole, unlabeled, *_ends_of_local_part(whole))
            domains = (domain.strip(_AROUND), *_start_of_domain(domain))
            found += (f"{name}@{host}" for name in locals_ for host in domains)
    return tuple(dict.fromkeys(compared(text) for text in found if is_address(text)))


def _pairs(part: str) -> Iterator[tuple[str, str]]:
    """What is before and after each at sign. The end of an address can start the next."""
    for number, (before, behind) in enumerate(pairwise(part.split("@"))):
        domain = _DOMAIN_HEAD.match(behind)
        if domain is not None:
            host = domain.group()
            yield from ((local, host) for local in _locals_in(before, is_first=not number))


def _locals_in(before: str, *, is_first: bool) -> Iterator[str]:
    """The local parts before an at sign, after the domain of the previous address."""
    yield before
    head = None if is_first else _DOMAIN_HEAD.match(before)
    if head is None:
        return
    if head.end() < len(before):
        yield before[head.end() :]
    else:
        yield from (before[sign.end() :] for sign in re.finditer("[-_]", before))


def _ends_of_local_part(local: str) -> Iterator[str]:
    """The local part after a sign that no address has, or after a script without blanks."""
    if local.isascii():
        return
    kinds = [unicodedata.category(letter) for letter in local]
    signs = [at for at, kind in enumerate(kinds) if kind[0] in "PS" and not local[at].isascii()]
    if signs:
        yield local[signs[-1] + 1 :].lstrip(_OF_A_SYMBOL + _BEFORE)
    tail = _ASCII_TAIL.search(local)
    if tail is not None and "Lo" in kinds:
        yield tail.group().lstrip(_BEFORE)


def _start_of_domain(domain: str) -> Iterator[str]:
    """The domain in front of a script without blanks, such as Japanese."""
    head = _ASCII_HEAD.match(domain)
    if head is not None and "Lo" in map(unicodedata.category, domain):
        yield head.group().strip(_AROUND)
