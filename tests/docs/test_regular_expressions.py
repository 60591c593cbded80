"""Regular expressions that each Python 3.11 understands alike."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_POSSESSIVE = re.compile(r"(?<![\\\[])[*+?]\+|\(\?>")
_FILES = sorted((ROOT / "lib").rglob("*.py")) + sorted((ROOT / "lib").rglob("*.lark"))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_none_is_possessive_or_atomic(path: Path):
    """Python 3.11.2, which Debian 12 has, misses matches of such expressions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("#", "//"))]

    assert not [line for line in code if _POSSESSIVE.search(line)]
