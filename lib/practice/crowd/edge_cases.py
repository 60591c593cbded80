"""People worth testing: every way an unsubscribe and a record can fail to match.

Each case lists the records with its address, and how the email service spells the address. The
cases come first in every practice org, in this order, as far as its size allows.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One record of a case; `email` is exactly as the org stores it, including spaces."""

    sobject: str
    first: str
    last: str
    email: str
    opted_out: bool = False
    converted: bool = False


@dataclass(frozen=True, slots=True)
class EdgeCase:
    """One person who unsubscribed; `unsubscribed` lists the spellings, earliest first."""

    name: str
    unsubscribed: tuple[str, ...]
    records: tuple[CaseRecord, ...] = ()


def _contact(first: str, last: str, email: str, *, opted_out: bool = False) -> CaseRecord:
    return CaseRecord("Contact", first, last, email, opted_out)


def _lead(first: str, last: str, email: str, *, converted: bool = False) -> CaseRecord:
    return CaseRecord("Lead", first, last, email, converted=converted)


EDGE_CASES = (
    EdgeCase(
        "one Contact has the address",
        ("paula.plain@example.org",),
        (_contact("Paula", "Plain", "paula.plain@example.org"),),
    ),
    EdgeCase(
        "several Contacts and Leads share one address",
        ("family@home.test",),
        (
            _contact("Sam", "Shared", "family@home.test"),
            _contact("Sue", "Shared", "family@home.test"),
            _lead("Sid", "Shared", "family@home.test"),
            _lead("Sal", "Shared", "Family@home.test"),
        ),
    ),
    EdgeCase(
        "a Lead only",
        ("lena.lead@example.com",),
        (_lead("Lena", "Lead", "lena.lead@example.com"),),
    ),
    EdgeCase(
        "mixed case on both sides",
        ("MIXED.Case@Example.COM",),
        (_contact("Mika", "Mixed", "Mixed.CASE@example.com"),),
    ),
    EdgeCase(
        "blanks around the address, kept from an old import",
        (" bea.blank@example.net",),
        (_contact("Bea", "Blank", "bea.blank@example.net "),),
    ),
    EdgeCase(
        "a plus-address is another address",
        ("pia.plus+news@example.org",),
        (
            _contact("Pia", "Plus", "pia.plus+news@example.org"),
            _contact("Pia", "Plusless", "pia.plus@example.org"),
        ),
    ),
    EdgeCase(
        "an apostrophe",
        ("aoife.o'sample@example.org",),
        (_contact("Aoife", "O'Sample", "aoife.o'sample@example.org"),),
    ),
    EdgeCase(
        "umlauts before the @",
        ("jürgen.muster@example.org",),
        (_contact("Jürgen", "Muster", "JÜRGEN.muster@example.org"),),
    ),
    EdgeCase(
        "a domain in its Unicode and its ASCII form",
        ("inge@bücher.example",),
        (_lead("Inge", "Beispiel", "inge@xn--bcher-kva.example"),),
    ),
    EdgeCase(
        "an emoji in the name",
        ("sunny@club.test",),
        (_contact("Sunny 🌻", "Muster", "sunny@club.test"),),
    ),
    EdgeCase(
        "opted out already",
        ("olga.out@example.com",),
        (_contact("Olga", "Out", "olga.out@example.com", opted_out=True),),
    ),
    EdgeCase(
        "a converted Lead, and the Contact it became",
        ("carl.convert@example.net",),
        (
            _lead("Carl", "Convert", "carl.convert@example.net", converted=True),
            _contact("Carl", "Convert", "carl.convert@example.net"),
        ),
    ),
    EdgeCase("nobody has the address", ("nobody@old.invalid",)),
    EdgeCase(
        "unsubscribed twice",
        ("tom.twice@example.org", "Tom.Twice@example.org"),
        (_contact("Tom", "Twice", "tom.twice@example.org"),),
    ),
)
