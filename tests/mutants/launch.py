"""Makes the mutants of a workspace and tries them; run there, by its path.

mutmut makes the changed functions, beside the real ones, and an environment variable says which one
is called. So the tests are collected once, and each mutant gets a process forked from that one, in
which the tests of its function run, the fastest first, up to the first that fails. (mutmut's own
runner collects them again for each mutant, which takes ten times as long.)
"""

import argparse
import contextlib
import gc
import io
import os
import signal
import sys
import time
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from random import Random

import mutmut.mutation.file_mutation as mutation
import pytest
from _pytest.runner import runtestprotocol
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.file_utils import (
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
    walk_mutatable_files,
)

sys.path.append(str(Path(__file__).parent))
from operators import operators, stays

_SURVIVED, _NOTICED, _NO_TESTS = 0, 1, 33  # as mutmut counts them
_SAVED_EVERY_S = 10.0


class Trials:
    """In place of pytest's own loop: every test once, then the tests of each mutant."""

    def __init__(self, patterns: list[str], *, again: bool, minutes: float) -> None:
        self._minutes = minutes
        self._files = [_loaded(path) for path in walk_mutatable_files()]
        self._todo = [
            (data, mutant)
            for data in self._files
            for mutant, code in data.exit_code_by_key.items()
            if _matches(mutant, patterns)
            and (code is None or (again and code in (_SURVIVED, _NO_TESTS)))
        ]
        Random(1).shuffle(self._todo)  # what has been tried when it's stopped is a fair sample
        self._tests: dict[str, list[pytest.Item]] = defaultdict(list)
        self._seconds: dict[str, float] = {}
        self._saved_at = time.monotonic()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self._todo:
            self._measure(session.items)
            self._leave_out(_failing_again(session.items))
            self._try_all()
        self._save()
        return True

    def _measure(self, items: list[pytest.Item]) -> None:
        """Which test calls which function, and how long it takes."""
        set_mutant_under_test("stats")
        for item, following in zip(items, [*items[1:], None], strict=True):
            state()._stats.clear()
            began = time.monotonic()
            if not _passes(item, following):
                print(f"\nFails without a mutant, and is left out: {item.nodeid}", flush=True)
                continue
            self._seconds[item.nodeid] = time.monotonic() - began
            for function in state()._stats:
                self._tests[function].append(item)
        set_mutant_under_test("")

    def _leave_out(self, failing: set[str]) -> None:
        """A test that fails in a second process without a mutant would notice anything."""
        for name in failing & self._seconds.keys():
            print(f"\nFails the second time, and is left out: {name}", flush=True)
        for function, tests in self._tests.items():
            usable = [item for item in tests if item.nodeid not in failing]
            self._tests[function] = sorted(usable, key=lambda item: self._seconds[item.nodeid])
        print(f"\n{len(self._seconds)} tests, {len(self._todo)} mutants to try", flush=True)

    def _try_all(self) -> None:
        began, survived = time.monotonic(), 0
        gc.collect()
        gc.freeze()  # a process forked from here then copies little memory
        for count, (data, mutant) in enumerate(self._todo, start=1):
            tests = self._tests[mutant.partition("__mutmut_")[0]]
            code = self._try(mutant, tests) if tests else _NO_TESTS
            data.exit_code_by_key[mutant] = code
            survived += code in (_SURVIVED, _NO_TESTS)
            if time.monotonic() - self._saved_at > _SAVED_EVERY_S:
                self._save()
                took_s = time.monotonic() - began
                print(f"{count} tried, {survived} survived, {took_s:.0f} s", flush=True)
                if took_s > self._minutes * 60:
                    break

    def _save(self) -> None:
        for data in self._files:
            data.save()
        self._saved_at = time.monotonic()

    def _try(self, mutant: str, tests: list[pytest.Item]) -> int:
        """The exit code of a process of its own; one that hangs counts as noticed.

        A test that noticed one comes first from then on: it often notices the next one too.
        """
        limit_s = 10 + 5 * sum(self._seconds[test.nodeid] for test in tests)
        said, says = os.pipe()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(int(limit_s))
            set_mutant_under_test(mutant)
            os._exit(_outcome(tests, says))
        os.close(says)
        _, status = os.waitpid(child, 0)
        with os.fdopen(said) as answer:
            if number := answer.read():
                tests.insert(0, tests.pop(int(number)))
        code = os.waitstatus_to_exitcode(status)
        return code if code in (_SURVIVED, _NOTICED) else -signal.SIGXCPU


def _failing_again(items: list[pytest.Item]) -> set[str]:
    """The tests that fail in a process of their own, as mutants are tried, without a mutant."""
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        for item, following in zip(items, [*items[1:], None], strict=True):
            if not _passes(item, following):
                os.write(says, f"{item.nodeid}\n".encode())
        os._exit(0)
    os.close(says)
    with os.fdopen(said) as answer:
        failing = set(answer.read().splitlines())
    os.waitpid(child, 0)
    return failing


def _outcome(tests: list[pytest.Item], says: int) -> int:
    try:
        for number, test in enumerate(tests):
            following = tests[number + 1] if number + 1 < len(tests) else None
            if not _passes(test, following):
                os.write(says, str(number).encode())
                return _NOTICED
    except BaseException:  # noqa: BLE001 - whatever it is, the mutant caused it
        return _NOTICED
    return _SURVIVED


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=following)
    return all(report.passed or report.skipped for report in reports)


def _loaded(path: Path) -> SourceFileMutationData:
    data = SourceFileMutationData(path=path)
    data.load()
    data.meta_path = data.meta_path.resolve()  # the tests run in another folder
    return data


def _matches(mutant: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatch(mutant, pattern) for pattern in patterns)


def _show(mutant: str) -> None:
    for path in walk_mutatable_files():
        if mutant in _loaded(path).exit_code_by_key:
            print(get_diff_for_mutant(mutant, path=path))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--show", metavar="MUTANT")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    options = parser.parse_args()
    if options.show:
        _show(options.show)
        return
    mutation.mutation_operators = operators()
    mutation.MutationVisitor._skip_node_and_children = stays  # type: ignore[method-assign]
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    with contextlib.redirect_stdout(io.StringIO()):
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(1)
    trials = Trials(options.patterns, again=options.again, minutes=options.minutes)
    arguments = [*config().pytest_add_cli_args_test_selection, *config().pytest_add_cli_args]
    # A folder of its own: other runs of pytest delete older folders in the usual place.
    folder = Path("tmp").resolve()
    os.chdir("mutants")
    set_mutant_under_test("")
    pytest.main(["--rootdir=.", "-q", f"--basetemp={folder}", *arguments], plugins=[trials])


main()
