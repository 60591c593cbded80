"""Who can sign in to the practice org: passwords, security tokens, lockouts and the policy.

The protocols are in soap.py and oauth.py; both ask here. Passwords are notes in the org, so they
survive a restart; sessions do not.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from lib.clock import from_text, to_text
from lib.practice.org import PracticeOrg
from lib.practice.org_setup import USERNAME
from lib.practice.rows import Row
from lib.practice.signin.sessions import Session, SessionRefused, Sessions

_NOTE = "signin"
_EXPIRED = (
    "The users password has expired, you must call SetPassword before attempting "
    "any other API operations"
)
_NO_TOKEN = (
    "Invalid username, password, security token; or user locked out. Are you at a new location? "
    "When accessing Salesforce--either via a desktop client or the API--from outside of your "
    "company's trusted networks, you must add a security token to your password to log in. To get "
    "your new security token, log in to Salesforce. From your personal settings, enter Reset My "
    "Security Token in the Quick Find box, then select Reset My Security Token."
)

REFUSALS: Mapping[str, tuple[str, str]] = {
    "INVALID_LOGIN": (
        "Invalid username, password, security token; or user locked out.",
        "authentication failure - Invalid Password",
    ),
    "LOGIN_MUST_USE_SECURITY_TOKEN": (
        _NO_TOKEN,
        "authentication failure - Failed: API security token required",
    ),
    "PASSWORD_LOCKOUT": ("user is locked out", "authentication failure"),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": (_EXPIRED, "authentication failure"),
    "LOGIN_DURING_RESTRICTED_DOMAIN": ("cannot log in from current domain", "ip restricted"),
    "LOGIN_DURING_RESTRICTED_TIME": (
        "cannot log in during restricted hours",
        "authentication failure",
    ),
    "LOGIN_CHALLENGE_ISSUED": ("An email containing a security token was sent", "ip restricted"),
    "LOGIN_CHALLENGE_PENDING": (
        "A challenge was issued, and the email isn't sent yet",
        "ip restricted",
    ),
    "API_DISABLED_FOR_ORG": (
        "API is not enabled for this Organization or Partner",
        "authentication failure",
    ),
    "API_CURRENTLY_DISABLED": ("API is disabled for this User", "authentication failure"),
    "ORG_LOCKED": ("organization is locked", "inactive organization"),
    "TRIAL_EXPIRED": ("trial period has expired", "inactive organization"),
    "SERVER_UNAVAILABLE": ("server too busy", "server unavailable"),
}
"""exceptionCode → text of the SOAP fault, and error_description of OAuth's invalid_grant."""


APP_REFUSALS: Mapping[str, str] = {
    "authentication failure": "invalid_grant",
    "authentication failure - Invalid Password": "invalid_grant",
    "expired access/refresh token": "invalid_grant",
    "user hasn't approved this consumer": "invalid_grant",
    "user is not admin approved to access this app": "invalid_grant",
    "no client credentials user enabled": "invalid_grant",
    "Audience validation failed": "invalid_grant",
    "invalid assertion": "invalid_grant",
    "ip restricted": "invalid_grant",
    "inactive user": "invalid_grant",
    "inactive organization": "invalid_grant",
    "request not supported on this domain": "invalid_grant",
    "client identifier invalid": "invalid_client_id",
    "invalid client credentials": "invalid_client",
    "grant type not supported": "unsupported_grant_type",
}
"""error_description of the token endpoint → its error."""


class LoginRefused(Exception):
    """A refused sign-in; `code` is a key of REFUSALS."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message, self.description = REFUSALS[code]
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Account:
    """A user's credentials. After an administrator resets the password, it is `expired`."""

    password: str = "practice-1"
    token: str = "PracticeToken0000000001"
    expired: bool = False
    wrong_tries: int = 0
    locked_until: str | None = None
    changes: int = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """The sign-in policy; a control address changes it."""

    refusal: str = ""
    """A code of REFUSALS that even correct credentials get; empty for none."""
    app_refusal: str = ""
    """A description of APP_REFUSALS that every token request gets; empty for none."""
    api_enabled: bool = True
    """False: the edition has no API; sign-in and every call answer API_DISABLED_FOR_ORG."""
    soap_login: bool = True
    password_flow: bool = True
    trusted_network: bool = False
    """True: the password alone is enough."""
    run_as: str = USERNAME
    """The user of the client-credentials flow; empty for none."""
    app_approved: bool = True
    """False: the user is not pre-authorized for the connected app."""
    rotates_refresh_tokens: bool = False
    tries: int = 10
    lock_minutes: int = 15
    says_locked: bool = False
    """True: a locked user gets PASSWORD_LOCKOUT; False: INVALID_LOGIN, which names both causes."""


