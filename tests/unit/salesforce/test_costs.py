"""Which way of writing is cheaper, by the calls and seconds of each."""

import pytest

from lib.salesforce import costs
from lib.salesforce.costs import Writing

MANY = {"Contact": 50_000, "Lead": 20_000}


def test_few_records_are_not_worth_a_job():
    assert costs.writing({}) == Writing()
    assert costs.writing({"Contact": 100, "Lead": 40}) == Writing()


def test_many_records_are_written_in_jobs():
    assert costs.writing(MANY) == Writing(frozenset(MANY))


def test_the_few_leads_beside_many_contacts_are_written_while_the_job_is_at_work():
    assert costs.writing({"Contact": 50_000, "Lead": 400}) == Writing(frozenset({"Contact"}))


def test_writing_costs_the_calls_of_both_ways_and_the_seconds_of_the_longer_one():
    cost = Writing(frozenset({"Contact"})).cost({"Contact": 50_000, "Lead": 400})

    job, rest = costs.ingested(50_000), costs.collections(400)
    assert (cost.calls, cost.seconds) == (job.calls + rest.calls, job.seconds)


def test_rule_4_5_calls_are_full_if_they_would_pass_the_cap_otherwise():
    records = {"Contact": 3_000, "Lead": 2_000}

    spread, packed = costs.writing(records, 7), costs.writing(records, 6)

    assert (spread.packed, spread.cost(records).calls) == (False, 7)
    assert (packed.packed, packed.cost(records).calls) == (True, 5)


def test_rule_4_5_jobs_that_take_fewer_calls_are_chosen_near_the_cap():
    records = {"Contact": 13_000, "Lead": 500}

    near = costs.writing(records, 8)

    assert near == Writing(frozenset({"Contact"}), packed=True)
    assert near.cost(records).calls == 7


@pytest.mark.parametrize(
    ("calls", "fits"), [(0, 0), (1, 1_000), (11, 11_000), (12, 70_000), (13, 70_000)]
)
def test_rule_4_5_what_fits_is_a_thousand_a_call_or_all_of_it_in_jobs(calls, fits):
    assert costs.most_records(calls, MANY) == fits
    assert costs.most_records(calls, {"Contact": 700}) == min(700, fits)
