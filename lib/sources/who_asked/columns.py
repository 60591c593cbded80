"""What a whole file shows of one column: its values with counts, and what each is a vote for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from lib.sources.headings import names_a_date, plain
from lib.sources.who_asked import headings, values
from lib.sources.who_asked.headings import Says
from lib.sources.who_asked.values import Value

_MOST_STATES = 200  # spellings of words that we know
_MOST_OTHERS = 30  # texts that we do not know: more of them are names, notes or ids
_FEW_OTHERS = 20
_FEW_DATES = 6
_SHARE_OF_STATES = 0.1
_DATED = frozenset(
    {Says.OPTED_OUT, Says.COMPLAINED, Says.OPTED_IN, Says.CONSENTED, Says.BOUNCED, Says.DOUBTFUL}
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
_DIAGNOSTIC = re.compile(
    r"\b[45]\d\d[ -]\D|\b[45]\.\d{1,3}\.\d{1,3}\b|^[45]\d\d$|user unknown|no such user|mailbox|"
    r"does not exist|undeliver|bounce|unroutable|no mx|domain not found|invalid address",
    re.I,
)
_NUMBERS_AND_SIGNS = re.compile(r"\d+(?:[\s/.:,+T-]+(?:\d+|[AaPp]\.?[Mm]\.?|Z|UTC|GMT))+Z?")


class Vote(Enum):
    """What one value under its heading means for the line it stands on."""

    ASKED = "asked"
    COMPLAINED = "complained"
    NOT_SUBSCRIBED = "not subscribed"  # asked, unless a column about leaving knows better
    NOT_LEFT = "not left"  # a no under a heading about leaving
    STAYED = "stayed"
    SILENT = "silent"
    UNCLEAR = "unclear"


class Role(Enum):
    """What a column contributes to the answer."""

    DECIDES = "decides"
    UNCLEAR = "unclear"  # it speaks of the wish, and cannot be understood for certain
    OPT_IN_DATE = "opt-in date"
    BOUNCES = "bounces"
    DETAIL = "detail"  # some lines have it and some don't
    NONE = "none"


@dataclass(slots=True)
class ColumnSeen:
    """One column of the whole file; memory stays small however many lines there are."""

    place: int
    heading: str
    is_date: Callable[[str], bool]
    says: Says = Says.UNKNOWN
    lines: int = 0
    dates: int = 0
    few_dates: dict[str, int] = field(default_factory=dict)  # the first few texts of dates
    diagnostics: int = 0
    states: dict[str, int] = field(default_factory=dict)  # texts we have a word for
    others: dict[str, int] = field(default_factory=dict)  # the first few that we have none for
    more_others: int = 0
    _counts: dict[Value, int] = field(default_factory=dict)
    _reads_dates: bool = False
    _names_a_date: bool = False

    def __post_init__(self) -> None:
        self.says = headings.says(self.heading)
        self._reads_dates = self.says in _DATED or headings.is_opt_in_date(self.heading)
        self._names_a_date = names_a_date(self.heading)

    def look_at(self, text: str) -> None:
        """Take in the column's value of one line that names somebody."""
        self.lines += 1
        if self.says is Says.NOTHING:
            return
        value = values.says(text)
        if value is Value.OTHER and self._is_date(text):
            self.dates += 1
            _count(self.few_dates, text.strip(), _FEW_DATES)
            return
        self._counts[value] = self._counts.get(value, 0) + 1
        if value is Value.OTHER:
            self._note_other(text.strip())
        elif value is not Value.BLANK:
            _count(self.states, text.strip(), _MOST_STATES)

    def _is_date(self, text: str) -> bool:
        if not self._reads_dates:
            return False
        return self.is_date(text) or _may_be_date(text, named=self._names_a_date)

    def _note_other(self, text: str) -> None:
        if len(text) <= 500 and _DIAGNOSTIC.search(text):
            self.diagnostics += 1
        if not _count(self.others, text, _MOST_OTHERS):
            self.more_others += 1

    def count(self, *wanted: Value) -> int:
        """How many lines have a value that says one of these."""
        return sum(self._counts.get(one, 0) for one in wanted)

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
        return any(values.is_of_a_mailing(text) for text in self.states)

    @property
    def marks_all_mail(self) -> bool:
        """Whether it names tags or lists, and `*` for all mail beside them."""
        return plain(self.heading) in _GROUPS and any(map(_is_all_mail, self.others))

    @property
    def is_numeric(self) -> bool:
        """Whether its unknown values are numbers: a count or an id, where 1 means no yes."""
        return bool(self.others) and all(map(_is_number, self.others))

    def vote(self, text: str) -> Vote:
        """What one of its values means for the line it stands on."""
        if self.marks_all_mail:
            return Vote.ASKED if _is_all_mail(text) else Vote.SILENT
        value = values.says(text)
        if value is Value.OTHER:  # dates, and nothing else, where the column decides
            return Vote.UNCLEAR if self.others else _DATE_VOTES.get(self.says, Vote.SILENT)
        if value is Value.DOUBTFUL and self.is_log and values.is_blocked_in_a_log(text):
            return Vote.SILENT
        if self.says is Says.UNKNOWN and values.means_other_things(text):
            return Vote.UNCLEAR
        if value is Value.NO and headings.is_one_of_several(self.heading):
            return Vote.SILENT
        return _VOTES[value] if value in _VOTES else _YES_NO[value].get(self.says, Vote.UNCLEAR)

    def votes(self) -> dict[str, Vote]:
        """Each of its known texts with its vote; texts beyond the first few are unclear."""
        return {text: self.vote(text) for text in (*self.states, *self.others)}

    def told(self) -> tuple[tuple[str, int], ...]:
        """Its values with their counts, the most frequent first, for a person to choose from."""
        counts = {**self.states, **self.others}
        if sum(self.few_dates.values()) == self.dates:
            counts |= self.few_dates
        else:
            counts["(a date)"] = self.dates
        if blanks := self.count(Value.BLANK):
            counts["(empty)"] = blanks
        return tuple(sorted(counts.items(), key=lambda one: -one[1]))


