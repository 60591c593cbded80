"""The steps of a run that is signed in, in their order."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from lib.store import ledger
from lib.store.vault import Vault
from lib.sync import changed, steps
from lib.sync.early import EarlyReading
from lib.sync.findings import OpenRun
from lib.sync.request import RunHooks
from lib.sync.signed_in import sign_in
from tests.unit.sync.examples import Scripted, request


@pytest.fixture
def signed(store, run_id, home, org):
    """A run of JangoMail that is signed in to the practice org."""
    vault = Vault(home, Fernet.generate_key().decode())
    run = OpenRun(store, vault, request(Scripted(store, "report")), RunHooks(), run_id)
    return sign_in(run, org.door, lambda: None, EarlyReading(run))


@pytest.mark.parametrize("refused", [False, True])
def test_rule_3_2_the_mark_stays_if_the_look_for_cleared_boxes_was_incomplete(
    store, org, signed, clock, refused
):
    before = clock.now - timedelta(hours=1)
    ledger.mark(store, signed.scope, changed.STREAM, before)
    if refused:
        org.refuse_queries()
        org.refuse_bulk()

    steps.work(signed)

    marked = ledger.marked(store, signed.scope, changed.STREAM)
    assert (marked == before) if refused else (marked > before)
