"""rotate-key, backup, and a lost key, as the command line does them."""

import sync
from tests.journeys.runs.conftest import House

ANNA = "anna@example.org"


def test_runs_go_on_after_a_rotation(house: House) -> None:
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("connect", "default")

    code, done = house.sync("rotate-key")

    assert (code, done) == (
        0,
        {"connections": ["default"], "key": "file", "paused_until_tested": []},
    )
    assert house.sync("run")[1]["updated"] == 1


def test_a_backup_says_that_the_key_is_not_included(house: House, tmp_path, capsys) -> None:
    house.sync("connect", "default")
    path = tmp_path / "copy.sqlite"

    assert sync.main(["backup", str(path), "--home", str(house.home)]) == 0

    said = capsys.readouterr().out
    assert "The key isn't included" in said
    assert f"{house.home}/optback.key" in said
    assert house.sync("backup", str(path))[0] == 2


def test_after_a_lost_key_connecting_again_keeps_the_history(house: House) -> None:
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("connect", "default")
    first = house.sync("run")[1]
    (house.home / "optback.key").unlink()

    code, refused = house.sync("run")

    assert code == 1
    assert "sync.py connect NAME" in refused["errors"][0]["remedy"]
    assert house.sync("connect", "default")[0] == 0
    assert house.sync("run")[1]["updated"] == 0
    assert first["run_id"] in [run["run_id"] for run in house.sync("history")[1]["runs"]]
