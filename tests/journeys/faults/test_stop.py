"""SIGTERM is heard while an answer is awaited; what is pending or lost waits for the next run."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
import requests

from lib import stopping
from lib.practice.faults.fault import InjectedFault
from lib.salesforce.patience import Patience
from tests.journeys.faults.judge import judge
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place
from tests.journeys.faults.strikes import Call
from tests.model.house import Ended
from tests.sampling import SEARCHING
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
SILENCES = ("silent", "silent_after")
_MINUTE_S = 60


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
    began = time.monotonic()
    with call.scene.during():
        ended = place.house.command(*case.command)
    took_s = time.monotonic() - began
    asking.join()
    place.world.faults.clear()

    where = (call.scene.name, call.kind, ended)
    assert took_s < place.waits_s, where  # it didn't wait until the answer counted as lost
    stopped = ended.told["errors"][0]["code"] == "stopped" if ended.told else _says_so(ended)
    assert (ended.code, stopped) == (1, True), where
    judge(place, case, before, ended)


@pytest.mark.parametrize("call", ["sign_in", "report", "save"])
def test_a_stop_is_heard_in_a_pause_that_a_busy_service_asks_for(
    place: Place, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(Patience, "pause", lambda _self, _attempt, asked_s: stopping.pause(asked_s))
    case = BY_NAME["first run"].begin(place)
    before = place.rows()
    place.world.faults.add(InjectedFault("status", call=call, retry_after=_MINUTE_S))
    asking = Thread(target=_ask_once, args=(place, 0))
    asking.start()
    began = time.monotonic()
    ended = place.house.command(*case.command)
    took_s = time.monotonic() - began
    asking.join()

    assert (ended.code, ended.told["errors"][0]["code"]) == (1, "stopped")
    assert took_s < _MINUTE_S
    judge(place, case, before, ended)


def _says_so(ended: Ended) -> bool:
    return ended.errors.startswith("Stopped before the end")


def _ask_once(place: Place, left: int) -> None:
    """Do what a signal does, once the call has been made that is never answered."""
    wait_until(lambda: len(place.world.faults.waiting) <= left, "the call")
    stopping.current().ask()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command that waits for an answer to this kind of call, in a home of its own."""

    name: str
    scene: str
    call: str
    more: tuple[str, ...] = ()
    code: int = 1

    def prepared(self, place: Place, folder: Path) -> list[object]:
        """The command line, once its scene is arranged in the org that all of them share."""
        shutil.rmtree(place.house.home)
        shutil.copytree(place.house._template, place.house.home)
        case = BY_NAME[self.scene].arrange(place)
        home = shutil.copytree(place.house.home, folder / self.name)
        quiet = () if "--quiet" in case.command else ("--json",)
        return [sys.executable, "sync.py", *case.command, *self.more, *quiet, "--home", home]


WAITING = (
    Waiting("run", "first run", "save"),
    Waiting("preview", "daily run", "queries", ("--dry-run",)),
    Waiting("undo", "undo", "save"),
    Waiting("list", "list", "query"),
    Waiting("hand over", "hand over", "group_save"),
    Waiting("test", "test", "limits", code=-signal.SIGTERM),  # as it ends any process
)
BY_NAME = {scene.name: scene for scene in SCENES}


def test_sigterm_ends_a_process_that_waits_for_an_answer(place: Place, tmp_path: Path) -> None:
    """Each ends while its answer is still awaited: no one would give up on it for two minutes."""
    place.start_over()
    commands = {each: each.prepared(place, tmp_path) for each in WAITING}
    faults = place.world.faults
    with contextlib.ExitStack() as stack:
        started = {}
        for each, command in commands.items():
            faults.add(InjectedFault("silent", call=each.call))
            started[each] = _started(stack, command)
            wait_until(lambda: not faults.waiting, each.name)
        for process in started.values():
            process.send_signal(signal.SIGTERM)
        ends = {each: process.communicate(timeout=60) for each, process in started.items()}
    faults.clear()

    for each, (said, errors) in ends.items():
        assert started[each].returncode == each.code, (each, errors)
        if said:
            (error,) = json.loads(said)["errors"]
            assert (error["code"], bool(error["remedy"])) == ("stopped", True), each
        elif each.code == 1:
            assert "Stopped before the end" in errors, each
    assert not (place.house.folder / "out" / "list.csv").exists()


def _started(stack: contextlib.ExitStack, command: list[object]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command,  # type: ignore[arg-type]
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


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
