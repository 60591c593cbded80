"""The documents and the code as the tests of this folder read them."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.cli import parser as command_line

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HEADING = re.compile(r"^#{2,3} (?:(\d+(?:\.\d+)?)\.? |(Invariant \d+)\. ).+\n", re.MULTILINE)
_LINE_END = re.compile(r"\s*\n\s*(?:#|--)?\s*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of docs/rules.md; `number` is such as `3`, `3.2` or `invariant 4`."""

    number: str
    text: str

    @property
    def is_built(self) -> bool:
        """Whether the program does any of it: the text doesn't begin with a bare "Not yet."."""
        return not self.text.startswith("Not yet.\n")


def rules() -> list[Rule]:
    """Every rule and invariant, in the order of the page."""
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    found = list(HEADING.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    return [
        Rule((one[1] or one[2]).lower(), text[one.end() : end].strip() + "\n")
        for one, end in zip(found, ends, strict=True)
    ]


def code() -> list[Path]:
    """Every Python file of the program and its tests."""
    folders = [path for name in ("lib", "pages", "tests") for path in (ROOT / name).rglob("*.py")]
    return [ROOT / "app.py", ROOT / "sync.py", *sorted(folders)]


def pages() -> list[Path]:
    """Every page for people: the documents, README and the changelog."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def text_of(path: Path) -> str:
    """A file as one line, so that a citation may go on in the next line of a comment."""
    return _LINE_END.sub(" ", path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    """The path as a person would write it."""
    return path.relative_to(ROOT).as_posix()


def links(path: Path) -> Iterator[tuple[str, str]]:
    """The relative links of a page: file ("" is the page itself) and heading, "" without one."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            file, _, heading = target.partition("#")
            yield file, heading


def anchors(path: Path) -> set[str]:
    """The names by which links point at the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def commands() -> dict[str, argparse.ArgumentParser]:
    """Each command of `sync.py` with its parser."""
    for action in command_line.build()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


def options() -> set[str]:
    """Every option of every command, apart from `--help` and the hidden ones."""
    return {
        option
        for command in commands().values()
        for action in command._actions
        if action.help != argparse.SUPPRESS
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
