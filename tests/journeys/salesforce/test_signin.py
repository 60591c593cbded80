"""Our sign-in and permission checks at the practice org."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lib.errors import CredentialsRefused, SignInRefused
from lib.practice.acts import administration, services
from lib.practice.serve import Practice
from lib.salesforce.doctor.checks import checks
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.settings import SalesforceLogin, credentials_from


def by_password(practice: Practice) -> SalesforceLogin:
    return credentials_from(practice.environment).salesforce


def by_client_credentials(practice: Practice) -> SalesforceLogin:
    app = practice.world.app
    return SalesforceLogin(
        login_url=practice.url, consumer_key=app.consumer_key, consumer_secret=app.consumer_secret
    )


def by_private_key(practice: Practice) -> SalesforceLogin:
    app = practice.world.app
    return SalesforceLogin(
        login_url=practice.url,
        username=by_password(practice).username,
        consumer_key=app.consumer_key,
        private_key=app.private_key,
    )


def opened(login: SalesforceLogin) -> Door:
    """A door that never waits."""
    return Door.open(login, sleep=lambda _: None)


@pytest.mark.parametrize("way_in", [by_password, by_client_credentials, by_private_key])
def test_each_way_to_sign_in_leads_to_the_same_org_and_user(
    practice: Practice, way_in: Any
) -> None:
    with opened(way_in(practice)) as door:
        org = read_org(door)

        assert org.org_id == practice.world.org.id
        assert org.environment == "practice"
        assert org.username == by_password(practice).username
        assert org.locale == "en_US"
        assert all(check.ok for check in checks(door, org))


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"security_token": "wrong"}, {"username": "x@example.org"}]
)
def test_a_wrong_password_token_or_name_pauses(
    practice: Practice, wrong: Mapping[str, str]
) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        opened(replace(by_password(practice), **wrong))

    assert caught.value.vendor_code == "INVALID_LOGIN"


def test_a_password_that_has_expired_pauses(practice: Practice) -> None:
    services.expire_password(practice.world)

    with pytest.raises(CredentialsRefused):
        opened(by_password(practice))


def test_an_app_without_a_run_as_user_says_where_to_set_it(practice: Practice) -> None:
    practice.world.signin.set_policy(run_as="")

    with pytest.raises(CredentialsRefused) as caught:
        opened(by_client_credentials(practice))

    assert "Run As" in caught.value.remedy


def test_a_user_without_the_api_is_refused_and_not_paused(practice: Practice) -> None:
    administration.user_permission(practice.world, "ApiEnabled", on=False)

    with pytest.raises(SignInRefused):
        opened(by_password(practice))


def test_a_sign_in_is_repeated_after_a_short_outage(practice: Practice) -> None:
    services.fault(practice.world, "status", area="signin", status=503, times=2)

    with opened(by_password(practice)) as door:
        assert door.session.token
