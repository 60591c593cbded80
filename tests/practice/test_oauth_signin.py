"""The OAuth flows of the practice org, as in real orgs."""

import time
from typing import Any

import jwt
import pytest
import requests

from lib.practice.org_setup import USERNAME
from lib.practice.serve import Practice

PASSWORD = "practice-1PracticeToken0000000001"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(practice: Practice, path: str = "token", **parameters: str) -> requests.Response:
    """A POST to an OAuth address."""
    url = f"{practice.url}/services/oauth2/{path}"
    return requests.post(url, data=parameters, timeout=10)


def client(practice: Practice) -> dict[str, str]:
    """The app's key and secret as parameters."""
    app = practice.world.app
    return {"client_id": app.consumer_key, "client_secret": app.consumer_secret}


def assertion(practice: Practice, **changes: Any) -> str:
    """A signed JWT as documented, with some claims changed."""
    claims = {
        "iss": practice.world.app.consumer_key,
        "sub": USERNAME,
        "aud": "https://login.salesforce.com",
        "exp": int(time.time()) + 180,
    }
    return jwt.encode(claims | changes, practice.world.app.private_key, algorithm="RS256")


def refused(answer: requests.Response) -> tuple[int, str, str]:
    """Status, error and description."""
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"]


def test_client_credentials_in_the_body_or_as_basic_give_a_token(practice: Practice) -> None:
    app = practice.world.app
    by_body = ask(practice, grant_type="client_credentials", **client(practice))
    by_basic = requests.post(
        f"{practice.url}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(app.consumer_key, app.consumer_secret),
        timeout=10,
    )

    for answer in (by_body, by_basic):
        body = answer.json()
        assert body["instance_url"] == practice.url
        assert body["token_type"] == "Bearer"
        assert body["issued_at"].isdigit()
        assert body["id"].split("/")[-2:] == [
            practice.world.org.id,
            practice.world.sessions.user_id_for(body["access_token"]),
        ]


def test_client_credentials_need_a_run_as_user(practice: Practice) -> None:
    practice.world.signin.set_policy(run_as="")

    answer = ask(practice, grant_type="client_credentials", **client(practice))

    assert refused(answer) == (400, "invalid_grant", "no client credentials user enabled")


def test_wrong_keys_and_wrong_secrets_have_different_errors(practice: Practice) -> None:
    right = client(practice)
    wrong_key = ask(practice, grant_type="client_credentials", **(right | {"client_id": "unknown"}))
    wrong_secret = ask(
        practice, grant_type="client_credentials", **(right | {"client_secret": "x"})
    )

    assert refused(wrong_key) == (400, "invalid_client_id", "client identifier invalid")
    assert refused(wrong_secret) == (400, "invalid_client", "invalid client credentials")


def test_a_signed_assertion_gives_a_token(practice: Practice) -> None:
    answer = ask(practice, grant_type=JWT_BEARER, assertion=assertion(practice))

    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "scope", "instance_url", "id", "token_type"}


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"aud": "https://example.org"}, "invalid_grant", "Audience validation failed"),
        ({"iss": "unknown"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@example.org"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"exp": 1}, "invalid_grant", "expired authorization code"),
        ({"exp": "1"}, "invalid_grant", "expired authorization code"),
        ({"exp": "soon"}, "invalid_grant", "invalid assertion"),
    ],
)
def test_a_wrong_claim_is_refused(
    practice: Practice, changes: dict[str, object], error: str, description: str
) -> None:
    answer = ask(practice, grant_type=JWT_BEARER, assertion=assertion(practice, **changes))

    assert refused(answer) == (400, error, description)


def test_a_signature_of_another_key_is_refused(practice: Practice) -> None:
    head, claims, signature = assertion(practice).split(".")
    forged = ".".join((head, claims, signature[::-1]))

    answer = ask(practice, grant_type=JWT_BEARER, assertion=forged)

    assert refused(answer) == (400, "invalid_grant", "invalid assertion")


def test_the_private_key_stays_the_same(practice: Practice) -> None:
    assert practice.world.app.private_key == practice.world.app.private_key


def test_the_password_flow_can_be_turned_off(practice: Practice) -> None:
    asked = {"grant_type": "password", "username": USERNAME, **client(practice)}
    on = ask(practice, password=PASSWORD, **asked)
    wrong = ask(practice, password="x", **asked)
    practice.world.signin.set_policy(password_flow=False)
    off = ask(practice, password=PASSWORD, **asked)

    assert on.status_code == 200
    assert refused(wrong) == (400, "invalid_grant", "authentication failure - Invalid Password")
    assert refused(off) == (400, "invalid_grant", "authentication failure")


