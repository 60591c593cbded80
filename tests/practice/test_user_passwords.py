"""Passwords of users over the practice org's REST API."""

import pytest

from lib.practice.org_setup import COLLEAGUE, USERNAME
from lib.practice.serve import Practice
from tests.practice.api import Api, error


def _path(api: Api, username: str = USERNAME) -> str:
    user = api.org.user_named(username)
    assert user is not None
    return f"sobjects/User/{user['Id']}/password"


def test_it_says_whether_a_password_has_expired(stopped_practice: Practice):
    api = Api(stopped_practice)

    assert api.call("GET", _path(api, COLLEAGUE)).json() == {"isExpired": False}
    stopped_practice.world.signin.expire_password(COLLEAGUE)
    assert api.call("GET", _path(api, COLLEAGUE)).json() == {"isExpired": True}


def test_a_new_password_brings_a_new_security_token(stopped_practice: Practice):
    api = Api(stopped_practice)
    before = stopped_practice.world.signin.account(USERNAME)

    answer = api.call("POST", _path(api), json={"NewPassword": "a-better-1"})

    assert (answer.status_code, answer.text) == (204, "")
    after = stopped_practice.world.signin.account(USERNAME)
    assert after.password == "a-better-1"
    assert after.token != before.token


def test_a_reset_gives_a_password_that_must_be_replaced(stopped_practice: Practice):
    api = Api(stopped_practice)

    made = api.call("DELETE", _path(api, COLLEAGUE)).json()

    account = stopped_practice.world.signin.account(COLLEAGUE)
    assert made == {"NewPassword": account.password}
    assert account.expired


@pytest.mark.parametrize("password", ["", "short-1", "onlyletters", "1234567890"])
def test_a_weak_password_is_refused(stopped_practice: Practice, password: str):
    api = Api(stopped_practice)

    status, code, _ = error(api.call("POST", _path(api), json={"NewPassword": password}))

    assert (status, code) == (400, "INVALID_NEW_PASSWORD")
    assert stopped_practice.world.signin.account(USERNAME).password == "practice-1"


def test_only_those_who_manage_users_may_see_or_set_the_password_of_others(
    stopped_practice: Practice,
):
    api = Api(stopped_practice, COLLEAGUE)

    assert error(api.call("GET", _path(api, USERNAME)))[:2] == (403, "INSUFFICIENT_ACCESS")
    assert api.call("GET", _path(api, COLLEAGUE)).json() == {"isExpired": False}
