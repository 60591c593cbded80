"""Sign in, in three ways: private key (JWT bearer), client credentials, or password (SOAP).

We don't use simple-salesforce's own sign-in: it has no time limit, follows redirects with the
password, drops the scheme and any `-api` from the returned address, reads neither org nor user,
and prints the consumer key in a warning if a JWT is refused.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import requests

from lib.clock import utc_now
from lib.connection_words import PROXY_STATUS
from lib.errors import (
    CredentialsRefused,
    SalesforceUnreachable,
    SettingsError,
    SignInRefused,
)
from lib.http_headers import server_time_in, wait_in
from lib.salesforce import VERSION, signin_codes
from lib.salesforce.failures import Failure, FailureKind, from_answer
from lib.salesforce.hosts import is_sandbox_address, origin, safe_origin
from lib.salesforce.not_answered import not_answered
from lib.salesforce.patience import Patience
from lib.salesforce.refusals import Refusal
from lib.salesforce.rows import to18
from lib.salesforce.soap import envelope, fault_in, result_in
from lib.settings import SalesforceLogin

_JWT_LIVES_S = 180
_BUSY = {408, 420, 429, 502, 503, 504}  # 500 is the status of every SOAP fault


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in session; what the flow doesn't return is empty. IDs have 18 characters."""

    token: str = field(repr=False)
    instance_url: str  # scheme://host[:port]
    username: str = ""
    org_id: str = ""
    user_id: str = ""
    locale: str = ""
    server_now: datetime | None = field(default=None, compare=False)  # its clock at the sign-in


def sign_in(
    login: SalesforceLogin, *, http: requests.Session, patience: Patience | None = None
) -> Session:
    """Sign in with the flow that is complete in `login`, exactly at its login address.

    Raises SettingsError before any call, CredentialsRefused (never tried again here),
    SignInRefused, or SalesforceUnreachable. No message repeats a secret.
    """
    flow = _FLOWS[login.checked().flow]
    return (patience or Patience(tries=3)).persist(lambda: flow(login, http), is_write=False)


def audience(login_url: str) -> str:
    """A JWT's audience: test.salesforce.com for sandboxes, otherwise login.salesforce.com."""
    return f"https://{'test' if is_sandbox_address(login_url) else 'login'}.salesforce.com"


def _by_password(login: SalesforceLogin, http: requests.Session) -> Session:
    body = envelope(login.username, login.password + login.security_token)
    headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"}
    response = _post(http, f"{origin(login.login_url)}/services/Soap/u/{VERSION}", body, headers)
    result = result_in(response.content)
    if result.get("passwordExpired") == "true":
        raise signin_codes.expired_password()
    if response.status_code != 200 or not result.get("sessionId"):
        raise _refused(login, response, fault_in(response.content))
    return Session(
        token=result["sessionId"],
        instance_url=safe_origin(result.get("serverUrl", ""), login.login_url),
        username=result.get("userName") or login.username,
        org_id=to18(result.get("organizationId", "")),
        user_id=to18(result.get("userId", "")),
        locale=result.get("userLocale", ""),
        server_now=server_time_in(response.headers),
    )


def _by_client_credentials(login: SalesforceLogin, http: requests.Session) -> Session:
    return _by_token(
        login,
        http,
        {
            "grant_type": "client_credentials",
            "client_id": login.consumer_key,
            "client_secret": login.consumer_secret,
        },
    )


def _by_private_key(login: SalesforceLogin, http: requests.Session) -> Session:
    return _by_token(
        login,
        http,
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": _assertion(login),
        },
    )


def _assertion(login: SalesforceLogin) -> str:
    import jwt  # also loads cryptography, which only this flow needs

    claims = {
        "iss": login.consumer_key,
        "sub": login.username,
        "aud": audience(login.login_url),
        "exp": int(utc_now().timestamp()) + _JWT_LIVES_S,
    }
    try:
        return jwt.encode(claims, login.private_key, algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise SettingsError(
            "The private key can't be used. It must be an RSA key in PEM format without a password",
            remedy="Use the key that belongs to the app's certificate, such as a key made with "
            "openssl genrsa -out key.pem 2048.",
        ) from error


def _by_token(login: SalesforceLogin, http: requests.Session, form: dict[str, str]) -> Session:
    response = _post(http, f"{origin(login.login_url)}/services/oauth2/token", form, {})
    answer = _json_object(response)
    token = answer.get("access_token")
    if response.status_code != 200 or not isinstance(token, str) or not token:
        said = Refusal(str(answer.get("error") or ""), str(answer.get("error_description") or ""))
        raise _refused(login, response, said)
    org_id, user_id = _who(str(answer.get("id") or ""))
    return Session(
        token=token,
        instance_url=safe_origin(str(answer.get("instance_url") or ""), login.login_url),
        username=login.username,
        org_id=org_id,
        user_id=user_id,
        server_now=server_time_in(response.headers),
    )


def _who(identity_url: str) -> tuple[str, str]:
    """The org and user ID: the last two parts of the identity address."""
    parts = urlsplit(identity_url).path.rstrip("/").split("/")
    return (to18(parts[-2]), to18(parts[-1])) if len(parts) >= 3 else ("", "")


def _post(
    http: requests.Session, url: str, body: bytes | dict[str, str], headers: dict[str, str]
) -> requests.Response:
    try:
        return http.post(url, data=body, headers=headers)
    except (OSError, ValueError) as error:
        raise not_answered(error) from error


def _json_object(response: requests.Response) -> dict[str, object]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refused(login: SalesforceLogin, response: requests.Response, said: Refusal) -> Exception:
    """The error for an answer without a session; a Failure to repeat if it passes."""
    status, wait_s = response.status_code, wait_in(response.headers)
    if status == PROXY_STATUS:
        return from_answer(status, "")
    if said.code:
        error = signin_codes.refusal(said.code, _without_secrets(said.message, login))
        if isinstance(error, SalesforceUnreachable):
            return Failure(FailureKind.NOT_DONE, error, wait_s=wait_s)
        if status not in _BUSY or isinstance(error, CredentialsRefused):
            return error
    if status >= 500 or status in _BUSY:
        return Failure(FailureKind.NOT_DONE, from_answer(status, "").error, wait_s=wait_s)
    not_ours = SignInRefused(
        f"The answer isn't from Salesforce's sign-in (HTTP {status})",
        remedy="Check SALESFORCE_LOGIN_URL: https://login.salesforce.com, "
        "https://test.salesforce.com for a sandbox, or the org's My Domain address.",
    )
    # Half an answer, or a page of a proxy, may be gone a moment later. It refuses no credentials.
    return Failure(FailureKind.NOT_DONE, not_ours) if status == 200 else not_ours


def _without_secrets(text: str, login: SalesforceLogin) -> str:
    """The text, or nothing if it repeats a secret in any form."""
    return "" if any(secret in text for secret in _forms_of_secrets(login)) else text


def _forms_of_secrets(login: SalesforceLogin) -> Iterator[str]:
    for secret in (login.password, login.security_token, login.consumer_secret):
        if secret:
            yield from (secret, escape(secret), quote(secret, safe=""))


_FLOWS: dict[str, Callable[[SalesforceLogin, requests.Session], Session]] = {
    "jwt": _by_private_key,
    "client_credentials": _by_client_credentials,
    "password": _by_password,
}
