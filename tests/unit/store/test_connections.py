"""Stored connections: secrets aren't readable; what else the log knows about a connection."""

import pytest
from cryptography.fernet import Fernet

from lib.errors import SecretsUnreadable
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store import (
    connections,
    freshness,
    hand_overs,
    ledger,
    lists,
    memory,
    pull_rows,
    pulls,
    runs,
)
from lib.store.db import Store
from lib.store.pull_rows import PullRow
from lib.store.pulls import PullNumbers
from lib.store.vault import Vault
from lib.values import Check, Org, Reading, Sighting

ORG = Org("00D000000000001EAA", "Sample Ltd", "sandbox", "sync@example.org", "de_DE")
SECRETS = ("pass-word", "to-ken", "con-secret", "PRIVATE KEY of ours", "jango-pass")
CREDENTIALS = Credentials(
    SalesforceLogin(
        "https://sample.my.salesforce.com",
        "sync@example.org",
        SECRETS[0],
        SECRETS[1],
        "consumer-key",
        SECRETS[2],
        SECRETS[3],
    ),
    JangoMailLogin("https://api.example.org", "jango", SECRETS[4], -5.5),
)


@pytest.fixture
def vault(home) -> Vault:
    """A vault with its own key, as if from the environment."""
    return Vault(home, Fernet.generate_key().decode())


def test_credentials_come_back_as_they_were_stored(store, vault):
    connections.save(store, vault, "default", CREDENTIALS)

    assert connections.load(store, vault, "default") == CREDENTIALS
    assert connections.load(store, vault, "other") is None


def test_invariant_5_no_secret_is_readable_in_the_files_of_the_log(home, store, vault):
    connections.save(store, vault, "default", CREDENTIALS)

    stored = b"".join(path.read_bytes() for path in home.iterdir())

    assert [secret for secret in SECRETS if secret.encode() in stored] == []


def test_settings_that_are_not_secret_are_readable_without_the_key(store, vault):
    connections.save(store, vault, "default", CREDENTIALS)

    assert connections.public(store, "default") == {
        "login_url": "https://sample.my.salesforce.com",
        "username": "sync@example.org",
        "consumer_key": "consumer-key",
        "jangomail_url": "https://api.example.org",
        "jangomail_username": "jango",
        "jangomail_utc_offset": -5.5,
        "opt_out_field": "",
    }
    assert connections.public(store, "other") == {}


def test_with_a_different_key_the_error_says_what_to_do_and_reveals_nothing(home, store, vault):
    connections.save(store, vault, "default", CREDENTIALS)

    with pytest.raises(SecretsUnreadable) as caught:
        connections.load(store, Vault(home, Fernet.generate_key().decode()), "default")

    assert "OPTBACK_KEY" in caught.value.remedy


def test_saving_again_replaces_the_credentials_and_forgetting_deletes_only_them(store, vault):
    connections.save(store, vault, "default", CREDENTIALS)
    changed = Credentials(SalesforceLogin(username="other@example.org"), JangoMailLogin())
    connections.save(store, vault, "default", changed)
    connections.remember_org(store, "default", ORG, "https://sample.my.salesforce.com")

    assert connections.load(store, vault, "default") == changed
    connections.forget(store, "default")

    assert connections.names(store) == []
    assert connections.all_names(store) == ["default"]


def test_connections_that_only_have_runs_are_named_too(store, vault):
    connections.save(store, vault, "beta", CREDENTIALS)
    runs.start(
        store, connection="environment", started_by="cron", dry_run=False, source="jangomail"
    )

    assert connections.names(store) == ["beta"]
    assert connections.all_names(store) == ["beta", "environment"]


def test_the_scope_of_a_connection_contains_its_org(store):
    scope = connections.remember_org(store, "default", ORG, "https://sample.my.salesforce.com")

    known = connections.state(store, "default")
    assert scope == "default/00D000000000001EAA"
    assert known is not None
    assert (known.scope, known.org, known.paused_at) == (scope, ORG, None)
    assert connections.state(store, "other") is None


