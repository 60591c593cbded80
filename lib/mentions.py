"""Addresses in a text, in whatever form the cells of a list may have them."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from lib.addresses import compared, is_address

# What separates addresses in a text, what may surround them, and what is invisible.
_PARTING = re.compile(r"[,;|\t]+|(?<!\S)[^\w\s@]+(?!\S)")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+'-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
_AROUND_AT = re.compile(r"\s*@\s*(?=\S+\.\S)")
_DELIMITER = re.compile(r"[<>()\[\]{}\"\u201c-\u201f\u00ab\u00bb\u2039\u203a:\\]+")
_DRESSED = re.compile(rf"{_DELIMITER.pattern}.*@|@.*{_DELIMITER.pattern}|@.*@", re.DOTALL)
_DOMAIN_HEAD = re.compile(r"(?:[^\W_]|[.\-_])+")
_ASCII_HEAD, _ASCII_TAIL = re.compile(r"[!-~]+"), re.compile(r"[!-~]+$")
_OF_A_SYMBOL = "\ufe0f\u20e3"  # what makes a picture of the sign before it
_LABEL = re.compile(r"^.*[/=](?=.)")  # of `cc=ann` and `home/ann`
_AROUND = ".!?'`*_-~\u2018\u2019\u2026"
_BEFORE = _AROUND + "+/=&#%$^"
_QUOTED_ADDRESS = re.compile(r'("(?:[^"\\]|\\.)*")@([^\s,;|<>()\[\]]+)')
_HIDDEN = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
_INVISIBLE = dict.fromkeys(map(ord, _HIDDEN))
_PARTING_BLANKS = dict.fromkeys(map(ord, _HIDDEN), " ")


def may_hold_address(text: str) -> bool:
    """Whether an at sign, in any of its spellings, is in the text. Cheap: asked of every cell."""
    if "@" in text:
        return True
    if text.isascii() and "%" not in text and "&" not in text:
        return False
    return "@" in undressed(text) or "@" in unquote(text)


def addresses_in(text: str, *, in_sentences: bool = False) -> list[str]:
    """The addresses, in their compared form, of a text that is made of addresses.

    They may be parted by blanks, commas, semicolons, slashes or pipes, and dressed: in brackets or
    quotes, behind a name, a label or `mailto:`, as HTML or percent-encoded, with invisible
    characters inside. A sentence with an address in the middle isn't an address, except with
    `in_sentences`. An address that can be read in two ways comes back in both.
    """
    if _PLAIN.fullmatch(text):  # nearly always
        return [text.lower()]
    found: dict[str, None] = {}
    for variant in _variants(text):
        for line in variant.splitlines():
            found.update(dict.fromkeys(_addresses_of(line, in_sentences=in_sentences)))
    return list(found)


def undressed(text: str) -> str:
    """The text without HTML entities and invisible characters, in its plainest letters."""
    plain = html.unescape(text) if "&" in text else text
    return unicodedata.normalize("NFKC", plain.translate(_INVISIBLE))


def _variants(text: str) -> list[str]:
    """The readings of a text: as it is, undressed, and with what is percent-encoded decoded."""
    if text.isascii() and "%" not in text and "&" not in text:
        return [text]
    found = [text.translate(_PARTING_BLANKS), undressed(text), undressed(unquote(text))]
    return list(dict.fromkeys(found))


def _addresses_of(line: str, *, in_sentences: bool) -> Iterator[str]:
    """The addresses of a line, part by part: a part that is no sentence is made of them."""
    if "@" not in line:
        return
    for quoted in _QUOTED_ADDRESS.finditer(line):
        yield from _quoted_readings(*quoted.groups())
    line = _AROUND_AT.sub("@", _QUOTED_ADDRESS.sub(" ", line))
    for part in _PARTING.split(line):
        words = part.split()
        if "@" in part and (in_sentences or not _is_sentence(words)):
            yield from (one for word in words for one in _readings(word))


def _quoted_readings(local: str, domain: str) -> Iterator[str]:
    """An address with a quoted local part, with what follows it and without, and unquoted."""
    unquoted = local.replace('"', "")  # quotes that need not be there
    head = _DOMAIN_HEAD.match(domain)
    for one in (domain, head.group().strip(_AROUND) if head else ""):
        yield compared(f"{local}@{one}")
        yield compared(f"{unquoted}@{one}")


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether the addresses stand amid other words, none in brackets or behind a label."""
    if _readings(words[0]) or _readings(words[-1]):
        return False
    return not any(
        _DRESSED.search(word) or before.endswith((":", "=", "<", "("))
        for before, word in pairwise(words)
        if _readings(word)
    )


@lru_cache(maxsize=4096)
def _readings(word: str) -> tuple[str, ...]:
    """The addresses of one word: the word itself, and what stands in it between delimiters."""
    if "@" not in word:
        return ()
    found = [] if _DELIMITER.search(word) else [word, word.strip(_AROUND)]
    for part in _DELIMITER.split(word):
        for local, domain in _pairs(part):
            whole = local.lstrip(_BEFORE)
            unlabeled = _LABEL.sub("", whole).lstrip(_BEFORE)
            locals_ = (whole, unlabeled, *_ends_of_local_part(whole))
            domains = (domain.strip(_AROUND), *_start_of_domain(domain))
            found += (f"{one}@{other}" for one in locals_ for other in domains)
    return tuple(dict.fromkeys(compared(one) for one in found if is_address(one)))


def _pairs(part: str) -> Iterator[tuple[str, str]]:
    """What stands before and behind each at sign; what ends one address may begin the next."""
    for number, (before, behind) in enumerate(pairwise(part.split("@"))):
        domain = _DOMAIN_HEAD.match(behind)
        if domain is not None:
            yield from ((one, domain.group()) for one in _locals_in(before, is_first=not number))


def _locals_in(before: str, *, is_first: bool) -> Iterator[str]:
    """The local parts before an at sign, behind the domain of the address before that one."""
    yield before
    head = None if is_first else _DOMAIN_HEAD.match(before)
    if head is None:
        return
    if head.end() < len(before):
        yield before[head.end() :]
    else:
        yield from (before[one.end() :] for one in re.finditer("[-_]", before))


def _ends_of_local_part(local: str) -> Iterator[str]:
    """The local part behind a sign that no address has, or behind a script without blanks."""
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
    """The domain before a script that is written without blanks, such as Japanese."""
    head = _ASCII_HEAD.match(domain)
    if head is not None and "Lo" in map(unicodedata.category, domain):
        yield head.group().strip(_AROUND)
