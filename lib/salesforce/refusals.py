"""What a refusal is really about, and how to say it: it passes, is too much, or needs a person.

Salesforce wraps the cause: a lock inside a trigger comes as CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY,
inside a flow as CANNOT_EXECUTE_FLOW_TRIGGER, and a trigger can pass it on as a validation error.
So the message is read too. It may be in the user's language, but the names of exceptions and
codes in it stay English. Sources: SOAP API Developer Guide, "StatusCode"; Apex Developer Guide,
"Execution Governors and Limits"; messages recorded in public bug reports.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from lib.salesforce.codes import NEXT_RUN, TOO_SLOW, Meaning, entry, means


class Cause(Enum):
    """What may help after a refusal."""

    PASSING = "passing"  # the same call again, after a pause
    TOO_MUCH = "too much"  # fewer records in a call
    OTHER = "other"  # neither: the record, its automation, or a setting needs a person


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error in an answer: Salesforce's code and its own words, either of which may be empty."""

    code: str
    message: str


_NEVER_WRAPS = re.compile(r"QUERY|\A(?:INVALID|MALFORMED|JSON|NOT_FOUND|DUPLICATE|REQUIRED)")
"""Codes whose message repeats a query or a value, which can contain any word."""


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Texts of exceptions. No one types them into a validation rule, so they count with every code.
_TOO_MUCH_EXACT = _any_of(
    r"\bSystem\.LimitException\b",
    r"\bCPU time(?: limit)? exceeded\b",
    r"\b(?:APEX_)?CPU_TIME_LIMIT_EXCEEDED\b",
    r"\bREQUEST_RUNNING_TOO_LONG\b",
    r"\bheap size too large: ?\d",
    r"\bToo many (?:SOQL|SOSL|DML|query|record|future|queueable|aggregate|email|callout|script)"
    r"[\w -]*: ?\d",
    r"\bMaximum stack depth reached: ?\d",
)
_TOO_MUCH_WORDS = _any_of(
    r"\bCPU[ -]?time\b",
    r"\bApex\b.{0,40}\bCPU\b|\bCPU\b.{0,40}\bApex\b",  # the same in another language
    r"(?<![A-Z_])LIMIT_EXCEEDED\b",  # not STORAGE_, REQUEST_, or SINGLE_EMAIL_LIMIT_EXCEEDED
    r"\bgovernor limit",
    r"\bToo many [\w -]{3,40}: ?\d",
    r"\b(?:SOQL|SOSL|DML|heap)\b[^:：]{0,40}[:：] ?\d",
    r"\brunning (?:for )?too long\b",
    r"\bexceeded the (?:maximum )?(?:CPU |processing )?time limit\b",
    r"\bnumber of (?:iterations|executed elements|flow elements)[\w ]* exceeded\b",
    r"\bexceed\w* the (?:maximum )?number of (?:executed )?(?:flow )?elements\b",
)
_PASSING_EXACT = _any_of(
    r"\bUNABLE_TO_LOCK_ROW\b",
    r"\bunable to obtain exclusive access\b",
    r"\bSERVER_UNAVAILABLE\b",
    r"\bNOT_ALLOWED_DURING_MAINTENANCE\b",
    r"\bConcurrent(?:PerOrg|Requests)[\w ()]*Limit exceeded\b",
)
_PASSING_WORDS = _any_of(
    r"\bdeadlock",
    r"\bserver (?:is )?(?:too )?busy\b",
    r"\bcurrently being modified by another user\b",
    r"\bRecord Currently Unavailable\b",
    r"\bconcurrent requests limit exceeded\b",
    r"\btry (?:your request )?again in a (?:moment|few)\b",
)


_WRAPPED = {
    Cause.TOO_MUCH: (
        "Automation in Salesforce hit a limit when the record was saved",
        TOO_SLOW,
    ),
    Cause.PASSING: (
        "Other programs were using the record, or a record that belongs to it, at the same time",
        NEXT_RUN,
    ),
}
_ECHO = re.compile(r"\A.*ERROR at Row:\d+:Column:\d+\s*", re.DOTALL)
_LONGEST = 300


def cause_of(code: str, message: str) -> Cause:
    """What a refusal with this code and message is about.

    If a message has both a limit and a lock, the limit decides: a transaction that ran out of time
    may have held the lock itself.
    """
    if _NEVER_WRAPS.search(code):
        return Cause.OTHER
    own_words = means(code, Meaning.OWN_WORDS)
    if means(code, Meaning.TOO_MUCH) or _speaks_of(
        message, _TOO_MUCH_EXACT, _TOO_MUCH_WORDS, own_words
    ):
        return Cause.TOO_MUCH
    if means(code, Meaning.PASSING) or _speaks_of(
        message, _PASSING_EXACT, _PASSING_WORDS, own_words
    ):
        return Cause.PASSING
    return Cause.OTHER


def cause_of_all(refusals: Iterable[Refusal]) -> Cause:
    """What several refusals of the same record are about: OTHER if any of them is."""
    causes = {cause_of(refusal.code, refusal.message) for refusal in refusals}
    for cause in (Cause.OTHER, Cause.TOO_MUCH, Cause.PASSING):
        if cause in causes:
            return cause
    return Cause.OTHER


def words(code: str, message: str) -> tuple[str, str]:
    """What happened in plain words, followed by Salesforce's own text, and how to fix it."""
    text, remedy = _known(code, message)
    said = plain(message)
    if not text:
        return said or code or "no reason given", remedy
    return (f"{text} ({said.rstrip('.')})" if said else text), remedy


def plain(message: str) -> str:
    """Salesforce's text on one line, without the query it repeats; at most 300 characters."""
    line = " ".join(_ECHO.sub("", message).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _known(code: str, message: str) -> tuple[str, str]:
    """The words for a code, or for the cause its message wraps."""
    cause = cause_of(code, message)
    if cause is not cause_of(code, ""):
        return _WRAPPED[cause]
    known = entry(code)
    return known.text, known.remedy


def _speaks_of(
    message: str, exact: re.Pattern[str], loose: re.Pattern[str], own_words: bool
) -> bool:
    if exact.search(message):
        return True
    return not own_words and loose.search(message) is not None
