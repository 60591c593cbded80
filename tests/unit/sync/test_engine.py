"""How a run begins and ends, whatever happens in between."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from lib.store import runs
from lib.store.vault import Vault
from lib.sync import engine
from lib.values import RunStatus
from tests.unit.sync.examples import Scripted, request


@pytest.fixture
def sync(store, home, short_pauses):
    """A run that can't reach Salesforce."""
    vault = Vault(home, Fernet.generate_key().decode())
    return lambda: engine.sync_once(store, vault, request(Scripted(store, "since")))


@pytest.mark.parametrize(
    ("status", "minutes_ago", "expected"),
    [
        (RunStatus.STARTING, 4, RunStatus.STARTING),
        (RunStatus.STARTING, 6, RunStatus.FAILED),
        (RunStatus.RUNNING, 0, RunStatus.FAILED),
    ],
)
def test_invariant_6_a_run_that_is_still_starting_is_not_closed_as_dead_by_another(
    store, sync, clock, status, minutes_ago, expected
):
    other = runs.start(
        store,
        connection="default",
        started_by="page",
        dry_run=False,
        source="jangomail",
        status=status,
    )
    clock.go(**{"minutes": minutes_ago})

    sync()

    assert runs.get(store, other).status == expected


def test_a_dead_run_of_another_connection_is_left_to_it(store, sync, clock):
    other = runs.start(
        store,
        connection="second",
        started_by="cron",
        dry_run=False,
        source="jangomail",
        status=RunStatus.RUNNING,
    )
    clock.now += timedelta(hours=1)

    sync()

    assert runs.get(store, other).status == RunStatus.RUNNING
