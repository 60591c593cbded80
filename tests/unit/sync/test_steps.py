"""The steps of a run that is signed in, in their order."""

from datetime import timedelta

import pytest

from lib.store import ledger
from lib.sync import changed, steps


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
