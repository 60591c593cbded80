"""What the guard hands on: the query to send, and where in its rows the people are."""

from dataclasses import dataclass

from lib.soql.tree import Query


@dataclass(frozen=True, slots=True)
class Person:
    """A place in each row where somebody's address stands.

    `child` are the child relationships from the row down to it, `()` is the row itself. `emails`
    and `record_id` are columns there, dotted as in the answer and without alias (`Email`,
    `Contact.Email`, `e`, `expr0`). `sobject` is Contact, Lead, Account, CampaignMember or one that
    holds no people but has an e-mail field, such as User.
    """

    child: tuple[str, ...]
    sobject: str
    emails: tuple[str, ...]
    record_id: str | None = None  # `None`: one row is several people (groups)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A query that yields no opted-out person, and what must be known to pull it.

    `unguarded` is the same query without the guard's conditions, for one count of what they leave
    out. `added` are columns of the row itself that were not selected, and are left out of the
    output again. `conditions` are the guard's, as SOQL; `taken_out` the clauses that are not sent.
    """

    query: Query
    unguarded: Query
    people: tuple[Person, ...]
    conditions: tuple[str, ...]
    added: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    is_figures: bool = False  # counts and groups: figures, not a mailing list
