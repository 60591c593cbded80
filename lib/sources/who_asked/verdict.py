"""How to tell a line of a file that counts from one that does not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lib.sources.who_asked import values
from lib.sources.who_asked.choice import Where
from lib.sources.who_asked.columns import ColumnSeen, Vote
from lib.sources.who_asked.headings import Says

_VOTES_KEPT = 20_000
_OBJECTIONS = frozenset({Vote.STAYED, Vote.NOT_LEFT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`deciding` are the columns asked; none where every line counts. `chosen`: a person decided.

    `beside` are columns too unclear to decide; what they do say must not contradict.
    """

    deciding: tuple[ColumnSeen, ...] = ()
    beside: tuple[ColumnSeen, ...] = ()
    where: tuple[tuple[ColumnSeen, Where], ...] = ()
    chosen: bool = False
    _cache: dict[tuple[int, str], Vote] = field(default_factory=dict)

    @property
    def counts_all(self) -> bool:
        """Whether every line counts."""
        return not self.deciding and not self.where

    @property
    def asked_of(self) -> tuple[ColumnSeen, ...]:
        """The columns on which it depends whether a line counts."""
        return (*self.deciding, *(column for column, _ in self.where))

    def vote(self, cells: Sequence[str]) -> Vote:
        """Whether the line's person asked; `UNCLEAR` where two columns contradict each other."""
        if self.counts_all:
            return Vote.ASKED
        if self.where:
            meets = all(_meets(_cell(cells, column.place), one) for column, one in self.where)
            return Vote.ASKED if meets else Vote.SILENT
        return self._weigh(
            {self._vote(column, cells) for column in self.deciding},
            {self._vote(column, cells) for column in self.beside},
        )

    def _weigh(self, votes: set[Vote], beside: set[Vote]) -> Vote:
        """What the columns of one line come to; a column too unclear to decide can only object."""
        if Vote.COMPLAINED in votes:
            return Vote.ASKED
        if Vote.ASKED in votes:
            return Vote.UNCLEAR if (votes | beside) & _OBJECTIONS else Vote.ASKED
        if Vote.ASKED in beside or Vote.COMPLAINED in beside:
            return Vote.UNCLEAR
        if Vote.NOT_SUBSCRIBED in votes:
            if Vote.STAYED in votes | beside:
                return Vote.UNCLEAR
            return Vote.ASKED if self._knows_only_opt_ins else Vote.SILENT
        return Vote.STAYED if votes & _OBJECTIONS else Vote.SILENT

    @property
    def _knows_only_opt_ins(self) -> bool:
        """Whether nothing but columns such as Subscribed tells: then their no means leaving."""
        return all(one.says in (Says.OPTED_IN, Says.COMPLAINED) for one in self.deciding)

    def _vote(self, column: ColumnSeen, cells: Sequence[str]) -> Vote:
        text = _cell(cells, column.place)
        known = self._cache.get((column.place, text))
        if known is None:
            known = column.vote(text)
            if len(self._cache) < _VOTES_KEPT:
                self._cache[column.place, text] = known
        return known


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _meets(text: str, where: Where) -> bool:
    return any(values.same(text, one) for one in where.values)
