"""Writes of many records at the practice org: five groups in a call, several calls at once.

A group has 10 records here instead of 200, so that few people are enough.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from lib.errors import ApiLimitReached
from lib.practice.acts import administration, services
from lib.salesforce import boxes
from lib.sync import call_size, collections, throttle
from lib.sync.logbook import Logbook
from lib.values import Change, Outcome
from tests.unit.sync.conftest import PracticeOrg

CPU = "T: System.LimitException: Apex CPU time limit exceeded"
COUNT = 90  # 4 calls of 3 groups

Written = Callable[[], Counter[Outcome]]


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MOST_IN_GROUP", 10)
    monkeypatch.setattr(call_size, "LARGEST", 10)


@pytest.fixture
def changes(org: PracticeOrg) -> list[Change]:
    """The changes of 60 Contacts and 30 Leads that aren't opted out."""
    people = [org.contact(f"person{number}@example.org") for number in range(60)]
    people += [org.lead(f"lead{number}@example.org") for number in range(30)]
    return [
        Change(
            record.sobject,
            record.record_id,
            record.address,
            Outcome.PENDING,
            modified_at=record.modified_at,
        )
        for record in people
    ]


@pytest.fixture
def written(org: PracticeOrg, changes: list[Change]) -> Written:
    """Opts everyone out, and counts the outcomes. What was sent is settled, or wasn't written."""
    outcomes: dict[str, Outcome] = {}
    sent: set[str] = set()

    def settled(answers):
        for answer in answers:
            assert answer.record_id not in outcomes
            outcomes[answer.record_id] = answer.outcome
            sent.discard(answer.record_id)

    def sending(batch):
        ids = {change.record_id for change in batch}
        assert len(ids) == len(batch)
        assert not ids & sent
        sent.update(ids)

    def not_sent(batch):
        sent.difference_update(change.record_id for change in batch)

    def write() -> Counter[Outcome]:
        collections.write(org.door, changes, Logbook(sending, settled, not_sent, lambda: False))
        assert not sent
        boxes = {each.record_id: _is_opted_out(org, each) for each in changes}
        assert boxes == {key: outcomes[key] is Outcome.UPDATED for key in boxes}
        return Counter(outcomes.values())

    return write


def _is_opted_out(org: PracticeOrg, change: Change) -> bool:
    row = org.world.org.tables.rows(change.sobject)[change.record_id]
    return bool(row["HasOptedOutOfEmail"])


def _strike(org: PracticeOrg, kind: str, **settings: object) -> None:
    services.fault(org.world, kind, **settings)


def test_many_records_take_few_calls_with_several_groups_each(org, written):
    before = org.door.calls

    assert written() == {Outcome.UPDATED: COUNT}

    assert org.door.calls - before == 4


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("collection", {"status": 503}),
        ("collection", {"status": 400, "code": "UNABLE_TO_LOCK_ROW", "message": "locked"}),
        ("collection", {"status": 500, "code": "UNKNOWN_EXCEPTION"}),
        ("collection", {"status": 400, "code": "BRAND_NEW", "message": "no"}),
        ("collection", {"status": 401}),
        ("status", {"status": 503, "call": "save", "at": 2}),
        ("status", {"status": 429, "call": "save", "at": 3}),
        ("status", {"status": 413, "call": "save"}),
        ("reset", {"call": "save", "at": 2}),
        ("reset_after", {"call": "save", "at": 2}),
        ("cut", {"call": "save", "at": 1}),
        ("garbled", {"call": "save", "at": 4, "share": 0}),
        ("expire_sessions", {"call": "save", "at": 2}),
        ("rows", {"code": "UNABLE_TO_LOCK_ROW", "message": "locked", "every": 2, "times": 5}),
    ],
)
def test_after_a_fault_that_passes_every_record_is_opted_out(org, written, kind, settings):
    _strike(org, kind, **settings)

    assert written() == {Outcome.UPDATED: COUNT}


