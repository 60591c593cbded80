"""What each column of a file contributes to the question of who asked: a role for its heading."""

from collections.abc import Callable
from enum import Enum

from lib.sources.files.who_asked import heading_votes
from lib.sources.files.who_asked.cell_words import Value
from lib.sources.files.who_asked.column_votes import ColumnSeen, Vote
from lib.sources.files.who_asked.heading_votes import Says

_FEW_OTHERS = 20
_SHARE_OF_STATES = 0.1
_SHARE_OF_ASKED = 0.01
_FEW_ANSWERS = 3
_LONGEST_ANSWER = 30


class Role(Enum):
    """What a column contributes to the answer."""

    DECIDES = "decides"
    UNCLEAR = "unclear"  # it's about unsubscribing, but its meaning isn't certain
    OPT_IN_DATE = "opt-in date"
    BOUNCES = "bounces"
    DETAIL = "detail"  # some lines have it and some don't
    NONE = "none"


def role_of(column: ColumnSeen) -> Role:
    """What the column contributes, from its heading and all of its values together."""
    if column.marks_all_mail:
        return Role.DECIDES
    return _ROLES[column.says](column)


def _role_of_out(column: ColumnSeen) -> Role:
    """Unsubscribed, opt-out: empty on a line, that person didn't ask."""
    if column.says is Says.COMPLAINED and not column.filled:
        return Role.NONE
    return Role.UNCLEAR if _has_unclear(column) else Role.DECIDES


def _role_of_in(column: ColumnSeen) -> Role:
    """Subscribed, accepts marketing: a no counts. An empty cell next to a yes may mean either."""
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
    """A list that someone left, or a word that may mean unsubscribing: never certain."""
    return Role.UNCLEAR if column.filled else Role.NONE


def _role_of_coming_back(column: ColumnSeen) -> Role:
    """A no in it doesn't affect a yes in another column; anything else does."""
    return Role.UNCLEAR if column.filled > column.count(Value.NO) else Role.NONE


def _role_of_detail(column: ColumnSeen) -> Role:
    if _is_answered(column) or column.names_media:
        return Role.UNCLEAR
    return Role.DETAIL if 0 < column.filled < column.lines else Role.NONE


def _is_answered(column: ColumnSeen) -> bool:
    """Whether it has both yes and no, in words: 1 and 0 may be numbers of reasons."""
    both = column.count(Value.YES) and column.count(Value.NO)
    return bool(both) and not all(text.isdigit() for text in column.states)


def _role_of_nothing(column: ColumnSeen) -> Role:
    """Even among notes, a mere `unsubscribed` on some of the lines says something."""
    return Role.UNCLEAR if 0 < column.count(Value.ASKED) < column.lines else Role.NONE


def _role_of_unknown(column: ColumnSeen) -> Role:
    """Only its values decide: statuses that say who asked, or yes and no without an explanation."""
    if heading_votes.is_opt_in_date(column.heading) and 2 * column.dates > column.filled:
        return Role.OPT_IN_DATE
    if column.names_media:
        return Role.UNCLEAR
    if column.diagnostics and 2 * column.diagnostics >= column.filled:
        return Role.BOUNCES
    states = column.count(Value.ASKED, Value.STAYED, Value.SILENT, Value.DOUBTFUL)
    if states:
        return _role_by_states(column, states)
    is_question = _is_yes_and_no(column) or _holds_codes(column) or _may_ask_for_it(column)
    return Role.UNCLEAR if is_question or _says_so_partly(column) else Role.NONE


def _says_so_partly(column: ColumnSeen) -> bool:
    """Whether some lines, but not all, have a text with a word for unsubscribed in it."""
    if column.records:
        return True
    return 0 < column.partly < column.lines and not heading_votes.is_detail(column.heading)


def _may_ask_for_it(column: ColumnSeen) -> bool:
    """Whether the heading may be about unsubscribing, with two or three values we don't know."""
    answers = [*column.states, *column.others]
    if column.more_others or not 0 < len(answers) <= _FEW_ANSWERS:
        return False
    differ = len(answers) > 1 or column.filled < column.lines
    is_short = all(len(text) <= _LONGEST_ANSWER and _has_no_digit(text) for text in answers)
    return differ and is_short and heading_votes.may_be_a_wish(column.heading)


def _has_no_digit(text: str) -> bool:
    return not any(map(str.isdecimal, text))


def _role_by_states(column: ColumnSeen, states: int) -> Role:
    if states == column.filled:
        is_clear = column.count(Value.ASKED) and not _has_unclear(column)
        is_clear = is_clear and not heading_votes.is_about_something_else(column.heading)
        return Role.DECIDES if is_clear else Role.UNCLEAR
    few_others = len(column.others) <= _FEW_OTHERS and not column.more_others
    speaks = few_others or states >= _SHARE_OF_STATES * column.filled
    speaks = speaks or column.count(Value.ASKED) >= _SHARE_OF_ASKED * column.filled
    return Role.UNCLEAR if speaks else Role.NONE


def _is_yes_and_no(column: ColumnSeen) -> bool:
    answers = column.count(Value.YES, Value.NO)
    if heading_votes.is_a_place_too(column.heading):
        return False
    if answers == column.filled:
        return answers > 0
    is_mostly_so = 2 * answers >= column.filled and len(column.others) <= 4
    return answers > 0 and is_mostly_so and not column.is_numeric and not column.dates


def _holds_codes(column: ColumnSeen) -> bool:
    """Whether it has a few one-digit codes under a heading such as Reason: 1, 2 and 3."""
    texts = [*column.states, *column.others]
    is_coded = heading_votes.holds_codes(column.heading) and column.more_others == 0
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
    Says.CAME_BACK: _role_of_coming_back,
    Says.DETAIL: _role_of_detail,
    Says.NOTHING: _role_of_nothing,
    Says.UNKNOWN: _role_of_unknown,
}
