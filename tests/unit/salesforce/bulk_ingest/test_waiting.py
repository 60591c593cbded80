"""When a job is looked at: as late as the estimate allows, and then as its progress says."""

from types import SimpleNamespace

import pytest

from lib.salesforce import costs
from lib.salesforce.bulk_ingest import waiting
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.bulk_ingest.waiting import (
    FIRST_PAUSE_S,
    LONGEST_SILENCE_S,
    Watch,
    until_over,
)
from tests.unit.salesforce.bulk_ingest.test_jobs import JOB, ONE, shown

ROWS = 10_000
OTHER = "7508d00000Ihhl6AAB"


def go_on() -> None:
    """No one stops."""


def ended(door, check=go_on, **options):
    return list(until_over(door, [Watch.started(JOB, ROWS)], check, **options))


def test_a_job_that_takes_as_long_as_estimated_is_looked_at_once(wire, door, slept):
    wire.on("GET", ONE, shown("JobComplete", ROWS))

    [(_, job)] = ended(door)

    assert job is not None
    assert job.is_complete
    assert sum(slept) == pytest.approx(costs.ingest_s(ROWS), abs=0.3)
    assert len(wire.heard(ONE)) == 1


def test_a_job_that_is_half_done_is_looked_at_again_when_it_should_be_done(wire, door, slept):
    wire.on("GET", ONE, shown("InProgress", ROWS // 2), shown("JobComplete", ROWS))

    ended(door)

    assert sum(slept) == pytest.approx(
        costs.ingest_s(ROWS) + ROWS / costs.INGEST_ROWS_A_SECOND, rel=0.1
    )
    assert len(wire.heard(ONE)) == 2


def test_pauses_grow_while_a_job_waits_in_line(wire, door, slept):
    wire.on("GET", ONE, *[shown("UploadComplete")] * 20, shown("JobComplete", ROWS))

    ended(door)

    assert len(wire.heard(ONE)) == 21
    assert 60 < sum(slept) < 400


def test_a_stop_is_heard_within_a_second(wire, door, slept):
    wire.on("GET", ONE, shown("InProgress"))

    def stop():
        if sum(slept) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ended(door, stop)

    assert sum(slept) <= 3
    assert max(slept) <= 1


def test_a_job_that_stands_still_for_too_long_is_aborted(wire, door, slept):
    wire.on("GET", ONE, shown("InProgress", 5))
    wire.on("PATCH", ONE, shown("Aborted", 5))

    [(_, job)] = ended(door)

    assert job is not None
    assert job.state == "Aborted"
    assert LONGEST_SILENCE_S < sum(slept) < LONGEST_SILENCE_S + 60
    assert len(wire.heard(ONE)) < 120

    slept.clear()
    [(_, job)] = ended(door, silence_s=60.0)

    assert job is not None
    assert 60 < sum(slept) < 120


def test_a_job_that_moves_is_waited_for(wire, door, slept):
    moving = [shown("InProgress", number) for number in range(1, 60)]
    wire.on("GET", ONE, *moving, shown("JobComplete", ROWS))

    [(_, job)] = ended(door, silence_s=30.0)

    assert job is not None
    assert job.is_complete


def test_a_job_that_was_never_started_is_aborted_at_once(wire, door):
    wire.on("GET", ONE, shown("Open"))
    wire.on("PATCH", ONE, shown("Aborted"))

    [(_, job)] = ended(door)

    assert job is not None
    assert job.state == "Aborted"


def test_a_job_that_is_gone_is_over(door):
    [(_, job)] = ended(door)

    assert job is None


def test_a_job_of_an_earlier_run_is_looked_at_at_once(wire, door, slept):
    wire.on("GET", ONE, shown("JobComplete", ROWS))
    watch = Watch.found(JOB)

    [(seen, job)] = until_over(door, [watch], go_on)

    assert seen is watch
    assert job is not None
    assert job.is_complete
    assert slept == []


def test_a_job_that_has_gone_through_all_rows_is_looked_at_with_growing_pauses():
    watch = Watch.found(JOB)
    pauses = []
    for waited_s in (10.0, 20.0, 30.0):
        watch.looked(IngestJob(JOB, "InProgress", processed=5), waited_s)
        pauses.append(watch.due_s - waited_s)
    started = Watch.started(JOB, 5)
    started.looked(IngestJob(JOB, "InProgress", processed=5), 10.0)
    one_left = Watch.started(JOB, 6)
    one_left.looked(IngestJob(JOB, "InProgress", processed=5), 103.0)

    assert pauses == [FIRST_PAUSE_S, FIRST_PAUSE_S * 1.5, FIRST_PAUSE_S * 1.5**2]
    assert started.due_s == 10.0 + FIRST_PAUSE_S
    assert one_left.due_s > 110.0


def test_a_job_that_is_faster_than_estimated_is_looked_at_soon():
    watch = Watch.started(JOB, 1_000)
    waited_s = costs.INGEST_BEGINS_S + 0.1

    watch.looked(IngestJob(JOB, "InProgress", processed=100), waited_s)

    assert watch.due_s == pytest.approx(waited_s + 0.9 + 0.1)
    watch.looked(IngestJob(JOB, "InProgress", processed=999), waited_s)
    assert watch.due_s == pytest.approx(waited_s + FIRST_PAUSE_S / 2)


def test_a_job_that_no_one_has_looked_at_is_taken_to_be_as_slow_as_another(wire, door, slept):
    wire.on("GET", ONE, shown("InProgress", 500), shown("JobComplete", 1_000))
    wire.on("GET", f"{OTHER}$", shown("JobComplete", ROWS))

    list(until_over(door, [Watch.started(JOB, 1_000), Watch.started(OTHER, ROWS)], go_on))

    rows_a_second = 500 / (costs.ingest_s(1_000) + 0.1 - costs.INGEST_BEGINS_S)
    assert len(wire.heard(f"{OTHER}$")) == 1
    assert sum(slept) == pytest.approx(costs.INGEST_BEGINS_S + ROWS / rows_a_second, abs=0.3)


def test_the_time_in_which_one_job_is_settled_is_not_waited_once_more(
    wire, door, slept, monkeypatch
):
    now = [0.0]
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: now[0]))
    wire.on("GET", ONE, shown("JobComplete", 1_000))
    wire.on("GET", f"{OTHER}$", shown("JobComplete", ROWS))
    jobs = [Watch(JOB, 1_000, 2.0, began=0.0), Watch(OTHER, ROWS, 30.0, began=0.0)]

    for _watch, _job in until_over(door, jobs, go_on):
        now[0] += 20.0

    assert sum(slept) == pytest.approx(30.0 - 20.0)


def test_the_rows_of_all_jobs_under_way_are_shown(wire, door):
    wire.on("GET", ONE, shown("InProgress", 300), shown("JobComplete", ROWS))
    wire.on("GET", f"{OTHER}$", shown("InProgress", 20), shown("JobComplete", ROWS))
    seen = []

    list(until_over(door, [Watch.found(JOB), Watch.found(OTHER)], go_on, seen.append))

    assert seen[:2] == [300, 320]
