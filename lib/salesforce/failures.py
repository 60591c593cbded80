"""What a failed call means: can it be repeated, was anything done, which error do people see.

Pure: a status and a decoded body go in, a Failure comes out. Source: REST API Developer Guide,
"Status Codes and Error Responses"; sObject Collections use `statusCode` where others use
`errorCode`.
"""

import re
from enum import Enum

from lib.connection_words import PROXY_ASKS, PROXY_REMEDY, PROXY_STATUS
from lib.errors import (
    ApiLimitReached,
    PermissionMissing,
    RequestRefused,
    SalesforceError,
    SalesforceUnreachable,
    SignInRefused,
    TooMuchAtOnce,
    WriteUnanswered,
)
from lib.salesforce.codes import LESS_AT_A_TIME, TOO_LARGE, Meaning, entry, means
from lib.salesforce.refusals import Cause, Refusal, cause_of, plain, words

LATER = (
    "Nothing is lost. Try again later, or let the next run catch up. "
    "If it lasts, check https://status.salesforce.com."
)
_REST_IS_OFF = re.compile(
    r"not valid for use with (?:the )?[\w ]*API|insufficient[_ ]scope", re.IGNORECASE
)
_TOO_BUSY = {420, 429, 503}
_TOO_LARGE_BODY = 413
_LET_THE_SESSION_IN = (
    "Ask the Salesforce administrator to check three things. If you use a consumer key, the app "
    'has the scope "Manage user data via APIs (api)" (Setup > External Client App Manager, or App '
    'Manager). The user has "API Enabled" (Setup > Profiles, or Permission Sets > System '
    "Permissions). The user's profile doesn't require a \"High Assurance\" session. Then test the "
    "connection."
)


class FailureKind(Enum):
    """What to do about a failed call."""

    EXPIRED = "expired"  # renew the session, then continue
    NOT_DONE = "not done"  # passing, and Salesforce did nothing: repeat it
    LOST = "lost"  # passing, but no one knows what was done: repeat only a read
    FINAL = "final"


class Failure(Exception):
    """A failed call, only inside this room: the door raises its `error` instead.

    `wait_s` is how long Salesforce asks to wait. A `slow` failure already took minutes and is
    repeated only once. If not `was_sent`, the call never left this computer.
    """

    def __init__(
        self,
        kind: FailureKind,
        error: SalesforceError,
        *,
        wait_s: float | None = None,
        slow: bool = False,
        was_sent: bool = True,
    ) -> None:
        super().__init__(error.message)
        self.kind = kind
        self.error = error
        self.wait_s = wait_s
        self.slow = slow
        self.was_sent = was_sent


