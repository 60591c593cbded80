"""Every documented refusal at sign-in, over HTTP: recognized, with a remedy of its own.

Sources: SOAP API Developer Guide, "login()"; Salesforce Help, "OAuth 2.0 Authorization Errors".
"""

from typing import Any

import pytest

from lib.errors import (
    CredentialsRefused,
    OptbackError,
    SalesforceError,
    SalesforceUnreachable,
    SignInRefused,
)
from lib.practice.acts import services
from lib.practice.serve import Practice
from lib.practice.signin.accounts import APP_REFUSALS, REFUSALS
from lib.salesforce.door import Door
from lib.salesforce.signin_codes import refusal
from tests.journeys.salesforce.test_signin import (
    by_client_credentials,
    by_password,
    by_private_key,
    opened,
)

# code, whether it pauses the connection, and what the remedy names
BY_PASSWORD = [
    ("INVALID_LOGIN", CredentialsRefused, "Reset My Security Token"),
    ("LOGIN_MUST_USE_SECURITY_TOKEN", CredentialsRefused, "Enter the security token too"),
    ("LOGIN_CHALLENGE_ISSUED", CredentialsRefused, "has just emailed a security token"),
    ("LOGIN_CHALLENGE_PENDING", CredentialsRefused, "Sign in once in a browser"),
    ("PASSWORD_LOCKOUT", CredentialsRefused, "Unlock"),
    ("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", CredentialsRefused, "Set a new password"),
    ("LOGIN_DURING_RESTRICTED_DOMAIN", SignInRefused, "Login IP Ranges"),
    ("LOGIN_DURING_RESTRICTED_TIME", SignInRefused, "Login Hours"),
    ("API_DISABLED_FOR_ORG", SignInRefused, "Professional Edition needs the API add-on"),
    ("API_CURRENTLY_DISABLED", SignInRefused, 'Select "API Enabled" for the user'),
    ("ORG_LOCKED", SignInRefused, "only Salesforce can unlock an org"),
    ("TRIAL_EXPIRED", SignInRefused, "trial extended"),
    ("SERVER_UNAVAILABLE", SalesforceUnreachable, "status.salesforce.com"),
]
BY_APP = [
    ("authentication failure", CredentialsRefused, "Login History"),
    ("authentication failure - Invalid Password", CredentialsRefused, "Reset My Security Token"),
    ("expired access/refresh token", CredentialsRefused, "approve the user"),
    ("user hasn't approved this consumer", CredentialsRefused, "pre-authorized"),
    ("user is not admin approved to access this app", CredentialsRefused, "pre-authorized"),
    ("no client credentials user enabled", CredentialsRefused, "Run As (Username)"),
    ("Audience validation failed", CredentialsRefused, "https://test.salesforce.com for a sandbox"),
    ("invalid assertion", CredentialsRefused, "Upload the certificate again"),
    ("ip restricted", SignInRefused, "IP Relaxation"),
    ("inactive user", CredentialsRefused, "activate the user"),
    ("inactive organization", SignInRefused, "sandbox that was deleted or refreshed"),
    ("request not supported on this domain", SignInRefused, "My Domain address"),
    ("client identifier invalid", CredentialsRefused, "Copy the consumer key again"),
    ("invalid client credentials", CredentialsRefused, "Copy the consumer secret again"),
    ("grant type not supported", SignInRefused, "Flow Enablement"),
]


def refusal_of(practice: Practice, way_in: Any) -> SalesforceError:
    with pytest.raises(SalesforceError) as caught:
        opened(way_in(practice))
    return caught.value


def test_every_refusal_of_the_practice_org_is_tried_here() -> None:
    assert {code for code, _, _ in BY_PASSWORD} == set(REFUSALS)
    assert {said for said, _, _ in BY_APP} == set(APP_REFUSALS)


@pytest.mark.parametrize(("code", "kind", "remedy"), BY_PASSWORD)
def test_a_refusal_by_soap_is_recognized_with_its_own_remedy(
    practice: Practice, code: str, kind: type[OptbackError], remedy: str
) -> None:
    services.policy(practice.world, refusal=code)

    error = refusal_of(practice, by_password)

    assert type(error) is kind
    assert remedy in error.remedy


@pytest.mark.parametrize("way_in", [by_client_credentials, by_private_key])
@pytest.mark.parametrize(("said", "kind", "remedy"), BY_APP)
def test_a_refusal_of_the_token_endpoint_is_recognized_with_its_own_remedy(
    practice: Practice, way_in: Any, said: str, kind: type[OptbackError], remedy: str
) -> None:
    services.policy(practice.world, app_refusal=said)

    error = refusal_of(practice, way_in)

    assert type(error) is kind
    assert remedy in error.remedy
    assert said in error.message


def test_soap_sign_in_that_is_off_names_the_switch_and_the_permission(practice: Practice) -> None:
    services.policy(practice.world, soap_login=False)

    error = refusal_of(practice, by_password)

    assert type(error) is SignInRefused
    assert "Enable SOAP API login()" in error.remedy
    assert "Use Any API Auth" in error.remedy


def test_a_sign_in_that_salesforce_has_retired_leads_to_the_other_ways() -> None:
    error = refusal("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")

    assert type(error) is SignInRefused
    assert "Sign in with a consumer key or a private key instead" in error.remedy


def test_a_key_that_is_signed_by_a_clock_that_is_behind_says_to_set_the_clock(
    practice: Practice,
) -> None:
    services.pass_time(practice.world, hours=1)

    error = refusal_of(practice, by_private_key)

    assert type(error) is SignInRefused
    assert "Set this computer's clock" in error.remedy


def test_different_causes_have_different_remedies(practice: Practice) -> None:
    remedies = {}
    for said, _, _ in BY_APP:
        services.policy(practice.world, app_refusal=said)
        remedies[said] = refusal_of(practice, by_client_credentials).remedy

    same = {
        "user hasn't approved this consumer",
        "user is not admin approved to access this app",
        "expired access/refresh token",  # all three: approve the user for the app
    }
    domain = {"request not supported on this domain", "grant type not supported"}
    assert len(set(remedies.values())) == len(remedies) - (len(same) - 1) - (len(domain) - 1)


def test_the_door_is_open_again_once_the_cause_is_gone(practice: Practice) -> None:
    services.policy(practice.world, refusal="ORG_LOCKED", app_refusal="inactive user")
    services.policy(practice.world, refusal="", app_refusal="")

    for way_in in (by_password, by_client_credentials, by_private_key):
        with opened(way_in(practice)) as door:
            assert isinstance(door, Door)
