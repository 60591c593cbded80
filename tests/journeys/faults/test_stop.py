"""SIGTERM is heard while an answer is awaited; what is pending or lost waits for the next run."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from lib import stopping
from lib.practice.faults.fault import InjectedFault
from tests.journeys.faults.judge import judge
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place
from tests.journeys.faults.strikes import Call
from tests.model.house import Ended
from tests.sampling import SEARCHING
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
SILENCES = ("silent", "silent_after")


@pytest.mark.parametrize("silence", SILENCES)
def test_a_command_is_stopped_while_it_waits_for_any_answer(
    place: Place,
    calls: dict[str, list[Call]],
    monkeypatch: pytest.MonkeyPatch,
    silence: str,
) -> None:
    monkeypatch.setattr(stopping, "GRACE_S", 0.01)
    kinds = [[call for call in there if _is_stopped(call)] for there in calls.values()]
    for number, there in enumerate(filter(None, kinds), start=SILENCES.index(silence)):
        if not (SEARCHING or number % 2):
            continue
        for call in there if SEARCHING else [there[number % len(there)]]:
            _stop_at(place, call, silence)


def _is_stopped(call: Call) -> bool:
    """Signals end `test` and `fix-permissions` as they end any process."""
    return call.scene.name not in ("test", "permissions")


def _stop_at(place: Place, call: Call, silence: str) -> None:
    case = call.scene.begin(place)
    before = place.rows()
    place.world.faults.add(InjectedFault(silence, call=call.kind, after=call.times - 1))
    busy = len(place.world.faults.waiting) - 1  # the fault that makes an org busy stays
    asking = Thread(target=_ask_once, args=(place, busy))
    asking.start()
    with call.scene.during():
        ended = place.house.command(*case.command)
    asking.join()
    place.world.faults.clear()

    where = (call.scene.name, call.kind, ended)
    stopped = ended.told["errors"][0]["code"] == "stopped" if ended.told else _says_so(ended)
    assert (ended.code, stopped) == (1, True), where
    judge(place, case, before, ended)


def _says_so(ended: Ended) -> bool:
    return ended.errors.startswith("Stopped before the end")


def _ask_once(place: Place, left: int) -> None:
    """Do what a signal does, once the call has been made that is never answered."""
    wait_until(lambda: len(place.world.faults.waiting) <= left, "the call")
    stopping.current().ask()


@pytest.mark.parametrize("which", ["run", "list"])
def test_sigterm_ends_a_process_that_waits_for_an_answer(
    place: Place, tmp_path: Path, which: str
) -> None:
    case = SCENES[0].begin(place)
    before = place.rows()
    call = "save" if which == "run" else "query"
    place.world.faults.add(InjectedFault("silent", call=call, times=None))
    out = tmp_path / "list.csv"
    what = ["run"] if which == "run" else ["list", "SELECT Id, Email FROM Contact", "--out", out]
    waiting = subprocess.Popen(
        [sys.executable, "sync.py", *what, "--json", "--home", place.house.home],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    calls = place.world.faults.calls
    wait_until(lambda: calls[call] > 0, call)
    waiting.send_signal(signal.SIGTERM)
    said, errors = waiting.communicate(timeout=60)  # no answer would be waited for twice as long
    place.world.faults.clear()

    told: dict[str, Any] = json.loads(said)
    assert (waiting.returncode, told["errors"][0]["code"]) == (1, "stopped"), errors
    assert told["errors"][0]["remedy"]
    assert not out.exists()
    if which == "run":
        ended = Ended(waiting.returncode, told, errors=errors)
        judge(place, case, before, ended)


def test_the_practice_org_ends_although_a_client_waits_for_an_answer(tmp_path: Path) -> None:
    command = [sys.executable, "sync.py", "practice", "--json", "--contacts", "5", "--leads", "5"]
    with subprocess.Popen(
        [*command, "--unsubscribes", "1", "--fault", "silent,call=report,times=none"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as practice:
        assert practice.stdout
        variables = json.loads(practice.stdout.readline())
        client = subprocess.Popen(
            [sys.executable, "sync.py", "run", "--quiet", "--home", tmp_path],
            cwd=ROOT,
            env={**variables, "PATH": ""},
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: "report" in _calls(variables["JANGOMAIL_URL"]), "the call")
        practice.send_signal(signal.SIGTERM)

        assert practice.wait(timeout=60) == 0
    client.wait(timeout=120)


def _calls(url: str) -> dict[str, int]:
    found: dict[str, int] = requests.get(f"{url}/practice/state", timeout=10).json()["calls"]
    return found
