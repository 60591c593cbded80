"""Every file and every name in the code that the documents for newcomers mention is there."""

import re
from pathlib import Path

import pytest

from tests.docs.reading import DOCS, ROOT, code, shown

CHANGING = (DOCS / "changing.md").read_text(encoding="utf-8")
TOKEN = re.compile(r"`([^`\s]+)`")
FILE = re.compile(r"[\w./-]+\.(?:py|md|lark|tsv|toml|json)|[\w./-]+/")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?")
PARTS = ("lib", "pages", "tests", "docs")


def files() -> set[str]:
    """Every file of the project and every folder that holds one, from the root."""
    inside = [path for part in PARTS for path in (ROOT / part).rglob("*.*") if path.is_file()]
    found = [path for path in [*inside, *ROOT.glob("*.*")] if path.suffix != ".pyc"]
    return {shown(one) for path in found for one in (path, *path.parents) if ROOT in one.parents}


def missing(path: Path, *, from_the_root: bool) -> list[str]:
    """The files and folders that a page names and that are not there."""
    known = files()
    named = [
        one.rstrip("/") for one in TOKEN.findall(path.read_text("utf-8")) if FILE.fullmatch(one)
    ]
    return [
        one
        for one in named
        if one not in known
        and (from_the_root or not any(each.endswith(f"/{one}") for each in known))
    ]


@pytest.mark.parametrize("name", ["tour.md", "rules.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    assert missing(DOCS / name, from_the_root=False) == []


def test_every_file_of_the_twelve_changes_is_named_by_its_whole_path() -> None:
    assert missing(DOCS / "changing.md", from_the_root=True) == []


def test_every_folder_of_the_twelve_changes_is_there() -> None:
    known = files()
    folders = [one for one in TOKEN.findall(CHANGING) if one.startswith(PARTS)]

    assert folders
    assert [one for one in folders if one not in known] == []


def test_every_name_in_the_code_of_the_twelve_changes_is_there() -> None:
    program = [path for path in code() if not path.is_relative_to(ROOT / "tests")]
    words = {word for path in program for word in re.findall(r"\w+", path.read_text("utf-8"))}
    names = [one for one in TOKEN.findall(CHANGING) if NAME.fullmatch(one) and "/" not in one]
    absent = [one for one in names if not FILE.fullmatch(one) and not set(one.split(".")) <= words]

    assert len(names) > 30
    assert absent == []


def test_there_are_twelve_changes_of_three_to_eight_lines() -> None:
    changes = re.split(r"^## \d+\. .*$", CHANGING, flags=re.MULTILINE)[1:]

    assert len(changes) == 12
    assert [one for one in changes if not 3 <= len(one.strip().splitlines()) <= 8] == []
