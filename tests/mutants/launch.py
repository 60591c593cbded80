"""Makes the mutants of a workspace and tries them; run there, by its path.

mutmut makes the changed functions, beside the real ones, and an environment variable says which one
is called. So the tests are collected once, and each mutant gets a process forked from that one, in
which the tests of its function run, the cheapest first, up to the first that fails or until they
have cost some seconds. (mutmut's own runner collects them again for each mutant, which takes ten
times as long.)
"""

import argparse
import contextlib
import gc
import io
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
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
from mutmut.utils.file_utils import (
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
    walk_mutatable_files,
)

sys.path.append(str(Path(__file__).parent))
from known_tests import KnownTests
from operators import operators, stays
from switches import choose, install

_SURVIVED, _NOTICED, _NO_TESTS = 0, 1, 33  # as mutmut counts them
_SAVED_EVERY_S = 10.0
_MOST_S = 2.0  # processor time of the tests of one mutant
_FIRST = 12
_SLOW_S = 0.1
_MOST_BYTES = 8 * 2**30
_Mutant = tuple[SourceFileMutationData, str]


class Trials:
    """In place of pytest's own loop: the tests of each mutant, those that cost little first."""

    def __init__(self, patterns: list[str], *, again: bool, minutes: float) -> None:
        self._minutes = minutes
        self._files = [_loaded(path) for path in walk_mutatable_files()]
        chosen = [
            (data, mutant)
            for data in self._files
            for mutant in data.exit_code_by_key
            if _matches(mutant, patterns)
        ]
        survivors = [one for one in chosen if again and _code(one) in (_SURVIVED, _NO_TESTS)]
        self._todo = _evenly(survivors) + _evenly(one for one in chosen if _code(one) is None)
        self._order: dict[str, list[str]] = {}
        self._noticed: Counter[str] = Counter()  # how many each test noticed
        self._sound: dict[str, bool] = {}
        self._kept = Path("tests.json").resolve()
        self._saved_at = time.monotonic()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self._todo:
            self._known = KnownTests(session.items, _passes)
            self._known.learn(self._kept, (_function(mutant) for _, mutant in self._todo))
            print(f"{len(self._todo)} mutants to try", flush=True)
            self._try_all()
        self._save()
        return True

    def _try_all(self) -> None:
        began, survived = time.monotonic(), 0
        gc.collect()
        gc.freeze()  # a process forked from here then copies little memory
        for count, (data, mutant) in enumerate(self._todo, start=1):
            code = data.exit_code_by_key[mutant] = self._try(mutant)
            survived += code in (_SURVIVED, _NO_TESTS)
            took_s = time.monotonic() - began
            if time.monotonic() - self._saved_at > _SAVED_EVERY_S:
                self._save()
                print(f"{count} tried, {survived} survived, {took_s:.0f} s", flush=True)
            if took_s > self._minutes * 60:
                break

    def _save(self) -> None:
        for data in self._files:
            data.save()
        self._saved_at = time.monotonic()

    def _try(self, mutant: str) -> int:
        """Run tests until one fails. It comes early from then on: it often notices the next too."""
        function = _function(mutant)
        if function not in self._order:
            self._order[function] = self._known.of(function)
        while tests := self._affordable(self._order[function]):
            code, noticed = self._in_a_process(mutant, tests)
            if noticed and not self._is_sound(noticed):
                continue
            if noticed:
                self._bring_forward(self._order[function], noticed)
            return code
        return _NO_TESTS

    def _bring_forward(self, tests: list[str], noticed: str) -> None:
        """Put the test before all others, or a slow one before those that are as slow."""
        self._noticed[noticed] += 1
        tests.remove(noticed)
        cost_s = self._known.seconds(noticed)
        quicker = (cost_s > _SLOW_S and self._known.seconds(name) < cost_s for name in tests)
        tests.insert(
            next((at for at, is_so in enumerate(quicker) if not is_so), len(tests)), noticed
        )

    def _affordable(self, tests: list[str]) -> list[str]:
        """As many of these as one mutant may cost, at least one.

        The first of the function come first, then those that noticed most for what they cost.
        """
        chosen: list[str] = []
        left_s = _MOST_S
        rest = sorted(
            tests[_FIRST:],
            key=lambda name: -(self._noticed[name] + 0.2) / self._known.seconds(name),
        )
        for name in [*tests[:_FIRST], *rest]:
            if self._sound.get(name, True) and (not chosen or self._known.seconds(name) <= left_s):
                chosen.append(name)
                left_s -= self._known.seconds(name)
        return chosen

    def _is_sound(self, name: str) -> bool:
        """Whether it passes in a process of its own without a mutant; if not, it's left out."""
        if name not in self._sound:
            code, _ = self._in_a_process("", [name])
            self._sound[name] = code == _SURVIVED
            if code != _SURVIVED:
                print(f"Fails without a mutant, and is left out: {name}", flush=True)
        return self._sound[name]

    def _in_a_process(self, mutant: str, tests: list[str]) -> tuple[int, str]:
        """Its exit code, and the test that failed; one that hangs counts as noticed."""
        costs_s = [self._known.seconds(name) for name in tests]
        items = [self._known.items[name] for name in tests]
        said, says = os.pipe()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            choose(mutant)
            os._exit(_outcome(items, costs_s, says))
        os.close(says)
        with os.fdopen(said) as answer:
            noticed = answer.read()
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what a test that failed left running
        code = os.waitstatus_to_exitcode(status)
        hung = -signal.SIGXCPU
        return code if code in (_SURVIVED, _NOTICED) else hung, tests[
            int(noticed)
        ] if noticed else ""


def _limit(cost_s: float) -> None:
    """Ends this process when a test takes far longer than usual."""
    signal.alarm(int(10 + 40 * cost_s))  # a busy computer
    signal.setitimer(signal.ITIMER_PROF, 2 + 5 * cost_s)


def _evenly(mutants: Iterable[_Mutant]) -> list[_Mutant]:
    """In an order whose beginning is a fair sample: the same part of each function."""
    by_function: dict[str, list[_Mutant]] = defaultdict(list)
    for data, mutant in mutants:
        by_function[_function(mutant)].append((data, mutant))
    random, ordered = Random(1), []
    for some in by_function.values():
        random.shuffle(some)
        start = random.random()
        ordered.extend(((rank + start) / len(some), one) for rank, one in enumerate(some))
    return [one for _, one in sorted(ordered, key=lambda pair: pair[0])]


def _code(one: _Mutant) -> int | None:
    data, mutant = one
    return data.exit_code_by_key[mutant]


def _function(mutant: str) -> str:
    return mutant.partition("__mutmut_")[0]


def _outcome(tests: list[pytest.Item], costs_s: list[float], says: int) -> int:
    for number, test in enumerate(tests):
        _limit(costs_s[number])
        following = tests[number + 1] if number + 1 < len(tests) else None
        try:
            noticed = not _passes(test, following)
        except BaseException:  # noqa: BLE001 - whatever it is, the mutant caused it
            noticed = True
        if noticed:
            os.write(says, str(number).encode())
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
    install()
    choose("")
    pytest.main(["--rootdir=.", "-q", f"--basetemp={folder}", *arguments], plugins=[trials])


main()