def role_of(column: ColumnSeen) -> Role:
    """What the column contributes, from its heading and all of its values together."""
    if column.marks_all_mail:
        return Role.DECIDES
    return _ROLES[column.says](column)


def _role_of_out(column: ColumnSeen) -> Role:
    """Unsubscribed, opt-out: empty on a line, that person did not ask."""
    if column.says is Says.COMPLAINED and not column.filled:
        return Role.NONE
    return Role.UNCLEAR if _has_unclear(column) else Role.DECIDES


def _role_of_in(column: ColumnSeen) -> Role:
    """Subscribed, accepts marketing: a no counts; what an empty cell means beside a yes is open."""
    if column.dates and 2 * column.dates >= column.filled:
        return Role.OPT_IN_DATE
    if not column.filled:
        return Role.NONE
    blanks_for_no = column.count(Value.YES, Value.BLANK) == column.lines
    open_blanks = blanks_for_no and column.count(Value.BLANK) > 0
    return Role.UNCLEAR if open_blanks or _has_unclear(column) else Role.DECIDES


def _role_of_consent(column: ColumnSeen) -> Role:
    if column.dates and 2 * column.dates >= column.filled:
        return Role.OPT_IN_DATE
    if not column.filled or column.more_others:
        return Role.NONE
    return Role.UNCLEAR if _has_unclear(column) else Role.DECIDES


def _role_of_status(column: ColumnSeen) -> Role:
    if not column.filled:
        return Role.NONE
    return Role.UNCLEAR if _has_unclear(column) else Role.DECIDES


def _role_of_bounces(column: ColumnSeen) -> Role:
    if column.count(Value.ASKED) and not _has_unclear(column):
        return Role.DECIDES
    if column.dates or column.diagnostics or column.count(Value.YES, Value.OTHER, Value.SILENT):
        return Role.BOUNCES
    return Role.UNCLEAR if column.filled else Role.NONE


