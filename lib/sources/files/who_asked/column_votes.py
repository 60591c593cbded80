"""One column of a whole file: its values with counts, and how each value votes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from lib.sources.files.headings import names_a_date, plain
from lib.sources.files.who_asked import cell_words, heading_votes
from lib.sources.files.who_asked.cell_words import Value
from lib.sources.files.who_asked.heading_votes import Says

_MOST_STATES = 200  # spellings of words that we know
_MOST_OTHERS = 30  # texts that we don't know: more of them are names, notes or ids
_FEW_DATES = 6
_DATED = frozenset(
    {Says.OPTED_OUT, Says.COMPLAINED, Says.OPTED_IN, Says.CONSENTED, Says.BOUNCED, Says.DOUBTFUL}
    | {Says.CAME_BACK}
)
_GROUPS = frozenset(
    (
        *("tag", "tags", "list", "lists", "group", "groups", "segment", "segments", "topic"),
        *("topics", "audience", "audiences", "stream", "streams", "category", "categories"),
        *("mailinglist", "mailinglists", "liste", "listen", "gruppe", "gruppen", "groupe"),
        *("groupes", "lista", "listas", "grupo", "grupos", "gruppo", "gruppi", "lijst", "lijsten"),
        *("groep", "groepen"),
    )
)
_ALL_MAIL = "*"
A_DATE = "(a date)"
EMPTY = "(empty)"
"""How a person sees the dates of a column (all as one value), and an empty cell."""
_DIAGNOSTIC = re.compile(
    r"bad domain|\b[45]\d\d[ -]\D|\b[45]\.\d{1,3}\.\d{1,3}\b|^[45]\d\d$|user unknown|no such user|"
    r"mailbox|does not exist|undeliver|bounce|unroutable|no mx|domain .*unknown|domain not found|"
    r"invalid address",
    re.I,
)
_YEARS = re.compile(r"(?<!\d)(\d{4})(\d{4})?(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_NO_DAY = re.compile(r"-.*|\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?", re.I)  # a time of day alone
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_MONTHS_TOO = ("mai", "am", "pm")
_NUMBERS_AND_SIGNS = re.compile(r"\d+(?:[\s/.:,+T-]+(?:\d+|[AaPp]\.?[Mm]\.?|Z|UTC|GMT))+Z?")


class Vote(Enum):
    """What one value under its heading means for the line it is on."""

    ASKED = "asked"
    COMPLAINED = "complained"
    NOT_SUBSCRIBED = "not subscribed"  # asked, unless a column about unsubscribing says otherwise
    NOT_LEFT = "not left"  # a no under a heading about unsubscribing
    STAYED = "stayed"
    SILENT = "silent"
    UNCLEAR = "unclear"


@dataclass(slots=True)
class ColumnSeen:
    """One column of the whole file; memory stays small however many lines there are."""

    place: int
    heading: str
    is_date: Callable[[str], bool | None]  # None: a shape that it doesn't know
    says: Says = Says.UNKNOWN
    lines: int = 0
    dates: int = 0
    few_dates: dict[str, int] = field(default_factory=dict)  # the first few texts of dates
    diagnostics: int = 0
    states: dict[str, int] = field(default_factory=dict)  # texts we have a word for
    others: dict[str, int] = field(default_factory=dict)  # the first few that we have none for
    partly: int = 0  # longer texts with a word for unsubscribed in them
    records: int = 0  # texts with fields in them, one of which is about opting in or out
    more_others: int = 0
    _counts: dict[Value, int] = field(default_factory=dict)
    _reads_dates: bool = False
    _names_a_date: bool = False

    def __post_init__(self) -> None:
        self.says = heading_votes.says(self.heading)
        self._reads_dates = self.says in _DATED or heading_votes.is_opt_in_date(self.heading)
        self._names_a_date = names_a_date(self.heading)

    def look_at(self, text: str) -> None:
        """Take in the column's value of one line that names someone."""
        self.lines += 1
        value = cell_words.says(text)
        if self.says is Says.NOTHING:
            is_state = value is Value.ASKED and not cell_words.means_other_things(text)
            self._counts[value] = self._counts.get(value, 0) + is_state
            if is_state:
                _count(self.states, text.strip(), _MOST_STATES)
            return
        if value is Value.OTHER and self._is_date(text):
            self.dates += 1
            _count(self.few_dates, text.strip(), _FEW_DATES)
            return
        self._counts[value] = self._counts.get(value, 0) + 1
        if value is Value.OTHER:
            self._note_other(text.strip())
        elif value is not Value.BLANK:
            _count(self.states, text.strip(), _MOST_STATES)

    def holds_date(self, text: str) -> bool:
        """Whether this value of the column is one of its dates."""
        return cell_words.says(text) is Value.OTHER and self._is_date(text)

    def _is_date(self, text: str) -> bool:
        if not self._reads_dates:
            return False
        known = self.is_date(text)
        return _may_be_date(text, named=self._names_a_date) if known is None else known

    def _note_other(self, text: str) -> None:
        if len(text) <= 500 and _DIAGNOSTIC.search(text):
            self.diagnostics += 1
        self.partly += cell_words.is_part_of_a_word(text)
        self.records += cell_words.holds_a_field(text)
        if not _count(self.others, text, _MOST_OTHERS):
            self.more_others += 1

    def count(self, *wanted: Value) -> int:
        """How many lines have a value that says one of these."""
        return sum(self._counts.get(item, 0) for item in wanted)

    @property
    def name(self) -> str:
        """The heading, or the column's number where it has none."""
        return self.heading or f"Column {self.place + 1}"

    @property
    def filled(self) -> int:
        """How many lines have anything in this column."""
        return self.lines - self.count(Value.BLANK)

    @property
    def dates_count(self) -> bool:
        """Whether a date in it means that the person asked."""
        return self.dates > 0 and self.says in _DATE_VOTES

    @property
    def has_flags(self) -> bool:
        """Whether it says yes or no, or a date or nothing."""
        return self.dates > 0 or self.count(Value.YES, Value.NO) > 0

    @property
    def is_log(self) -> bool:
        """Whether its values are events of mailings."""
        return any(cell_words.is_of_a_mailing(text) for text in self.states)

    @property
    def marks_all_mail(self) -> bool:
        """Whether it names tags or lists, and `*` for all mail next to them."""
        return plain(self.heading) in _GROUPS and any(map(_is_all_mail, self.others))

    @property
    def is_numeric(self) -> bool:
        """Whether its unknown values are numbers: a count or an id, where 1 means no yes."""
        return bool(self.others) and all(map(_is_number, self.others))

    @property
    def names_media(self) -> bool:
        """Whether each line says which way to reach the person it is about, and some not email."""
        texts = [*self.states, *self.others]
        if self.more_others or not heading_votes.names_a_medium(self.heading):
            return False
        return all(map(cell_words.is_medium, texts)) and not all(map(cell_words.is_mail, texts))

    @property
    def has_odd_crosses(self) -> bool:
        """Whether the column has x and also another yes, so that x may mean no."""
        yeses = [text for text in self.states if cell_words.says(text) is Value.YES]
        crosses = sum(map(cell_words.is_cross, yeses))
        return 0 < crosses < len(yeses)

    def vote(self, text: str) -> Vote:
        """What one of its values means for the line it is on."""
        if self.marks_all_mail:
            return Vote.ASKED if _is_all_mail(text) else Vote.SILENT
        value = cell_words.says(text)
        if value is Value.OTHER:  # dates, and nothing else, where the column decides
            return Vote.UNCLEAR if self.others else _DATE_VOTES.get(self.says, Vote.SILENT)
        if value is Value.DOUBTFUL and self.is_log and cell_words.is_blocked_in_a_log(text):
            return Vote.SILENT
        if self.says is Says.UNKNOWN and cell_words.means_other_things(text):
            return Vote.UNCLEAR
        if self.has_odd_crosses and cell_words.is_cross(text):
            return Vote.UNCLEAR
        if value is Value.NO and heading_votes.is_one_of_several(self.heading):
            return Vote.SILENT
        return _VOTES[value] if value in _VOTES else _YES_NO[value].get(self.says, Vote.UNCLEAR)

    def votes(self) -> dict[str, Vote]:
        """Each of its known texts with its vote; texts beyond the first few are unclear."""
        return {text: self.vote(text) for text in (*self.states, *self.others)}

    def example(self, shown: str) -> str:
        """A text of the column that `shown` sums up: a value is an example of itself."""
        if shown == A_DATE:
            return next(iter(self.few_dates), "")
        return "" if shown == EMPTY else shown

    def shown_values(self) -> tuple[tuple[str, int], ...]:
        """Its values with their counts, the most frequent first, for a person to choose from."""
        is_listed = sum(self.few_dates.values()) == self.dates
        return self._with_counts(self.few_dates if is_listed else {A_DATE: self.dates})

    def summed_up(self) -> tuple[tuple[str, int], ...]:
        """The same with all dates as one value, since any of them says the same."""
        return self._with_counts({A_DATE: self.dates} if self.dates else {})

    def _with_counts(self, dates: dict[str, int]) -> tuple[tuple[str, int], ...]:
        counts = {**self.states, **self.others, **dates}
        if blanks := self.count(Value.BLANK):
            counts[EMPTY] = blanks
        return tuple(sorted(counts.items(), key=lambda item: -item[1]))


