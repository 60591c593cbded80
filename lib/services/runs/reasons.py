"""Why a record came to its outcome, in words, and what mends it."""

from lib.salesforce import codes
from lib.values import Change, Outcome
from lib.words import REASONS


def why(outcome: Outcome, reason: str | None, message: str | None) -> tuple[str, str]:
    """The cause in words and its remedy; empty where there is nothing to say."""
    if reason is None:
        return "", ""
    if outcome is Outcome.FAILED or reason not in REASONS:
        return codes.words(reason, message or "")
    return REASONS[reason], ""


def why_of(change: Change) -> tuple[str, str]:
    """`why` of one record."""
    return why(change.outcome, change.reason, change.message)
