"""Why a sign-in was refused: Salesforce's codes in plain words, and which of them pause.

Only what refuses the credentials or the user pauses a connection; hours, limits, maintenance and
switched-off APIs do not (rules.md, 7). Sources: SOAP API Developer Guide, "login()"; Salesforce
Help, "OAuth 2.0 Authorization Errors".
"""

from lib.errors import CredentialsRefused, SalesforceError, SalesforceUnreachable, SignInRefused
from lib.salesforce.codes import plain
from lib.salesforce.failures import LATER

_CHECK_USER = (
    "Check user name, password and security token. Users of a sandbox sign in at "
    "https://test.salesforce.com. A changed password makes a new token: "
    "Salesforce > Settings > Reset My Security Token."
)
_ALSO = (
    "Set the security token too: Salesforce > Settings > Reset My Security Token sends it by mail."
)
_UNLOCK = "Wait, or ask the Salesforce administrator: Setup > Users > the user > Unlock."
_RENEW = "Set a new password in Salesforce, then enter it here with the new security token."
_VERIFY = (
    "Sign in once in a browser to confirm this computer, or let the Salesforce administrator add "
    "its address: Setup > Network Access."
)
_CHECK_APP = (
    "Check consumer key and secret (or private key) against the app: Setup > External Client App "
    "Manager (or App Manager). A new app takes some minutes until it works."
)
_APPROVE = (
    "Let the Salesforce administrator approve the user for the app: Setup > External Client App "
    'Manager > the app > Policies: "Admin approved users are pre-authorized", and add the '
    "user's profile or permission set."
)
_RUN_AS = (
    "Set the user to run as: Setup > External Client App Manager > the app > Policies > "
    "Client Credentials Flow > Run As."
)
_USER = "Ask the Salesforce administrator to activate the user: Setup > Users > the user > Active."
_API = (
    'Tick "API Enabled" for the user: Setup > Profiles (or Permission Sets) > System Permissions. '
    "Professional Edition needs the API add-on."
)
_SOAP_OFF = (
    "Sign in with a consumer key instead (client credentials or a private key), or switch it on: "
    'Setup > User Interface > "Enable SOAP API login()".'
)
_MY_DOMAIN = "Set SALESFORCE_LOGIN_URL to the org's My Domain address (Setup > My Domain)."
_HOURS = "Ask the Salesforce administrator: Setup > Profiles > Login Hours and Login IP Ranges."
_ORG = "Ask the Salesforce administrator, or Salesforce, about the org's state."
_NEWER = "Install a newer Optback."

_PAUSING = {
    "INVALID_LOGIN": ("does not accept the user name, password or token", _CHECK_USER),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": ("says the password has expired", _RENEW),
    "LOGIN_CHALLENGE_ISSUED": ("wants this computer confirmed first", _VERIFY),
    "LOGIN_CHALLENGE_PENDING": ("wants this computer confirmed first", _VERIFY),
    "LOGIN_MUST_USE_SECURITY_TOKEN": ("wants the security token as well", _ALSO),
    "PASSWORD_LOCKOUT": ("has locked the user after too many tries", _UNLOCK),
    "access_denied": ("denies the user access to the app", _APPROVE),
    "inactive_user": ("says the user is not active", _USER),
    "invalid_app_access": ("has not approved the user for the app", _APPROVE),
    "invalid_assertion": ("does not accept the signed key", _CHECK_APP),
    "invalid_client": ("does not accept the consumer key or secret", _CHECK_APP),
    "invalid_client_credentials": ("does not accept the consumer secret", _CHECK_APP),
    "invalid_client_id": ("does not know the consumer key", _CHECK_APP),
    "invalid_grant": ("does not accept these credentials", _CHECK_APP),
    "unauthorized_client": ("does not allow the app to sign in this way", _CHECK_APP),
}
_OTHER = {
    "API_CURRENTLY_DISABLED": ("does not let this user use the API", _API),
    "API_DISABLED_FOR_ORG": ("has the API switched off for this org or user", _API),
    "INVALID_OPERATION": ("has SOAP sign-in switched off in this org", _SOAP_OFF),
    "LOGIN_DURING_RESTRICTED_DOMAIN": ("does not let this user in from this network", _HOURS),
    "LOGIN_DURING_RESTRICTED_TIME": ("does not let this user in at this hour", _HOURS),
    "LOGIN_RATE_EXCEEDED": ("got too many sign-ins within an hour", LATER),
    "ORG_LOCKED": ("has locked the org", _ORG),
    "TRIAL_EXPIRED": ("says the org's trial has ended", _ORG),
    "UNSUPPORTED_API_VERSION": ("no longer offers this way to sign in", _NEWER),
    "inactive_org": ("says the org is not active", _ORG),
    "rate_limit_exceeded": ("got too many sign-ins within an hour", LATER),
    "unsupported_grant_type": ("does not offer this way to sign in here", _MY_DOMAIN),
}
_PASSING = {"SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "temporarily_unavailable"}

# invalid_grant says everything in its description; the first part found in it decides.
_NOT_THE_CREDENTIALS = (
    ("ip restricted", "LOGIN_DURING_RESTRICTED_DOMAIN"),
    ("restricted", "LOGIN_DURING_RESTRICTED_TIME"),
    ("not supported on this domain", "unsupported_grant_type"),
    ("rate exceeded", "rate_limit_exceeded"),
    ("rate limit", "rate_limit_exceeded"),
    ("inactive organization", "inactive_org"),
    ("api is not enabled", "API_DISABLED_FOR_ORG"),
)
_CLOSER = (
    ("approved", "does not let the user in with this app", _APPROVE),
    ("no client credentials user", "has no user to run as for this app", _RUN_AS),
    ("inactive user", "says the user is not active", _USER),
    ("audience", "does not accept the key at this address", _MY_DOMAIN),
)


def is_passing(code: str) -> bool:
    """Whether a sign-in refused with this code may work in a moment."""
    return code in _PASSING


def refusal(code: str, message: str) -> SalesforceError:
    """The error for a refused sign-in; `message` must hold no secret any more."""
    said = f': "{plain(message)}"' if message else ""
    if is_passing(code):
        return SalesforceUnreachable(f"Salesforce cannot sign in just now ({code})", remedy=LATER)
    key = _meant(code, message)
    if key in _PAUSING:
        what, remedy = _closer(message) if key == "invalid_grant" else _PAUSING[key]
        return CredentialsRefused(f"Salesforce {what}{said}", remedy=remedy, vendor_code=code)
    what, remedy = _OTHER.get(key, (f"refused to sign in ({code})", _ORG))
    return SignInRefused(f"Salesforce {what}{said}", remedy=remedy, vendor_code=code)


def expired_password() -> CredentialsRefused:
    """A session that Salesforce gives only for setting a new password."""
    what, remedy = _PAUSING["INVALID_OPERATION_WITH_EXPIRED_PASSWORD"]
    return CredentialsRefused(
        f"Salesforce {what}",
        remedy=remedy,
        vendor_code="INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    )


def _meant(code: str, message: str) -> str:
    if code in ("invalid_grant", "INVALID_LOGIN"):
        text = message.lower()
        return next((key for part, key in _NOT_THE_CREDENTIALS if part in text), code)
    return code


def _closer(message: str) -> tuple[str, str]:
    text = message.lower()
    found = ((what, remedy) for part, what, remedy in _CLOSER if part in text)
    return next(found, _PAUSING["invalid_grant"])