_VOTES = {
    Value.BLANK: Vote.SILENT,
    Value.ASKED: Vote.ASKED,
    Value.STAYED: Vote.STAYED,
    Value.SILENT: Vote.SILENT,
    Value.DOUBTFUL: Vote.UNCLEAR,
}
_YES_NO = {
    Value.YES: {
        Says.OPTED_OUT: Vote.ASKED,
        Says.COMPLAINED: Vote.COMPLAINED,
        Says.OPTED_IN: Vote.STAYED,
        Says.BOUNCED: Vote.SILENT,
    },
    Value.NO: {
        Says.OPTED_OUT: Vote.NOT_LEFT,
        Says.COMPLAINED: Vote.SILENT,
        Says.OPTED_IN: Vote.NOT_SUBSCRIBED,
        Says.BOUNCED: Vote.SILENT,
    },
}
_DATE_VOTES = {Says.OPTED_OUT: Vote.ASKED, Says.COMPLAINED: Vote.COMPLAINED}
ASKING = frozenset({Vote.ASKED, Vote.COMPLAINED, Vote.NOT_SUBSCRIBED})
"""Votes by which a line may count."""


def _count(counts: dict[str, int], text: str, most: int) -> bool:
    """Count a text if there's room for it; returns whether there was."""
    if text not in counts and len(counts) >= most:
        return False
    counts[text] = counts.get(text, 0) + 1
    return True


