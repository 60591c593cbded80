"""What the guard returns: the query to send, and where the people are in its rows."""

from dataclasses import dataclass

from lib.soql.tree import Query


@dataclass(frozen=True, slots=True)
class Person:
    """Where each row has a person's address.

    `child` are the child relationships from the row down to the person; `()` is the row itself.
    `emails` and `record_id` are columns there, dotted as in the answer and without an alias
    (`Email`, `Contact.Email`, `e`, `expr0`). `sobject` is Contact, Lead, Account, CampaignMember,
    or an sObject without people that has an email field, such as User.
    """

    child: tuple[str, ...]
    sobject: str
    emails: tuple[str, ...]
    record_id: str | None = None  # `None`: a row is several people (groups)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A query that returns no one who opted out, and what a pull must know about it.

    `unguarded` is the same query without the guard's conditions, to count the people they leave
    out. `added` are columns of the row itself that the author didn't select, so the output drops
    them. `conditions` are the guard's, as SOQL. `taken_out` are the clauses that aren't sent.
    """

    query: Query
    unguarded: Query
    people: tuple[Person, ...]
    conditions: tuple[str, ...]
    added: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    is_figures: bool = False  # counts and groups, not a mailing list
