"""The numbers add up and no one leaks, with any people in the org: checked against the org."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.addresses import compared, domain_of, is_address
from lib.lists.values import Options, PullResult
from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world
from lib.salesforce import bulk_query, costs
from lib.services.connections.chosen import choose
from lib.services.lists.pulls import PullOrder, pull_once
from lib.services.log import open_log
from tests.journeys.runs.conftest import House

EMPTY = Size(contacts=0, leads=0, unsubscribes=0)
BLOCKED = "blocked.example"
ADDRESSES = (
    "anna@example.org",
    "ANNA@Example.org",
    " anna@example.org",
    "bert@bücher.example",
    "bert@xn--bcher-kva.example",
    "o'neil+list@example.org",
    '"quo,ted"@example.org',
    "cara@blocked.example",
    "no address",
    None,
)
ENTRIES = ("anna@example.org", "bert@xn--bcher-kva.example", "o'neil+list@example.org", BLOCKED)
QUERIES = (
    "SELECT Id, Email FROM Contact",
    "SELECT Email, Id FROM Contact WHERE FirstName = 'a' OR LastName != 'x'",
    "SELECT Id, LastName FROM Contact ORDER BY Email DESC NULLS LAST",
    "SELECT Id, Email FROM Lead",
    "SELECT Id, Email FROM Lead LIMIT 3",
    "SELECT c.Id FROM Contact c LIMIT 2 OFFSET 1",
    "SELECT Id, Account.Name FROM Contact WHERE (NOT Email = 'x')",
)

people = st.lists(
    st.tuples(st.sampled_from(("Contact", "Lead")), st.sampled_from(ADDRESSES), st.booleans()),
    max_size=10,
)


@settings(max_examples=20)
@given(
    people=people,
    asked=st.sets(st.sampled_from(ENTRIES), max_size=3),
    soql=st.sampled_from(QUERIES),
    options=st.builds(Options, no_duplicates=st.booleans(), no_empty=st.booleans()),
    in_bulk=st.booleans(),
)
def test_rule_6_4_numbers_add_up_and_no_one_leaks(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[str, str | None, bool]],
    asked: set[str],
    soql: str,
    options: Options,
    in_bulk: bool,
) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    with running(new_world(EMPTY)) as practice, pytest.MonkeyPatch.context() as patch:
        _fill(practice, people, asked)
        patch.setattr(bulk_query, "FIRST_LOOK_S", 0.02)
        patch.setattr(costs, "_BULK_BEGINS_S", -1000.0 if in_bulk else 1e9)
        result = _pull(practice, folder, soql, options)

    _check_sum(result, soql)
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        ids = [line["Id"] for line in csv.DictReader(file)]
    assert len(ids) == result.rows
    may_come = _may_come(practice, asked, "Lead" if "Lead" in soql else "Contact", options)
    if "LIMIT" in soql:
        assert set(ids) <= set(may_come)
    elif options.no_duplicates:
        assert set(ids) <= set(may_come)
        by_address = [may_come[one] for one in ids if may_come[one]]
        assert len(set(by_address)) == len(by_address)
        assert {*by_address, ""} == {*may_come.values(), ""}
    else:
        assert set(ids) == set(may_come)


def _fill(
    practice: Practice, people: Sequence[tuple[str, str | None, bool]], asked: set[str]
) -> None:
    """Add people as they are, including addresses that Salesforce would refuse today."""
    house = House(practice, Path(), None)  # type: ignore[arg-type]
    tables = practice.world.org.tables
    for sobject, address, opted_out in people:
        make = house.contact if sobject == "Contact" else house.lead
        record_id = make("someone@example.org", HasOptedOutOfEmail=opted_out)
        with practice.world.org.transaction():
            tables.put(sobject, {**tables.rows(sobject)[record_id], "Email": address})
    house.unsubscribe(*sorted(asked))


def _pull(practice: Practice, folder: Path, soql: str, options: Options) -> PullResult:
    environment = {**os.environ, **practice.environment}
    with open_log(folder / "home", environment) as log:
        order = PullOrder("", soql, options, out=folder / "list.csv")
        return pull_once(log, choose(log, environment), order)


def _check_sum(result: PullResult, soql: str) -> None:
    assert result.fetched == result.rows + sum(result.removed.values())
    if "LIMIT" in soql:
        assert (result.matching, result.opted_out) == (None, None)
    else:
        assert result.matching is not None
        assert result.opted_out is not None
        assert result.matching - result.opted_out == result.fetched


def _may_come(
    practice: Practice, asked: set[str], sobject: str, options: Options
) -> Mapping[str, str]:
    """The people who may be on the list and their addresses, from the org's own tables."""
    tables = practice.world.org.tables
    everybody = [*tables.rows("Contact").values(), *tables.rows("Lead").values()]
    opted_out = {_address(row) for row in everybody if row["HasOptedOutOfEmail"]} - {""}
    return {
        row["Id"]: _address(row)
        for row in tables.rows(sobject).values()
        if not row["HasOptedOutOfEmail"]
        and _address(row) not in opted_out | asked
        and domain_of(_address(row)) not in asked
        and (not options.no_empty or is_address(_address(row)))
    }


def _address(row: Mapping[str, Any]) -> str:
    return compared(row["Email"] or "")
