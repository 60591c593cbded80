"""The guide to each way to sign in, and a key that Optback makes, on the Connection page."""

import pytest
import requests

from lib.services.connections import key_pairs
from lib.services.connections.stored import stored
from lib.store import connections
from tests.pages.conftest import text_of


@pytest.fixture
def choose(visit):
    """The page of a new connection with this way to sign in."""

    def show(flow):
        at = visit("connection", new="1")
        return at.radio(key="flow").set_value(flow).run()

    return show


@pytest.fixture
def upload(practice):
    """An administrator uploads a certificate to the app."""

    def do(certificate):
        values = {"certificate": certificate}
        answer = requests.post(
            f"{practice.url}/practice/upload-certificate", json=values, timeout=9
        )
        assert answer.ok, answer.text

    return do


def codes(at):
    return [one.value for one in at.code]


@pytest.mark.parametrize(
    ("flow", "said", "to_paste"),
    [
        (
            "client_credentials",
            ["External Client App Manager > New External Client App", "Run As (Username)",
             "Setup > My Domain", "Enable Client Credentials Flow"],
            ["https://login.salesforce.com/services/oauth2/success",
             "Manage user data via APIs (api)"],
        ),
        (
            "jwt",
            ["Enable JWT Bearer Flow", "Admin approved users are pre-authorized", "App Policies"],
            ["Perform requests at any time (refresh_token, offline_access)",
             "https://test.salesforce.com"],
        ),
        (
            "password",
            ["retires SOAP login() with Summer '27", "Enable SOAP API login()",
             "Reset My Security Token", "Use Any API Auth"],
            ["https://login.salesforce.com", "https://test.salesforce.com"],
        ),
    ],
)  # fmt: skip
def test_each_way_to_sign_in_has_its_steps_and_texts_to_copy(choose, flow, said, to_paste):
    at = choose(flow)

    for words in said:
        assert words in text_of(at)
    assert all(f"`{text}`" in text_of(at) for text in to_paste)
    assert "1. " in text_of(at)


def test_the_recommended_way_comes_first(visit):
    at = visit("connection")

    assert at.radio(key="flow").value == "client_credentials"
    assert "Recommended" in at.radio(key="flow").proto.captions[0]


def fill_in(at, practice, prefix):
    names = practice.environment
    values = {
        "login_url": practice.url,
        "username": names["SALESFORCE_USERNAME"],
        "consumer_key": practice.world.app.consumer_key,
        "jangomail_username": names["JANGOMAIL_USERNAME"],
        "jangomail_password": names["JANGOMAIL_PASSWORD"],
        "jangomail_url": practice.url,
    }
    for name, value in values.items():
        at.text_input(key=f"{prefix}_{name}").set_value(value)
    return at


def test_a_key_is_made_its_certificate_uploaded_and_the_connection_saved(
    choose, upload, practice, log
):
    at = choose("jwt").button(key="make_key").click().run()
    keys = key_pairs.keys_of(log, key_pairs.DRAFT)
    assert keys.waiting.pem.strip() in codes(at)
    assert "PRIVATE KEY" not in f"{text_of(at)}{codes(at)}"

    fill_in(at, practice, "new_jwt").button(key="test").click().run()
    assert "refused the signed key" in text_of(at)  # Salesforce doesn't have the certificate yet
    assert "Upload the certificate again" in text_of(at)
    upload(keys.waiting.pem)
    at.button(key="test").click().run()
    assert "refused" not in text_of(at)
    at.button(key="save").click().run()

    assert connections.names(log.store) == ["default"]
    key = stored(log, "default").salesforce.private_key
    assert key_pairs.keys_of(log, "default", key).in_use == keys.waiting


def test_a_new_key_is_made_only_after_confirmation_and_not_used_before_saving(
    visit, choose, upload, practice, log
):
    at = choose("jwt").button(key="make_key").click().run()
    upload(key_pairs.keys_of(log, key_pairs.DRAFT).waiting.pem)
    fill_in(at, practice, "new_jwt").button(key="save").click().run()
    first = stored(log, "default").salesforce.private_key

    at = visit("connection", connection="default", edit="1")
    assert not [one for one in at.button if one.key == "make_key"]
    at.button(key="confirm_new_key").click().run()
    assert "Until you save, the connection goes on with the key it has." in text_of(at)
    assert stored(log, "default").salesforce.private_key == first
    at.button(key="discard_key").click().run()

    assert key_pairs.keys_of(log, "default", first).waiting is None
    assert "In use." in text_of(at)


def test_without_any_key_the_remedy_says_to_make_one(choose, practice):
    at = fill_in(choose("jwt"), practice, "new_jwt")

    at.button(key="test").click().run()

    assert "Private key is missing" in at.error[0].value
    assert "Let Optback make a key" in at.error[0].value
