"""Processes of our own script: what they get, and how their end is noticed."""

import os
from queue import Queue

import pytest

from lib.services.child_process import Handles, output_of, start_sync, start_sync_here
from tests.waiting import wait_until

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
    child = start_sync_here(["--help"], os.environ)
    wait_until(lambda: not child.is_alive)

    assert "exit codes:" in capfd.readouterr().out


def test_a_process_in_the_foreground_is_asked_to_stop():
    child = start_sync_here(["practice"], os.environ)
    assert child.is_alive

    child.ask_to_stop()

    wait_until(lambda: not child.is_alive)


@pytest.mark.parametrize("command", [["no-such-program-here"], ["false"]])
def test_a_program_that_is_not_there_or_fails_says_nothing(command):
    assert output_of(command) == ""


def test_what_a_program_prints_is_read():
    assert output_of(["echo", "hello"]) == "hello\n"
