"""`sync.py delete`: the credentials go, the history only if a person says so, and not unasked."""

import io

import pytest

import sync
from lib.services.log import open_log
from lib.store import connections
from lib.sync.lease import leased
from tests.journeys.runs.conftest import House

NAME = "acme"


@pytest.fixture
def acme(house: House) -> House:
    """The stored connection acme, with a run."""
    house.contact("anna@example.org")
    house.unsubscribe("anna@example.org")
    assert house.sync("connect", NAME)[0] == 0
    assert house.sync("run", "--connection", NAME)[0] == 0
    return house


class Terminal(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


def known(house: House) -> tuple[list[str], list[str]]:
    """The stored connections, and all that the log knows."""
    with open_log(house.home, {}) as log:
        return connections.names(log.store), connections.all_names(log.store)


@pytest.mark.parametrize("options", [[], ["--keep-history"]])
def test_the_credentials_go_and_the_history_stays(acme: House, options: list[str]) -> None:
    assert acme.sync("delete", NAME, "--yes", *options) == (
        0,
        {"connection": NAME, "deleted": True, "history_kept": True},
    )

    assert known(acme) == ([], [NAME])
    assert len(acme.sync("history", "--connection", NAME)[1]["runs"]) == 1


def test_of_a_connection_without_history_nothing_is_left(house: House) -> None:
    assert house.sync("connect", NAME)[0] == 0

    assert house.sync("delete", NAME, "--yes")[0] == 0

    assert known(house) == ([], [])


def test_with_history_nothing_is_left(acme: House) -> None:
    assert acme.sync("delete", NAME, "--yes", "--with-history")[1]["history_kept"] is False

    assert known(acme) == ([], [])
    assert acme.sync("history")[1]["runs"] == []


def test_a_history_that_was_kept_can_be_deleted_later(acme: House) -> None:
    acme.sync("delete", NAME, "--yes")

    code, result = acme.sync("delete", NAME, "--yes")
    assert (code, result["errors"][0]["code"]) == (2, "usage")
    assert "--with-history" in result["errors"][0]["remedy"]

    assert acme.sync("delete", NAME, "--yes", "--with-history")[0] == 0
    assert known(acme) == ([], [])


def test_without_yes_and_without_a_terminal_it_is_a_usage_error(
    acme: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    code, result = acme.sync("delete", NAME)

    assert code == 2
    assert "--yes" in result["errors"][0]["remedy"]
    assert known(acme) == ([NAME], [NAME])


@pytest.mark.parametrize(("typed", "is_deleted"), [("y\n", True), ("\n", False), ("", False)])
def test_a_person_at_a_terminal_is_asked_and_told_what_goes(
    acme: House, monkeypatch: pytest.MonkeyPatch, typed: str, *, is_deleted: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))

    code, result = acme.sync("delete", NAME, "--with-history")

    assert (code, result["deleted"]) == (0, is_deleted)
    assert "1 run and 1 person who unsubscribed" in acme.errors
    assert known(acme) == (([], []) if is_deleted else ([NAME], [NAME]))


@pytest.mark.parametrize("name", ["environment", "nobody"])
def test_only_a_connection_that_is_there_can_be_deleted(house: House, name: str) -> None:
    assert house.sync("run")[0] == 0  # as `environment`

    assert house.sync("delete", name, "--yes", "--with-history")[0] == 2
    assert known(house)[1] == ["environment"]


def test_nothing_is_deleted_while_a_run_is_in_progress(acme: House) -> None:
    with open_log(acme.home, {}) as log, leased(log.store, NAME, ""):
        home = ["--home", str(acme.home)]
        assert sync.main(["delete", NAME, "--yes", "--with-history", *home]) == 5

    assert known(acme) == ([NAME], [NAME])
