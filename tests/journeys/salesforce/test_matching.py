"""Our queries at the practice org: every record with an address is found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lib import soql
from lib.addresses import compared, spellings
from lib.errors import ApiLimitReached, CredentialsRefused
from lib.practice.acts import administration, services
from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world
from lib.salesforce import matching, query
from lib.salesforce.access import access
from lib.salesforce.door import Door
from lib.salesforce.records import look_up
from lib.settings import credentials_from


@pytest.fixture
def door(practice: Practice) -> Iterator[Door]:
    """A door to the practice org that never waits."""
    login = credentials_from(practice.environment).salesforce
    with Door.open(login, sleep=lambda _: None) as door:
        yield door


def _truth(practice: Practice) -> dict[str, str]:
    """Every record with an address, by its ID, as stored in the org."""
    tables = practice.world.org.tables
    return {
        row["Id"]: compared(row["Email"])
        for sobject in ("Contact", "Lead")
        for row in tables.rows(sobject).values()
        if row.get("Email")
    }


def test_every_record_of_every_address_is_found(practice: Practice, door: Door) -> None:
    truth = _truth(practice)
    wanted = {address: spellings(address) for address in truth.values()}

    found = list(matching.find(door, wanted, access(door)))

    assert {record.record_id: record.address for record in found} == truth
    assert len(found) == len(truth)


def test_other_addresses_do_not_come_back(practice: Practice, door: Door) -> None:
    address = "family@home.test"

    found = list(matching.find(door, {address: spellings(address)}, access(door)))

    assert sorted(record.sobject for record in found) == ["Contact", "Contact", "Lead", "Lead"]
    assert {record.address for record in found} == {address}


def test_a_record_says_whether_it_is_converted_and_when_it_changed(
    practice: Practice, door: Door
) -> None:
    lead = next(
        row for row in practice.world.org.tables.rows("Lead").values() if row["IsConverted"]
    )
    address = compared(lead["Email"])

    found = matching.find(door, {address: spellings(address)}, access(door))

    record = next(record for record in found if record.record_id == lead["Id"])
    assert record.is_converted
    looked_up = look_up(door, "Lead", [lead["Id"]])[lead["Id"]]
    assert replace(looked_up, created_at=record.created_at) == record


def test_whole_domains_are_found(practice: Practice, door: Door) -> None:
    truth = {key for key, address in _truth(practice).items() if address.endswith("@home.test")}

    found = list(matching.find_by_domain(door, ["home.test"], access(door)))

    assert {record.record_id for record in found} == truth


def test_pages_are_followed_and_long_lists_packed() -> None:
    with running(new_world(Size(contacts=4_500, leads=10, unsubscribes=5))) as practice:
        login = credentials_from(practice.environment).salesforce
        with Door.open(login) as door:
            everyone = soql.select(["Id"], "Contact")

            found = [row["Id"] for _, row in query.records(door, [everyone])]

            assert len(found) == len(set(found)) == 4_500
            assert door.calls == 3
            truth = _truth(practice)
            wanted = {address: spellings(address) for address in truth.values()}
            records = {record.record_id for record in matching.find(door, wanted, access(door))}
            assert records == set(truth)


def test_a_session_that_ends_during_a_run_is_renewed_once_for_four_threads(
    practice: Practice, door: Door
) -> None:
    before = door.session.token
    services.expire_sessions(practice.world)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: query.count(door, [soql.count("Lead")]), range(4)))

    assert len({answer[0] for answer in answers}) == 1
    assert door.session.token != before
    assert practice.world.sessions.expire_all() == 1


def test_a_password_changed_during_a_run_pauses(practice: Practice, door: Door) -> None:
    services.change_password(practice.world)
    services.expire_sessions(practice.world)

    with pytest.raises(CredentialsRefused):
        query.count(door, [soql.count("Lead")])


def test_used_up_calls_are_reported(practice: Practice, door: Door) -> None:
    administration.api_limit(practice.world, used=1000, maximum=1000)

    with pytest.raises(ApiLimitReached):
        query.count(door, [soql.count("Lead")])


@pytest.mark.parametrize("kind", ["status", "reset", "reset_after", "cut_off"])
def test_reading_continues_after_a_passing_failure(
    practice: Practice, door: Door, kind: str
) -> None:
    services.fault(practice.world, kind, times=2)

    assert query.count(door, [soql.count("Lead")])[0] > 0


def test_our_count_of_calls_matches_the_orgs(practice: Practice, door: Door) -> None:
    access(door)
    query.count(door, [soql.count("Lead")])

    assert door.usage is not None
    assert door.calls == door.usage[0] == 2
