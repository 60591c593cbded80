"""Which way of writing is cheaper, by the calls and seconds of each."""

from lib.salesforce import costs


def test_few_records_are_not_worth_a_job():
    assert costs.in_bulk({}) == frozenset()
    assert costs.in_bulk({"Contact": 100, "Lead": 40}) == frozenset()


def test_many_records_are_written_in_jobs():
    assert costs.in_bulk({"Contact": 50_000, "Lead": 20_000}) == {"Contact", "Lead"}


def test_the_few_leads_beside_many_contacts_are_written_while_the_job_is_at_work():
    assert costs.in_bulk({"Contact": 50_000, "Lead": 400}) == {"Contact"}


def test_writing_costs_the_calls_of_both_ways_and_the_seconds_of_the_longer_one():
    cost = costs.written({"Contact": 50_000, "Lead": 400}, ["Contact"])

    job, rest = costs.ingested(50_000), costs.collections(400)
    assert (cost.calls, cost.seconds) == (job.calls + rest.calls, job.seconds)
