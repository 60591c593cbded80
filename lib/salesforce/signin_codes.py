"""Why a sign-in was refused: Salesforce's codes in plain words, and which of them pause.

Only a refusal of the credentials, the user, or the app pauses a connection. Hours, limits,
maintenance, missing scopes, and APIs that are turned off don't (rules.md, 7). The same cause comes
with several codes, so the description is read too. Sources: SOAP API Developer Guide, "login()";
Salesforce Help, "OAuth 2.0 Authorization Errors"; answers recorded in public bug reports.
"""

import re

from lib.errors import CredentialsRefused, SalesforceError, SalesforceUnreachable, SignInRefused
from lib.salesforce.codes import API_ENABLED
from lib.salesforce.failures import LATER
from lib.salesforce.refusals import plain
from lib.salesforce.signin_remedies import (
    ALSO,
    APPROVE,
    AUDIENCE,
    CHECK_APP,
    CHECK_CERTIFICATE,
    CHECK_CONSUMER_KEY,
    CHECK_SECRET,
    CHECK_USER,
    EMAILED,
    HOURS,
    INACTIVE_ORG,
    INSTALL,
    LOGIN_HISTORY,
    MY_DOMAIN,
    NETWORK,
    NO_API,
    ORG,
    ORG_LOCKED,
    RENEW,
    RUN_AS,
    SCOPE,
    SET_CLOCK,
    SOAP_ENDS,
    SOAP_OFF,
    TRIAL,
    UNBLOCK,
    UNLOCK,
    USER,
    VERIFY,
)

_PAUSING = {
    "INVALID_LOGIN": ("refused the user name, password, or token", CHECK_USER),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": ("says the password has expired", RENEW),
    "LOGIN_CHALLENGE_ISSUED": ("wants you to confirm this computer first", EMAILED),
    "LOGIN_CHALLENGE_PENDING": ("wants you to confirm this computer first", VERIFY),
    "LOGIN_MUST_USE_SECURITY_TOKEN": ("also wants the security token", ALSO),
    "PASSWORD_LOCKOUT": ("locked the user after too many attempts", UNLOCK),
    "access_denied": ("doesn't let the user use the app", APPROVE),
    "app_blocked": ("blocked the app Optback signs in with", UNBLOCK),
    "app_not_found": ("can't find the app Optback signs in with", INSTALL),
    "inactive_user": ("says the user isn't active", USER),
    "invalid_app_access": ("hasn't approved the user for the app", APPROVE),
    "invalid_assertion": ("refused the signed key", CHECK_CERTIFICATE),
    "invalid_client": ("refused the consumer key or secret", CHECK_SECRET),
    "invalid_client_credentials": ("refused the consumer secret", CHECK_SECRET),
    "invalid_client_id": ("doesn't know the consumer key", CHECK_CONSUMER_KEY),
    "invalid_grant": ("refused these credentials", CHECK_APP),
    "unauthorized_client": ("doesn't let the app sign in this way", CHECK_APP),
}
_OTHER = {
    "API_CURRENTLY_DISABLED": ("doesn't let this user use the API", API_ENABLED),
    "API_DISABLED_FOR_ORG": ("has the API turned off for this org or user", NO_API),
    "INVALID_OPERATION": ("has SOAP sign-in turned off in this org", SOAP_OFF),
    "LOGIN_DURING_RESTRICTED_DOMAIN": ("doesn't let this user sign in from this network", NETWORK),
    "LOGIN_DURING_RESTRICTED_TIME": ("doesn't let this user sign in at this hour", HOURS),
    "LOGIN_RATE_EXCEEDED": ("got too many sign-ins within an hour", LATER),
    "REQUEST_LIMIT_EXCEEDED": ("has no API calls left for this org today", LATER),
    "ORG_LOCKED": ("locked the org", ORG_LOCKED),
    "TRIAL_EXPIRED": ("says the org's trial has ended", TRIAL),
    "UNSUPPORTED_API_VERSION": ("no longer offers this way to sign in", SOAP_ENDS),
    "missing_scope": ("doesn't let the app use the API, because a scope is missing", SCOPE),
    "expired_assertion": ("says the signature of the key is too old", SET_CLOCK),
    "inactive_org": ("says the org isn't active", INACTIVE_ORG),
    "rate_limit_exceeded": ("got too many sign-ins within an hour", LATER),
    "unsupported_grant_type": ("doesn't offer this way to sign in here", MY_DOMAIN),
}
_PASSING = {
    "server",  # SOAP's own word for a failure of the service, instead of a Salesforce code
    "server_error",
    "server_unavailable",
    "temporarily_unavailable",
    "unknown_error",
    "unknown_exception",
}
_PASSING_TEXT = re.compile(
    r"\b(?:server (?:is )?(?:unavailable|too busy|busy)|temporarily unavailable|unknown[_ ]error"
    r"|retry your request|service unavailable|concurrent[\w ()]*limit exceeded)\b",
    re.IGNORECASE,
)
_MAY_PASS = {"invalid_grant", "invalid_request", "request_limit_exceeded"}
"""Codes that can mean almost anything, so their text may say that the failure passes."""

