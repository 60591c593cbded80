"""The same credentials suddenly lead to another org: nothing is stored or written until a person
says which is meant."""

from dataclasses import replace

import pytest

import sync
from lib.errors import UsageError
from lib.practice.serve import running
from lib.practice.world import new_world
from lib.services.connections.checks import use_other_org
from lib.services.connections.chosen import choose
from lib.services.log import open_log
from lib.store import connections
from lib.values import Org
from tests.journeys.runs.conftest import EMPTY, House

ANNA = "anna@example.org"
SOQL = "SELECT Email FROM Contact"


@pytest.fixture
def moved(house: House):
    """A connection that ran in one org and now, at the same address, leads to another."""
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    assert house.sync("connect", "default")[0] == 0
    assert house.sync("run")[1]["updated"] == 1
    before = house.practice.world.org.id
    house.act("start-afresh")
    now = house.practice.world.org.id
    assert before != now, "the practice org kept its ID"
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    return before, now


def scopes(house: House) -> set[str]:
    with open_log(house.home, {}) as log:
        return {row["scope"] for row in log.store.query("select distinct scope from event")}


def test_a_run_in_another_org_is_refused_before_anything_is_stored(moved, house: House) -> None:
    before, now = moved

    code, result = house.sync("run")

    (error,) = result["errors"]
    assert (code, result["status"], error["code"]) == (1, "failed", "wrong_org")
    assert before in error["message"]
    assert now in error["message"]
    assert "sync.py connect default" in error["remedy"]
    assert (result["events_read"], result["records"]) == (0, 0)
    assert scopes(house) == {f"default/{before}"}


def test_it_is_an_alert_until_a_run_in_the_org_that_is_meant(moved, house: House) -> None:
    house.sync("run")
    (alert,) = house.sync("alerts")[1]["alerts"]
    assert (alert["cause"], alert["state"]) == ("wrong_org", "open")

    house.sync("connect", "default")
    house.sync("run")

    (alert,) = house.sync("alerts")[1]["alerts"]
    assert (alert["cause"], alert["state"]) == ("wrong_org", "closed")


def test_previews_and_lists_are_refused_too(moved, house: House, capsys) -> None:
    assert house.sync("run", "--dry-run")[1]["errors"][0]["code"] == "wrong_org"
    assert sync.main(["list", SOQL, "--home", str(house.home)]) == 1
    printed = capsys.readouterr()
    assert "now leads to" in printed.err
    assert ANNA not in printed.out


def test_a_test_names_it_and_settles_nothing(moved, house: House) -> None:
    code, result = house.sync("test")

    assert code == 1
    assert [check["name"] for check in result["checks"] if not check["ok"]] == [
        "Same org as before"
    ]
    assert house.sync("run")[0] == 1


def test_connecting_again_says_that_the_new_org_is_meant(moved, house: House) -> None:
    before, now = moved
    house.sync("run")

    assert house.sync("connect", "default")[0] == 0
    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert scopes(house) == {f"default/{before}", f"default/{now}"}


def test_use_this_org_means_the_org_that_was_shown_and_no_other(moved, house: House) -> None:
    before, now = moved
    house.sync("run")
    with open_log(house.home, {}) as log:
        with pytest.raises(UsageError):
            use_other_org(log, choose(log, {}, "default"), before)
        use_other_org(log, choose(log, {}, "default"), now)

    assert house.sync("run")[1]["updated"] == 1


def test_the_old_org_coming_back_ends_the_question(house: House) -> None:
    house.sync("connect", "default")
    with open_log(house.home, {}) as log:
        other = Org("00D000000000009EAA", "Other", "sandbox", "u@example.org", "en_US")
        connections.note_other_org(log.store, "default", other, "https://other.example")

    assert house.sync("run")[0] == 0

    with open_log(house.home, {}) as log:
        assert connections.state(log.store, "default").other is None


def test_new_variables_may_lead_to_another_org_and_the_same_variables_may_not(
    house: House, monkeypatch
) -> None:
    house.sync("run")
    with running(new_world(replace(EMPTY, seed=77))) as other:
        for name, value in other.environment.items():
            monkeypatch.setenv(name, value)
        assert house.sync("run")[0] == 0
        requests_at = House(other, house.home, house._capsys)
        requests_at.act("start-afresh")

        code, result = house.sync("run")

    assert (code, result["errors"][0]["code"]) == (1, "wrong_org")
    assert "sync.py connect NAME" in result["errors"][0]["remedy"]


@pytest.mark.parametrize("command", [("list", SOQL), ("test",)])
def test_a_list_or_a_test_that_meets_another_org_is_an_alert_too(moved, house, command, capsys):
    sync.main([*command, "--home", str(house.home)])
    capsys.readouterr()

    (alert,) = house.sync("alerts")[1]["alerts"]

    assert (alert["cause"], alert["state"]) == ("wrong_org", "open")
    assert moved[1] in alert["message"]


def test_a_run_after_a_list_in_another_org_changes_nothing_about_the_alert(moved, house, capsys):
    sync.main(["list", SOQL, "--home", str(house.home)])
    house.sync("run")
    capsys.readouterr()

    (alert,) = house.sync("alerts")[1]["alerts"]
    assert (alert["cause"], alert["state"]) == ("wrong_org", "open")
    assert house.sync("alerts")[1]["messages"] == []
