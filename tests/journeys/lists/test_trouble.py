"""Whatever goes wrong, a list is complete or it isn't there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lib.lists import pull
from lib.practice.org_setup import USERNAME
from lib.store import connections, leases, ledger
from lib.store.db import Store
from tests.journeys.lists.conftest import CONTACTS, LEADS, Lists
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
MANY = 25
ADDRESSES = sorted(f"p{number:03}@example.org" for number in range(MANY))
RESULTS = "/results"


@pytest.fixture
def people(lists: Lists) -> Lists:
    """25 Contacts, three pages of Bulk."""
    for address in ADDRESSES:
        lists.house.contact(address)
    return lists


def jobs(lists: Lists) -> int:
    """Bulk jobs that Salesforce still keeps."""
    world = lists.house.practice.world
    user = world.org.user_named(USERNAME)
    assert user is not None
    return len(world.jobs.queries.of(user["Id"]))


def files_in(folder: Path) -> list[str]:
    """The names in a folder, hidden ones too."""
    return [path.name for path in folder.iterdir()]


@pytest.mark.usefixtures("in_bulk")
def test_a_bulk_query_returns_the_same_as_rest_and_leaves_no_job_behind(people: Lists) -> None:
    people.house.contact("x@example.org", HasOptedOutOfEmail=True)
    people.house.unsubscribe(ADDRESSES[3])

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.addresses) == (0, [*ADDRESSES[:3], *ADDRESSES[4:]])
    assert (pulled.told["matching"], pulled.told["opted_out"]) == (26, 1)
    assert jobs(people) == 0


@pytest.mark.usefixtures("in_bulk")
@pytest.mark.parametrize("share", [0.95, 0.97, 0.99])
def test_a_page_that_is_cut_near_its_end_is_requested_again(people: Lists, share: float) -> None:
    """Other faults at each call of a list are struck in tests/journeys/faults."""
    people.house.act("fault", kind="cut", share=share, path=RESULTS, after=2)

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.addresses) == (0, ADDRESSES)
    assert (pulled.told["fetched"], jobs(people)) == (MANY, 0)


@pytest.mark.usefixtures("in_bulk")
def test_a_page_that_never_comes_ends_the_pull_without_a_file(
    people: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "BATCH", 10)
    after = 4  # two for the opt-outs of Contact and Lead, and two pages of rows
    people.house.act("fault", kind="status", status=400, path=RESULTS, after=after, times=None)

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.lines, jobs(people)) == (1, None, 0)
    assert files_in(people.out.parent) == []
    assert pulled.told["errors"][0]["remedy"]


@pytest.mark.usefixtures("in_bulk")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "failed_job", "message": "InvalidBatch : InvalidBatch : Field name not found : X"},
        {"kind": "status", "status": 400, "path": "/jobs/query", "code": "FEATURENOTENABLED"},
        {"kind": "status", "status": 404, "path": "/jobs/query"},
    ],
    ids=["failed", "not enabled", "not there"],
)
def test_rows_come_page_by_page_if_bulk_is_refused(people: Lists, fault: dict[str, object]) -> None:
    people.house.act("fault", times=3, **fault)  # for opt-outs of Contacts and Leads, and for rows

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.addresses) == (0, ADDRESSES)
    assert "page by page" in people.house.errors


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("code", ["QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"])
def test_a_list_that_runs_too_long_says_how_to_make_it_smaller(
    people: Lists, code: str, status: int
) -> None:
    message = "Your query request was running for too long."
    fault = {"kind": "status", "status": status, "code": code, "message": message}
    people.house.act("fault", path="/query", **fault)

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.lines) == (1, None)
    remedy = pulled.told["errors"][0]["remedy"]
    assert "narrow it with a condition" in remedy
    assert "in parts" in remedy
    assert people.pull(CONTACTS).addresses == ADDRESSES


@pytest.mark.usefixtures("in_bulk")
def test_a_list_that_runs_too_long_in_bulk_and_by_pages_says_so_too(people: Lists) -> None:
    said = "InvalidBatch : Failed to process query: QUERY_TIMEOUT: running for too long"
    people.house.act("fault", kind="failed_job", message=said, times=None)
    people.house.act(
        "fault", kind="status", status=400, code="QUERY_TIMEOUT", path=r"/query/?$", times=None
    )

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.lines) == (1, None)
    assert "narrow it with a condition" in pulled.told["errors"][0]["remedy"]


@pytest.mark.usefixtures("in_bulk")
def test_a_slow_job_is_waited_for(people: Lists) -> None:
    people.house.act("fault", kind="slow_job", seconds=0.5)

    assert people.pull(CONTACTS).addresses == ADDRESSES


@pytest.mark.usefixtures("small_pages")
def test_the_old_list_stays_when_the_new_list_fails(lists: Lists) -> None:
    for number in range(250):
        lists.house.lead(f"q{number:03}@example.org")
    lists.out.write_text("the old one")
    lists.house.act("fault", kind="status", status=400, path="/query/01g", times=None)

    code, _ = lists.house.sync("list", LEADS, "--out", str(lists.out))

    assert (code, lists.out.read_text()) == (1, "the old one")
    assert files_in(lists.out.parent) == [lists.out.name]


def test_a_killed_process_leaves_no_file_at_all(people: Lists, tmp_path: Path) -> None:
    people.house.act("fault", kind="slow", seconds=30, path="/query", times=None, after=0)
    before = set(people.house.home.rglob("*")) if people.house.home.exists() else set()
    child = subprocess.Popen(
        [sys.executable, "sync.py", "list", CONTACTS, "--out", str(people.out), "--quiet"],
        cwd=ROOT,
        env={**os.environ, "OPTBACK_HOME": str(people.house.home)},
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: child.poll() is not None or _has_open_file(child.pid, people.out.parent))
    assert child.poll() is None

    child.send_signal(signal.SIGKILL)
    child.wait()

    assert files_in(people.out.parent) == []
    assert before <= set(people.house.home.rglob("*"))


def _has_open_file(pid: int, folder: Path) -> bool:
    """Whether a process writes to a file in a folder, with or without a name."""
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(str(folder)):
            return True
    return False


def test_rule_6_1_an_unreachable_jangomail_is_a_warning_not_a_failure(people: Lists) -> None:
    people.house.unsubscribe(ADDRESSES[0])
    first = people.pull(CONTACTS)
    people.house.unsubscribe(ADDRESSES[1])
    people.house.act("mail-outage")

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.addresses) == (0, ADDRESSES[1:])
    assert pulled.told["as_of"] == first.told["as_of"]
    assert "Optback doesn't know of newer ones" in people.house.errors


def test_refused_credentials_are_not_offered_again(
    people: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESFORCE_PASSWORD", "wrong")

    first = people.pull(CONTACTS)
    second = people.pull(CONTACTS)

    assert (first.code, first.told["errors"][0]["code"]) == (1, "credentials_refused")
    assert (second.code, second.told["errors"][0]["code"]) == (1, "paused")


@pytest.mark.parametrize("sobject", ["Contact", "Lead"])
def test_nothing_is_fetched_if_the_opt_out_field_is_hidden(people: Lists, sobject: str) -> None:
    people.house.act("field-access", access="hidden", sobject=sobject)

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.lines) == (1, None)
    error = pulled.told["errors"][0]
    assert error["code"] == "permission_missing"
    assert "Set Field-Level Security" in error["remedy"]


def test_jangomail_must_be_set_up(people: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JANGOMAIL_PASSWORD")

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.told["errors"][0]["code"]) == (2, "settings")


def test_an_impossible_path_is_found_before_anything_is_contacted(lists: Lists) -> None:
    lists.house.act("fault", kind="status", area="any", times=None)

    for out in (lists.out.parent / "not there" / "list.csv", lists.out.parent):
        code, told = lists.house.sync("list", CONTACTS, "--out", str(out))

        assert (code, told["errors"][0]["code"]) == (2, "usage")


def test_during_a_run_unsubscribes_count_and_stay_for_the_run_to_read(
    people: Lists,
) -> None:
    people.pull(CONTACTS)
    people.house.unsubscribe(ADDRESSES[0], "example.net")
    with Store.open(people.house.home) as store:
        leases.take(store, "environment", "a run", "run-1")
        scope = connections.state(store, "environment").scope  # type: ignore[union-attr]
        people.house.contact("x@example.net")

        beside = people.pull(CONTACTS)
        known = ledger.events_of(store, str(scope), [ADDRESSES[0]])
        is_held = leases.held_by(store, "environment", "a run")
        leases.release(store, "environment", "a run")

    assert (beside.code, beside.told["removed"]) == (0, {"unsubscribed": 1, "held_domain": 1})
    assert (known, is_held) == ({}, True)
    assert people.house.sync("run")[1]["updated"] == 1


def test_a_list_makes_no_event_that_a_run_would_miss(people: Lists) -> None:
    people.house.unsubscribe(ADDRESSES[0])
    people.pull(CONTACTS)

    _, told = people.house.sync("run")

    assert (told["updated"], told["unmatched"]) == (1, 0)


def test_rule_0_there_is_no_first_list_without_jangomail(people: Lists) -> None:
    people.house.act("mail-outage")

    pulled = people.pull(CONTACTS)

    assert (pulled.code, pulled.lines) == (1, None)


@pytest.mark.parametrize("place", ["/dev/null", "/dev/full"])
def test_a_device_is_never_replaced_by_a_file(people: Lists, place: str) -> None:
    code, told = people.house.sync("list", CONTACTS, "--out", place)

    assert (code, told["errors"][0]["code"]) == (2, "usage")
    assert Path(place).is_char_device()


def test_a_function_over_an_address_keeps_its_title(people: Lists) -> None:
    pulled = people.pull("SELECT toLabel(Email), FORMAT(CreatedDate) FROM Contact LIMIT 1")

    assert [list(line) for line in pulled.lines or []] == [
        ["toLabel(Email)", "FORMAT(CreatedDate)"]
    ]


def test_a_query_without_visible_columns_is_refused_at_its_place(lists: Lists) -> None:
    pulled = lists.pull("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 5")

    assert (pulled.code, pulled.lines) == (2, None)
    error = pulled.told["errors"][0]
    assert error["message"].startswith("This query doesn't select any column")
    assert error["message"].endswith("\n       ^")
    assert "one by one" in error["remedy"]