def storable(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can contain and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")


def refusals_in(content: object) -> list[Refusal]:
    """The errors in a decoded body; empty for HTML and anything unknown."""
    found = content if isinstance(content, list) else [content]
    return [_refusal(each) for each in found if isinstance(each, dict) and _code(each)]


def from_answer(status: int, content: object, *, wait_s: float | None = None) -> Failure:
    """What an answer with an error status means."""
    refusals = refusals_in(content)
    first = refusals[0] if refusals else Refusal("", "")
    if status == PROXY_STATUS:
        return Failure(FailureKind.FINAL, _proxy_asks(), was_sent=False)
    if status in (401, 403) and any(_REST_IS_OFF.search(f"{r.code} {r.message}") for r in refusals):
        return Failure(FailureKind.FINAL, _rest_is_off(first))
    if status == 401:
        return Failure(FailureKind.EXPIRED, _session_ended())
    is_at_limit = means(first.code, Meaning.DAILY_LIMIT)
    if is_at_limit and "oncurrent" not in first.message:
        return Failure(FailureKind.FINAL, _limit_reached())
    cause = cause_of(first.code, first.message)
    if status == _TOO_LARGE_BODY or cause is Cause.TOO_MUCH:
        return Failure(FailureKind.FINAL, _too_much(status, first))
    if status in _TOO_BUSY or cause is Cause.PASSING or is_at_limit:
        return Failure(FailureKind.NOT_DONE, _unreachable(status, first), wait_s=wait_s)
    if (status >= 500 or status == 408) and not first.code.startswith("QUERY_"):
        kind = FailureKind.NOT_DONE if refusals else FailureKind.LOST
        return Failure(kind, _unreachable(status, first), wait_s=wait_s)
    return Failure(FailureKind.FINAL, _refused(status, first))


def _code(error: dict[str, object]) -> str:
    for name in ("errorCode", "statusCode", "exceptionCode", "error"):
        if isinstance(error.get(name), str):
            return str(error[name])
    return ""


def _refusal(error: dict[str, object]) -> Refusal:
    for name in ("message", "exceptionMessage", "error_description"):
        if isinstance(error.get(name), str):
            return Refusal(_code(error), storable(str(error[name])))
    return Refusal(_code(error), "")


def _rest_is_off(refusal: Refusal) -> SignInRefused:
    return SignInRefused(
        "Salesforce signs this user in but doesn't let the session use the REST API",
        remedy=_LET_THE_SESSION_IN,
        vendor_code=refusal.code,
    )


def _session_ended() -> SignInRefused:
    return SignInRefused(
        "Salesforce ended the session right after signing in",
        remedy="Ask the Salesforce administrator whether session settings or a security policy "
        "end this user's sessions: Setup > Session Settings.",
        vendor_code="INVALID_SESSION_ID",
    )


def _proxy_asks() -> SalesforceUnreachable:
    return SalesforceUnreachable(
        f"Optback can't reach Salesforce: {PROXY_ASKS}", remedy=PROXY_REMEDY
    )


def _limit_reached() -> ApiLimitReached:
    return ApiLimitReached(
        "The org has used up its Salesforce API calls for the last 24 hours",
        remedy="Calls come back hour by hour, and the next run picks up where this run stopped. "
        'To see what uses them: Setup > Company Information > "API Requests, Last 24 Hours".',
    )


def _unreachable(status: int, refusal: Refusal) -> SalesforceUnreachable:
    said = f"HTTP {status}, {refusal.code}" if refusal.code else f"HTTP {status}"
    by_policy = means(refusal.code, Meaning.SECURITY_POLICY)
    remedy = entry(refusal.code).remedy if by_policy else LATER
    return SalesforceUnreachable(
        f"Salesforce can't answer right now ({said})", remedy=remedy, vendor_code=refusal.code
    )


def _too_much(status: int, refusal: Refusal) -> TooMuchAtOnce:
    code = refusal.code or TOO_LARGE
    return TooMuchAtOnce(
        "Salesforce stopped the call because it was too much at once "
        f"(HTTP {status}, {code}): {plain(refusal.message)}",
        remedy=LESS_AT_A_TIME,
        vendor_code=code,
        status=status,
        said=refusal.message,
    )


def _refused(status: int, refusal: Refusal) -> SalesforceError:
    if status < 400:
        return RequestRefused(
            f"Salesforce redirects to another address (HTTP {status}), which Optback doesn't "
            "follow",
            remedy="Set SALESFORCE_LOGIN_URL to the org's current My Domain address "
            "(Setup > My Domain).",
            status=status,
        )
    text, remedy = words(refusal.code, refusal.message)
    if means(refusal.code, Meaning.PERMISSION):
        return PermissionMissing(text, remedy=remedy)
    said = f"HTTP {status}, {refusal.code}" if refusal.code else f"HTTP {status}"
    return RequestRefused(
        f"Salesforce refused the request ({said}): {text}",
        remedy=remedy,
        vendor_code=refusal.code,
        status=status,
        said=refusal.message,
    )


def number_of(value: object) -> int | None:
    """A whole number in an answer, also if it's written as text; `None` for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def broken(what: str) -> SalesforceUnreachable:
    """The error for an answer that doesn't have the documented shape."""
    return SalesforceUnreachable(f"Salesforce's answer can't be read: {what}", remedy=LATER)


def unanswered(what: str) -> WriteUnanswered:
    """The error for a write whose answer is lost, or can't be matched to its records."""
    return WriteUnanswered(
        what,
        remedy="The next run checks these records in Salesforce before it does anything else.",
    )