def test_rule_7_only_the_credentials_that_were_refused_are_paused(store, vault, clock):
    refused, changed = vault.fingerprint("old"), vault.fingerprint("new")

    connections.pause(
        store,
        "default",
        fingerprint=refused,
        code="credentials_refused",
        message="Salesforce refused the password",
        remedy="Enter the new one.",
    )

    paused = connections.is_paused(store, "default", [refused])
    assert paused is not None
    assert (paused.paused_at, paused.paused_remedy) == (clock.now, "Enter the new one.")
    assert connections.is_paused(store, "default", [changed]) is None
    connections.unpause(store, "default")
    assert connections.is_paused(store, "default", [refused]) is None


def test_the_checks_of_the_last_test_are_kept(store, clock):
    checks = [Check("sign-in", True, "as sync@example.org"), Check("edit", False, "no", "Ask.")]

    connections.keep_checks(store, "default", checks)

    known = connections.state(store, "default")
    assert known is not None
    assert (known.checks, known.checked_at, known.org) == (checks, clock.now, None)


def lived_in(store: Store, vault: Vault, name: str) -> str:
    """A connection with a run, an event and a memory. Returns its scope."""
    connections.save(store, vault, name, CREDENTIALS)
    scope = connections.remember_org(store, name, ORG, "https://sample.my.salesforce.com")
    run_id = runs.start(
        store, connection=name, started_by="cron", dry_run=False, source="jangomail"
    )
    runs.set_scope(store, run_id, scope, ORG)
    reading = Reading("report", None, store.now(), iter([Sighting("ada@example.org")]))
    ledger.take(store, scope, reading, source="jangomail:x", run_id=run_id)
    memory.seen_opted_out(store, scope, run_id, [("Contact", "003", "ada@example.org")])
    return scope


def test_forgetting_everything_leaves_other_connections_alone(store, vault):
    practice = lived_in(store, vault, "practice")
    other = lived_in(store, vault, "practice/2")

    connections.forget_everything(store, "practice")

    assert connections.all_names(store) == ["practice/2"]
    assert (ledger.pending(store, practice), ledger.pending(store, other)) == (
        [],
        ["ada@example.org"],
    )
    assert memory.recall(store, practice, ["003"]) == {}
    assert memory.recall(store, other, ["003"]) != {}
    assert ledger.watermark(store, practice, "jangomail:x") is None
    assert ledger.watermark(store, other, "jangomail:x") is not None


def test_forgetting_everything_deletes_lists_pulls_and_their_files(store, home):
    kept = {name: listed(store, name) for name in ("practice", "other")}

    connections.forget_everything(store, "practice")

    for name, pull in kept.items():
        is_left = name == "other"
        assert bool(lists.of_connection(store, name)) is is_left
        assert (pulls.get(store, pull) is not None) is is_left
        assert bool(hand_overs.of_connection(store, name)) is is_left
        assert (home / "lists" / f"{pull}.csv").exists() is is_left


def listed(store, name):
    """A saved list of a connection that was pulled, is out of date, and was sent. The pull's id."""
    soql = "SELECT Email FROM Contact"
    list_id = lists.save(store, name, "Spring", soql, options={}, by="Ann")
    pull = pulls.start(
        store, connection=name, soql=soql, options={}, pulled_by="Ann", list_id=list_id
    )
    pull_rows.add(store, pull, [PullRow(1, "Contact", "003A", "ann@x.org", "ann@x.org")])
    pulls.finish(store, pull, PullNumbers(fetched=1, rows=1), file=f"{pull}.csv")
    freshness.note_opted_out(store, pull, [("003A", "ann@x.org")])
    freshness.note_checked(store, pull, None)
    hand_overs.start(
        store, connection=name, pull_id=pull, group_name="Spring", columns=[], by="Ann"
    )
    folder = store.home / "lists"
    folder.mkdir(exist_ok=True)
    (folder / f"{pull}.csv").write_text("Email\nann@x.org\n")
    return pull
