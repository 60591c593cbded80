"""Signing in by SOAP: login() and the calls around it, partner and enterprise.

Source: SOAP API Developer Guide (login, logout, getUserInfo, setPassword, getServerTimestamp);
fault and result bodies are recorded from real orgs. Data over SOAP is not imitated.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.practice import markup
from lib.practice.rows import Row, stamp
from lib.practice.signin.accounts import LoginRefused, SignIn
from lib.practice.signin.sessions import Session
from lib.practice.web import NEWEST_VERSION, OLDEST_VERSION, base_of

LAST_WITH_LOGIN = 64

_KINDS = {"u": "partner", "c": "enterprise"}
_NO_LOGIN = (
    "SOAP API login() is disabled by default in this org. "
    "Contact the org administrator to enable SOAP API login()."
)
_LOGIN_GONE = (
    "The SOAP Login operation is not available in the API version specified ({version}). "
    "Refer to the documentation for supported versions."
)


class SoapFault(Exception):
    """A refused call; `detail` names the fault's element, such as LoginFault."""

    def __init__(self, code: str, message: str, detail: str = "UnexpectedErrorFault") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Call:
    """A SOAP request, read as far as all operations need it."""

    kind: str  # "u" or "c"
    version: str
    base: str
    operation: markup.Element
    header: markup.Element | None

    @property
    def name(self) -> str:
        return markup.local(self.operation)

    def argument(self, name: str) -> str:
        return markup.text_of(self.operation, name) or ""

    @property
    def token(self) -> str:
        return markup.text_of(markup.child(self.header, "SessionHeader"), "sessionId") or ""


class SoapEndpoints:
    """The SOAP addresses of an org."""

    def __init__(self, signin: SignIn) -> None:
        self.signin = signin
        self.org = signin.org
        self._operations: Mapping[str, Callable[[_Call], markup.Content]] = {
            "login": self._login,
            "logout": self._logout,
            "getUserInfo": self._get_user_info,
            "getServerTimestamp": self._get_server_timestamp,
            "setPassword": self._set_password,
        }

    def routes(self) -> list[Route]:
        """`/services/Soap/u|c/VERSION`, with or without the org's id after it."""
        paths = ("/services/Soap/{kind}/{version}", "/services/Soap/{kind}/{version}/{org:path}")
        return [Route(path, self.answer, methods=["POST"]) for path in paths]

    async def answer(self, request: Request) -> Response:
        """Answer a call. A refused call is HTTP 500, as SOAP 1.1 requires."""
        kind = request.path_params["kind"]
        if kind not in _KINDS:
            return Response(status_code=404)
        try:
            call = _read(request, await request.body())
            body = self._do(call)
        except SoapFault as fault:
            return _answer(_fault(kind, fault), 500)
        return _answer(_envelope(f"urn:{_KINDS[kind]}.soap.sforce.com", body))

    def _do(self, call: _Call) -> str:
        operation = self._operations.get(call.name)
        if operation is None:
            raise SoapFault(
                "soapenv:Client", f"No operation available for request {call.operation.tag}", ""
            )
        content = operation(call)
        return markup.written(f"{call.name}Response", [("result", content)] if content else "")

    def _login(self, call: _Call) -> markup.Content:
        if float(call.version) > LAST_WITH_LOGIN:
            message = _LOGIN_GONE.format(version=call.version)
            raise SoapFault("INVALID_OPERATION", message, "LoginFault")
        try:
            user = self.signin.with_password(call.argument("username"), call.argument("password"))
        except LoginRefused as refused:
            raise SoapFault(refused.code, refused.message, "LoginFault") from refused
        if not self.signin.policy.soap_login:
            raise SoapFault("INVALID_OPERATION", _NO_LOGIN, "LoginFault")
        expired = self.signin.account(user["Username"]).expired
        session = self.signin.sessions.open(user["Id"], password_expired=expired)
        place = f"{call.version}/{self.org.id[:15]}"
        return [
            ("metadataServerUrl", f"{call.base}/services/Soap/m/{place}"),
            ("passwordExpired", _boolean(expired)),
            ("sandbox", _boolean(self._organization()["IsSandbox"])),
            ("serverUrl", f"{call.base}/services/Soap/{call.kind}/{place}"),
            ("sessionId", session.token),
            ("userId", user["Id"]),
            ("userInfo", self._user_info(user)),
        ]

    def _logout(self, call: _Call) -> markup.Content:
        self.signin.sessions.close(self._session(call, even_expired=True).token)
        return ""

    def _get_user_info(self, call: _Call) -> markup.Content:
        return self._user_info(self.org.tables.rows("User")[self._session(call).user_id])

    def _get_server_timestamp(self, call: _Call) -> markup.Content:
        self._session(call)
        moment = stamp(self.org.clock()).replace("+0000", "Z")
        return [("timestamp", moment)]

    def _set_password(self, call: _Call) -> markup.Content:
        session = self._session(call, even_expired=True)
        user = self.org.tables.rows("User").get(call.argument("userId") or call.argument("userID"))
        if user is None or user["Id"] != session.user_id:
            raise SoapFault("INVALID_ID_FIELD", "invalid id", "InvalidIdFault")
        if not call.argument("password"):
            raise SoapFault("INVALID_NEW_PASSWORD", "Your password cannot be empty.")
        self.signin.change_password(user["Username"], call.argument("password"))
        session.password_expired = False
        return ""

    def _session(self, call: _Call, *, even_expired: bool = False) -> Session:
        session = self.signin.sessions.session_for(call.token)
        if session is None:
            raise SoapFault(
                "INVALID_SESSION_ID",
                "Invalid Session ID found in SessionHeader: Illegal Session. Session not found",
            )
        if session.password_expired and not even_expired:
            refused = LoginRefused("INVALID_OPERATION_WITH_EXPIRED_PASSWORD")
            raise SoapFault(refused.code, refused.message)
        return session

    def _organization(self) -> Row:
        return self.org.tables.rows("Organization")[self.org.id]

    def _user_info(self, user: Row) -> markup.Content:
        return [
            ("accessibilityMode", "false"),
            ("currencySymbol", "$"),
            ("orgAttachmentFileSizeLimit", "26214400"),
            ("orgDefaultCurrencyIsoCode", "USD"),
            ("orgDisallowHtmlAttachments", "false"),
            ("orgHasPersonAccounts", _boolean(self.org.settings.person_accounts)),
            ("organizationId", self.org.id),
            ("organizationMultiCurrency", "false"),
            ("organizationName", self._organization()["Name"]),
            ("profileId", user["ProfileId"]),
            ("roleId", user.get("UserRoleId")),
            ("sessionSecondsValid", str(int(self.signin.sessions.idle.total_seconds()))),
            ("userDefaultCurrencyIsoCode", None),
            ("userEmail", user["Email"]),
            ("userFullName", user["Name"]),
            ("userId", user["Id"]),
            ("userLanguage", user["LanguageLocaleKey"]),
            ("userLocale", user["LocaleSidKey"]),
            ("userName", user["Username"]),
            ("userTimeZone", user["TimeZoneSidKey"]),
            ("userType", user["UserType"]),
            ("userUiSkin", "Theme3"),
        ]


