"""The way to find a run's addresses: the cheaper one for each sObject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import RequestRefused
from lib.salesforce import bulk_query, costs, everyone, matching
from lib.salesforce.access import access
from lib.salesforce.costs import Asked
from lib.sync import estimator
from lib.sync.estimator import ALL_RECORDS, MIXED, QUERIES, asked_of, choose
from lib.sync.operations import Doing
from tests.unit.sync.examples import ANNA, BEN

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


WANTED = {ANNA: (ANNA,), BEN: (BEN,)}


@pytest.fixture
def found(signed, org):
    """Finds the records of two addresses, and says in which way; one more record is no one's."""
    made = [org.contact(ANNA), org.lead(f" {ANNA.upper()}"), org.lead(BEN, opted_out=True)]
    org.contact("other@example.org")

    def look():
        doing = Doing()
        records = estimator.find(signed, WANTED, access(org.door), doing)
        assert doing.records == len(records)
        return doing, sorted(records) == sorted(record.record_id for record in made)

    return look


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch):
    """So many addresses that the choice depends on the size of the org."""
    monkeypatch.setattr(estimator, "is_small", lambda _: False)
    monkeypatch.setattr(bulk_query, "FIRST_LOOK_S", 0.01)


@pytest.mark.parametrize(
    ("cheap", "name"),
    [((), QUERIES), (("Contact",), MIXED), (("Lead",), MIXED), (BOTH, ALL_RECORDS)],
)
def test_every_way_finds_the_same_records(found, large, monkeypatch, cheap, name):
    sizes = {2: "Contact" in cheap, 3: "Lead" in cheap}
    monkeypatch.setattr(everyone, "count_with_address", lambda *_: [2, 3])
    monkeypatch.setattr(
        everyone, "cost", lambda counts: costs.NOTHING if sizes[counts[0]] else costs.bulk(10**9)
    )

    doing, is_right = found()

    assert is_right
    assert doing.way == name
    assert doing.counts == {"Contact": 2, "Lead": 3}
    assert "2 records in Contact" in doing.why


def test_if_salesforce_refuses_to_read_all_records_queries_find_them(
    found, large, org, monkeypatch
):
    monkeypatch.setattr(everyone, "cost", lambda _: costs.NOTHING)
    monkeypatch.setattr(estimator.everyone, "with_address", refused)

    doing, is_right = found()

    assert is_right
    assert (doing.way, doing.why) == (
        QUERIES,
        "Salesforce refused to read all records, so queries were used.",
    )
    assert doing.counts == {"Contact": 2, "Lead": 2}
    assert [way.name for way in doing.ways] == [QUERIES, ALL_RECORDS, "memory"]


def test_an_org_that_refuses_to_count_is_asked_by_queries(found, large, monkeypatch):
    monkeypatch.setattr(everyone, "count_with_address", refused)

    doing, is_right = found()

    assert is_right
    assert (doing.way, doing.why) == (QUERIES, "Salesforce didn't count its records.")


def refused(*_, **__):
    raise RequestRefused("too large", remedy="Wait.")


def test_a_few_addresses_are_found_without_counting(found, monkeypatch):
    monkeypatch.setattr(everyone, "count_with_address", None)

    doing, is_right = found()

    assert is_right
    assert (doing.way, doing.counts) == (QUERIES, {})


def test_without_addresses_nothing_is_asked(signed, org):
    rights = access(org.door)
    before = org.door.calls

    assert estimator.find(signed, {}, rights, Doing()) == {}
    assert org.door.calls == before


def test_the_estimate_counts_every_spelling_with_its_quotes_and_comma():
    assert asked_of(["i@x.example", "e@x.example"]) == Asked(2, 2 * (11 + 4))
    assert asked_of(["i@x.example"], turkic=True).spellings > 1
