"""What a column's heading says about whether people unsubscribed, in many languages.

A heading never decides alone: together with it, each value is a vote (column_votes.py). The words
themselves are in heading_words.py.
"""

import unicodedata
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from lib.sources.files.headings import is_about_time, plain, words_of
from lib.sources.files.who_asked import heading_words as table


class Says(Enum):
    """What a yes, a no or a date under the heading means."""

    OPTED_OUT = "opted out"  # yes: the person asked not to be emailed
    COMPLAINED = "complained"  # yes: the person called an email spam, which asks for it too
    OPTED_IN = "opted in"  # no: the person asked not to be emailed
    CONSENTED = "consented"  # a no may also mean that no one ever asked the person
    BOUNCED = "bounced"  # says nothing about unsubscribing
    STATUS = "status"  # the value says it, and must be understood
    PART = "part"  # which group or list it was: not all mail
    DOUBTFUL = "doubtful"  # deactivated, removed: may or may not mean unsubscribed
    CAME_BACK = "came back"  # what another column says was undone
    DETAIL = "detail"  # why or how someone opted out: an empty cell may mean that they didn't
    NOTHING = "nothing"  # names, towns, ratings: never about unsubscribing
    UNKNOWN = "unknown"  # only the value can say it


_CERTAIN = frozenset({Says.OPTED_OUT, Says.OPTED_IN, Says.COMPLAINED})
_PLAIN_LANGUAGES = tuple(map(plain, table.OTHER_LANGUAGES))
_PLAIN_STATUSES = frozenset(map(plain, table.OTHER_STATUSES))


@lru_cache(maxsize=4096)
def says(heading: str) -> Says:
    """What the heading says, `UNKNOWN` if it's empty or says nothing we know."""
    heading = table.YES_OR_NO.sub(" ", heading).replace("%", " percent ")
    name, words = plain(heading), words_of(heading)
    if _is_about_something_else(name, words):
        return _about_something_else(name, words)
    if _names_a_part(heading, name, words):
        return Says.PART
    if _is_undone(name, words):
        return Says.CAME_BACK
    if _holds(name, table.DO_NOT):
        return Says.DOUBTFUL if words & (table.OTHERS | table.SOME_EMAILS) else Says.OPTED_OUT
    wish = _wish(name, words)
    if wish is not None:
        return _of_a_wish(wish, name, words)
    return Says.STATUS if _asks_about_status(name, words) else _of_no_wish(name, words)


def _of_a_wish(wish: Says, name: str, words: frozenset[str]) -> Says:
    """What a word for opting in or out says together with the words next to it."""
    if wish in _CERTAIN and _is_turned(name, words):
        return Says.DOUBTFUL
    is_detail = words & table.DETAIL or name.endswith(table.DETAIL_ENDS)
    if is_detail and not _asks_about_status(name, words):
        return Says.DETAIL if wish is Says.OPTED_OUT else Says.NOTHING
    return wish


def _of_no_wish(name: str, words: frozenset[str]) -> Says:
    if _holds(name, table.BOUNCE):
        return Says.BOUNCED
    if _holds(name, table.CONSENT):
        return Says.CONSENTED
    if _holds(name, table.DOUBTFUL):
        return Says.DOUBTFUL
    if words & table.LEFT_WORDS and not words & table.NOTHING_WORDS:
        return Says.DOUBTFUL
    if (words & table.NOTHING_WORDS or name in table.NAMES) and not words & table.FLAGS:
        return Says.NOTHING
    return _in_another_language(name, words)


def _names_a_part(heading: str, name: str, words: frozenset[str]) -> bool:
    """Whether it is about one list, or about a field whose old and new values are next to it."""
    if _holds(name, table.PART) or table.ONE_OF_MANY.search(name) or words & table.FIELDS:
        return True
    if words & table.BEFORE and (_asks_about_status(name, words) or words & {"value", "values"}):
        return True
    return _is_of_a_list(heading)


def _is_of_a_list(heading: str) -> bool:
    """Whether it says after a colon of which list someone left: `Unsubscribed: Offers`."""
    head, _, tail = heading.partition(":")
    behind = words_of(tail)
    if not behind or behind <= table.ANSWERS or _wish(plain(tail), behind) is not None:
        return False
    return _wish(plain(head), words_of(head)) is Says.OPTED_OUT


def _is_undone(name: str, words: frozenset[str]) -> bool:
    """Whether a yes under it, or a date, takes back that someone left."""
    is_out = _holds(name, (*table.OUT, *table.DO_NOT)) or bool(words & table.OUT_WORDS)
    return bool(is_out and words & table.UNDONE) or _holds(name, table.CAME_BACK)


def _about_something_else(name: str, words: frozenset[str]) -> Says:
    """Calls, texts, paper or cookies: people who opted out of them didn't ask about emails."""
    is_wish = _wish(name, words) is Says.OPTED_OUT or _holds(
        name, (*table.DO_NOT, *table.DO_NOT_CALL)
    )
    return Says.PART if is_wish or _asks_about_status(name, words) else Says.UNKNOWN


