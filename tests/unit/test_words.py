"""Numbers and lists as people write them."""

import pytest

from lib.words import by_count, counted, listed


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
