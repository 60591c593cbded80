"""Which statement of a function a mutant changes, and which statements a test runs.

Lines are counted from a function's first one, and several of them are the bits of a number.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Place(NamedTuple):
    """A function, by the name of its mutants, and the lines of a statement in it."""

    function: str
    lines: int


class Written(NamedTuple):
    """A version of a function, as it's written in mutmut's file."""

    first: int
    last: int
    text: tuple[str, ...]
    node: _Function


def function_of(mutant: str) -> str:
    return mutant.partition("__mutmut_")[0]


def place_of(mutant: str) -> Place:
    """The statement of the original that reads otherwise in the mutant."""
    function = function_of(mutant)
    versions = _versions(path_of(function))
    original = versions[_mangled(f"{function}__mutmut_orig")]
    changed = versions[_mangled(mutant)]
    pairs = zip(original.text[1:], changed.text[1:], strict=False)
    line = next((at for at, (one, other) in enumerate(pairs, start=1) if one != other), 1)
    return Place(function, _statement_around(original, line))


def lines_of(function: str, run: Iterable[int]) -> int:
    """Those of a file's lines that are in the original of a function."""
    original = _versions(path_of(function))[_mangled(f"{function}__mutmut_orig")]
    found = (line - original.first for line in run if original.first < line <= original.last)
    return _bits(found)


def text_of(function: str) -> str:
    """The text of the original."""
    return "\n".join(_versions(path_of(function))[_mangled(f"{function}__mutmut_orig")].text)


def path_of(function: str) -> Path:
    """The file of a function and its mutants, in the current folder."""
    module = Path.cwd() / function.rpartition(".")[0].replace(".", "/")
    return module.with_suffix(".py") if not module.is_dir() else module / "__init__.py"


def _mangled(name: str) -> str:
    return name.rpartition(".")[2]


@cache
def _versions(path: Path) -> dict[str, Written]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    return {
        node.name: Written(
            node.lineno, node.end_lineno or 0, tuple(lines[node.lineno - 1 : node.end_lineno]), node
        )
        for node in _functions(ast.parse(text))
        if "__mutmut_" in node.name
    }


def _functions(tree: ast.Module) -> Iterator[_Function]:
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (one for one in inside if isinstance(one, _Function))


def _statement_around(written: Written, line: int) -> int:
    """The lines of the innermost statement; of one with a body, those before the body."""
    at = written.first + line
    around = [
        node
        for node in ast.walk(written.node)
        if isinstance(node, ast.stmt) and node.lineno <= at <= (node.end_lineno or at)
    ]
    innermost = max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    last = innermost.end_lineno or at
    body = getattr(innermost, "body", None)
    if body and innermost is not written.node and at < body[0].lineno:
        last = max(body[0].lineno - 1, innermost.lineno)
    return _bits(range(innermost.lineno - written.first, last - written.first + 1))


def _bits(lines: Iterable[int]) -> int:
    return sum(1 << line for line in set(lines))
