"""OAuth 2.0: the flows of the token endpoint, revoke and introspect.

Source: Salesforce Help on the client-credentials, JWT bearer, username-password and refresh-token
flows, "OAuth Authorization Errors"; descriptions are recorded from real orgs where known.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.practice.rows import Row
from lib.practice.signin.accounts import APP_REFUSALS, LoginRefused, SignIn
from lib.practice.signin.connected_app import ConnectedApp
from lib.practice.signin.oauth_request import (
    JSON,
    OAuthRefused,
    TokenRequest,
    form_of,
    read_token_request,
)
from lib.practice.signin.sessions import Session

AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SLACK = timedelta(minutes=3)
_APP_SCOPE = "api"
_KEEPS = {"refresh_token", "offline_access"}


@dataclass(slots=True)
class OAuthEndpoints:
    """The OAuth addresses of an org. Refresh tokens are lost when the server stops."""

    signin: SignIn
    app: ConnectedApp
    _refresh_tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Token → user id and scope."""

    def routes(self) -> list[Route]:
        """`/services/oauth2/…`."""
        return [
            Route("/services/oauth2/token", self.token, methods=["GET", "POST"]),
            Route("/services/oauth2/revoke", self.revoke, methods=["GET", "POST"]),
            Route("/services/oauth2/introspect", self.introspect, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        """Run the flow that `grant_type` names."""
        flows: Mapping[str, Callable[[TokenRequest], dict[str, Any]]] = {
            "client_credentials": self._by_client_credentials,
            "password": self._by_password,
            "refresh_token": self._by_refresh_token,
            _JWT_BEARER: self._by_jwt,
        }
        if request.method != "POST":
            raise OAuthRefused("invalid_request", "must use HTTP POST")
        token_request = await read_token_request(request)
        flow = flows.get(token_request["grant_type"])
        if flow is None:
            raise OAuthRefused("unsupported_grant_type", "grant type not supported")
        said = self.signin.policy.app_refusal
        if said:
            raise OAuthRefused(APP_REFUSALS[said], said)
        return _answer(flow(token_request))

    async def revoke(self, request: Request) -> Response:
        """End the session, or drop the refresh token, given as `token`."""
        given = dict(request.query_params) | await form_of(request)
        token = given.get("token", "")
        known = self._refresh_tokens.pop(token, None) is not None
        if self.signin.sessions.close(token) or known:
            return Response()
        raise OAuthRefused("invalid_token", "token is invalid")

    async def introspect(self, request: Request) -> Response:
        """Describe a token to the connected app."""
        token_request = await read_token_request(request)
        if not self.app.knows(token_request.client_id, token_request.client_secret):
            raise OAuthRefused("invalid_client", "invalid client credentials", 401)
        session = self.signin.sessions.session_for(token_request["token"])
        return _answer(
            self._token_details(session, token_request.base) if session else {"active": False}
        )

    def _token_details(self, session: Session, base: str) -> dict[str, Any]:
        used = int(session.used_at.timestamp())
        user = self.signin.org.tables.rows("User")[session.user_id]
        return {
            "active": True,
            "scope": session.scope,
            "client_id": self.app.consumer_key,
            "username": user["Username"],
            "sub": self._identity(base, user),
            "token_type": "access_token",
            "exp": used + int(self.signin.sessions.idle.total_seconds()),
            "iat": used,
            "nbf": used,
        }

    def _by_client_credentials(self, token_request: TokenRequest) -> dict[str, Any]:
        self._check_client(token_request)
        user = self.signin.user(self.signin.policy.run_as)
        if user is None:
            raise OAuthRefused("invalid_grant", "no client credentials user enabled")
        return self._granted(user, token_request, _APP_SCOPE)

    def _by_password(self, token_request: TokenRequest) -> dict[str, Any]:
        self._check_client(token_request)
        if not self.signin.policy.password_flow:
            raise OAuthRefused("invalid_grant", "authentication failure")
        try:
            user = self.signin.with_password(token_request["username"], token_request["password"])
        except LoginRefused as refused:
            raise OAuthRefused("invalid_grant", refused.description) from refused
        if self.signin.account(user["Username"]).expired:
            raise OAuthRefused("invalid_grant", "authentication failure")
        return self._granted(user, token_request, _APP_SCOPE)

    def _by_jwt(self, token_request: TokenRequest) -> dict[str, Any]:
        claims = self._claims(token_request)
        user = self.signin.user(claims["sub"])
        if user is None or not self.signin.policy.app_approved:
            raise OAuthRefused("invalid_grant", "user hasn't approved this consumer")
        granted = self._granted(user, token_request, _APP_SCOPE)
        # The documented answer of this flow has neither of these, and no refresh token.
        return {key: granted[key] for key in granted if key not in ("issued_at", "signature")}

    def _claims(self, token_request: TokenRequest) -> Mapping[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token_request["assertion"],
                self.app.public_key,
                algorithms=["RS256"],
                options={
                    "require": ["iss", "sub", "aud", "exp"],
                    # Checked below, by the org's own clock.
                    "verify_exp": False,
                    "verify_aud": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.PyJWTError as error:
            raise OAuthRefused("invalid_grant", "invalid assertion") from error
        if claims["iss"] != self.app.consumer_key:
            raise OAuthRefused("invalid_client_id", "client identifier invalid")
        self._check_audience(claims["aud"], token_request.base)
        if self.signin.org.clock().timestamp() > _number(claims["exp"]) + _SLACK.total_seconds():
            raise OAuthRefused("invalid_grant", "expired authorization code")
        return claims

    def _check_audience(self, audience: object, base: str) -> None:
        given = audience if isinstance(audience, list) else [audience]
        if not any(str(named).rstrip("/") in (*AUDIENCES, base) for named in given):
            raise OAuthRefused("invalid_grant", "Audience validation failed")

    def _by_refresh_token(self, token_request: TokenRequest) -> dict[str, Any]:
        if token_request.client_id != self.app.consumer_key:
            raise OAuthRefused("invalid_client_id", "client identifier invalid")
        if token_request.client_secret and not self.app.knows(
            token_request.client_id, token_request.client_secret
        ):
            raise OAuthRefused("invalid_client", "invalid client credentials")
        token = token_request["refresh_token"]
        known = self._refresh_tokens.get(token)
        if known is None:
            raise OAuthRefused("invalid_grant", "expired access/refresh token")
        user_id, scope = known
        user = self.signin.org.tables.rows("User")[user_id]
        granted = self._granted(user, token_request, scope)
        if self.signin.policy.rotates_refresh_tokens:
            del self._refresh_tokens[token]
            granted["refresh_token"] = self._new_refresh_token(user_id, scope)
        return granted

    def _check_client(self, token_request: TokenRequest) -> None:
        if token_request.client_id != self.app.consumer_key:
            raise OAuthRefused("invalid_client_id", "client identifier invalid")
        if not self.app.knows(token_request.client_id, token_request.client_secret):
            raise OAuthRefused("invalid_client", "invalid client credentials")

    def _granted(self, user: Row, token_request: TokenRequest, scope: str) -> dict[str, Any]:
        try:
            self.signin.check(user)
        except LoginRefused as refused:
            # Users without API access get a token too; their calls are refused later.
            if not refused.code.startswith("API_"):
                raise OAuthRefused("invalid_grant", refused.description) from refused
        scope = " ".join(sorted({*scope.split(), *(token_request.scopes & _KEEPS)}))
        session = self.signin.sessions.open(user["Id"], scope=scope)
        identity = self._identity(token_request.base, user)
        issued_at = str(int(self.signin.org.clock().timestamp() * 1000))
        granted = {
            "access_token": session.token,
            "signature": self.app.signature(identity + issued_at),
            "scope": scope,
            "instance_url": token_request.base,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
        }
        if (
            token_request["grant_type"] in ("password", "client_credentials")
            and token_request.scopes & _KEEPS
        ):
            granted["refresh_token"] = self._new_refresh_token(user["Id"], scope)
        return granted

    def _new_refresh_token(self, user_id: str, scope: str) -> str:
        token = f"5Aep861{secrets.token_urlsafe(57).replace('-', '.')}"
        self._refresh_tokens[token] = (user_id, scope)
        return token

    def _identity(self, base: str, user: Row) -> str:
        return f"{base}/id/{self.signin.org.id}/{user['Id']}"


def _number(exp: object) -> float:
    """Seconds since 1970; simple-salesforce writes them in quotes, sf gives milliseconds."""
    try:
        return float(str(exp))
    except ValueError as error:
        raise OAuthRefused("invalid_grant", "invalid assertion") from error


def _answer(body: dict[str, Any]) -> Response:
    headers = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}
    return JSONResponse(body, media_type=JSON, headers=headers)
