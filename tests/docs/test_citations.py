"""What code and documents cite is there: rules by their number, pages by their name, links."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.reading import DOCS, ROOT, Rule, anchors, code, links, pages, rules, shown, text_of

RULES = {rule.number: rule for rule in rules()}
PARENTS = {number.rpartition(".")[0] for number in RULES} - {""}
"""Rules that consist of others, such as 3 of 3.1 and 3.2."""
NUMBER = r"(?:invariant )?\d+(?:\.\d+)?"
CITATION = re.compile(rf"rules\.md, ({NUMBER}(?:(?:, | and | or ){NUMBER})*)")
PAGE = re.compile(r"[\w./-]*\w\.md\b")
NAMED = re.compile(r"^ *def test_(rule|invariant)_(\d+(?:_\d+)?)_", re.MULTILINE)
CODE = [path for path in code() if path.parent != Path(__file__).parent]


def cited_in(path: Path) -> list[str]:
    """The numbers of the rules that a file cites, such as `3.2` and `invariant 4`."""
    return [one for cited in CITATION.findall(text_of(path)) for one in re.findall(NUMBER, cited)]


@cache
def named_tests() -> set[str]:
    """The rules that tests are named after."""
    return {
        f"{'invariant ' if kind == 'invariant' else ''}{number.replace('_', '.')}"
        for path in CODE
        if path.name.startswith("test_")
        for kind, number in NAMED.findall(path.read_text(encoding="utf-8"))
    }


def is_there(page: str, beside: Path) -> bool:
    """Whether a page is in docs, or where its path says, from the root or from the file."""
    return any((folder / page).is_file() for folder in (DOCS, ROOT, beside.parent))


def test_every_rule_has_one_number_and_they_count_up():
    numbers = [rule.number for rule in rules()]
    plain = [one for one in numbers if "invariant" not in one]

    assert len(set(numbers)) == len(numbers)
    assert plain == sorted(plain, key=lambda one: [int(part) for part in one.split(".")])
    assert numbers[len(plain) :] == [f"invariant {number}" for number in range(1, 11)]


def test_every_rule_that_is_cited_is_there():
    dangling = [
        f"{shown(path)}: {number}"
        for path in [*CODE, *pages()]
        for number in cited_in(path)
        if number not in RULES
    ]

    assert dangling == []


def test_code_cites_rules_in_one_form_by_their_number():
    mentions = {path: len(re.findall(r"\brules\.md", text_of(path))) for path in CODE}
    cited = {path: len(CITATION.findall(text_of(path))) for path in CODE}

    assert sum(cited.values()) > 50
    assert [shown(path) for path in CODE if mentions[path] != cited[path]] == []


def test_every_page_that_is_named_is_there():
    dangling = [
        f"{shown(path)}: {page}"
        for path in [*CODE, *pages()]
        for page in PAGE.findall(text_of(path))
        if not is_there(page, path)
    ]

    assert dangling == []


@pytest.mark.parametrize("path", pages(), ids=shown)
def test_every_link_leads_somewhere(path):
    broken = [
        f"{file}#{heading}"
        for file, heading in links(path)
        if not (target := path.parent / file if file else path).exists()
        or (heading and heading not in anchors(target))
    ]

    assert broken == []


@pytest.mark.parametrize(
    "rule",
    [one for one in RULES.values() if one.is_built and one.number not in PARENTS],
    ids=lambda rule: rule.number,
)
def test_every_rule_that_is_built_has_a_test_named_after_it(rule: Rule):
    assert rule.number in named_tests()


def test_every_test_named_after_a_rule_names_one_that_is_there():
    assert named_tests() - set(RULES) == set()
