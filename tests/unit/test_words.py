"""Numbers and lists as people write them."""

import pytest

from lib.words import by_count, counted, listed, source_in_words


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "No one is waiting."),
        (1, "1 person is waiting."),
        (1204, "1,204 people are waiting."),
    ],
)
def test_a_sentence_fits_its_number(count, sentence):
    assert (
        by_count(count, "No one is waiting.", "{n} person is waiting.", "{n} people are waiting.")
        == sentence
    )


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no lines"), (1, "1 line"), (2, "2 lines"), (1204, "1,204 lines")]
)
def test_a_noun_fits_its_number(count, words):
    assert counted(count, "line", "lines") == words


@pytest.mark.parametrize(
    ("parts", "words"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b, and c")],
)
def test_a_list_ends_in_and(parts, words):
    assert listed(parts) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("jangomail:ana@api.jangomail.com", "JangoMail (ana@api.jangomail.com)"),
        ("file", "Files"),
        ("other:x", "other:x"),
    ],
)
def test_a_source_is_shown_by_its_name_and_account(source, words):
    assert source_in_words(source) == words