# Refusals of the app, by words in the code or the description; the first match decides.
_OF_THE_APP = (
    (re.compile(r"scope"), "missing_scope"),
    (
        re.compile(
            r"\b(?:app|client|consumer)[\w ]*\b(?:blocked|disabled|deactivated)\b"
            r"|\bblocked[\w ]* (?:app|client|consumer)|app_blocked"
        ),
        "app_blocked",
    ),
    (
        re.compile(r"app_not_found|\bapp[\w ]*\bnot (?:found|installed)\b|must be installed"),
        "app_not_found",
    ),
    (re.compile(r"app_access_denied|approval_error"), "access_denied"),
)
# invalid_grant puts the cause in its description; the first part found in it decides.
_NOT_THE_CREDENTIALS = (
    ("ip restricted", "LOGIN_DURING_RESTRICTED_DOMAIN"),
    ("restricted", "LOGIN_DURING_RESTRICTED_TIME"),
    ("not supported on this domain", "unsupported_grant_type"),
    ("rate exceeded", "rate_limit_exceeded"),
    ("rate limit", "rate_limit_exceeded"),
    ("inactive organization", "inactive_org"),
    ("api is not enabled", "API_DISABLED_FOR_ORG"),
    ("api is disabled", "API_CURRENTLY_DISABLED"),
    ("expired authorization code", "expired_assertion"),
)
_CLOSER = (
    ("approv", "doesn't let the user sign in with this app", APPROVE),
    ("not authorized", "doesn't let the user sign in with this app", APPROVE),
    ("no client credentials user", 'has no "Run As" user for this app', RUN_AS),
    ("inactive user", "says the user isn't active", USER),
    ("audience", "doesn't accept the key at this address", AUDIENCE),
    ("invalid assertion", "refused the signed key", CHECK_CERTIFICATE),
    ("invalid client credentials", "refused the consumer secret", CHECK_SECRET),
    ("client identifier invalid", "doesn't know the consumer key", CHECK_CONSUMER_KEY),
    ("invalid password", "refused the user name, password, or token", CHECK_USER),
    ("security token required", "also wants the security token", ALSO),
    ("expired access/refresh token", "says the approval of the app has ended", APPROVE),
    ("authentication failure", "refused the user", LOGIN_HISTORY),
)


def is_passing(code: str, message: str = "") -> bool:
    """Whether a sign-in refused this way may work in a moment; never if credentials are refused."""
    if code.lower() in _PASSING:
        return True
    return code.lower() in _MAY_PASS and _PASSING_TEXT.search(message) is not None


def refusal(code: str, message: str) -> SalesforceError:
    """The error for a refused sign-in; secrets must already be gone from `message`."""
    said = f': "{plain(message)}"' if message else ""
    if is_passing(code, message):
        return SalesforceUnreachable(
            f"Salesforce can't sign anyone in right now ({code})", remedy=LATER
        )
    key = _meant(code, message)
    if key in _PAUSING:
        what, remedy = _closer(message) if key == "invalid_grant" else _PAUSING[key]
        return CredentialsRefused(f"Salesforce {what}{said}", remedy=remedy, vendor_code=code)
    what, remedy = _OTHER.get(key, (f"refused the sign-in ({code})", ORG))
    return SignInRefused(f"Salesforce {what}{said}", remedy=remedy, vendor_code=code)


def expired_password() -> CredentialsRefused:
    """The error for a session that is only good for setting a new password."""
    what, remedy = _PAUSING["INVALID_OPERATION_WITH_EXPIRED_PASSWORD"]
    return CredentialsRefused(
        f"Salesforce {what}",
        remedy=remedy,
        vendor_code="INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    )


def _meant(code: str, message: str) -> str:
    """The key in the tables that a refusal stands for."""
    text = message.lower()
    if code in ("invalid_grant", "INVALID_LOGIN"):
        for part, key in _NOT_THE_CREDENTIALS:
            if part in text:
                return key
    if code.isupper() and not code.startswith("OAUTH"):
        return code  # SOAP has no apps
    words = f"{code.lower()} {text}"
    return next((key for pattern, key in _OF_THE_APP if pattern.search(words)), code)


def _closer(message: str) -> tuple[str, str]:
    text = message.lower()
    found = ((what, remedy) for part, what, remedy in _CLOSER if part in text)
    return next(found, _PAUSING["invalid_grant"])
