"""Email addresses: the form in which they are compared, and every spelling to ask for.

Source: rules.md, 2. Addresses are compared trimmed, in Unicode normal form C, in lower case (not
case-folded: ß is not ss), the domain in its IDNA form; plus-addresses and dots stay different.
SOQL's comparison knows no normal forms or IDNA, so a query asks every spelling.
"""

import re
import unicodedata
from itertools import product

_BLANKS = " \t\r\n\f\v\u00a0\u200b\ufeff"
# Invisible characters are never part of an address: zero-width blanks, direction marks.
_UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd"
# Of ASCII a domain holds letters, digits, hyphens and underscores; of the rest, any letter.
_IN_LABEL = rf"[^\s\x00-,./:-@\[-^`{{-\x9f{_UNSEEN}]"
_DOMAIN = re.compile(rf"(?:{_IN_LABEL}+\.)+(?!\d){_IN_LABEL}+")
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f\ufffd]|\\[^\x00-\x1f\x7f\ufffd])+"'
_QUOTED_LOCAL_PART = re.compile(_QUOTED)
_LOCAL_PART = re.compile(rf"[^\s\x00-\x20\x7f@,;:<>()\[\]\\\"{_UNSEEN}]+|{_QUOTED}")
_MOST_TURKIC_SPELLINGS = 32


def compared(text: str) -> str:
    """The form in which two spellings of one address (or domain) are equal."""
    if text.isascii():  # nearly always, and what is below comes to the same then
        return text.strip(_BLANKS).lower()
    trimmed = unicodedata.normalize("NFC", text.strip(_BLANKS))
    local, at, domain = trimmed.rpartition("@")
    if not at:
        return to_idna(trimmed.lower())
    return f"{unicodedata.normalize('NFC', local.lower())}@{to_idna(domain.lower())}"


def to_idna(domain: str) -> str:
    """The ASCII form of a domain; a domain that has none comes back as it is."""
    if domain.isascii():
        return domain
    labels = unicodedata.normalize("NFC", domain).split(".")
    return ".".join(_label_to_idna(label) for label in labels)


def from_idna(domain: str) -> str:
    """The Unicode form of an ASCII domain; a label that has none stays as it is."""
    return ".".join(_label_from_idna(label) for label in domain.split("."))


def is_address(text: str) -> bool:
    """Whether the text can be an address: something, the last @, a domain, and no inner blanks.

    But in quotes, as in `"odd one"@example.org`, the local part may hold anything.
    """
    local, at, domain = text.strip(_BLANKS).rpartition("@")
    if not (at and local and domain) or re.search(r"\s", domain):
        return False
    return not re.search(r"\s", local) or _QUOTED_LOCAL_PART.fullmatch(local) is not None


def is_well_formed(text: str) -> bool:
    """Whether the text is exactly one address at a domain with a dot, and nothing around it."""
    local, at, domain = text.rpartition("@")
    return bool(at) and _LOCAL_PART.fullmatch(local) is not None and _is_domain_name(domain)


def is_domain(text: str) -> bool:
    """Whether the text names a whole domain: `example.com`, or `@example.com`."""
    return _is_domain_name(text.strip(_BLANKS).removeprefix("@"))


def _is_domain_name(text: str) -> bool:
    return _DOMAIN.fullmatch(text) is not None


def domain_of(address: str) -> str:
    """The domain of an address in its compared form."""
    return address.rpartition("@")[2]


def spellings(address: str, *, shown: str = "", turkic: bool = False) -> tuple[str, ...]:
    """Every spelling of an address that a case-insensitive comparison could miss, in a fixed order.

    `shown` is the spelling that a person or a source used. With `turkic` (the signed-in user's
    locale is Turkish or Azeri, where I and i do not meet) each of the two is asked for as well.
    """
    local, _, domain = address.rpartition("@")
    locals_ = [local, unicodedata.normalize("NFD", local)]
    domains = [domain, from_idna(domain), unicodedata.normalize("NFD", from_idna(domain))]
    found = [f"{one}@{other}" for one in locals_ for other in domains]
    if shown:
        found.append(shown.strip(_BLANKS))
    if turkic:
        found.extend(spelling for one in list(found) for spelling in _turkic(one))
    return tuple(dict.fromkeys(found))


def _turkic(address: str) -> list[str]:
    letters = [("i", "I") if letter in "iI" else (letter,) for letter in address]
    if 2 ** sum(len(one) - 1 for one in letters) > _MOST_TURKIC_SPELLINGS:
        return [address.replace("i", "I"), address.replace("I", "i")]
    return ["".join(one) for one in product(*letters)]


def _label_to_idna(label: str) -> str:
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return label


def _label_from_idna(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
        decoded.encode("utf-8")  # half a surrogate pair is no letter
    except UnicodeError:
        return label
    return decoded
