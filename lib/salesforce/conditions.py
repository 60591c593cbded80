"""Conditions on people that several queries share, so that each is written in one place."""

from lib import soql
from lib.fields import EMAIL, OPT_OUT
from lib.soql import Condition, SObject

_BLANKS = (" ", "\t", "\u00a0")


def has_address() -> Condition:
    """The record has an email address."""
    return soql.differs(EMAIL, None)


def mailable(*, has_is_converted: bool) -> Condition:
    """The record has an address, isn't opted out, and isn't a converted Lead."""
    conditions = [soql.equals(OPT_OUT, False), has_address()]
    if has_is_converted:
        conditions.append(soql.equals("IsConverted", False))
    return soql.all_of(*conditions)


def opted_out(sobject: SObject) -> Condition:
    """At least one of the object's opt-out fields is set."""
    return soql.one_of(*(soql.equals(name, True) for name in sobject.opt_out))


def has_outer_blanks() -> Condition:
    """The stored address starts or ends with a blank, which no search for the address finds."""
    return soql.one_of(
        *(soql.like(EMAIL, pattern) for blank in _BLANKS for pattern in (f"{blank}%", f"%{blank}"))
    )