def _role_of_part(column: ColumnSeen) -> Role:
    """A list that somebody left, or a word that may mean leaving: never certain."""
    return Role.UNCLEAR if column.filled else Role.NONE


def _role_of_detail(column: ColumnSeen) -> Role:
    return Role.DETAIL if 0 < column.filled < column.lines else Role.NONE


def _role_of_nothing(_column: ColumnSeen) -> Role:
    return Role.NONE


def _role_of_unknown(column: ColumnSeen) -> Role:
    """Only its values can tell: states that say who asked, or a yes and no that nobody explains."""
    if headings.is_opt_in_date(column.heading) and 2 * column.dates > column.filled:
        return Role.OPT_IN_DATE
    if column.diagnostics and 2 * column.diagnostics >= column.filled:
        return Role.BOUNCES
    states = column.count(Value.ASKED, Value.STAYED, Value.SILENT, Value.DOUBTFUL)
    if states:
        return _role_by_states(column, states)
    is_question = _is_yes_and_no(column) or _holds_codes(column)
    return Role.UNCLEAR if is_question else Role.NONE


def _role_by_states(column: ColumnSeen, states: int) -> Role:
    if states == column.filled:
        is_clear = column.count(Value.ASKED) and not _has_unclear(column)
        return Role.DECIDES if is_clear else Role.UNCLEAR
    few_others = len(column.others) <= _FEW_OTHERS and not column.more_others
    speaks = few_others or states >= _SHARE_OF_STATES * column.filled
    return Role.UNCLEAR if speaks else Role.NONE


def _is_yes_and_no(column: ColumnSeen) -> bool:
    answers = column.count(Value.YES, Value.NO)
    if headings.is_a_place_too(column.heading):
        return False
    if answers == column.filled:
        return answers > 0
    is_mostly_so = 2 * answers >= column.filled and len(column.others) <= 4
    return answers > 0 and is_mostly_so and not column.is_numeric and not column.dates


def _holds_codes(column: ColumnSeen) -> bool:
    """Whether it holds a few one-digit codes under a heading such as Reason: 1, 2 and 3."""
    texts = [*column.states, *column.others]
    is_coded = headings.holds_codes(column.heading) and column.more_others == 0
    return is_coded and bool(texts) and all(text.isdigit() and len(text) == 1 for text in texts)


def _has_unclear(column: ColumnSeen) -> bool:
    return column.more_others > 0 or Vote.UNCLEAR in column.votes().values()


_ROLES: dict[Says, Callable[[ColumnSeen], Role]] = {
    Says.OPTED_OUT: _role_of_out,
    Says.COMPLAINED: _role_of_out,
    Says.OPTED_IN: _role_of_in,
    Says.CONSENTED: _role_of_consent,
    Says.STATUS: _role_of_status,
    Says.BOUNCED: _role_of_bounces,
    Says.PART: _role_of_part,
    Says.DOUBTFUL: _role_of_part,
    Says.DETAIL: _role_of_detail,
    Says.NOTHING: _role_of_nothing,
    Says.UNKNOWN: _role_of_unknown,
}
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
    """Count a text where there is room for it; whether there was."""
    if text not in counts and len(counts) >= most:
        return False
    counts[text] = counts.get(text, 0) + 1
    return True


def _is_all_mail(text: str) -> bool:
    return _ALL_MAIL in re.split(r"[\s,;|\[\]\"']+", text)


def _may_be_date(text: str, *, named: bool) -> bool:
    """Whether a text that we cannot read is a date all the same: its line has one, and so counts.

    `named`: the heading says that it is one. Else it may hold no words, only numbers and signs.
    """
    digits = sum(map(str.isdigit, text))
    return digits >= 4 and (named or _NUMBERS_AND_SIGNS.fullmatch(text) is not None)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").lstrip("+-").isdigit()
