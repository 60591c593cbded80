"""Email addresses: the form we compare them in, and all spellings to ask Salesforce for.

Source: rules.md, 2. Addresses are compared trimmed, in Unicode normal form C, in lower case (not
case-folded: ß isn't ss), with the domain in its IDNA form. Plus-addresses and dots make a
difference. SOQL doesn't know normal forms or IDNA, so a query asks for every spelling.
"""

import re
import unicodedata
from itertools import product

_BLANKS = " \t\r\n\f\v\u00a0\u200b\ufeff"
# Invisible characters are never part of an address: zero-width blanks, direction marks.
_UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd"
# A domain has ASCII letters, digits, hyphens and underscores, and any letters beyond ASCII.
_IN_LABEL = rf"[^\s\x00-,./:-@\[-^`{{-\x9f{_UNSEEN}]"
_DOMAIN = re.compile(rf"(?:{_IN_LABEL}+\.)+(?!\d){_IN_LABEL}+")
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f\ufffd]|\\[^\x00-\x1f\x7f\ufffd])+"'
_QUOTED_LOCAL_PART = re.compile(_QUOTED)
_LOCAL_PART = re.compile(rf"[^\s\x00-\x20\x7f@,;:<>()\[\]\\\"{_UNSEEN}]+|{_QUOTED}")
_MOST_TURKIC_SPELLINGS = 32


def compared(text: str) -> str:
    """The form in which all spellings of an address (or domain) are equal."""
    if text.isascii():  # nearly always; the steps below would give the same
        return text.strip(_BLANKS).lower()
    trimmed = unicodedata.normalize("NFC", text.strip(_BLANKS))
    local, at, domain = trimmed.rpartition("@")
    if not at:
        return to_idna(trimmed.lower())
    return f"{unicodedata.normalize('NFC', local.lower())}@{to_idna(domain.lower())}"


def to_idna(domain: str) -> str:
    """The ASCII form of a domain. A domain without one comes back unchanged."""
    if domain.isascii():
        return domain
    labels = unicodedata.normalize("NFC", domain).split(".")
    return ".".join(_label_to_idna(label) for label in labels)


def from_idna(domain: str) -> str:
    """The Unicode form of an ASCII domain. Labels without one don't change."""
    return ".".join(_label_from_idna(label) for label in domain.split("."))


def is_address(text: str) -> bool:
    """Whether the text can be an address: something, the last @, a domain, and no inner blanks.

    A quoted local part, as in `"odd one"@example.org`, can contain anything.
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

    `shown` is the spelling that a person or a source used. `turkic` adds spellings with I and i:
    they don't match if the signed-in user's locale is Turkish or Azeri.
    """
    local, at, domain = address.rpartition("@")
    if at and address.isascii() and "xn--" not in domain:
        found = [address]  # nearly always; the steps below would give the same
    else:
        locals_ = [local, unicodedata.normalize("NFD", local)]
        domains = [domain, from_idna(domain), unicodedata.normalize("NFD", from_idna(domain))]
        found = [f"{name}@{host}" for name in locals_ for host in domains]
    if shown:
        found.append(shown.strip(_BLANKS))
    if turkic:
        found.extend(spelling for known in list(found) for spelling in _turkic(known))
    return tuple(dict.fromkeys(found))


def _turkic(address: str) -> list[str]:
    letters = [("i", "I") if letter in "iI" else (letter,) for letter in address]
    if 2 ** sum(len(choices) - 1 for choices in letters) > _MOST_TURKIC_SPELLINGS:
        return [address.replace("i", "I"), address.replace("I", "i")]
    return ["".join(spelling) for spelling in product(*letters)]


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
        decoded.encode("utf-8")  # half a surrogate pair isn't a letter
    except UnicodeError:
        return label
    return decoded
