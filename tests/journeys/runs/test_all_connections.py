"""`run --all`: each stored connection once, whatever becomes of the others."""

import pytest

import sync
from lib.cli.run_all import worst
from lib.exit_codes import ExitCode
from lib.services.log import open_log
from lib.settings import credentials_from
from lib.store import connections
from tests.journeys.runs.conftest import House

ANNA = "anna@example.org"


@pytest.fixture
def several(house: House) -> House:
    """Three stored connections to the same org: alpha, beta and gamma."""
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    for name in ("alpha", "beta", "gamma"):
        assert house.sync("connect", name)[0] == 0
    return house


def break_password(house: House, name: str) -> None:
    variables = {**house.practice.environment, "SALESFORCE_PASSWORD": "wrong"}
    with open_log(house.home, {}) as log:
        connections.save(log.store, log.vault, name, credentials_from(variables))


def statuses(result: dict) -> list[tuple[str, str]]:
    return [(run["connection"], run["status"]) for run in result["runs"]]


def test_each_connection_runs_once_under_its_own_name(several: House) -> None:
    code, result = several.sync("run", "--all")

    assert code == 0
    assert [(run["connection"], run["updated"]) for run in result["runs"]] == [
        ("alpha", 1),
        ("beta", 0),
        ("gamma", 0),
    ]
    assert len({run["run_id"] for run in result["runs"]}) == 3


def test_a_connection_that_fails_stops_no_other(several: House) -> None:
    break_password(several, "alpha")

    code, result = several.sync("run", "--all")

    assert code == 1
    assert statuses(result) == [
        ("alpha", "failed"),
        ("beta", "succeeded"),
        ("gamma", "succeeded"),
    ]


def test_a_connection_with_wrong_settings_is_failed_and_stops_no_other(several: House) -> None:
    variables = {**several.practice.environment, "JANGOMAIL_PASSWORD": ""}
    with open_log(several.home, {}) as log:
        connections.save(log.store, log.vault, "beta", credentials_from(variables))

    code, result = several.sync("run", "--all")

    assert code == 1
    assert statuses(result)[1] == ("beta", "failed")
    assert result["runs"][1]["run_id"] == ""
    assert result["runs"][1]["errors"][0]["code"] == "settings"
    assert statuses(result)[2] == ("gamma", "succeeded")


def test_a_paused_connection_is_left_out_and_says_so_alone(several: House) -> None:
    assert several.sync("pause", "beta") == (0, {"connection": "beta", "paused": True})

    code, result = several.sync("run", "--all")
    assert (code, result["paused"]) == (0, ["beta"])
    assert [name for name, _ in statuses(result)] == ["alpha", "gamma"]

    code, alone = several.sync("run", "--connection", "beta")
    assert (code, alone["errors"][0]["code"]) == (1, "paused_by_person")
    assert "sync.py resume beta" in alone["errors"][0]["remedy"]
    assert several.sync("run", "--connection", "beta", "--dry-run")[1]["status"] == "dry_run"
    several.sync("resume", "beta")
    assert several.sync("run", "--connection", "beta")[0] == 0


@pytest.mark.parametrize(
    "more",
    [
        ["--file", "list.csv"],
        ["--connection", "alpha"],
        ["--max-changes", "0"],
        ["--allow-large"],
    ],
)
def test_what_is_about_a_single_run_is_refused(several: House, more: list[str]) -> None:
    code, result = several.sync("run", "--all", *more)

    assert code == 2
    assert f"{more[0]} is about a single run" in result["errors"][0]["message"]


def test_without_stored_connections_it_is_a_usage_error(house: House) -> None:
    assert house.sync("run", "--all")[0] == 2


def test_the_dashboards_practice_org_is_left_out(several: House) -> None:
    several.sync("connect", "practice")
    assert len(several.sync("run", "--all", "--dry-run")[1]["runs"]) == 4

    (several.home / "practice.ready").touch()

    assert len(several.sync("run", "--all", "--dry-run")[1]["runs"]) == 3


def test_in_words_each_result_is_under_its_name(several: House, capsys) -> None:
    assert sync.main(["run", "--all", "--home", str(several.home)]) == 0

    said = capsys.readouterr().out
    assert said.index("alpha:") < said.index("beta:") < said.index("gamma:")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], 0),
        ([0, 5], 5),
        ([5, 3], 3),
        ([3, 4, 0], 4),
        ([4, 1, 5], 1),
    ],
)
def test_the_exit_code_is_that_of_the_run_that_needs_a_person_most(codes, expected) -> None:
    assert worst([ExitCode(code) for code in codes]) == expected
