"""What to do in Salesforce for each way to sign in: the steps, their exact place in Setup, and
what to paste there.

Source: Salesforce Help, "Create an External Client App", "Configure an External Client App for
OAuth 2.0 Client Credentials Flow", "Configure a JWT Bearer Flow", "Platform SOAP API login()
Retirement". Connected apps can't be created since Spring '26; those that exist still work.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FLOWS: Mapping[str, tuple[str, str]] = {
    "client_credentials": ("Consumer key and secret", "Recommended: no password that can expire"),
    "jwt": ("Private key", "No shared secret: Salesforce gets only a certificate"),
    "password": (
        "User name, password, and security token",
        "Salesforce retires this method with Summer '27",
    ),
}

_CALLBACK = ("Callback URL", "https://login.salesforce.com/services/oauth2/success")
_API_SCOPE = ("OAuth scope", "Manage user data via APIs (api)")
_LATER_SCOPE = ("OAuth scope", "Perform requests at any time (refresh_token, offline_access)")
_APP_NAME = ("External Client App Name", "Optback")
_PRODUCTION = ("Login address of a production org", "https://login.salesforce.com")
_SANDBOX = ("Login address of a sandbox", "https://test.salesforce.com")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where in Setup, what to do there, and what to paste (its label, and the text)."""

    where: str
    what: str
    to_paste: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """Why this way to sign in, and its steps."""

    why: str
    steps: tuple[Step, ...]


_USER = Step(
    "Setup > Users",
    "Choose the user Optback works as. A user of its own is best: Salesforce then shows under that "
    "name what Optback changed. It needs the permission **API Enabled**, and must be allowed to "
    "edit Contacts and Leads. The test below says what is missing.",
)
_NEW_APP = Step(
    "Setup > External Client App Manager > New External Client App",
    "Fill in a name, your email address as **Contact Email**, and **Local** as **Distribution "
    "State**. If you already have a connected app for Optback, it still works: skip to the last "
    "steps.",
    (_APP_NAME,),
)
_CODE = (
    "Salesforce emails a code to you first. Copy both values into the form below. A new app can "
    "take 10 minutes to work."
)
_MY_DOMAIN = "Copy **Current My Domain URL** into the form below, with `https://` in front."

GUIDES: Mapping[str, Guide] = {
    "client_credentials": Guide(
        "**The best choice for most orgs.** Optback signs in as an app. No "
        "password or security token can expire, and no one has to confirm anything by hand.",
        (
            _USER,
            _NEW_APP,
            Step(
                "The same page > API (Enable OAuth Settings)",
                "Select **Enable OAuth**. Paste the callback URL: Salesforce asks for one, but "
                "this sign-in doesn't use it. Under **OAuth Scopes**, add the scope.",
                (_CALLBACK, _API_SCOPE),
            ),
            Step(
                "The same page > Flow Enablement",
                "Select **Enable Client Credentials Flow**, confirm the note, and select "
                "**Create**.",
            ),
            Step(
                "External Client App Manager > Optback > Policies > Edit > OAuth Policies",
                "Select **Enable Client Credentials Flow**, enter the user from step 1 as **Run As "
                "(Username)**, and save.",
            ),
            Step(
                "External Client App Manager > Optback > Settings > OAuth Settings > Consumer Key "
                "and Secret",
                _CODE,
            ),
            Step("Setup > My Domain", _MY_DOMAIN),
        ),
    ),
    "jwt": Guide(
        "**Choose this if your company doesn't allow shared secrets.** Optback proves who it is "
        "with a private key that stays on this computer. It takes a step more than the consumer "
        "secret.",
        (
            _USER,
            Step(
                "Key and certificate, below on this page",
                "Make a key and certificate, and download the certificate.",
            ),
            _NEW_APP,
            Step(
                "The same page > API (Enable OAuth Settings)",
                "Select **Enable OAuth**. Paste the callback URL: Salesforce asks for one, but "
                "this sign-in doesn't use it. Under **OAuth Scopes**, add both scopes.",
                (_CALLBACK, _API_SCOPE, _LATER_SCOPE),
            ),
            Step(
                "The same page > Flow Enablement",
                "Select **Enable JWT Bearer Flow**, upload the certificate, and select **Create**.",
            ),
            Step(
                "External Client App Manager > Optback > Policies > Edit > OAuth Policies",
                "Set **Permitted Users** to **Admin approved users are pre-authorized**. Then, "
                "under **App Policies**, add a profile or permission set of the user from step 1, "
                "and save.",
            ),
            Step(
                "External Client App Manager > Optback > Settings > OAuth Settings > Consumer Key "
                "and Secret",
                "Salesforce emails a code to you first. Copy the **consumer key** into the form "
                "below; the secret isn't needed. A new app can take 10 minutes to work.",
            ),
            Step(
                "The form below",
                "The login address is one of these, or your own (Setup > My Domain).",
                (_PRODUCTION, _SANDBOX),
            ),
        ),
    ),
    "password": Guide(
        "**This works until Salesforce retires SOAP login() with Summer '27.** After that, only "
        "the other two ways work. It's the quickest to try, but each change of the password stops "
        "the syncs until you enter the new one here.",
        (
            Step(
                "Setup > User Interface",
                "Select **Enable SOAP API login()** if it's there and isn't selected. It's off in "
                "new orgs. Since Summer '26, some orgs also want the user permission **Use Any API "
                "Auth**.",
            ),
            _USER,
            Step(
                "Sign in as that user > profile picture > Settings > Reset My Security Token",
                "Salesforce emails the token to the user. Each new password brings a new token. On "
                "a trusted network (Setup > Network Access), leave the token blank.",
            ),
            Step(
                "The form below",
                "The login address is one of these. If your org requires its own (Setup > My "
                "Domain), use that.",
                (_PRODUCTION, _SANDBOX),
            ),
        ),
    ),
}
