"""A connection is for one org, until a person says which other one is meant (rules.md, 7)."""

import pytest
from cryptography.fernet import Fernet

from lib.errors import WrongOrg
from lib.settings import FROM_VARIABLES, SalesforceLogin
from lib.store import connections
from lib.store.vault import Vault
from lib.sync import org_check, pause
from lib.values import Org

FIRST = Org("00D000000000001EAA", "Acme", "production", "ana@example.org")
SECOND = Org("00D000000000002EAA", "Acme copy", "sandbox", "ana@example.org.copy")
KEY = Fernet.generate_key().decode()
LOGIN = SalesforceLogin("http://127.0.0.1:9", "ana@example.org", "secret", "token")
OTHER = SalesforceLogin("http://127.0.0.1:9", "ben@example.org", "secret", "token")


@pytest.fixture
def vault(home):
    """A vault with its own key."""
    return Vault(home, KEY)


@pytest.fixture
def known(store, vault):
    """What is known of a connection that has led to the first org."""

    def state(name, org=FIRST):
        mark = pause.fingerprints(vault, LOGIN)[0]
        connections.remember_org(store, name, org, "https://acme.example", mark)
        return connections.state(store, name)

    return state


@pytest.mark.parametrize(
    ("name", "login", "is_other"),
    [
        ("default", LOGIN, True),
        ("default", OTHER, True),
        (FROM_VARIABLES, LOGIN, True),
        (FROM_VARIABLES, OTHER, False),
    ],
)
def test_rule_7_only_new_variables_may_lead_to_another_org(known, vault, name, login, is_other):
    marks = pause.fingerprints(vault, login)

    assert org_check.is_other(name, known(name), SECOND.org_id, marks) is is_other
    assert not org_check.is_other(name, known(name), FIRST.org_id, marks)


def test_a_connection_that_never_led_anywhere_may_lead_to_any_org():
    assert not org_check.is_other("default", None, FIRST.org_id, [])


def test_rule_7_another_org_is_refused_before_anything_is_stored(store, vault, org):
    connections.remember_org(store, "default", FIRST, "https://acme.example", "mark")

    with pytest.raises(WrongOrg, match=f"Until now, it was Acme \\({FIRST.org_id}\\)"):
        org_check.scope_in(store, vault, "default", org.door)
    with pytest.raises(WrongOrg):
        org_check.refuse_other_org(store, vault, "default", org.door)

    state = connections.state(store, "default")
    assert state.org.org_id == FIRST.org_id
    assert state.other.org.org_id[:15] == org.door.session.org_id[:15]


@pytest.mark.parametrize("same_variables", [True, False])
def test_rule_7_the_variables_lead_to_another_org_only_if_they_are_new(
    store, vault, org, same_variables
):
    login = org.door.login if same_variables else OTHER
    mark = pause.fingerprints(vault, login)[0]
    connections.remember_org(store, FROM_VARIABLES, FIRST, "https://acme.example", mark)

    if same_variables:
        with pytest.raises(WrongOrg):
            org_check.refuse_other_org(store, vault, FROM_VARIABLES, org.door)
        with pytest.raises(WrongOrg):
            org_check.scope_in(store, vault, FROM_VARIABLES, org.door)
    else:
        org_check.refuse_other_org(store, vault, FROM_VARIABLES, org.door)
        scope, found = org_check.scope_in(store, vault, FROM_VARIABLES, org.door)
        assert scope == f"{FROM_VARIABLES}/{found.org_id}"


def test_rule_7_the_same_org_is_not_asked_again(store, vault, org):
    scope, found = org_check.scope_in(store, vault, "default", org.door)
    before = org.door.calls

    org_check.refuse_other_org(store, vault, "default", org.door)

    assert scope == f"default/{found.org_id}"
    assert org.door.calls == before


def test_credentials_that_led_to_the_org_are_marked_with_the_newest_key(store, known, home):
    before = known("default").org_fingerprint
    newer = Vault(home, f"{Fernet.generate_key().decode()},{KEY}")

    org_check.mark_again(store, newer, "default", OTHER)
    org_check.mark_again(store, newer, "default", None)
    assert connections.state(store, "default").org_fingerprint == before
    org_check.mark_again(store, newer, "default", LOGIN)

    marked = connections.state(store, "default").org_fingerprint
    assert marked == pause.fingerprints(newer, LOGIN)[0] != before


def test_the_refusal_names_both_orgs_and_how_to_say_which_is_meant(known):
    stored = org_check.wrong_org("north", known("north"), SECOND)
    variables = org_check.wrong_org(FROM_VARIABLES, known(FROM_VARIABLES), FIRST)

    assert f"north now leads to Acme copy ({SECOND.org_id}, sandbox)" in stored.message
    assert "sync.py connect north" in stored.remedy
    assert "each time it's refreshed" in stored.remedy
    assert "sync.py connect NAME" in variables.remedy
    assert "refreshed" not in variables.remedy
    assert "it was another org" in org_check.wrong_org("north", None, SECOND).message


def test_rule_7_the_session_tells_that_it_is_the_same_org_as_before(store, vault, org):
    assert org_check.known_scope(store, "default", org.door) is None
    scope, found = org_check.scope_in(store, vault, "default", org.door)
    before = org.door.calls

    assert org_check.known_scope(store, "default", org.door) == scope
    assert org_check.known_scope(store, "another", org.door) is None
    assert org.door.calls == before
    assert org.door.session.username == found.username
    assert connections.state(store, "default").org.username == found.username

    connections.remember_org(store, "default", FIRST, "https://acme.example", "mark")
    assert org_check.known_scope(store, "default", org.door) is None
