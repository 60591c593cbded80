"""What a refusal is really about: something that passes, too much in one call, or the record.

Salesforce wraps the cause: a lock inside a trigger comes as CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY,
inside a flow as CANNOT_EXECUTE_FLOW_TRIGGER, and a trigger may hand it on as a validation error.
So the message is read too. Its words can be in the user's language; the names of exceptions and
codes in it stay English. Sources: SOAP API Developer Guide, "StatusCode"; Apex Developer Guide,
"Execution Governors and Limits"; messages recorded in public bug reports.
"""

import re
from collections.abc import Iterable
from enum import Enum


class Cause(Enum):
    """What may help after a refusal."""

    PASSING = "passing"  # the same again, after a pause
    TOO_MUCH = "too much"  # fewer records in a call
    OTHER = "other"  # neither: the record, its automation or a setting needs a person


TOO_LARGE = "TOO_LARGE"
"""Our own code for a call that a web server on the way refused for its size (HTTP 413)."""
NO_ANSWER = "NO_ANSWER"
"""Our own code for a record whose change got no answer, alone, again and again."""

_PASSING_CODES = frozenset(
    {
        "CONCURRENT_REQUESTS_LIMIT_EXCEEDED",
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
        "SERVER_UNAVAILABLE",
        "TXN_SECURITY_METERING_ERROR",
        "UNABLE_TO_LOCK_ROW",
    }
)
_TOO_MUCH_CODES = frozenset(
    {
        "APEX_CPU_TIME_LIMIT_EXCEEDED",
        "LIMIT_EXCEEDED",
        "REQUEST_RUNNING_TOO_LONG",
        TOO_LARGE,
    }
)
_OWN_WORDS = frozenset({"FIELD_CUSTOM_VALIDATION_EXCEPTION"})
"""Codes whose message a person in the org wrote, unless a trigger put an exception's text there."""

_NEVER_WRAPS = re.compile(r"QUERY|\A(?:INVALID|MALFORMED|JSON|NOT_FOUND|DUPLICATE|REQUIRED)")
"""Codes whose message repeats a query or a value, which may hold any word."""


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# The texts of exceptions. Nobody types them into a validation rule, so they count in every code.
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
    r"(?<![A-Z_])LIMIT_EXCEEDED\b",  # not STORAGE_, REQUEST_ or SINGLE_EMAIL_LIMIT_EXCEEDED
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


def cause_of(code: str, message: str) -> Cause:
    """What a refusal with this code and message is about.

    A limit outranks a lock in the same message: what ran out of time may hold the lock itself.
    """
    if _NEVER_WRAPS.search(code):
        return Cause.OTHER
    own_words = code in _OWN_WORDS
    if code in _TOO_MUCH_CODES or _speaks_of(message, _TOO_MUCH_EXACT, _TOO_MUCH_WORDS, own_words):
        return Cause.TOO_MUCH
    if code in _PASSING_CODES or _speaks_of(message, _PASSING_EXACT, _PASSING_WORDS, own_words):
        return Cause.PASSING
    return Cause.OTHER


def cause_of_all(refusals: Iterable[tuple[str, str]]) -> Cause:
    """What several refusals of one record are about: OTHER as soon as one of them is."""
    causes = {cause_of(code, message) for code, message in refusals}
    for cause in (Cause.OTHER, Cause.TOO_MUCH, Cause.PASSING):
        if cause in causes:
            return cause
    return Cause.OTHER


def _speaks_of(
    message: str, exact: re.Pattern[str], words: re.Pattern[str], own_words: bool
) -> bool:
    if exact.search(message):
        return True
    return not own_words and words.search(message) is not None
