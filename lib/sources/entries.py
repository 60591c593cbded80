"""What a cell of a file names: one address, one whole domain, or nobody.

Stricter than the comparison of addresses, because a file may hold anything: two addresses in one
cell, or a sentence with an @ in it, name nobody for sure.
"""

import re

from lib.addresses import is_address, is_domain

_IN_BRACKETS = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")
_NOT_IN_A_NAME = re.compile(r"[@,;:<>()\[\]\\\"\ufffd]")
_AROUND = " \t\r\n\f\v\u00a0\u200b\ufeff'\"`"


def entry_in(cell: str) -> str | None:
    """The address or domain that a cell names, without `Name <…>` and `mailto:` around it."""
    text = cell.strip(_AROUND)
    if bracketed := _IN_BRACKETS.fullmatch(text):
        text = bracketed[1].strip(_AROUND)
    if text[:7].lower() == "mailto:":
        text = text[7:]
    text = text.removeprefix("*")  # *@example.com means the whole domain
    return text if names_a_person(text) or is_domain(text) else None


def names_a_person(text: str) -> bool:
    """Whether the text is exactly one address, at a domain with a dot."""
    name, _, domain = text.rpartition("@")
    if _NOT_IN_A_NAME.search(name) or "|" in domain:
        return False
    return is_address(text) and is_domain(domain)


def why_not(cell: str) -> str:
    """Why a cell names nobody, in words for the person who brought the file."""
    text = cell.strip(_AROUND)
    if not text:
        return "there is no address in it"
    if text.count("@") > 1:
        return "it holds more than one address"
    if "\ufffd" in text:
        return "it holds letters that cannot be read in this file's encoding"
    return "this is neither an address nor a domain"
