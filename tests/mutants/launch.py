"""Makes the mutants of a workspace and tries them; run there, by its path.

mutmut makes the changed functions, beside the real ones, and an environment variable says which one
is called. So the tests are collected once. Two processes forked from that one share the mutants,
and each mutant gets a process forked from these. In it, the tests that run the changed statement
follow each other, the cheapest first, up to the first that fails or until they have cost some
seconds. (mutmut's own runner collects them again for each mutant, which takes ten times as long.)
"""

import argparse
import contextlib
import gc
import io
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
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
from places import Place, function_of, place_of
from switches import choose, install

_SURVIVED, _NOTICED, _NO_TESTS = 0, 1, 33  # as mutmut counts them
_SAVED_EVERY_S = 10.0
_AT_ONCE = 2  # mutants
_FIRST = 4
_SLOW_S = 0.1
_MOST_BYTES = 8 * 2**30
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a log there doesn't wait for the disk
_Mutant = tuple[SourceFileMutationData, str]


class Trials:
    """In place of pytest's own loop: the tests of each mutant, those that cost little first."""

    def __init__(self, patterns: list[str], *, again: bool, minutes: float, seconds: float) -> None:
        self._minutes = minutes
        self._seconds = seconds
        self._files = [_loaded(path) for path in walk_mutatable_files()]
        chosen = [
            (data, mutant)
            for data in self._files
            for mutant in data.exit_code_by_key
            if _matches(mutant, patterns)
        ]
        survivors = [one for one in chosen if again and _code(one) in (_SURVIVED, _NO_TESTS)]
        self._todo = _evenly(survivors) + _evenly(one for one in chosen if _code(one) is None)
        self._order: dict[Place, list[str]] = {}
        self._noticed: Counter[str] = Counter()  # how many each test noticed
        self._sound: dict[str, bool] = {}
        self._kept = Path("tests.json").resolve()
        self._saved_at = time.monotonic()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self._todo:
            self._known = KnownTests(session.items, _passes)
            self._known.learn(self._kept, self._functions())
            self._warm_up()
            print(f"{len(self._todo)} mutants to try", flush=True)
            self._try_all()
        self._save()
        return True

    def _functions(self) -> set[str]:
        return {function_of(mutant) for data in self._files for mutant in data.exit_code_by_key}

    def _warm_up(self) -> None:
        """Load what the tests load while they run, so that it isn't loaded for each mutant."""
        first = {item.nodeid.partition("::")[0]: item for item in self._known.items.values()}
        for item in first.values():
            _passes(item, None)

    def _try_all(self) -> None:
        began, survived = time.monotonic(), 0
        gc.collect()
        gc.freeze()  # a process forked from here then copies little memory
        for count, (number, code) in enumerate(self._outcomes(began), start=1):
            data, mutant = self._todo[number]
            data.exit_code_by_key[mutant] = code
            survived += code in (_SURVIVED, _NO_TESTS)
            if time.monotonic() - self._saved_at > _SAVED_EVERY_S:
                self._save()
                took_s = time.monotonic() - began
                print(f"{count} tried, {survived} survived, {took_s:.0f} s", flush=True)

    def _outcomes(self, began: float) -> Iterator[tuple[int, int]]:
        """The number and the exit code of each mutant, from processes that share them."""
        source, target = os.pipe()
        for first in range(_AT_ONCE):
            if os.fork() == 0:
                try:
                    self._try_every(_AT_ONCE, first, began, target)
                finally:
                    os._exit(0)
        os.close(target)
        with os.fdopen(source) as lines:
            for line in lines:
                number, code = line.split()
                yield int(number), int(code)

    def _try_every(self, step: int, first: int, began: float, target: int) -> None:
        for number in range(first, len(self._todo), step):
            if time.monotonic() - began > self._minutes * 60:
                break
            _, mutant = self._todo[number]
            os.write(target, f"{number} {self._try(mutant)}\n".encode())

    def _save(self) -> None:
        for data in self._files:
            data.save()
        self._saved_at = time.monotonic()

    def _try(self, mutant: str) -> int:
        """Run tests until one fails. It comes early from then on: it often notices the next too."""
        place = place_of(mutant)
        if place not in self._order:
            self._order[place] = self._known.at(place)
        while tests := self._affordable(self._order[place]):
            code, noticed = self._in_a_process(mutant, tests)
            if noticed and not self._is_sound(noticed):
                continue
            if noticed:
                self._bring_forward(self._order[place], noticed)
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

        The first of the place come first, then those that noticed most for what they cost.
        """
        chosen: list[str] = []
        left_s = self._seconds
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
        by_function[function_of(mutant)].append((data, mutant))
    random, ordered = Random(1), []
    for some in by_function.values():
        random.shuffle(some)
        start = random.random()
        ordered.extend(((rank + start) / len(some), one) for rank, one in enumerate(some))
    return [one for _, one in sorted(ordered, key=lambda pair: pair[0])]


def _code(one: _Mutant) -> int | None:
    data, mutant = one
    return data.exit_code_by_key[mutant]


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
    parser.add_argument("--seconds", type=float, default=2.0)
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
    trials = Trials(
        options.patterns,
        again=options.again,
        minutes=options.minutes,
        seconds=options.seconds,
    )
    arguments = [*config().pytest_add_cli_args_test_selection, *config().pytest_add_cli_args]
    os.chdir("mutants")
    install()
    choose("")
    # A folder of its own: other runs of pytest delete older folders in the usual place.
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.exists() else None) as folder:
        pytest.main(["--rootdir=.", "-q", f"--basetemp={folder}", *arguments], plugins=[trials])


main()