def test_a_group_that_is_refused_whole_is_sent_again_and_no_other(org, written):
    _strike(org, "collection", status=503, at=2)
    before, slept = org.door.calls, []
    org.door.patience = replace(org.door.patience, sleep=slept.append, jitter=lambda: 1.0)

    assert written() == {Outcome.UPDATED: COUNT}

    assert org.door.calls - before == 5
    assert slept == [0.5]


def test_what_was_saved_before_the_answer_got_lost_is_looked_up_and_not_sent_again(org, written):
    _strike(org, "reset_after", call="save", at=2)

    assert written() == {Outcome.UPDATED: COUNT}

    assert org.world.faults.calls["save"] == 4
    assert org.world.faults.calls["look_up"] >= 1


def test_one_record_that_makes_its_group_fail_is_found_and_the_others_are_opted_out(
    org, changes, written
):
    _strike(
        org,
        "collection",
        status=400,
        code="BRAND_NEW",
        records=changes[17].record_id,
        times=None,
    )

    before = org.door.calls

    assert written() == {Outcome.UPDATED: COUNT - 1, Outcome.FAILED: 1}

    assert org.door.calls - before == 4 + 6  # its ten, twice five, three, two, and it alone


def test_a_call_that_failed_whole_makes_the_next_ones_smaller(org, written, monkeypatch):
    monkeypatch.setattr(throttle, "MOST", 1)
    monkeypatch.setattr(throttle, "Throttle", partial(throttle.Throttle, width=1))
    _strike(org, "status", status=400, code="BRAND_NEW", call="save")

    assert written() == {Outcome.UPDATED: COUNT}

    assert org.world.faults.calls["save"] == 1 + 3 + 7  # one failed, its three groups, the rest


def test_a_limit_for_large_groups_makes_groups_smaller(org, written):
    wrapper = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    _strike(org, "rows", code=wrapper, message=CPU, more_than=4, times=None)

    assert written() == {Outcome.UPDATED: COUNT}


def test_locked_records_are_tried_again_after_all_others(org, changes, written):
    locked = [change.record_id for change in changes[:3]]
    administration.lock_rows(org.world, locked, tries=2)
    before = org.door.calls

    assert written() == {Outcome.UPDATED: COUNT}

    assert org.door.calls - before == 6  # all, then the three of them twice


def test_a_lock_that_is_gone_at_the_last_try_fails_no_record(org, changes, written):
    tries = org.door.patience.tries - 1
    administration.lock_rows(org.world, [changes[0].record_id], tries=tries)

    assert written() == {Outcome.UPDATED: COUNT}


def test_a_lock_that_lasts_fails_only_the_locked_records(org, changes, written):
    administration.lock_rows(org.world, [changes[0].record_id], tries=50)

    assert written() == {Outcome.UPDATED: COUNT - 1, Outcome.FAILED: 1}


def test_when_the_orgs_calls_run_out_the_rest_stays_pending(org, written):
    message = "TotalRequests Limit exceeded."
    _strike(
        org,
        "status",
        status=403,
        code="REQUEST_LIMIT_EXCEEDED",
        message=message,
        call="save",
        at=2,
        times=None,
    )

    with pytest.raises(ApiLimitReached):
        written()


def test_an_undo_takes_the_same_way(org, changes):
    for change in changes:
        org.world.org.tables.rows(change.sobject)[change.record_id]["HasOptedOutOfEmail"] = True
    outcomes: list[Outcome] = []
    logbook = Logbook(
        sending=lambda _changes: None,
        settled=lambda answers: outcomes.extend(answer.outcome for answer in answers),
        not_sent=lambda _changes: None,
        stop=lambda: False,
    )
    before = org.door.calls

    collections.write(org.door, changes, logbook, to=False)

    assert outcomes == [Outcome.UPDATED] * COUNT
    assert not any(_is_opted_out(org, change) for change in changes)
    assert org.door.calls - before == 4


def test_groups_of_a_call_that_did_not_arrive_are_sent_again_each_in_a_call_of_its_own(
    org, written
):
    _strike(org, "reset", call="save", at=2)

    assert written() == {Outcome.UPDATED: COUNT}

    assert org.world.faults.calls["save"] == 4 + 3