def _read(request: Request, body: bytes) -> _Call:
    version = request.path_params["version"]
    is_number = re.fullmatch(r"\d{1,3}(\.\d)?", version)
    if not is_number or not OLDEST_VERSION <= float(version) <= NEWEST_VERSION:
        message = "Invalid Api version specified on URL"
        raise SoapFault("UNSUPPORTED_API_VERSION", message, "UnexpectedErrorFault")
    try:
        envelope = markup.read(body)
    except markup.NotXml as error:
        raise SoapFault("soapenv:Client", str(error), "") from error
    operations = markup.child(envelope, "Body")
    if operations is None or len(operations) == 0:
        raise SoapFault("soapenv:Client", "No operation found in the request body", "")
    return _Call(
        kind=request.path_params["kind"],
        version=version if "." in version else f"{version}.0",
        base=base_of(request),
        operation=operations[0],
        header=markup.child(envelope, "Header"),
    )


def _answer(body: str, status: int = 200) -> Response:
    return Response(body, status, media_type="text/xml", headers={"charset": "UTF-8"})


def _envelope(namespace: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )


def _fault(kind: str, fault: SoapFault) -> str:
    """The recorded form; clients search for literal tags such as `sf:exceptionCode`."""
    message = escape(fault.message)
    code, text, detail = fault.code, message, ""
    if fault.detail:
        code, text = f"sf:{fault.code}", f"{fault.code}: {message}"
        detail = (
            f'<detail><sf:{fault.detail} xsi:type="sf:{fault.detail}">'
            f"<sf:exceptionCode>{fault.code}</sf:exceptionCode>"
            f"<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{fault.detail}></detail>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:sf="urn:fault.{_KINDS[kind]}.soap.sforce.com" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>{code}</faultcode><faultstring>{text}</faultstring>{detail}"
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )


def _boolean(value: object) -> str:
    return "true" if value else "false"