def test_a_refresh_token_gives_new_sessions_and_is_rotated_if_the_policy_says_so(
    practice: Practice,
) -> None:
    asked = {"grant_type": "password", "username": USERNAME, "password": PASSWORD}
    first = ask(practice, scope="api refresh_token", **asked, **client(practice)).json()
    renewal = {"grant_type": "refresh_token", "client_id": practice.world.app.consumer_key}
    kept = ask(practice, refresh_token=first["refresh_token"], **renewal).json()
    practice.world.signin.set_policy(rotates_refresh_tokens=True)
    rotated = ask(practice, refresh_token=first["refresh_token"], **renewal).json()
    stale = ask(practice, refresh_token=first["refresh_token"], **renewal)

    assert "refresh_token" not in kept
    assert rotated["refresh_token"] != first["refresh_token"]
    assert refused(stale) == (400, "invalid_grant", "expired access/refresh token")


def test_an_unknown_grant_type_and_a_get_are_refused(practice: Practice) -> None:
    unknown = ask(practice, grant_type="device")
    by_get = requests.get(f"{practice.url}/services/oauth2/token", timeout=10)

    assert refused(unknown) == (400, "unsupported_grant_type", "grant type not supported")
    assert refused(by_get) == (400, "invalid_request", "must use HTTP POST")


def test_a_broken_basic_header_is_refused_without_a_crash(practice: Practice) -> None:
    for path in ("token", "introspect"):
        answer = requests.post(
            f"{practice.url}/services/oauth2/{path}",
            headers={"Authorization": "Basic %%%"},
            timeout=10,
        )
        assert refused(answer)[1] == "invalid_client"


def test_a_revoked_token_is_no_longer_active(practice: Practice) -> None:
    token = ask(practice, grant_type="client_credentials", **client(practice)).json()
    active = ask(practice, "introspect", token=token["access_token"], **client(practice)).json()
    revoked = ask(practice, "revoke", token=token["access_token"])
    after = ask(practice, "introspect", token=token["access_token"], **client(practice)).json()

    assert active["active"]
    assert active["username"] == USERNAME
    assert revoked.status_code == 200
    assert after == {"active": False}
    assert ask(practice, "revoke", token="unknown").status_code == 400


def test_the_identity_address_and_userinfo_name_the_same_user(practice: Practice) -> None:
    token = ask(practice, grant_type="client_credentials", **client(practice)).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    identity = requests.get(token["id"], headers=headers, timeout=10).json()
    userinfo = requests.get(
        f"{practice.url}/services/oauth2/userinfo", headers=headers, timeout=10
    ).json()

    assert identity["username"] == userinfo["preferred_username"] == USERNAME
    assert identity["id"] == userinfo["sub"] == token["id"]
    assert identity["urls"]["rest"] == f"{practice.url}/services/data/v{{version}}/"
    assert identity["utcOffset"] == 0


def test_the_identity_address_needs_a_valid_token_and_the_right_org(practice: Practice) -> None:
    token = ask(practice, grant_type="client_credentials", **client(practice)).json()
    org_id, user_id = token["id"].split("/")[-2:]
    path = f"{practice.url}/id"

    without = requests.get(f"{path}/{org_id}/{user_id}", timeout=10)
    bad = requests.get(f"{path}/{org_id}/{user_id}?oauth_token=x", timeout=10)
    wrong_org = requests.get(
        f"{path}/00D000000000001/{user_id}?oauth_token={token['access_token']}", timeout=10
    )

    assert (without.status_code, without.text) == (403, "Missing_OAuth_Token")
    assert (bad.status_code, bad.text) == (403, "Bad_OAuth_Token")
    assert (wrong_org.status_code, wrong_org.text) == (403, "Wrong_Org")


@pytest.mark.parametrize("written", ["seconds", "text", "milliseconds"])
def test_an_expiry_is_understood_in_the_format_of_each_client(
    practice: Practice, written: str
) -> None:
    seconds = int(time.time()) + 180
    exp = {"seconds": seconds, "text": str(seconds), "milliseconds": seconds * 1000}[written]

    answer = ask(practice, grant_type=JWT_BEARER, assertion=assertion(practice, exp=exp))

    assert answer.status_code == 200
