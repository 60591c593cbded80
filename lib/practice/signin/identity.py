"""Who am I: the identity address and OpenID Connect's userinfo.

Source: Salesforce Help, "Identity URLs" and "Query for User Information"; names and order of the
keys are recorded from real orgs. Both accept any session, by header or as `oauth_token`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.practice.ids import normalized
from lib.practice.rows import Row
from lib.practice.signin.accounts import SignIn
from lib.practice.signin.sessions import token_of
from lib.practice.web import NEWEST_VERSION, base_of

_JSON = "application/json;charset=UTF-8"
_SOAP_URLS = {"enterprise": "c", "metadata": "m", "partner": "u"}
_REST_URLS = {
    "rest": "",
    "sobjects": "sobjects/",
    "search": "search/",
    "query": "query/",
    "recent": "recent/",
    "tooling_soap": "",
    "tooling_rest": "tooling/",
    "profile": "",
    "feeds": "chatter/feeds",
    "groups": "chatter/groups",
    "users": "chatter/users",
    "feed_items": "chatter/feed-items",
    "feed_elements": "chatter/feed-elements",
    "custom_domain": "",
}


@dataclass(frozen=True, slots=True)
class IdentityEndpoints:
    """The addresses that say who a token belongs to."""

    signin: SignIn

    def routes(self) -> list[Route]:
        """`/id/ORG/USER` and `/services/oauth2/userinfo`."""
        return [
            Route("/id/{org}/{user}", self.identity, methods=["GET", "POST"]),
            Route("/services/oauth2/userinfo", self.userinfo, methods=["GET", "POST"]),
        ]

    def identity(self, request: Request) -> Response:
        """The user in an identity address, as the token's owner sees them."""
        asking = self._user_asking(request)
        if isinstance(asking, Response):
            return asking
        if normalized(request.path_params["org"]) != self.signin.org.id:
            return PlainTextResponse("Wrong_Org", 403)
        wanted = normalized(request.path_params["user"]) or ""
        user = self.signin.org.tables.rows("User").get(wanted)
        if user is None:
            return PlainTextResponse("Bad_Id", 403)
        base = base_of(request)
        version = request.query_params.get("version", "{version}")
        version = f"{NEWEST_VERSION}.0" if version == "latest" else version
        body = self._user_details(user, base, version)
        return JSONResponse({**body, "asserted_user": user["Id"] == asking["Id"]}, media_type=_JSON)

    def userinfo(self, request: Request) -> Response:
        """The token's owner, with OpenID Connect's field names."""
        user = self._user_asking(request)
        if isinstance(user, Response):
            return user
        base = base_of(request)
        details = self._user_details(user, base, "{version}")
        body = {
            "sub": details["id"],
            "user_id": details["user_id"],
            "organization_id": details["organization_id"],
            "preferred_username": details["username"],
            "nickname": details["nick_name"],
            "name": details["display_name"],
            "email": details["email"],
            "email_verified": True,
            "given_name": details["first_name"],
            "family_name": details["last_name"],
            "zoneinfo": details["timezone"],
            "photos": details["photos"],
            "profile": f"{base}/{user['Id']}",
            "picture": details["photos"]["picture"],
            "address": {},
            "is_salesforce_integration_user": False,
            "urls": details["urls"],
            "active": details["active"],
            "user_type": details["user_type"],
            "language": details["language"],
            "locale": details["locale"],
            "utcOffset": details["utcOffset"],
            "updated_at": details["last_modified_date"],
        }
        return JSONResponse(body, media_type=_JSON)

    def _user_asking(self, request: Request) -> Row | Response:
        token = token_of(request) or request.query_params.get("oauth_token", "")
        if not token:
            return PlainTextResponse("Missing_OAuth_Token", 403)
        user_id = self.signin.sessions.user_id_for(token)
        if user_id is None:
            return PlainTextResponse("Bad_OAuth_Token", 403)
        return self.signin.org.tables.rows("User")[user_id]

    def _user_details(self, user: Row, base: str, version: str) -> dict[str, Any]:
        org = self.signin.org
        return {
            "id": f"{base}/id/{org.id}/{user['Id']}",
            "asserted_user": True,
            "user_id": user["Id"],
            "organization_id": org.id,
            "username": user["Username"],
            "nick_name": user["CommunityNickname"],
            "display_name": user["Name"],
            "email": user["Email"],
            "email_verified": True,
            "first_name": user.get("FirstName"),
            "last_name": user["LastName"],
            "timezone": user["TimeZoneSidKey"],
            "photos": {
                "picture": f"{base}/profilephoto/005/F",
                "thumbnail": f"{base}/profilephoto/005/T",
            },
            "addr_street": None,
            "addr_city": None,
            "addr_state": None,
            "addr_country": None,
            "addr_zip": None,
            "mobile_phone": None,
            "mobile_phone_verified": False,
            "is_lightning_login_user": False,
            "status": {"created_date": None, "body": None},
            "urls": _urls(user, base, version, org.id[:15]),
            "active": bool(user["IsActive"]),
            "user_type": user["UserType"].upper(),
            "language": user["LanguageLocaleKey"],
            "locale": user["LocaleSidKey"],
            "utcOffset": _utc_offset_ms(user["TimeZoneSidKey"], org.clock()),
            "last_modified_date": user["LastModifiedDate"],
            "is_app_installed": True,
        }


def _urls(user: Row, base: str, version: str, org_id_15: str) -> dict[str, str]:
    soap = {
        name: f"{base}/services/Soap/{kind}/{version}/{org_id_15}"
        for name, kind in _SOAP_URLS.items()
    }
    rest = {name: f"{base}/services/data/v{version}/{path}" for name, path in _REST_URLS.items()}
    other = {
        "tooling_soap": f"{base}/services/Soap/T/{version}/{org_id_15}",
        "profile": f"{base}/{user['Id']}",
        "custom_domain": base,
    }
    return {**soap, **rest, **other}


def _utc_offset_ms(zone: str, moment: datetime) -> int:
    """Milliseconds without daylight saving time, as recorded: -28800000 for Los Angeles."""
    local = moment.astimezone(ZoneInfo(zone))
    offset, daylight = local.utcoffset(), local.dst()
    if offset is None or daylight is None:
        return 0
    return int((offset - daylight).total_seconds() * 1000)
