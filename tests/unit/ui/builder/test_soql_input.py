"""The caret is under the place, on wide lines and narrow screens."""

from hypothesis import given
from hypothesis import strategies as st

from lib.ui.builder.soql_input import with_caret

LINES = st.lists(
    st.text(
        st.characters(exclude_characters="\n^…", exclude_categories=["C", "Z", "M"]), max_size=200
    ),
    min_size=1,
    max_size=12,
)


@given(LINES, st.data())
def test_the_caret_is_under_the_character_it_means(lines: list[str], data: st.DataObject):
    line = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    shown = with_caret("\n".join(lines), line, column).split("\n")
    [place] = [number for number, text in enumerate(shown) if text.strip() == "^"]
    above, caret = shown[place - 1], shown[place].index("^")

    assert above.split(" ", 1)[0] or above.strip().startswith(str(line))
    assert above[caret : caret + 1] == lines[line - 1][column - 1 : column]
    assert caret <= 30
    assert all(len(text) <= 100 for text in shown)


def test_two_lines_round_the_place_are_shown_with_their_numbers():
    text = "\n".join("abcdefghijkl")

    assert with_caret(text, 10, 1).split("\n") == [
        " 8  h",
        " 9  i",
        "10  j",
        "    ^",
        "11  k",
        "12  l",
    ]
