"""What to do when a sign-in was refused, with the exact place in Salesforce's Setup.

Source: Salesforce Help on External Client Apps, Login History, login hours, and login IP ranges.
"""

CHECK_USER = (
    "Check the user name, password, and security token. Sandbox users sign in at "
    "https://test.salesforce.com. A password change also changes the token: "
    "Salesforce > Settings > Reset My Security Token."
)
ALSO = (
    "Enter the security token too. Salesforce > Settings > Reset My Security Token sends it by "
    "email."
)
UNLOCK = "Wait, or ask the Salesforce administrator: Setup > Users > the user > Unlock."
RENEW = "Set a new password in Salesforce, then enter it here with the new security token."
VERIFY = (
    "Sign in once in a browser to confirm this computer, or ask the Salesforce administrator to "
    "add its address: Setup > Network Access."
)
EMAILED = (
    "Salesforce has just emailed a security token to the user. Enter it here with the password. "
    "Or ask the Salesforce administrator to add this computer's address: Setup > Network Access."
)
_APP_MANAGER = "Setup > External Client App Manager (or App Manager)"
CHECK_APP = (
    "Compare the consumer key and secret (or private key) with the app: "
    f"{_APP_MANAGER}. A new app takes a few minutes to work."
)
CHECK_CONSUMER_KEY = (
    f"Copy the consumer key again: {_APP_MANAGER} > the app > Settings > OAuth Settings > Consumer "
    "Key and Secret. A sandbox has an app and a key of its own, and a new app takes a few minutes "
    "to work."
)
CHECK_SECRET = (
    f"Copy the consumer secret again: {_APP_MANAGER} > the app > Settings > OAuth Settings > "
    "Consumer Key and Secret. It changes when someone rotates it."
)
CHECK_CERTIFICATE = (
    "The app in Salesforce has another certificate than the one of this key. Upload the "
    f"certificate again: {_APP_MANAGER} > the app > Settings > OAuth Settings > Enable JWT Bearer "
    "Flow. On the Connection page, Edit has the certificate that Optback made."
)
LOGIN_HISTORY = (
    "Ask the Salesforce administrator for the reason: Setup > Login History, under the user that "
    "the app runs as. The user may be locked, or may not use the API."
)
AUDIENCE = (
    "Use https://login.salesforce.com for a production org and https://test.salesforce.com for a "
    "sandbox, or the org's My Domain address, as login address (SALESFORCE_LOGIN_URL)."
)
SET_CLOCK = (
    "Set this computer's clock: Salesforce accepts a key's signature for a few minutes only."
)
_APP_PAGES = "Setup > Connected Apps OAuth Usage, or Setup > External Client App Manager"
_THEN_TEST = "Then test the connection."
INSTALL = (
    "Ask the Salesforce administrator to install the app in this org and approve it: "
    f"{_APP_PAGES}. If you sign in to a sandbox, install it there too. {_THEN_TEST}"
)
UNBLOCK = (
    "Ask the Salesforce administrator to unblock the app and approve it: "
    f"{_APP_PAGES}. {_THEN_TEST}"
)
APPROVE = (
    f"Ask the Salesforce administrator to approve the user for the app: {_APP_PAGES} > the app > "
    'Policies: "Admin approved users are pre-authorized", and add the user\'s profile or '
    f"permission set. {_THEN_TEST}"
)
SCOPE = (
    'Ask the Salesforce administrator to add the scope "Manage user data via APIs (api)" to the '
    'app: Setup > External Client App Manager (or App Manager) > the app > OAuth Settings. "Full '
    "access\" alone isn't enough. A change takes a few minutes to work."
)
RUN_AS = (
    "Set the user to run as: Setup > External Client App Manager > the app > Policies > OAuth "
    "Policies > Enable Client Credentials Flow > Run As (Username)."
)
USER = "Ask the Salesforce administrator to activate the user: Setup > Users > the user > Active."
SOAP_OFF = (
    "Sign in with a consumer key instead (client credentials or a private key), or turn on "
    'SOAP sign-in: Setup > User Interface > "Enable SOAP API login()". Some orgs also want the '
    'permission "Use Any API Auth" for the user.'
)
MY_DOMAIN = (
    "Use the org's My Domain address (Setup > My Domain) as login address "
    "(SALESFORCE_LOGIN_URL), and turn on this way to sign in for the app: "
    f"{_APP_MANAGER} > the app > Settings > Flow Enablement."
)
HOURS = (
    "The next run within the allowed hours catches up. To change them: Setup > Profiles > the "
    "user's profile > Login Hours."
)
NETWORK = (
    "Ask the Salesforce administrator to allow this computer's address: Setup > Profiles > the "
    "user's profile > Login IP Ranges. For an app, Policies > IP Relaxation can allow all "
    "addresses."
)
NO_API = (
    "Ask the Salesforce administrator whether the edition has the API (Professional Edition needs "
    "the API add-on), and whether the user has it: Setup > Profiles (or Permission Sets) > System "
    'Permissions > "API Enabled".'
)
ORG = "Ask the Salesforce administrator, or Salesforce, about the org's status."
ORG_LOCKED = (
    "Ask the Salesforce administrator to call Salesforce: only Salesforce can unlock an org. The "
    "contract or a payment is a common reason."
)
TRIAL = "Buy the org from Salesforce or have the trial extended, or connect another org."
INACTIVE_ORG = (
    "Check the login address first: a sandbox that was deleted or refreshed looks like this. "
    "Otherwise, ask Salesforce about the org's status."
)
SOAP_ENDS = (
    "Sign in with a consumer key or a private key instead: Connection page > Edit. Salesforce "
    "retires sign-in with a password (SOAP login()) with Summer '27."
)
