"""Reads the requests to OAuth addresses, and writes their refusals."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lib.practice.web import base_of

JSON = "application/json;charset=UTF-8"


class OAuthRefused(Exception):
    """A refused request: `{"error": …, "error_description": …}`."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A token request: its parameters, the client's key and secret, and the base address."""

    parameters: Mapping[str, str]
    client_id: str
    client_secret: str
    base: str

    def __getitem__(self, name: str) -> str:
        return self.parameters.get(name, "")

    @property
    def scopes(self) -> set[str]:
        return set(self["scope"].split())


async def read_token_request(request: Request) -> TokenRequest:
    """Read a request for a flow. Raises OAuthRefused."""
    parameters = await form_of(request)
    client_id, client_secret = _basic(request.headers.get("authorization", ""))
    return TokenRequest(
        parameters,
        client_id or parameters.get("client_id", ""),
        client_secret or parameters.get("client_secret", ""),
        base_of(request),
    )


async def form_of(request: Request) -> dict[str, str]:
    """The parameters of a form, without files."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _basic(header: str) -> tuple[str, str]:
    """Key and secret from `Authorization: Basic …`; empty without that header."""
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        key, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthRefused("invalid_client", "invalid client credentials") from error
    return key, secret


async def oauth_refused(_request: Request, refused: Exception) -> Response:
    """The answer to a request that an OAuth address refused."""
    assert isinstance(refused, OAuthRefused)  # noqa: S101  # registered for this class alone
    body = {"error": refused.error, "error_description": refused.description}
    return JSONResponse(body, refused.status, media_type=JSON)
