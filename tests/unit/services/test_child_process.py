"""Processes of our own script: what they get, and how their end is noticed."""

import os
from queue import Queue
from threading import Event

import pytest

from lib.services.child_process import Handles, run_sync, start_sync

_WITHIN_S = 60


@pytest.fixture
def home(tmp_path):
    """An empty home folder."""
    return tmp_path / "home"


@pytest.mark.parametrize(("arguments", "exit_code"), [(["--help"], 0), (["no-such-command"], 2)])
def test_the_exit_code_is_reported_when_the_process_has_ended(arguments, exit_code):
    ended: Queue[int] = Queue()

    child = start_sync(arguments, os.environ, at_end=ended.put)

    assert ended.get(timeout=_WITHIN_S) == exit_code
    assert not child.is_alive


def test_the_process_writes_to_the_files_it_was_given(tmp_path):
    ended: Queue[int] = Queue()
    with (tmp_path / "out").open("w") as out, (tmp_path / "errors").open("w") as errors:
        handles = Handles(out.fileno(), errors.fileno())
        start_sync(["run", "--file", "", "--json"], os.environ, handles=handles, at_end=ended.put)

    ended.get(timeout=_WITHIN_S)

    assert '"code": "usage"' in (tmp_path / "out").read_text()
    assert "--file needs a path" in (tmp_path / "errors").read_text()


def test_the_process_gets_the_environment_it_was_given_and_no_other(tmp_path, home):
    ended: Queue[int] = Queue()

    start_sync(["history"], {"OPTBACK_HOME": str(home)}, at_end=ended.put)

    assert ended.get(timeout=_WITHIN_S) == 0
    assert home.is_dir()


def test_a_process_in_the_foreground_uses_our_streams(capfd):
    run_sync(["--help"], Event())

    assert "exit codes:" in capfd.readouterr().out


def test_a_process_in_the_foreground_is_asked_to_stop():
    stop = Event()
    stop.set()

    run_sync(["practice"], stop)  # returns only when the process has ended
