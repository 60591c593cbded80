"""The table of Salesforce's codes."""

import pytest

from lib.salesforce.codes import CODES, Meaning, codes_meaning, entry, means
from lib.salesforce.refusals import words


def test_every_code_has_words_and_advice() -> None:
    assert all(all(words(code, "")) for code in CODES)


@pytest.mark.parametrize("meaning", Meaning)
def test_every_meaning_has_its_codes(meaning: Meaning) -> None:
    codes = codes_meaning(meaning)

    assert codes
    assert all(means(code, meaning) for code in codes)


def test_a_code_can_have_several_meanings() -> None:
    assert means("INVALID_FIELD", Meaning.HIDDEN_FIELD)
    assert means("INVALID_FIELD", Meaning.PASSING, Meaning.QUERY_MISTAKE)
    assert not means("INVALID_FIELD", Meaning.PASSING, Meaning.TOO_MUCH)


def test_an_unknown_code_has_advice_and_no_meaning() -> None:
    assert entry("BRAND_NEW").remedy == "Show this to the Salesforce administrator."
    assert not means("BRAND_NEW", *Meaning)
    assert not means("", *Meaning)
