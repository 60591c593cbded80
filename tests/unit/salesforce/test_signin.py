"""Signing in, against a scripted server over real HTTP."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs
from xml.etree import ElementTree

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lib.errors import (
    CredentialsRefused,
    SalesforceUnreachable,
    SettingsError,
    SignInRefused,
)
from lib.salesforce.hosts import safe_origin
from lib.salesforce.patience import Patience
from lib.salesforce.signin import Session, audience, sign_in
from lib.settings import SalesforceLogin
from lib.transport import Transport
from tests.unit.salesforce.wire import (
    ORG,
    RESET,
    SECRET,
    TOKEN,
    USER,
    Answer,
    Wire,
    soap_fault,
    soap_success,
)

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PEM = _KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()


@pytest.fixture
def http() -> Iterator[Transport]:
    with Transport((5, 5)) as transport:
        yield transport


def _sign_in(login: SalesforceLogin, http: Transport) -> Session:
    return sign_in(login, http=http, patience=Patience(tries=3, sleep=lambda _: None))


def _token_answer(url: str, **values: object) -> Answer:
    answer = {
        "access_token": "token1",
        "instance_url": url,
        "id": f"https://login.salesforce.com/id/{ORG}/{USER}",
        "token_type": "Bearer",
        "issued_at": "1278448832702",
    }
    return Answer(200, answer | values)


def _oauth_refusal(error: str, description: str | None, status: int = 400) -> Answer:
    body = {"error": error}
    if description is not None:
        body["error_description"] = description
    return Answer(status, body)


@pytest.fixture
def app(wire: Wire) -> SalesforceLogin:
    """Client credentials at the scripted server."""
    return SalesforceLogin(login_url=wire.url, consumer_key="key", consumer_secret=SECRET)


def test_a_password_is_sent_followed_by_its_token(
    wire: Wire, login: SalesforceLogin, http: Transport
) -> None:
    session = _sign_in(login, http)

    sent = ElementTree.fromstring(wire.asked[0].body)  # noqa: S314
    texts = {each.tag.rpartition("}")[2]: each.text for each in sent.iter()}
    assert texts["username"] == "ana@example.org"
    assert texts["password"] == SECRET + TOKEN
    assert wire.asked[0].path == "/services/Soap/u/59.0"
    assert session == Session("token1", wire.url, "ana@example.org", ORG, USER, "en_US")


def test_a_session_does_not_show_its_token(login: SalesforceLogin, http: Transport) -> None:
    assert "token1" not in repr(_sign_in(login, http))


def test_a_host_with_api_in_its_name_and_escaped_xml_are_kept(
    wire: Wire, login: SalesforceLogin, http: Transport
) -> None:
    url = "https://acme-api.my.salesforce.com:8443/services/Soap/u/59.0/00D"
    body = soap_success(wire.url, sessionId="a&amp;b", serverUrl=url)
    wire.on("POST", "Soap", Answer(200, body))

    session = _sign_in(login, http)

    assert session.instance_url == "https://acme-api.my.salesforce.com:8443"
    assert session.token == "a&b"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("INVALID_LOGIN", CredentialsRefused),
        ("LOGIN_MUST_USE_SECURITY_TOKEN", CredentialsRefused),
        ("LOGIN_CHALLENGE_ISSUED", CredentialsRefused),
        ("PASSWORD_LOCKOUT", CredentialsRefused),
        ("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", CredentialsRefused),
        ("LOGIN_DURING_RESTRICTED_DOMAIN", SignInRefused),
        ("LOGIN_DURING_RESTRICTED_TIME", SignInRefused),
        ("API_DISABLED_FOR_ORG", SignInRefused),
        ("API_CURRENTLY_DISABLED", SignInRefused),
        ("INVALID_OPERATION", SignInRefused),
        ("ORG_LOCKED", SignInRefused),
        ("TRIAL_EXPIRED", SignInRefused),
        ("UNSUPPORTED_API_VERSION", SignInRefused),
        ("SOMETHING_NEW", SignInRefused),
    ],
)
def test_a_fault_that_does_not_pass_is_raised_after_one_try(
    wire: Wire, login: SalesforceLogin, http: Transport, code: str, error: type[Exception]
) -> None:
    wire.on("POST", "Soap", soap_fault(code, "No."))

    with pytest.raises(error) as caught:
        _sign_in(login, http)

    assert type(caught.value) is error
    assert caught.value.vendor_code == code  # type: ignore[attr-defined]
    assert len(wire.asked) == 1


def test_an_expired_password_pauses_although_there_is_a_session(
    wire: Wire, login: SalesforceLogin, http: Transport
) -> None:
    wire.on("POST", "Soap", Answer(200, soap_success(wire.url, passwordExpired="true")))

    with pytest.raises(CredentialsRefused) as caught:
        _sign_in(login, http)

    assert "new password" in caught.value.remedy


@pytest.mark.parametrize("passing", [Answer(503, "<html>busy</html>"), Answer(502, ""), RESET])
def test_a_passing_failure_is_tried_again(
    wire: Wire, login: SalesforceLogin, http: Transport, passing: Answer
) -> None:
    wire.on("POST", "Soap", passing, Answer(200, soap_success(wire.url)))

    assert _sign_in(login, http).token == "token1"


def test_a_server_that_stays_away_is_unreachable(
    wire: Wire, login: SalesforceLogin, http: Transport
) -> None:
    wire.on("POST", "Soap", soap_fault("SERVER_UNAVAILABLE", "too busy"))

    with pytest.raises(SalesforceUnreachable):
        _sign_in(login, http)
    assert len(wire.asked) == 3


@pytest.mark.parametrize("body", ["<html><body>Welcome</body></html>", "", "{}"])
def test_a_page_that_is_not_a_sign_in_answer_is_refused(
    wire: Wire, login: SalesforceLogin, http: Transport, body: str
) -> None:
    wire.on("POST", "Soap", Answer(200, body))

    with pytest.raises(SignInRefused) as caught:
        _sign_in(login, http)

    assert "SALESFORCE_LOGIN_URL" in caught.value.remedy


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(
    wire: Wire, login: SalesforceLogin, http: Transport, status: int
) -> None:
    elsewhere = {"Location": f"{wire.url}/elsewhere"}
    wire.on("POST", "Soap", Answer(status, "", elsewhere))

    with pytest.raises(SignInRefused):
        _sign_in(login, http)
    assert [each.path for each in wire.asked] == ["/services/Soap/u/59.0"]


@pytest.mark.parametrize(
    "echo", [SECRET, "s3cret&amp;&lt;pass&gt;", "s3cret%26%3Cpass%3E", SECRET + TOKEN]
)
def test_no_error_repeats_a_secret(
    wire: Wire, app: SalesforceLogin, http: Transport, echo: str
) -> None:
    wire.on("POST", "oauth2/token", _oauth_refusal("invalid_client", f"bad secret {echo}"))

    with pytest.raises(CredentialsRefused) as caught:
        _sign_in(app, http)

    assert "s3cret" not in str(caught.value) + caught.value.remedy


def test_client_credentials_are_sent_in_the_form(
    wire: Wire, app: SalesforceLogin, http: Transport
) -> None:
    wire.on("POST", "oauth2/token", _token_answer(wire.url))

    session = _sign_in(app, http)

    assert parse_qs(wire.asked[0].body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["key"],
        "client_secret": [SECRET],
    }
    assert session == Session("token1", wire.url, "", ORG, USER, "")


def test_a_private_key_signs_the_user_the_audience_and_the_expiry(
    wire: Wire, http: Transport
) -> None:
    wire.on("POST", "oauth2/token", _token_answer(wire.url))
    login = SalesforceLogin(
        login_url=wire.url, username="ana@example.org", consumer_key="key", private_key=_PEM
    )

    session = _sign_in(login, http)

    form = parse_qs(wire.asked[0].body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = jwt.decode(
        form["assertion"][0],
        _KEY.public_key(),
        algorithms=["RS256"],
        audience="https://login.salesforce.com",
    )
    assert (claims["iss"], claims["sub"]) == ("key", "ana@example.org")
    head = json.loads(base64.urlsafe_b64decode(form["assertion"][0].split(".")[0] + "=="))
    assert head["alg"] == "RS256"
    assert session.username == "ana@example.org"


@pytest.mark.parametrize(
    ("login_url", "expected"),
    [
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("http://127.0.0.1:8099", "https://login.salesforce.com"),
    ],
)
def test_the_audience_follows_from_the_login_address(login_url: str, expected: str) -> None:
    assert audience(login_url) == expected


def test_an_unusable_key_is_an_error_before_anything_is_sent(wire: Wire, http: Transport) -> None:
    broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
    login = SalesforceLogin(
        login_url=wire.url, username="ana@example.org", consumer_key="key", private_key=broken
    )

    with pytest.raises(SettingsError):
        _sign_in(login, http)
    assert wire.asked == []


@pytest.mark.parametrize(
    ("refused", "description", "error"),
    [
        ("invalid_grant", "authentication failure - Invalid Password", CredentialsRefused),
        ("invalid_grant", "user hasn't approved this consumer", CredentialsRefused),
        ("invalid_grant", "user is not admin approved to access this app", CredentialsRefused),
        ("invalid_grant", "no client credentials user enabled", CredentialsRefused),
        ("invalid_grant", "inactive user", CredentialsRefused),
        ("invalid_grant", None, CredentialsRefused),
        ("invalid_client_id", "client identifier invalid", CredentialsRefused),
        ("invalid_client", "invalid client credentials", CredentialsRefused),
        ("invalid_grant", "ip restricted", SignInRefused),
        ("invalid_grant", "request not supported on this domain", SignInRefused),
        ("invalid_grant", "login rate exceeded", SignInRefused),
        ("invalid_grant", "inactive organization", SignInRefused),
        ("unsupported_grant_type", "grant type not supported", SignInRefused),
        ("app_not_found", "External client app is not installed in this org", CredentialsRefused),
        ("OAUTH_EC_APP_NOT_FOUND", None, CredentialsRefused),
        ("invalid_grant", "app must be installed into org", CredentialsRefused),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin", CredentialsRefused),
        ("invalid_client", "the connected app is blocked", CredentialsRefused),
        ("OAUTH_APP_ACCESS_DENIED", "user is not allowed", CredentialsRefused),
        ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error", CredentialsRefused),
        ("invalid_grant", "no valid scopes defined", SignInRefused),
        ("invalid_scope", "the requested scope is not allowed", SignInRefused),
        ("OAUTH_DISALLOWED_SCOPES", None, SignInRefused),
    ],
)
@pytest.mark.parametrize("status", [400, 401])
def test_a_token_is_refused_for_the_credentials_or_for_something_else(
    wire: Wire,
    app: SalesforceLogin,
    http: Transport,
    refused: str,
    description: str | None,
    error: type[Exception],
    status: int,
) -> None:
    wire.on("POST", "oauth2/token", _oauth_refusal(refused, description, status))

    with pytest.raises(error) as caught:
        _sign_in(app, http)

    assert type(caught.value) is error
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("refused", "description", "remedy"),
    [
        ("app_not_found", "External client app is not installed in this org", "install the app"),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin", "unblock the app"),
        ("invalid_grant", "user hasn't approved this consumer", "approve the user"),
        ("invalid_grant", "user is not admin approved to access this app", "approve the user"),
    ],
)
def test_a_blocked_app_says_where_to_unblock_it(
    wire: Wire, app: SalesforceLogin, http: Transport, refused: str, description: str, remedy: str
) -> None:
    wire.on("POST", "oauth2/token", _oauth_refusal(refused, description))

    with pytest.raises(CredentialsRefused) as caught:
        _sign_in(app, http)

    assert remedy in caught.value.remedy
    assert "Connected Apps OAuth Usage" in caught.value.remedy
    assert "External Client App Manager" in caught.value.remedy


def test_a_missing_scope_is_named(wire: Wire, app: SalesforceLogin, http: Transport) -> None:
    wire.on("POST", "oauth2/token", _oauth_refusal("invalid_grant", "no valid scopes defined"))

    with pytest.raises(SignInRefused) as caught:
        _sign_in(app, http)

    assert "Manage user data via APIs (api)" in caught.value.remedy


@pytest.mark.parametrize("status", [400, 500, 503])
@pytest.mark.parametrize(
    ("refused", "description"),
    [
        ("unknown_error", "retry your request"),
        ("temporarily_unavailable", "try again"),
        ("server_error", None),
        ("invalid_grant", "server unavailable"),
    ],
)
def test_a_token_request_with_a_passing_failure_is_sent_again(
    wire: Wire,
    app: SalesforceLogin,
    http: Transport,
    refused: str,
    description: str | None,
    status: int,
) -> None:
    passing = _oauth_refusal(refused, description, status)
    wire.on("POST", "oauth2/token", passing, passing, _token_answer(wire.url))

    assert _sign_in(app, http).token == "token1"


def test_a_token_request_that_keeps_failing_in_passing_does_not_pause(
    wire: Wire, app: SalesforceLogin, http: Transport
) -> None:
    wire.on("POST", "oauth2/token", _oauth_refusal("unknown_error", "retry your request"))

    with pytest.raises(SalesforceUnreachable):
        _sign_in(app, http)
    assert len(wire.asked) == 3


@pytest.mark.parametrize(
    "fault",
    [
        soap_fault("SERVER_UNAVAILABLE", "server too busy"),
        soap_fault("UNKNOWN_EXCEPTION", "An unexpected error occurred"),
        soap_fault("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
        Answer(
            500,
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
            "<faultcode>s:Server</faultcode><faultstring>busy</faultstring></s:Fault></s:Body>"
            "</s:Envelope>",
        ),
    ],
)
def test_a_soap_fault_that_passes_is_tried_again(
    wire: Wire, login: SalesforceLogin, http: Transport, fault: Answer
) -> None:
    wire.on("POST", "Soap", fault, Answer(200, soap_success(wire.url)))

    assert _sign_in(login, http).token == "token1"


@pytest.mark.parametrize(
    "address",
    [
        "http://acme.my.salesforce.com",
        "ftp://127.0.0.1",
        "https://ana@acme.my.salesforce.com",
        "https://",
        "https://[::1",
        "https://acme:port",
        "",
    ],
)
def test_a_token_goes_to_no_unsafe_address(
    wire: Wire, app: SalesforceLogin, http: Transport, address: str
) -> None:
    wire.on("POST", "oauth2/token", _token_answer(address))

    with pytest.raises(SignInRefused):
        _sign_in(app, http)


def test_plain_http_is_only_for_loopback_after_a_loopback_login() -> None:
    assert safe_origin("http://127.0.0.1:9/x", "https://localhost:8") == "http://127.0.0.1:9"
    with pytest.raises(SignInRefused):
        safe_origin("http://127.0.0.1:9", "https://login.salesforce.com")


def test_client_credentials_at_the_common_address_are_refused_before_any_call(
    app: SalesforceLogin, http: Transport
) -> None:
    with pytest.raises(SettingsError):
        _sign_in(replace(app, login_url="https://login.salesforce.com"), http)


def test_a_server_that_does_not_listen_is_unreachable(
    login: SalesforceLogin, http: Transport
) -> None:
    with pytest.raises(SalesforceUnreachable):
        _sign_in(replace(login, login_url="http://127.0.0.1:9"), http)
