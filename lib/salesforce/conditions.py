"""Conditions on people that several queries share, so that each is written in one place."""

from collections.abc import Iterator

from lib import soql
from lib.fields import EMAIL
from lib.salesforce.access import Access
from lib.soql import Condition, SObject

_BLANKS = (" ", "\t", "\u00a0")


def has_address(email: str = EMAIL) -> Condition:
    """The record has an email address."""
    return soql.differs(email, None)


def counted_once(access: Access) -> Iterator[Condition]:
    """Leave out the Contact of a person account if the person is found as an Account anyway."""
    if access.skips_person_accounts:
        yield soql.equals("IsPersonAccount", False)


def mailable(access: Access, *, or_converted: bool = False) -> Condition:
    """The record has an address, isn't opted out, and isn't a converted Lead (rules.md, 4.1).

    With `or_converted`, it may be a converted Lead.
    """
    fields = access.fields
    clear = soql.one_of(*(soql.equals(name, False) for name in fields.opt_outs))
    conditions = [clear, has_address(fields.email), *counted_once(access)]
    if access.has_is_converted and not or_converted:
        conditions.append(soql.equals("IsConverted", False))
    return soql.all_of(*conditions)


def opted_out(sobject: SObject) -> Condition:
    """At least one of the object's opt-out fields is set."""
    return soql.one_of(*(soql.equals(name, True) for name in sobject.opt_out))


def has_outer_blanks(email: str = EMAIL) -> Condition:
    """The stored address starts or ends with a blank, which no search for the address finds."""
    return soql.one_of(
        *(soql.like(email, pattern) for blank in _BLANKS for pattern in (f"{blank}%", f"%{blank}"))
    )
