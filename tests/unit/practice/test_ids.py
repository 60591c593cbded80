"""Record ids: their check characters, and the two lengths."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.practice.ids import IdMaker, normalized, to_18

CHARACTERS = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    "recorded",
    [
        "0012300000bVTq1AAG",
        "0015500001QdZPKAA3",
        "0035500001H9kZuAAJ",
        "003q000000KvQ1tAAF",
        "a00D0000008pQRAIA2",
        "01254000001upcKAAQ",
    ],
)
def test_check_characters_are_those_of_recorded_ids(recorded: str):
    assert to_18(recorded[:15]) == recorded


@given(st.text(CHARACTERS, min_size=15, max_size=15))
def test_an_id_survives_the_loss_of_its_case(id_15: str):
    whole = to_18(id_15)

    assert normalized(id_15) == whole
    assert normalized(whole.lower()) == whole
    assert normalized(whole.upper()) == whole


@pytest.mark.parametrize("text", ["", "003", "003000000000000!", "0" * 16, "003000000000000ZZZ"])
def test_a_text_that_is_not_an_id_has_no_18_character_form(text: str):
    assert normalized(text) is None


def test_ids_are_created_once_even_after_a_restart():
    maker, later = IdMaker(1), IdMaker(1)
    given_out = [maker.next("003") for _ in range(100)]

    for record_id in given_out:
        later.skip(record_id)

    assert len(set(given_out)) == 100
    assert later.next("003") not in given_out


def test_orgs_with_other_seeds_have_other_ids():
    assert IdMaker(1).next("003") != IdMaker(2).next("003")
