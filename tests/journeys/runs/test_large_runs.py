"""Runs with many people keep them in temporary databases, and do everything in pieces."""

import pytest

from lib.salesforce import costs
from lib.store import changes, ledger
from lib.store.db import Store
from lib.sync import estimator
from tests.large_runs import take_the_ways_of_large_runs

ODD = "Zoë+News@MÜNCHEN.example"
WITHOUT_RECORD = [f"nobody{number}@example.org" for number in range(3)]


@pytest.fixture(params=["usual", "large", "in_bulk"])
def ways(request, monkeypatch):
    """A run as it is, one that takes the ways of a large run, and one that also uses Bulk 2.0."""
    if request.param != "usual":
        take_the_ways_of_large_runs(monkeypatch)
        monkeypatch.setattr(estimator, "_ASKED_AT_ONCE", 4)
    if request.param == "in_bulk":
        monkeypatch.setattr(estimator, "is_small", lambda _: False)
        monkeypatch.setattr(costs, "_BULK_BEGINS_S", -100.0)
        monkeypatch.setattr(costs, "INGEST_BEGINS_S", 0.0)
        monkeypatch.setattr(costs, "_INGEST_CALLS", 0)
        monkeypatch.setattr(costs, "INGEST_MOST_ROWS", 4)


@pytest.fixture
def people(house):
    """Nine people on the list with a record each, and two of them with two; one is opted out."""
    addresses = [*(f"person{number}@example.org" for number in range(8)), ODD]
    ids = [house.contact(address) for address in addresses]
    ids += [house.lead(addresses[0].upper()), house.lead(f" {ODD}")]
    house.act("tick-box", record=ids[1])
    house.contact("someone.else@example.org")
    house.unsubscribe(*addresses, *WITHOUT_RECORD)
    return ids


def numbers(result, *names):
    return tuple(result[name] for name in names)


def test_a_run_of_many_people_finds_and_writes_the_same(house, people, ways):
    code, shown = house.sync("run", "--dry-run")
    assert (code, shown["status"]) == (0, "dry_run")
    assert numbers(shown, "addresses", "records", "planned", "unmatched") == (12, 11, 10, 3)

    code, stopped = house.sync("run", "--max-changes", "9")
    assert (code, stopped["status"], stopped["planned"]) == (4, "guarded", 10)
    assert not house.is_opted_out(people[0])

    code, done = house.sync("run")
    assert (code, done["status"]) == (0, "succeeded")
    assert numbers(done, "records", "updated", "already_opted_out", "unmatched") == (11, 10, 1, 3)
    assert all(map(house.is_opted_out, people))
    with Store.open(house.home) as store:
        logged = changes.of_run(store, done["run_id"])
        scope = logged[0].scope
        assert len({each.change.record_id for each in logged}) == 11
        assert ledger.count_pending(store, scope) == 0


def test_rule_3_2_a_box_that_is_cleared_among_many_stays_cleared(house, people, ways):
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=people[2])

    code, result = house.sync("run")

    assert (code, result["kept"], result["updated"]) == (0, 1, 0)
    assert not house.is_opted_out(people[2])


def test_rule_1_6_a_file_with_many_people_goes_into_the_ledger_with_its_run(
    house, people, ways, tmp_path
):
    path = tmp_path / "many.csv"
    path.write_text(
        "\n".join(["email", *WITHOUT_RECORD, *(f"person{n}@example.org" for n in range(4))])
    )

    code, shown = house.sync("run", "--file", str(path), "--dry-run")
    assert (code, numbers(shown, "addresses", "records", "planned")) == (0, (7, 5, 4))
    with Store.open(house.home) as store:
        assert store.first_row("select 1 from event") is None

    code, done = house.sync("run", "--file", str(path))
    assert (code, numbers(done, "addresses", "records", "updated")) == (0, (7, 5, 4))
    with Store.open(house.home) as store:
        [row] = store.query("select count(*) as events, sum(state = 'done') as done from event")
        assert (row["events"], row["done"]) == (7, 7)
