"""SOAP sign-in at the practice org, as facts about real orgs have it."""

from datetime import timedelta

import pytest
import requests

from lib.practice import markup
from lib.practice.org_setup import COLLEAGUE, USERNAME
from lib.practice.serve import Practice

ENVELOPE = (
    '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:p="urn:{kind}.soap.sforce.com">{header}<e:Body>{body}</e:Body></e:Envelope>'
)
LOGIN = "<p:login><p:username>{username}</p:username><p:password>{password}</p:password></p:login>"
SECRET = "practice-1PracticeToken0000000001"


def call(
    practice: Practice, body: str, *, kind: str = "u", version: str = "59.0", token: str = ""
) -> requests.Response:
    """One SOAP call; `token` goes into the SessionHeader."""
    header = "<e:Header><p:SessionHeader><p:sessionId>{}</p:sessionId></p:SessionHeader></e:Header>"
    names = {"u": "partner", "c": "enterprise"}
    text = ENVELOPE.format(
        kind=names[kind], header=header.format(token) if token else "", body=body
    )
    return requests.post(
        f"{practice.url}/services/Soap/{kind}/{version}",
        data=text,
        headers={"Content-Type": "text/xml", "SOAPAction": "login"},
        timeout=10,
    )


def login(
    practice: Practice, password: str = SECRET, username: str = USERNAME, version: str = "59.0"
) -> requests.Response:
    """One login() call."""
    return call(practice, LOGIN.format(username=username, password=password), version=version)


def found(answer: requests.Response, name: str) -> str:
    """The text of the first element of this local name."""
    elements = markup.read(answer.content).iter()
    return next(element.text or "" for element in elements if markup.local(element) == name)


def test_a_right_password_and_token_open_a_session(practice: Practice) -> None:
    answer = login(practice)

    assert answer.status_code == 200
    assert found(answer, "passwordExpired") == "false"
    assert found(answer, "serverUrl").startswith(f"{practice.url}/services/Soap/u/59.0/00D")
    assert found(answer, "organizationId") == practice.world.org.id
    assert practice.world.sessions.user_id_for(found(answer, "sessionId")) == found(
        answer, "userId"
    )


def test_the_enterprise_address_answers_in_its_own_namespace(practice: Practice) -> None:
    answer = call(practice, LOGIN.format(username=USERNAME, password=SECRET), kind="c")

    assert 'xmlns="urn:enterprise.soap.sforce.com"' in answer.text
    assert "/services/Soap/c/59.0/" in found(answer, "serverUrl")


def test_a_wrong_password_is_refused_in_the_recorded_words(practice: Practice) -> None:
    answer = login(practice, "wrong")

    assert answer.status_code == 500
    assert "<faultcode>sf:INVALID_LOGIN</faultcode>" in answer.text
    assert (
        "<sf:exceptionMessage>Invalid username, password, security token; or user locked out."
        "</sf:exceptionMessage>" in answer.text
    )
    assert 'xmlns:sf="urn:fault.partner.soap.sforce.com"' in answer.text


def test_a_user_name_is_accepted_in_any_case(practice: Practice) -> None:
    assert login(practice, username=USERNAME.upper()).status_code == 200


def test_the_password_alone_is_enough_only_from_a_trusted_network(practice: Practice) -> None:
    outside = login(practice, "practice-1")
    practice.world.signin.set_policy(trusted_network=True)
    inside = login(practice, "practice-1")

    assert found(outside, "exceptionCode") == "LOGIN_MUST_USE_SECURITY_TOKEN"
    assert inside.status_code == 200


def test_ten_wrong_tries_lock_the_user_until_time_has_passed(stopped_practice: Practice) -> None:
    for _ in range(10):
        login(stopped_practice, "wrong")
    locked = login(stopped_practice)
    stopped_practice.world.clock.advance(timedelta(minutes=16))
    later = login(stopped_practice)

    assert found(locked, "exceptionCode") == "INVALID_LOGIN"
    assert later.status_code == 200


def test_a_changed_password_makes_the_old_one_and_its_token_fail(practice: Practice) -> None:
    account = practice.world.signin.change_password(USERNAME)

    assert found(login(practice), "exceptionCode") == "INVALID_LOGIN"
    assert login(practice, account.password + account.token).status_code == 200


def test_an_expired_password_opens_a_session_that_can_only_set_a_new_password(
    practice: Practice,
) -> None:
    practice.world.signin.expire_password(USERNAME)
    answer = login(practice)
    token, user_id = found(answer, "sessionId"), found(answer, "userId")

    refused = call(practice, "<p:getUserInfo/>", token=token)
    change = (
        f"<p:setPassword><p:userId>{user_id}</p:userId><p:password>n</p:password></p:setPassword>"
    )
    changed = call(practice, change, token=token)
    allowed = call(practice, "<p:getUserInfo/>", token=token)

    assert found(answer, "passwordExpired") == "true"
    assert found(refused, "exceptionCode") == "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"
    assert changed.status_code == 200
    assert found(allowed, "userName") == USERNAME


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        ({"soap_login": False}, "INVALID_OPERATION"),
        ({"api_enabled": False}, "API_DISABLED_FOR_ORG"),
        ({"refusal": "LOGIN_DURING_RESTRICTED_TIME"}, "LOGIN_DURING_RESTRICTED_TIME"),
        (
            {"refusal": "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"},
            "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        ),
    ],
)
def test_the_policy_can_refuse_correct_credentials(
    practice: Practice, switches: dict[str, object], code: str
) -> None:
    practice.world.signin.set_policy(**switches)

    assert found(login(practice), "exceptionCode") == code


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("30.0", "UNSUPPORTED_API_VERSION"),
        ("65.0", "INVALID_OPERATION"),
        ("99.0", "UNSUPPORTED_API_VERSION"),
    ],
)
def test_login_exists_from_v31_to_v64(practice: Practice, version: str, code: str) -> None:
    assert login(practice, version="31.0").status_code == 200
    assert login(practice, version="64.0").status_code == 200
    answer = login(practice, version=version)
    assert (answer.status_code, found(answer, "exceptionCode")) == (500, code)


def test_a_user_without_the_api_permission_is_refused(practice: Practice) -> None:
    org = practice.world.org
    user = org.user_named(COLLEAGUE)
    assert user is not None
    with org.transaction():
        for row in list(org.tables.rows("PermissionSet").values()):
            if row.get("ProfileId") == user["ProfileId"]:
                org.tables.put("PermissionSet", {**row, "PermissionsApiEnabled": False})

    answer = login(practice, username=COLLEAGUE)

    assert found(answer, "exceptionCode") == "API_CURRENTLY_DISABLED"


def test_logout_ends_the_session(practice: Practice) -> None:
    token = found(login(practice), "sessionId")

    assert call(practice, "<p:logout/>", token=token).status_code == 200
    assert (
        found(call(practice, "<p:getUserInfo/>", token=token), "exceptionCode")
        == "INVALID_SESSION_ID"
    )


def test_a_body_that_is_not_an_envelope_is_a_fault_without_a_crash(practice: Practice) -> None:
    for text in ("", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "{}"):
        answer = requests.post(f"{practice.url}/services/Soap/u/59.0", data=text, timeout=10)
        assert answer.status_code == 500
        assert "faultstring" in answer.text
