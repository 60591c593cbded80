"""Any query at all: it never returns anyone who opted out, and raises only our own errors."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from lib.cli.lint import linted
from lib.errors import OptbackError
from lib.lists.list_file import file_at
from lib.lists.pull import Work, pull
from lib.lists.pull_log import Silent
from lib.lists.pull_plan import make_plan
from lib.lists.values import Options, PullResult
from lib.practice import org, org_setup, people
from lib.practice.serve import running
from lib.practice.world import Size, new_world
from lib.salesforce.described_org import DescribedOrg
from lib.services.connections.chosen import choose
from lib.services.lists.list_work import at_work
from lib.services.log import open_log
from tests.journeys.lists import attacked
from tests.journeys.lists.conftest import Lists
from tests.journeys.runs.conftest import EMPTY, House

HERE = Path(__file__)
ATTACKS = HERE.with_name("attacks.soql")
CORPUS = HERE.parents[2] / "unit" / "soql" / "round_trip.soql"


def queries(path: Path) -> list[str]:
    """The queries of a file, line by line, without comments and blank lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@contextmanager
def signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], size: Size
) -> Iterator[tuple[House, Work]]:
    """A practice org, and a connection to it that can pull any number of lists."""
    with ExitStack() as stack:
        practice = stack.enter_context(running(new_world(size)))
        for name, value in practice.environment.items():
            monkeypatch.setenv(name, value)
        house = House(practice, tmp_path / "home", capsys)
        log = stack.enter_context(open_log(house.home, os.environ))
        chosen = choose(log, os.environ, "environment")
        work = stack.enter_context(at_work(log, chosen, Options(), reads_news=True))
        yield house, work


def outcome(work: Work, soql: str, out: Path) -> PullResult | OptbackError:
    """Pull a list into the file `out`, or return the error."""
    try:
        plan = make_plan(work.org, soql, Options())
        return pull(work, plan, lambda titles: file_at(out, titles), Silent(), str(out))
    except OptbackError as error:
        return error


def pulled(work: Work, soql: str, out: Path) -> PullResult:
    """Pull a list into the file `out`; fail if the query is refused."""
    found = outcome(work, soql, out)
    assert isinstance(found, PullResult), found
    return found


def test_invariant_4_no_attack_returns_an_address_that_opted_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (org, org_setup, people):
        monkeypatch.setattr(module, "SCHEMA", attacked.wide_schema())
    out, leaks, files = tmp_path / "list.csv", [], 0

    with signed_in(tmp_path, monkeypatch, capsys, EMPTY) as (house, work):
        found = attacked.furnish(house)
        for soql in queries(ATTACKS):
            result = outcome(work, soql, out)
            if isinstance(result, OptbackError):
                continue
            files += 1
            text = out.read_text(encoding="utf-8").lower()
            leaks += [(soql, one) for one in attacked.OUT if one in text]
            if not result.ids_not_judged:
                leaks += [(soql, one) for one in found.out if one.lower() in text]

    assert leaks == []
    assert files > 120


def opted_out_in(house: House) -> set[str]:
    """The addresses that are opted out on any record, in lower case."""
    org = house.practice.world.org
    with org.lock:
        rows = [*org.tables.rows("Contact").values(), *org.tables.rows("Lead").values()]
        accounts = list(org.tables.rows("Account").values())
    found = [row.get("Email") for row in rows if row.get("HasOptedOutOfEmail")]
    found += [row.get("PersonEmail") for row in accounts if row.get("PersonHasOptedOutOfEmail")]
    return {one.strip().lower() for one in found if one}


def test_no_attack_returns_an_opted_out_person_account_or_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, leaks, size = tmp_path / "list.csv", [], Size(contacts=40, leads=20, unsubscribes=15)

    with signed_in(tmp_path, monkeypatch, capsys, size) as (house, work):
        house.act("org-switch", person_accounts=True, persons=12)
        work = replace(work, org=DescribedOrg(work.door))
        opted_out = opted_out_in(house)
        for soql in queries(ATTACKS):
            if isinstance(outcome(work, soql, out), PullResult):
                text = out.read_text(encoding="utf-8").lower()
                words = set(re.split(r"[\s,;\"]+", text))
                leaks += [(soql, one) for one in opted_out & words]

    assert opted_out
    assert leaks == []


def test_no_one_who_may_be_emailed_is_lost_when_others_opted_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (org, org_setup, people):
        monkeypatch.setattr(module, "SCHEMA", attacked.wide_schema())
    columns = "Email, Notes__c, Web__c, Boss__c, Other_Email__c, MailingAddress, Account.Name"
    soql = f"SELECT {columns} FROM Contact WHERE Email LIKE 'clean%'"  # noqa: S608 - our words

    with signed_in(tmp_path, monkeypatch, capsys, EMPTY) as (house, work):
        attacked.furnish(house)
        result = pulled(work, soql, tmp_path / "list.csv")

    assert (result.rows, result.removed) == (len(attacked.DRESSES), {})


def test_unchecked_ids_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with signed_in(tmp_path, monkeypatch, capsys, EMPTY) as (_, work):
        whole = pulled(work, "SELECT FIELDS(STANDARD) FROM Contact", tmp_path / "whole.csv")
        asked = pulled(work, "SELECT Id, ReportsToId FROM Contact", tmp_path / "asked.csv")

    assert whole.ids_not_judged == ("ReportsToId",)
    assert any("IDs of people in ReportsToId" in one for one in whole.warnings)
    assert (asked.ids_not_judged, asked.warnings) == ((), ())


def test_the_command_line_reports_unchecked_ids_in_json_and_in_words(lists: Lists) -> None:
    whole = lists.pull("SELECT FIELDS(STANDARD) FROM Contact")
    said = lists.house.errors
    asked = lists.pull("SELECT Id, ReportsToId FROM Contact")

    assert whole.told["ids_not_judged"] == ["ReportsToId"]
    assert "doesn't check the IDs of people in ReportsToId" in said
    assert "ids_not_judged" not in asked.told


@pytest.mark.parametrize("part", range(4))
def test_every_query_that_can_be_parsed_gives_a_list_or_a_remedy(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    size = Size(contacts=60, leads=30, unsubscribes=20)
    some = queries(CORPUS)[part::4]

    with signed_in(tmp_path, monkeypatch, capsys, size) as (_, work):
        found = [outcome(work, soql, tmp_path / "list.csv") for soql in some]

    refused = [one for one in found if isinstance(one, OptbackError)]
    assert [one for one in refused if not one.message or not one.remedy] == []
    assert len(refused) < len(found)


@pytest.mark.parametrize("path", [ATTACKS, CORPUS])
def test_lint_accepts_or_refuses_every_query_without_crashing(path: Path) -> None:
    told = [linted(one) for one in queries(path)]

    assert [one["soql"] for one in told if "Optback fails" in str(one["error"])] == []
