"""Which tests call a function, and what they cost.

Measuring takes as long as all the tests of a group, so it's kept in the workspace until their file
changes.
"""

import json
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

import pytest
from switches import called, choose

_KEPT = Path("tests.json")
Passes = Callable[[pytest.Item, pytest.Item | None], bool]
_Measured = dict[str, tuple[float, list[str]]]  # of a test: its seconds, the functions it calls


class KnownTests:
    """The tests of a group by the functions they call, each with its seconds of processor time."""

    def __init__(self, items: list[pytest.Item], passes: Passes) -> None:
        self.items = {item.nodeid: item for item in items}
        self._passes = passes
        self._kept = Path(_KEPT).resolve()
        self._tests: _Measured = {}
        self._by_function: dict[str, list[str]] = {}

    def learn(self, kept: Path, functions: Iterable[str]) -> None:
        """Measure the tests of files that changed; all, if a function is new and none calls it."""
        hashes = _hashes(self.items.values())
        old = json.loads(kept.read_text()) if kept.exists() else {"files": {}}
        same = {name for name, value in hashes.items() if old["files"].get(name) == value}
        self._tests = {name: old["tests"][name] for name in self.items if _is_in(name, same, old)}
        self._measure()
        new = set(functions) - set(old.get("functions", ()))
        if same and not all(self.of(function) for function in new):
            self._tests = {}
            self._measure()
        known = sorted({*new, *old.get("functions", ())})
        kept.write_text(json.dumps({"files": hashes, "tests": self._tests, "functions": known}))

    def of(self, function: str) -> list[str]:
        """The tests that call a function: those of its own file first, then by cost and breadth."""
        own = f"test_{function.split('.x')[0].rpartition('.')[2]}.py"
        return sorted(
            self._by_function.get(function, ()),
            key=lambda name: (own not in name, self.seconds(name) * len(self._tests[name][1])),
        )

    def seconds(self, name: str) -> float:
        return self._tests[name][0]

    def _measure(self) -> None:
        new = [item for name, item in self.items.items() if name not in self._tests]
        for item, following in zip(new, [*new[1:], None][: len(new)], strict=True):
            choose("stats")
            began = time.process_time()
            if not self._passes(item, following):
                print(f"\nFails without a mutant, and is left out: {item.nodeid}", flush=True)
                continue
            took_s = max(time.process_time() - began, 0.001)
            self._tests[item.nodeid] = (took_s, sorted(called))
        choose("")
        self._by_function = {}
        for name, (_, functions) in self._tests.items():
            for function in functions:
                self._by_function.setdefault(function, []).append(name)
        print(f"\n{len(new)} of {len(self.items)} tests measured", flush=True)


def _is_in(test: str, files: set[str], old: dict[str, _Measured]) -> bool:
    return test.partition("::")[0] in files and test in old["tests"]


def _hashes(items: Iterable[pytest.Item]) -> dict[str, str]:
    files = {item.nodeid.partition("::")[0] for item in items}
    return {name: sha256(Path(name).read_bytes()).hexdigest() for name in files}
