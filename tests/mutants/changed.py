"""The functions that were changed since a commit, as patterns of their mutants."""

import ast
import re
import subprocess
from fnmatch import fnmatch

from tests.mutants.groups import GROUPS, Group
from tests.mutants.workspace import ROOT

_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def since(revision: str) -> list[tuple[Group, list[str]]]:
    """The groups with functions that differ from this commit, each with patterns of mutants."""
    found = []
    for group in GROUPS:
        names = _git("diff", "--name-only", "--diff-filter=d", revision, "--", "lib").splitlines()
        files = [name for name in names if group.holds(name)]
        patterns = [one for name in files for one in _changed_functions(revision, name)]
        if patterns:
            found.append((group, patterns))
    return found


def only(patterns: list[str], results: dict[str, bool | None]) -> dict[str, bool | None]:
    """The results of the mutants that one of the patterns names; all, if there are no patterns."""
    return {
        mutant: noticed
        for mutant, noticed in results.items()
        if not patterns or any(fnmatch(mutant, pattern) for pattern in patterns)
    }


def _changed_functions(revision: str, name: str) -> list[str]:
    lines = _changed_lines(_git("diff", "-U0", revision, "--", name))
    module = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    return [
        f"{module}.{mangled}__mutmut_*"
        for mangled, node in _functions(tree)
        if lines & set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    ]


def _functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    """Functions and methods, with the names that mutmut gives them."""
    found = [(f"x_{node.name}", node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    for kind in tree.body:
        if isinstance(kind, ast.ClassDef):
            methods = [node for node in kind.body if isinstance(node, ast.FunctionDef)]
            found.extend((f"xǁ{kind.name}ǁ{node.name}", node) for node in methods)
    return found


def _changed_lines(diff: str) -> set[int]:
    lines: set[int] = set()
    for start, count in _HUNK.findall(diff):
        lines.update(range(int(start), int(start) + int(count or 1)))
    return lines


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout
