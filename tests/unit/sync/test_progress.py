"""What a run shows and notes while it works: how far each step is, its calls, and its choices."""

import pytest

from lib.salesforce import costs
from lib.store import operations
from tests.unit.sync.examples import ANNA, BEN, CLARA


def test_a_run_shows_how_far_each_of_its_steps_is(office, org, shown):
    org.contact(ANNA), org.lead(BEN)

    office.run(ANNA, BEN, CLARA)

    assert shown() == [
        ("signing in", 0, 0),
        ("reading", 0, 0),
        ("reading", 1, 0),
        ("reading", 2, 0),
        ("reading", 3, 0),
        ("matching", 0, 3),
        ("matching", 1, 3),
        ("matching", 2, 3),
        ("planning", 2, 2),
        ("writing", 2, 2),
    ]


def test_a_run_of_thousands_shows_how_far_it_is_with_every_piece(office, org, shown, many):
    records = [org.contact(ANNA), org.lead(BEN)]

    result = office.run(ANNA, BEN, CLARA)

    assert (result.updated, result.unmatched, result.addresses) == (2, 1, 3)
    assert all(office.is_out(record) for record in records)
    assert shown() == [
        ("signing in", 0, 0),
        ("reading", 0, 0),
        ("reading", 1, 0),
        ("reading", 2, 0),
        ("reading", 3, 0),
        ("storing", 1, 3),
        ("storing", 2, 3),
        ("matching", 0, 3),
        ("matching", 1, 3),
        ("matching", 2, 3),
        ("planning", 1, 2),
        ("planning", 2, 2),
        ("logging", 1, 2),
        ("writing", 2, 2),
        ("settling", 1, 3),
        ("settling", 2, 3),
    ]


def test_a_run_shows_how_far_it_is_with_reading_everyone_and_with_bulk_jobs(
    office, org, shown, in_bulk
):
    for number in range(3):
        org.contact(f"p{number}@example.org")

    office.run("p0@example.org", "p1@example.org", "p2@example.org")

    progress = shown()
    assert [row for row in progress if row[0] == "comparing"] == [
        ("comparing", 1, 3),
        ("comparing", 2, 3),
        ("comparing", 3, 3),
    ]
    assert [row for row in progress if row[0] in ("sending", "writing")][:1] == [("sending", 3, 3)]
    assert progress[-1] == ("writing", 3, 3)


@pytest.mark.parametrize("sizes", ["few", "many"], indirect=True)
def test_a_run_with_bulk_jobs_uses_the_jobs_that_it_made_early(office, org, in_bulk, sizes):
    records = [org.contact(f"p{number}@example.org") for number in range(3)]
    records.append(org.lead("p0@example.org"))

    result = office.run(*(record.address for record in records))

    assert (result.updated, result.pending) == (4, 0)
    assert all(office.is_out(record) for record in records)
    assert [job.state for job in org.world.jobs.ingests.of(None)] == ["JobComplete"] * 2
    (writing,) = [
        step for step in operations.of_run(office.store, result.run_id) if step.step == "writing"
    ]
    assert (writing.way, writing.records) == ("bulk_jobs", 4)
    assert [each.name for each in writing.ways] == ["collections", "bulk_jobs"]


def test_a_run_of_thousands_fills_each_bulk_job_and_keeps_accounts_together(
    office, org, in_bulk, many, monkeypatch
):
    monkeypatch.setattr(costs, "INGEST_MOST_ROWS", 2)
    records = [org.contact(f"p{number}@example.org") for number in range(5)]
    records.append(org.lead("p0@example.org"))

    result = office.run(*(record.address for record in records))

    assert (result.updated, result.pending) == (6, 0)
    assert all(office.is_out(record) for record in records)
    assert [job.state for job in org.world.jobs.ingests.of(None)] == ["JobComplete"] * 4
