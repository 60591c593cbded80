"""How to tell a line of a file that counts from one that doesn't."""

from dataclasses import dataclass, field

from lib.sources.files.delimited_rows import Line
from lib.sources.files.who_asked import cell_words as values
from lib.sources.files.who_asked.choice import Where
from lib.sources.files.who_asked.column_votes import A_DATE, EMPTY, ColumnSeen, Vote
from lib.sources.files.who_asked.heading_votes import Says

_VOTES_KEPT = 20_000
_OBJECTIONS = frozenset({Vote.STAYED, Vote.NOT_LEFT})


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """`deciding`: the columns that decide, none if every line counts. `chosen`: by a person.

    `beside` are columns too unclear to decide; what they do say must not contradict. `sign_ups`
    hold dates of opting in: one after the date of leaving takes that back.
    """

    deciding: tuple[ColumnSeen, ...] = ()
    beside: tuple[ColumnSeen, ...] = ()
    where: tuple[tuple[ColumnSeen, Where], ...] = ()
    chosen: bool = False
    sign_ups: tuple[ColumnSeen, ...] = ()
    _cache: dict[tuple[int, str], Vote] = field(default_factory=dict)

    @property
    def counts_all(self) -> bool:
        """Whether every line counts."""
        return not self.deciding and not self.where

    @property
    def asked_of(self) -> tuple[ColumnSeen, ...]:
        """The columns on which it depends whether a line counts."""
        return (*self.deciding, *(column for column, _ in self.where))

    def vote(self, row: Line) -> Vote:
        """Whether the line's person asked; `UNCLEAR` where two columns contradict each other."""
        if self.counts_all:
            return Vote.ASKED
        if self.where:
            meets_all = all(
                any(meets(column, row.cell(column.place), value) for value in where.values)
                for column, where in self.where
            )
            return Vote.ASKED if meets_all else Vote.SILENT
        return self._weigh(
            {self._vote(column, row) for column in self.deciding},
            {self._vote(column, row) for column in self.beside},
        )

    def values(self) -> tuple[tuple[str, int, bool], ...]:
        """Each value of the only column that decides, its lines, and whether these count.

        Empty where every line counts, and where more than one column is asked.
        """
        if self.where or len(self.deciding) != 1 or self.beside:
            return ()
        (column,) = self.deciding
        return tuple(
            (text, count, self._weigh({column.vote(column.example(text))}, set()) is Vote.ASKED)
            for text, count in column.summed_up()
        )

    def _weigh(self, votes: set[Vote], beside: set[Vote]) -> Vote:
        """The result of one line's columns; a column too unclear to decide can only contradict."""
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
        """Whether only columns such as Subscribed decide. Then their no means leaving."""
        return all(column.says in (Says.OPTED_IN, Says.COMPLAINED) for column in self.deciding)

    def _vote(self, column: ColumnSeen, row: Line) -> Vote:
        text = row.cell(column.place)
        known = self._cache.get((column.place, text))
        if known is None:
            known = column.vote(text)
            if len(self._cache) < _VOTES_KEPT:
                self._cache[column.place, text] = known
        return known


def meets(column: ColumnSeen, text: str, value: str) -> bool:
    """Whether a cell has the value that a person chose, also a value shown in brackets."""
    is_date = value == A_DATE and column.holds_date(text)
    return is_date or values.same(without_brackets(text), without_brackets(value))


def without_brackets(text: str) -> str:
    """An empty cell's value, where the text is how it is shown to a person."""
    return "" if text.strip() == EMPTY else text
