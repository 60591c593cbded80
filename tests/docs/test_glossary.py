"""The glossary is sorted, and each of its terms is a word the code or the documents use."""

import re

import pytest

from tests.docs.reading import DOCS, code, pages, text_of

ROWS = re.findall(r"^\| \*\*(.+?)\*\*", (DOCS / "GLOSSARY.md").read_text(encoding="utf-8"), re.M)
TERMS = [term for row in ROWS for term in row.split(", ")]


@pytest.fixture(scope="module")
def in_use() -> str:
    """All code and documents but the glossary, in lower case, with `_` read as a blank."""
    paths = [*code(), *(page for page in pages() if page.name != "GLOSSARY.md")]
    return " ".join(" ".join(map(text_of, paths)).lower().replace("_", " ").split())


def test_the_glossary_is_sorted_and_has_each_term_once():
    rows = [row.lower() for row in ROWS]

    assert len(rows) > 40
    assert rows == sorted(rows)
    assert len(set(TERMS)) == len(TERMS)


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_in_use(term, in_use):
    assert re.search(rf"\b{re.escape(term.lower())}", in_use)
