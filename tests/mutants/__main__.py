"""Change lib in small ways and count what the tests notice: `python -m tests.mutants soql`."""

import argparse
import sys
from importlib.util import find_spec

from tests.mutants import changed
from tests.mutants.groups import GROUPS, Group
from tests.mutants.workspace import Workspace

_ENOUGH = 90  # percent of the mutants of each group


def main() -> int:
    options = _options()
    if find_spec("mutmut") is None:
        print("Install what this needs: pip install -r requirements-mutants.txt", file=sys.stderr)
        return 2
    groups = _chosen(options)
    worst = 100.0
    if not options.figures:
        for group, mutants in groups:
            workspace = Workspace(group)
            workspace.update()
            workspace.run(
                mutants, again=options.again, minutes=options.minutes, seconds=options.seconds
            )
    print(f"{'group':12}{'made':>7}{'noticed':>9}{'survived':>10}{'not tried':>11}{'percent':>9}")
    for group, mutants in groups:
        worst = min(worst, _print_figures(group, mutants, options))
    return 0 if worst >= _ENOUGH else 1


def _chosen(options: argparse.Namespace) -> list[tuple[Group, list[str]]]:
    """The groups to run, each with patterns of its mutants (none: all)."""
    if options.since:
        return changed.since(options.since)
    named = set(options.groups)
    return [(group, []) for group in GROUPS if not named or group.name in named]


def _print_figures(group: Group, patterns: list[str], options: argparse.Namespace) -> float:
    workspace = Workspace(group)
    by_file = workspace.results()
    if options.files:
        for name, results in by_file.items():
            _print_line(f"  {name}", changed.only(patterns, results))
    if options.survivors:
        for mutant in workspace.survivors():
            if options.survivors in mutant:
                print(workspace.show(mutant))
    every = {mutant: is_so for results in by_file.values() for mutant, is_so in results.items()}
    return _print_line(group.name, changed.only(patterns, every))


def _print_line(name: str, results: dict[str, bool | None]) -> float:
    verdicts = list(results.values())
    noticed, survived = verdicts.count(True), verdicts.count(False)
    tried = noticed + survived
    percent = 100 * noticed / tried if tried else 100.0
    shown = f"{percent:.1f}%" if tried else "-"
    figures = f"{len(verdicts):7}{noticed:9}{survived:10}{verdicts.count(None):11}{shown:>9}"
    print(f"{name:12}{figures}")
    return percent


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    names = [group.name for group in GROUPS]
    parser.add_argument("groups", nargs="*", help=f"{', '.join(names)}; all, if none is named")
    parser.add_argument("--since", metavar="REV", help="only functions changed since this commit")
    parser.add_argument("--again", action="store_true", help="first try those again that survived")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="for each group, then it stops"
    )
    parser.add_argument(
        "--seconds", type=float, default=2.0, help="processor time for each change (2)"
    )
    parser.add_argument("--figures", action="store_true", help="run nothing, only show the figures")
    parser.add_argument("--files", action="store_true", help="show the figures of each file too")
    parser.add_argument("--survivors", metavar="TEXT", help="show survivors with TEXT in the name")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(names):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())
