"""The made-up people: they include all edge cases, and nobody is real."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from lib.addresses import compared
from lib.practice.crowd.edge_cases import EDGE_CASES
from lib.practice.org import PracticeOrg
from lib.practice.people import mailable
from lib.practice.rows import Row, stamp

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNREAL = ("example.org", "example.com", "example.net", ".example", ".test", ".invalid")


def settled(
    *, seed: int = 1, contacts: int = 300, leads: int = 150, unsubscribes: int = 60
) -> PracticeOrg:
    """A practice org of this size at noon of 2 March 2026."""
    return PracticeOrg(
        clock=lambda: NOON, seed=seed, contacts=contacts, leads=leads, unsubscribes=unsubscribes
    )


def bearers(org: PracticeOrg) -> list[Row]:
    """All Contacts and Leads."""
    return [*org.tables.rows("Contact").values(), *org.tables.rows("Lead").values()]


def test_sizes_are_as_requested():
    org = settled()

    assert len(org.tables.rows("Contact")) == 300
    assert len(org.tables.rows("Lead")) == 150
    assert len(org.unsubscribes) == 60


@pytest.mark.parametrize(("contacts", "leads", "unsubscribes"), [(0, 0, 0), (1, 0, 1), (0, 3, 40)])
def test_small_orgs_work_too(contacts: int, leads: int, unsubscribes: int):
    org = settled(contacts=contacts, leads=leads, unsubscribes=unsubscribes)

    assert len(bearers(org)) == contacts + leads
    assert len(org.unsubscribes) == unsubscribes


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    first, same, other = settled(), settled(), settled(seed=2)

    assert bearers(first) == bearers(same)
    assert first.unsubscribes == same.unsubscribes
    assert first.id == same.id != other.id
    assert bearers(first) != bearers(other)


def test_every_edge_case_is_in_the_records_and_on_the_list():
    org = settled()
    held = Counter(
        (row["LastName"], row.get("Email"), row["HasOptedOutOfEmail"]) for row in bearers(org)
    )
    listed = {entry.address for entry in org.unsubscribes}

    for case in EDGE_CASES:
        assert listed.issuperset(case.unsubscribed), case.name
        for record in case.records:
            assert held[record.last, record.email, record.opted_out], case.name


def test_the_crowd_has_people_without_address_opted_out_people_and_converted_leads():
    org = settled()

    assert any(not row.get("Email") for row in bearers(org))
    assert sum(row["HasOptedOutOfEmail"] for row in bearers(org)) > 3
    converted = [row for row in org.tables.rows("Lead").values() if row["IsConverted"]]
    assert len(converted) > 3
    assert all(row["ConvertedContactId"] in org.tables.rows("Contact") for row in converted)


def test_most_unsubscribed_addresses_belong_to_people_who_can_be_emailed():
    org = settled()
    reached = {compared(row["Email"]) for row in mailable(bearers(org))}

    matched = sum(compared(entry.address) in reached for entry in org.unsubscribes)

    assert matched > 50


def test_some_people_share_an_address_in_another_spelling():
    spelled = Counter(row["Email"] for row in bearers(settled()) if row.get("Email"))
    meant = Counter(spelling.strip().lower() for spelling in spelled)

    assert sum(number > 1 for number in meant.values()) > 2
    assert sum(number > 1 for number in spelled.values()) > 2


def test_only_one_edge_case_is_listed_twice():
    listed = Counter(compared(entry.address) for entry in settled(unsubscribes=200).unsubscribes)

    assert [address for address, number in listed.items() if number > 1] == [
        "tom.twice@example.org"
    ]


def test_everything_is_in_the_past_and_unsubscribes_are_in_order():
    org = settled()
    asked = [entry.asked for entry in org.unsubscribes]

    assert asked == sorted(asked)
    assert NOON - timedelta(days=31) < asked[0]
    assert asked[-1] < NOON
    assert all(row["SystemModstamp"] < stamp(asked[0]) for row in bearers(org))


def test_no_address_can_be_real():
    org = settled(contacts=1000, leads=500, unsubscribes=300)
    addresses = [row["Email"].strip() for row in bearers(org) if row.get("Email")]
    addresses += [entry.address.strip() for entry in org.unsubscribes]

    assert [address for address in addresses if not address.lower().endswith(UNREAL)] == []
    assert all(row["Email"].endswith(UNREAL) for row in org.tables.rows("User").values())
