"""A column's values, for a person who says which of them mean that someone asked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from lib.sources.files.delimited_rows import Line
from lib.sources.files.who_asked import cell_words as values
from lib.sources.files.who_asked.column_votes import A_DATE, ColumnSeen
from lib.sources.files.who_asked.heading_votes import Says
from lib.sources.files.who_asked.verdict import without_brackets

FEW = 12
"""A column with more values than this is hardly the one that says who asked."""

_MOST_KEPT = 1000
_MUTE = frozenset({Says.NOTHING, Says.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Answers:
    """A column as `Where` names it, and its values with the lines that have them, most first.

    An empty cell is the value "". `more` lines have values that are not listed.
    """

    name: str
    heading: str
    values: tuple[tuple[str, int], ...]
    more: int = 0

    @property
    def lines(self) -> int:
        """How many lines name someone."""
        return self.more + sum(count for _, count in self.values)


@dataclass(slots=True)
class _Counter:
    """Counts the values of one column; spellings that a person takes for the same are one."""

    column: ColumnSeen
    spelling: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def take(self, text: str) -> None:
        text = without_brackets(text)
        key = values.compared(text)
        if key not in self.counts and len(self.counts) >= _MOST_KEPT:
            return
        self.spelling.setdefault(key, text.strip())
        self.counts[key] = self.counts.get(key, 0) + 1

    def counted_values(self) -> tuple[tuple[str, int], ...]:
        """Its values; dates count as one value if there are many, or a cell spells that value."""
        found = {self.spelling[key]: count for key, count in self.counts.items()}
        literal = self.spelling.get(values.compared(A_DATE))
        has_many_dates = self.column.dates > sum(self.column.few_dates.values())
        if has_many_dates or (literal and self.column.dates):
            found = {
                text: count for text, count in found.items() if not self.column.holds_date(text)
            }
            found[A_DATE] = self.column.dates + found.pop(literal or A_DATE, 0)
        return tuple(sorted(found.items(), key=lambda item: -item[1]))


def answers_in(
    columns: Sequence[ColumnSeen], lines: Iterable[Line], in_question: Collection[str]
) -> tuple[Answers, ...]:
    """The columns in question, named as an error names them, and then others with few values."""
    counters = [_Counter(column) for column in columns]
    for line in lines:
        for counter in counters:
            counter.take(line.cell(counter.column.place))
    headings = [column.heading for column in columns]
    told = [(counter.column, _answers(counter, headings)) for counter in counters]
    asked = [answers for column, answers in told if column.name in in_question]
    others = [answers for column, answers in told if _may_tell(column, answers)]
    return (*asked, *(item for item in others if item not in asked))


def _answers(counter: _Counter, headings: Sequence[str]) -> Answers:
    column, told = counter.column, counter.counted_values()
    is_unique = headings.count(column.heading) == 1 and column.heading != ""
    name = column.heading if is_unique else f"Column {column.place + 1}"
    return Answers(name, column.heading, told, column.lines - sum(count for _, count in told))


def _may_tell(column: ColumnSeen, answers: Answers) -> bool:
    """Whether its values could say who asked: some lines share one, and not all lines do."""
    if len(answers.values) > FEW or answers.more:
        return False
    return column.says not in _MUTE or 1 < len(answers.values) < column.lines
