"""Which tests run which lines of a function, and what they cost.

Measuring takes as long as all the tests of a group, so it's kept in the workspace until their file
changes.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

import pytest
from coverage import Coverage
from places import Place, lines_of, path_of, text_of
from switches import forget

Passes = Callable[[pytest.Item, pytest.Item | None], bool]
_Lines = dict[str, int]  # by function
_Measured = dict[str, tuple[float, _Lines]]  # of a test: its seconds, and what it runs


class KnownTests:
    """The tests of a group by what they run, each with its seconds of processor time."""

    def __init__(self, items: list[pytest.Item], passes: Passes) -> None:
        self.items = {item.nodeid: item for item in items}
        self._passes = passes
        self._tests: _Measured = {}
        self._by_function: dict[str, list[str]] = {}
        self._is_as_measured: set[str] = set()

    def learn(self, kept: Path, functions: Iterable[str]) -> None:
        """Measure the tests of files that changed; all, if a function is new and none runs it."""
        texts = {name: sha256(text_of(name).encode()).hexdigest() for name in set(functions)}
        hashes = _hashes(self.items.values())
        old = json.loads(kept.read_text()) if kept.exists() else {}
        before: dict[str, str] = old.get("texts", {})
        same = {
            name for name, value in hashes.items() if before and old["files"].get(name) == value
        }
        self._tests = {name: old["tests"][name] for name in self.items if _is_in(name, same, old)}
        is_fresh = not self._tests
        self._measure(texts)
        if not is_fresh and not all(self._by_function.get(name) for name in texts.keys() - before):
            self._tests, is_fresh = {}, True
            self._measure(texts)
        measured = texts if is_fresh else {**texts, **before}
        self._is_as_measured = {name for name, text in texts.items() if measured[name] == text}
        kept.write_text(json.dumps({"files": hashes, "tests": self._tests, "texts": measured}))

    def at(self, place: Place) -> list[str]:
        """The tests that run a statement: those of its own file first, then by cost and breadth.

        All of its function, if none runs it or the function has changed since it was measured.
        """
        own = f"test_{place.function.rpartition('.')[0].rpartition('.')[2]}.py"
        every = self._by_function.get(place.function, [])
        there = [name for name in every if self._tests[name][1][place.function] & place.lines]
        return sorted(
            there if there and place.function in self._is_as_measured else every,
            key=lambda name: (own not in name, self.seconds(name) * len(self._tests[name][1])),
        )

    def seconds(self, name: str) -> float:
        return self._tests[name][0]

    def _measure(self, functions: Iterable[str]) -> None:
        new = [item for name, item in self.items.items() if name not in self._tests]
        by_path: dict[Path, list[str]] = defaultdict(list)
        for function in functions:
            by_path[path_of(function)].append(function)
        coverage = Coverage(data_file=None, include=[str(path) for path in by_path])
        coverage.set_option("run:disable_warnings", ["no-data-collected"])
        costs_s = self._run(new, coverage)
        self._tests |= {name: (cost_s, {}) for name, cost_s in costs_s.items()}
        for path, names in by_path.items():
            for test, lines in _lines_by_test(coverage, path).items():
                if test not in costs_s:
                    continue
                run = {name: lines_of(name, lines) for name in names}
                self._tests[test][1].update((name, some) for name, some in run.items() if some)
        self._by_function = {}
        for name, (_, run) in self._tests.items():
            for function in run:
                self._by_function.setdefault(function, []).append(name)
        print(f"\n{len(new)} of {len(self.items)} tests measured", flush=True)

    def _run(self, tests: list[pytest.Item], coverage: Coverage) -> dict[str, float]:
        """The seconds of each test that passes."""
        costs_s: dict[str, float] = {}
        coverage.start()
        for item, following in zip(tests, [*tests[1:], None][: len(tests)], strict=True):
            forget()
            coverage.switch_context(item.nodeid)
            began = time.process_time()
            if not self._passes(item, following):
                print(f"\nFails without a mutant, and is left out: {item.nodeid}", flush=True)
                continue
            costs_s[item.nodeid] = max(time.process_time() - began, 0.001)
        coverage.stop()
        return costs_s


def _lines_by_test(coverage: Coverage, path: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for line, tests in coverage.get_data().contexts_by_lineno(str(path)).items():
        for test in tests:
            found[test].add(line)
    return found


def _is_in(test: str, files: set[str], old: dict[str, _Measured]) -> bool:
    return test.partition("::")[0] in files and test in old["tests"]


def _hashes(items: Iterable[pytest.Item]) -> dict[str, str]:
    files = {item.nodeid.partition("::")[0] for item in items}
    return {name: sha256(Path(name).read_bytes()).hexdigest() for name in files}