def _is_all_mail(text: str) -> bool:
    return _ALL_MAIL in re.split(r"[\s,;|\[\]\"']+", text)


def _may_be_date(text: str, *, named: bool) -> bool:
    """Whether a text that we can't read is a date all the same: its line has one, and so counts.

    `named`: the heading says that it is one. Else it may hold no words, only numbers and signs.
    """
    digits = sum(map(str.isdigit, text))
    if digits < 4 or _NO_DAY.fullmatch(text.strip()) or not _has_possible_year(text):
        return False
    return _has_no_state(text) if named else _NUMBERS_AND_SIGNS.fullmatch(text) is not None


def _has_possible_year(text: str) -> bool:
    """Whether a number in it can be the year, where one looks like a year: 9999 means never."""
    years = [int(year) for pair in _YEARS.findall(text) for year in pair if year]
    return not years or any(_FIRST_YEAR <= year <= _LAST_YEAR for year in years)


def _has_no_state(text: str) -> bool:
    """Whether no word in it says more than when: `subscribed 2024`, `not yet (2024)`."""
    found = [word.casefold() for word in _LETTERS.findall(text)]
    return not any(
        heading_votes.is_not(word) or cell_words.says(word) not in (Value.OTHER, Value.BLANK)
        for word in found
        if word not in _MONTHS_TOO
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").lstrip("+-").isdigit()