def _is_turned(name: str, words: frozenset[str]) -> bool:
    """Whether another word reverses a word for opting in or out, or makes it uncertain."""
    if words & table.SOME_EMAILS or (words & table.OTHERS and "person" not in words):
        return True
    if not _is_said_of_email(name, words):
        return True
    is_uncertain = bool(words & table.UNCERTAIN) or name.endswith(table.UNCERTAIN_ENDS)
    return is_uncertain and not _asks_about_status(name, words)


def _is_said_of_email(name: str, words: frozenset[str]) -> bool:
    """Whether a complaint is about an email, and a withdrawal not one from a purchase."""
    if _holds(name, ("widerruf", "widersproch", "widerspruch")):
        return _holds(name, table.MAIL_SUBJECTS)
    if not _holds(name, table.COMPLAINT) or _holds(name, table.OUT):
        return True
    if words & (table.NOT | table.UNDONE | table.COMPLAINED_OF | {"anti"}):
        return False
    return _holds(name, table.SPAM_REPORTS) or name.startswith(("complain", "abuse"))


def _in_another_language(name: str, words: frozenset[str]) -> Says:
    if name in _PLAIN_STATUSES:
        return Says.STATUS
    is_known = _holds(name, _PLAIN_LANGUAGES) or words & table.OTHER_WORDS
    return Says.DOUBTFUL if is_known else Says.UNKNOWN


def is_one_of_several(heading: str) -> bool:
    """Whether a no under the heading leaves it open that the person left in another way."""
    return bool(words_of(heading) & {"global", "globally", "portal"})


def is_not(word: str) -> bool:
    """Whether a word says that something isn't so."""
    return word in table.NOT


def is_about_something_else(heading: str) -> bool:
    """Whether it is about calls, texts, paper mail or cookies."""
    return _is_about_something_else(plain(heading), words_of(heading))


def is_detail(heading: str) -> bool:
    """Whether it is over reasons, sources and the like, in people's own words."""
    words = words_of(heading)
    return bool(words & (table.DETAIL | table.OWN_WORDS)) or plain(heading).endswith(
        table.DETAIL_ENDS
    )


def names_a_medium(heading: str) -> bool:
    """Whether it is over ways to reach people."""
    words = words_of(heading)
    return bool(words & table.MEDIA) and not words & table.MEDIA_LIKED


def may_be_a_wish(heading: str) -> bool:
    """Whether it may be about unsubscribing, in words or a language we don't know."""
    if _is_in_other_letters(heading):
        return True
    words = words_of(heading)
    return bool(words & table.WANTS) or plain(heading) in table.MAILINGS


def _is_in_other_letters(heading: str) -> bool:
    """Whether it is in no language of western Europe, or in an unknown encoding."""
    letters = [letter for letter in unicodedata.normalize("NFC", heading) if letter.isalpha()]
    foreign = [letter for letter in letters if letter > "\u00ff" and letter not in "œŒŸ"]
    is_garbled = 2 * sum(1 for letter in letters if not letter.isascii()) > len(letters)
    return bool(foreign) or is_garbled or "\ufffd" in heading


def is_a_place_too(heading: str) -> bool:
    """Whether the heading may name a state of a country, where ON is Ontario."""
    return plain(heading) in ("state", "estado", "stato", "etat")


def holds_codes(heading: str) -> bool:
    """Whether small numbers under the heading are codes, such as the reason for a block."""
    return bool(words_of(heading) & table.CODED)


def is_opt_in_date(heading: str) -> bool:
    """Whether dates under the heading say when someone opted in."""
    name = plain(heading)
    return says(heading) in (Says.OPTED_IN, Says.CONSENTED) or name.startswith("confirm")


def _wish(name: str, words: frozenset[str]) -> Says | None:
    """Out, in or a complaint, if the heading has a word for it that no other word reverses."""
    if _holds(name, table.OUT) or words & table.OUT_WORDS:
        return Says.CONSENTED if words & table.NOT else Says.OPTED_OUT
    if _holds(name, table.COMPLAINT):
        return Says.COMPLAINED
    if _holds(name, table.IN) or words & table.IN_WORDS:
        if _holds(name, table.ENDED):
            return Says.CONSENTED if words & table.NOT else Says.OPTED_OUT
        doubtful = words & table.NOT or _holds(name, table.UNSURE)
        return Says.CONSENTED if doubtful else _in_or_status(name, words)
    return None


def _in_or_status(name: str, words: frozenset[str]) -> Says:
    return Says.STATUS if _asks_about_status(name, words) else Says.OPTED_IN


def _asks_about_status(name: str, words: frozenset[str]) -> bool:
    """Whether the heading asks for a state, and not for when it came about."""
    is_state = _holds(name, table.STATUS) and not words & table.NO_STATUS
    return is_state and not is_about_time(name, words)


def _is_about_something_else(name: str, words: frozenset[str]) -> bool:
    about_phone = bool(words & table.PHONE) or _holds(name, table.PHONE_PARTS)
    about_phone = about_phone or _holds(name, table.NOT_ABOUT_MAIL)
    if about_phone and not _holds(name, table.MAIL_WORDS):
        return True
    about_paper = bool(words & table.PAPER) or _holds(name, table.PAPER_PARTS)
    return about_paper and "email" not in name


def _holds(name: str, parts: Iterable[str]) -> bool:
    return any(part in name for part in parts)