class SignIn:
    """Checks sign-ins. Its state is the org's note `signin`, changed under the org's lock."""

    def __init__(self, org: PracticeOrg, sessions: Sessions) -> None:
        self.org = org
        self.sessions = sessions
        sessions.refuse_calls = self._refused_calls

    @property
    def policy(self) -> Policy:
        """The current policy."""
        return Policy(**self._note().get("policy", {}))

    def set_policy(self, **changes: Any) -> Policy:
        """Change settings of the policy. Raises TypeError for an unknown setting."""
        policy = replace(self.policy, **changes)
        if policy.refusal and policy.refusal not in REFUSALS:
            raise TypeError(f"{policy.refusal} is no code of a refused sign-in")
        if policy.app_refusal and policy.app_refusal not in APP_REFUSALS:
            raise TypeError(f"{policy.app_refusal} is no description of a refused token request")
        self._write("policy", asdict(policy))
        return policy

    def account(self, username: str) -> Account:
        """The credentials of a user."""
        return Account(**self._note().get(f"account:{username.lower()}", {}))

    def user(self, username: str) -> Row | None:
        """The active user with this user name, in any case."""
        user = self.org.user_named(username)
        return user if user and user.get("IsActive") else None

    def with_password(self, username: str, given: str) -> Row:
        """The user, if password (and security token) are correct. Raises LoginRefused."""
        with self.org.lock:
            user = self.user(username)
            if user is None:
                raise LoginRefused("INVALID_LOGIN")
            account = self.account(username)
            self._check_lock(account)
            if given not in (account.password, account.password + account.token):
                self._count_wrong_try(username, account)
                raise LoginRefused("INVALID_LOGIN")
            if given == account.password and not self.policy.trusted_network:
                raise LoginRefused("LOGIN_MUST_USE_SECURITY_TOKEN")
            self._set_account(username, replace(account, wrong_tries=0, locked_until=None))
        self.check(user)
        return user

    def check(self, user: Row) -> None:
        """Refuse a user who cannot sign in even with correct credentials. Raises LoginRefused."""
        if self.policy.refusal:
            raise LoginRefused(self.policy.refusal)
        if not self.policy.api_enabled:
            raise LoginRefused("API_DISABLED_FOR_ORG")
        if not self._may_use_api(user["Id"]):
            raise LoginRefused("API_CURRENTLY_DISABLED")

    def change_password(
        self, username: str, password: str = "", *, expired: bool = False
    ) -> Account:
        """Give a user a new password; as in Salesforce, they also get a new security token.

        Sessions stay open: the old password fails at the next sign-in.
        """
        with self.org.lock:
            number = self.account(username).changes + 1
            account = Account(
                password=password or f"practice-{number}",
                token=f"PracticeToken{number:010}",
                expired=expired,
                changes=number,
            )
            self._set_account(username, account)
        return account

    def expire_password(self, username: str) -> None:
        """Expire a password: it still opens a session, but only for setPassword."""
        self._set_account(username, replace(self.account(username), expired=True))

    def unlock(self, username: str) -> None:
        """Unlock a user, as an administrator does."""
        account = replace(self.account(username), wrong_tries=0, locked_until=None)
        self._set_account(username, account)

    def _check_lock(self, account: Account) -> None:
        if account.locked_until and self.org.clock() < from_text(account.locked_until):
            raise LoginRefused("PASSWORD_LOCKOUT" if self.policy.says_locked else "INVALID_LOGIN")

    def _count_wrong_try(self, username: str, account: Account) -> None:
        tries = account.wrong_tries + 1
        until = account.locked_until
        if tries >= self.policy.tries:
            until = to_text(self.org.clock() + timedelta(minutes=self.policy.lock_minutes))
            tries = 0
        self._set_account(username, replace(account, wrong_tries=tries, locked_until=until))

    def _refused_calls(self, session: Session) -> SessionRefused | None:
        if not self.policy.api_enabled:
            return SessionRefused("API_DISABLED_FOR_ORG", REFUSALS["API_DISABLED_FOR_ORG"][0], 403)
        if not self._may_use_api(session.user_id):
            code = "API_CURRENTLY_DISABLED"
            return SessionRefused(code, REFUSALS[code][0], 403)
        return None

    def _may_use_api(self, user_id: str) -> bool:
        return self.org.view(user_id).rights.holds("PermissionsApiEnabled")

    def _note(self) -> dict[str, Any]:
        return self.org.tables.note(_NOTE) or {}

    def _set_account(self, username: str, account: Account) -> None:
        self._write(f"account:{username.lower()}", asdict(account))

    def _write(self, name: str, value: Any) -> None:
        with self.org.transaction():
            self.org.tables.put_note(_NOTE, {**self._note(), name: value})
