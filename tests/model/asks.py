"""What the model knows of events (rules.md, 1): who asked, when, and whether the ledger knows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

JANGOMAIL = "jangomail"
FILE = "file"  # all files are one source (1.3)


class Sure(IntEnum):
    """Whether something is so. After a kill, no one can tell."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(slots=True, eq=False)
class Ask:
    """Someone asked, or a whole domain did. JangoMail's are known to the second, when it's asked.

    `read`: whether the ledger has it. `listed`: whether JangoMail still has it. `reported`:
    whether a complete report certainly had it; only then is it certain when one no longer does.
    """

    who: str
    source: str
    not_before: datetime | None
    not_after: datetime
    read: Sure = Sure.NO
    listed: bool = True
    resubscribed: Sure = Sure.NO
    withdrawn: Sure = Sure.NO
    reported: bool = False

    @property
    def can_be_read(self) -> bool:
        """Whether a reading shows it now."""
        return self.source == JANGOMAIL and self.listed

    @property
    def lives(self) -> Sure:
        """Whether it counts in a command that reads JangoMail."""
        gone = max(self.resubscribed, self.withdrawn)
        known = Sure.YES if self.can_be_read else self.read
        return min(known, Sure(Sure.YES - gone))

    def is_after(self, moment: datetime) -> Sure:
        """Whether it lies completely after a moment, as far as the source can say (3.2)."""
        if self.not_before is None or self.not_before <= moment:
            return Sure.NO
        if self.source == JANGOMAIL and not self.listed:
            return Sure.MAYBE  # no report says when
        return Sure.YES


@dataclass(frozen=True, slots=True)
class UsedFile:
    """A file of unsubscribes, and the events it brings."""

    people: frozenset[str]
    asks: tuple[Ask, ...]

    @classmethod
    def of(cls, people: Iterable[str], asked: datetime | None, now: datetime) -> "UsedFile":
        """Without a date, they asked at any time before the import (1.1)."""
        asks = (Ask(who, FILE, asked, asked or now, read=Sure.YES, listed=False) for who in people)
        return cls(frozenset(people), tuple(asks))

    def asks_of(self, who: str | None) -> list[Ask]:
        """What the file says of a person."""
        return [ask for ask in self.asks if ask.who == who]


@dataclass(frozen=True, slots=True)
class DomainDecision:
    """What a person decided about the domain: opt everyone out, keep them mailable, or neither."""

    approved: Sure = Sure.NO
    mailable: Sure = Sure.NO
    at: datetime | None = None

    def approved_by(self, sure: Sure) -> "DomainDecision":
        """After an approval, or perhaps one."""
        if sure is Sure.YES:
            return DomainDecision(approved=Sure.YES)
        doubt = Sure.MAYBE if sure else Sure.NO
        return replace(
            self,
            approved=max(self.approved, doubt),
            mailable=min(self.mailable, Sure(Sure.YES - doubt)),
        )

    def is_mailable(self, asks: Iterable[Ask]) -> Sure:
        """Whether its people are mailable; a later entry puts it on hold again."""
        if self.at is not None and any(ask.not_after > self.at for ask in asks):
            return min(self.mailable, Sure.MAYBE)
        return self.mailable


NO_DECISION = DomainDecision()
