"""The practice org as a web application: sign-in, data, email service and control addresses."""

import logging
import re
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from lib.practice.acts import control
from lib.practice.faults.middleware import FaultMiddleware
from lib.practice.jangomail.service import JangoMailEndpoints
from lib.practice.pace import PaceMiddleware
from lib.practice.refusal import Refusal
from lib.practice.rest import routes as rest
from lib.practice.signin.identity import IdentityEndpoints
from lib.practice.signin.oauth import OAuthEndpoints
from lib.practice.signin.oauth_request import OAuthRefused, oauth_refused
from lib.practice.signin.sessions import SessionRefused
from lib.practice.signin.soap import SoapEndpoints
from lib.practice.web import DateHeader, GunzipRequests, HeadLimit, LoopbackNames
from lib.practice.wire_spelling import HeaderNames, OneSlash
from lib.practice.world import World

_log = logging.getLogger(__name__)
_JSON = "application/json;charset=UTF-8"
_SETUP = ("/lightning/setup/", "/p/setup/", "/ui/setup/", "/0PS", "/00D")
_RECORD = re.compile(r"/00[1Q3][0-9A-Za-z]{12}([0-9A-Za-z]{3})?")
_NO_RECORD_PAGE = (
    "This is the practice org, which has no pages. In a real org, this link opens the record."
)
_NO_SETUP = (
    "This is the practice org, which has no Setup. In a real org, this link opens the page where "
    "an administrator makes the change. Here, change rights on the Practice page of the dashboard, "
    "or as docs/practice.md says: POST /practice/field-access."
)
_COMPRESSED = 1
"""The fastest compression level, because queries can return a million rows."""


def create_app(world: World) -> Starlette:
    """The application that serves a world."""
    return Starlette(
        routes=[
            *SoapEndpoints(world.signin).routes(),
            *OAuthEndpoints(world.signin, world.app).routes(),
            *IdentityEndpoints(world.signin).routes(),
            *JangoMailEndpoints(world.mail).routes(),
            *rest.routes(world.org, world.sessions, world.jobs, world.signin),
            *control.routes(world),
        ],
        middleware=[
            Middleware(HeaderNames),
            Middleware(OneSlash),
            Middleware(LoopbackNames),
            Middleware(DateHeader, clock=world.clock),
            Middleware(HeadLimit),
            Middleware(FaultMiddleware, faults=world.faults, act=partial(control.do_text, world)),
            Middleware(PaceMiddleware, pace=world.pace),
            Middleware(GZipMiddleware, minimum_size=512, compresslevel=_COMPRESSED),
            Middleware(GunzipRequests),
        ],
        exception_handlers={
            SessionRefused: _session_refused,
            Refusal: _refused,
            OAuthRefused: oauth_refused,
            HTTPException: _not_served,
            Exception: _broken,
        },
    )


def _listed(status: int, code: str, message: str) -> Response:
    return JSONResponse([{"message": message, "errorCode": code}], status, media_type=_JSON)


async def _session_refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, SessionRefused)  # noqa: S101  # registered for this class alone
    answer = _listed(error.status, error.code, error.message)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Token"
    return answer


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101  # registered for this class alone
    body = {"message": error.message, "errorCode": error.error_code}
    fields = {} if error.fields is None else {"fields": list(error.fields)}
    return JSONResponse([{**body, **fields}], error.status, media_type=_JSON)


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class alone
    if request.url.path.startswith("/services/data"):
        return _listed(404, "NOT_FOUND", "The requested resource does not exist")
    said = _said_of(request.url.path) or error.detail
    page = f"<html><head><title>{error.detail}</title></head><body>{said}</body></html>"
    return HTMLResponse(page, error.status_code, headers=error.headers)


def _said_of(path: str) -> str:
    if path.startswith(_SETUP):
        return _NO_SETUP
    return _NO_RECORD_PAGE if _RECORD.fullmatch(path) else ""


async def _broken(request: Request, _error: Exception) -> Response:
    _log.error("the practice org failed on %s %s", request.method, request.url.path)
    return _listed(
        500,
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support: "
        "1234567890-12345 (-1234567890)",
    )
