"""How many people a missing right is about, as the log knows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lib.values import Org


@dataclass(frozen=True, slots=True)
class Affected:
    """People and calls, as of the last run that looked for records; all unknown before it.

    `waiting` counts, by sObject, people who unsubscribed and whose box this user may not set.
    `mailable` counts everyone who unsubscribed and can still be emailed, `unmatched` those who are
    on no record, `converted` those on a converted Lead. `calls` is what a run uses.
    """

    is_known: bool = False
    waiting: Mapping[str, int] = field(default_factory=dict)
    mailable: int = 0
    unmatched: int = 0
    converted: int = 0
    calls: int | None = None


UNKNOWN = Affected()

AffectedIn = Callable[[Org | None], Affected]
"""What the log knows about the people of an org; None: of the org it led to the last time."""
