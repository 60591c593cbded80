"""The way to find a run's addresses: the cheaper one for each sObject."""

from hypothesis import given
from hypothesis import strategies as st

from lib.salesforce import costs, everyone, matching
from lib.salesforce.costs import Asked
from lib.sync.estimator import ALL_RECORDS, MIXED, QUERIES, asked_of, choose

BOTH = ("Contact", "Lead")
AN_ADDRESS = 34  # characters


def asked(addresses):
    return Asked(addresses, addresses * AN_ADDRESS)


def test_a_few_addresses_are_asked_for_whatever_the_org_has():
    choice = choose(asked(5_000), {}, BOTH)

    assert (choice.whole, choice.name(2), choice.why) == (frozenset(), QUERIES, "")


def test_many_addresses_in_a_smaller_org_are_found_by_reading_everyone():
    choice = choose(asked(500_000), {"Contact": 300_000, "Lead": 200_000}, BOTH)

    assert (choice.whole, choice.name(2)) == (frozenset(BOTH), ALL_RECORDS)
    assert choice.why == "With an address: 300,000 records in Contact and 200,000 records in Lead."


def test_each_sobject_is_found_in_its_own_way():
    choice = choose(asked(200_000), {"Contact": 20_000_000, "Lead": 1_000}, BOTH)

    assert (choice.whole, choice.name(2)) == (frozenset({"Lead"}), MIXED)
    assert [way.name for way in choice.ways] == [QUERIES, ALL_RECORDS, MIXED, "memory"]


def test_an_org_that_did_not_count_is_asked_by_queries():
    choice = choose(asked(500_000), {}, BOTH)

    assert choice.name(2) == QUERIES
    assert choice.why == "Salesforce didn't count its records."


@given(st.integers(0, 10**6), st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_choice_never_weighs_more_than_queries_for_everything(addresses, contacts, leads):
    counts = {"Contact": contacts, "Lead": leads}
    choice = choose(asked(addresses), counts, BOTH)

    for name in choice.whole:
        assert everyone.cost([counts[name]]).weight < costs.queries(asked(addresses), 1).weight


@given(st.lists(st.integers(6, 80), max_size=4_000))
def test_the_estimate_counts_the_queries_as_they_are_packed(lengths):
    spellings = [f"{number}@".rjust(length, "a") for number, length in enumerate(lengths)]
    wanted = {each: (each,) for each in spellings}

    estimated, made = asked_of(wanted).queries, len(list(matching.packed(spellings)))

    assert made <= estimated + 1
    assert estimated <= max(1, made)


def test_records_that_fit_into_calls_are_never_more_than_their_cost():
    for calls in range(6):
        fits = costs.most_records(calls, 1_000)
        assert costs.collections(fits).calls <= calls
        assert fits == 1_000 or costs.collections(fits + 1).calls > calls
