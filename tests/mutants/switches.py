"""Which version of each function is called: its own, or the mutant on trial.

In place of mutmut's own switch, which looks for the mutant at each call and so takes most of the
time of tests that call small functions often. Here, a function finds out once, at its first call
after a mutant is chosen.
"""

import sys
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import mutmut.mutation.trampoline as trampoline
from mutmut.mutation.trampoline import get_mutant_under_test, set_mutant_under_test

_Function = Callable[..., Any]
_Cached = type(lru_cache(lambda: None))

_switches: list["_Switch"] = []


class _Switch:
    def __init__(self, function: _Function, versions: dict[str, _Function], *, of_class: bool):
        self.module = function.__module__
        self._versions = versions  # not filled yet
        self._of_class = of_class
        self.reset()

    def reset(self) -> None:
        self.call: _Function = self._first_call

    def _first_call(self, *args: Any, **named: Any) -> Any:
        original = self._versions["_mutmut_orig"]
        module, _, mutant = get_mutant_under_test().rpartition(".")
        chosen = self._versions.get(mutant, original) if module == self.module else original
        self.call = _class_method(chosen.__name__) if self._of_class else chosen
        return self.call(*args, **named)


def install() -> None:
    """Use these switches in all files of lib that are imported from now on."""
    trampoline.wrap_in_trampoline = _with_switch


def choose(mutant: str) -> None:
    """Call this mutant from now on; "" for none."""
    set_mutant_under_test(mutant)
    forget()
    for switch in _switches:
        switch.reset()


def forget() -> None:
    """Empty the caches of the group's functions: what is in them, no mutant can change."""
    for module in {switch.module for switch in _switches}:
        for value in vars(sys.modules[module]).values():
            if isinstance(value, _Cached):
                value.cache_clear()


def _with_switch(
    versions: dict[str, _Function], is_classmethod: bool = False
) -> Callable[[_Function], _Function]:
    def decorate(function: _Function) -> _Function:
        switch = _Switch(function, versions, of_class=is_classmethod)
        _switches.append(switch)

        @wraps(function)
        def switched(*args: Any, **named: Any) -> Any:
            return switch.call(*args, **named)

        return switched

    return decorate


def _class_method(name: str) -> _Function:
    return lambda owner, *args, **named: getattr(owner, name)(*args, **named)
