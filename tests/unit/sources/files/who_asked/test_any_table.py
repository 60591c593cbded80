"""What holds for every table, whatever its headings and values are."""

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.sources.files.who_asked.choice import Choice, Where
from tests.unit.sources.files.who_asked.ground_truth import Answer, answer_for
from tests.unit.sources.files.who_asked.vocabulary import LANGUAGES

Table = list[tuple[str, list[str]]]

OUT = sorted({heading for one in LANGUAGES for heading in one.out_plain})
IN = sorted({heading for one in LANGUAGES for heading in one.in_plain})
PAIRS = sorted({pair for one in LANGUAGES for pair in one.pairs if pair != ("t", "f")})
STATES = sorted({(a, b) for one in LANGUAGES for a in one.left for b in one.stays})
NEUTRAL = [column for one in LANGUAGES for column in one.neutral if column[0] != "State"]
# What no one can place: refused, or left alone.
STRANGE = ["VIP", "Paid", "Flag 3", "Bounced", "Marker", "Do Not Call", "Kind", "Active"]
ODD_CELLS = ["yes", "no", "1", "0", "", "x", "?", "gold", "unsubscribed", "active", "2025-01-02"]

common = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def wishes(draw: st.DrawFn, length: int) -> tuple[str, list[str], set[int], set[int]]:
    """A column that speaks of the wish: heading, cells, lines that say yes, lines that say no."""
    kind = draw(st.sampled_from(["out", "in", "status"]))
    if kind == "status":
        heading, (yes, no) = "Status", draw(st.sampled_from(STATES))
    elif kind == "out":
        heading, (yes, no) = draw(st.sampled_from(OUT)), draw(st.sampled_from(PAIRS))
    else:
        heading, (no, yes) = draw(st.sampled_from(IN)), draw(st.sampled_from(PAIRS))
    says = draw(st.lists(st.booleans(), min_size=length, max_size=length))
    cells = [yes if one else no for one in says]
    leaves = {place for place, one in enumerate(says) if one}
    return heading, cells, leaves, set(range(length)) - leaves


@st.composite
def understood(draw: st.DrawFn) -> tuple[Table, set[int]]:
    """A table with one plain column of the wish, and who says yes there."""
    length = draw(st.integers(2, 7))
    heading, cells, leaves, _ = draw(wishes(length))
    neutral = draw(
        st.lists(st.sampled_from(NEUTRAL), max_size=3, unique_by=lambda column: column[0])
    )
    table = [(heading, cells)]
    for name, values in neutral:
        table.append((name, [values[place % len(values)] for place in range(length)]))
    return table, leaves


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, set[int]]:
    """Any table: columns of the wish next to strange ones; and the lines that say no somewhere."""
    length = draw(st.integers(1, 6))
    table: Table = []
    stays: set[int] = set()
    for _ in range(draw(st.integers(1, 3))):
        heading, cells, _, says_no = draw(wishes(length))
        if heading not in [name for name, _ in table]:
            table.append((heading, cells))
            stays |= says_no
    for heading in draw(st.lists(st.sampled_from(STRANGE), max_size=2, unique=True)):
        table.append(
            (heading, draw(st.lists(st.sampled_from(ODD_CELLS), min_size=length, max_size=length)))
        )
    return draw(st.permutations(table)), stays


def address(line: int) -> str:
    return f"p{line}@x.example"


def write(path: Path, table: Table, addresses: Sequence[str] | None = None) -> Path:
    length = len(table[0][1])
    columns = [("Email", list(addresses or map(address, range(length)))), *table]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([heading for heading, _ in columns])
    writer.writerows(zip(*(cells for _, cells in columns), strict=True))
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def read(folder: Path, table: Table, choice: Choice | None = None) -> Answer:
    path = write(folder / "people.csv", table)
    return answer_for(path, choice or Choice())


@common
@given(tables())
def test_a_line_that_says_no_in_any_column_is_never_opted_out(
    tmp_path: Path, drawn: tuple[Table, set[int]]
) -> None:
    table, stays = drawn

    asked = set(read(tmp_path, table).asked)

    assert not asked & {address(line) for line in stays}


@common
@given(understood())
def test_a_table_with_one_plain_column_is_understood(
    tmp_path: Path, drawn: tuple[Table, set[int]]
) -> None:
    table, leaves = drawn
    answer = read(tmp_path, table)

    if answer.refusal is None:
        assert set(answer.asked) == {address(line) for line in leaves}
        assert answer.left_out == len(table[0][1]) - len(leaves)
    else:  # no one in it asked: a refusal may say so
        assert not leaves or len(leaves) == len(table[0][1])


@common
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_columns_and_lines_changes_nothing(
    tmp_path: Path, drawn: tuple[Table, set[int]], chance: random.Random
) -> None:
    table, _ = drawn
    before = read(tmp_path, table)
    order = list(range(len(table[0][1])))
    columns = list(table)
    chance.shuffle(order)
    chance.shuffle(columns)
    moved = [(heading, [cells[line] for line in order]) for heading, cells in columns]

    path = write(tmp_path / "people.csv", moved, [address(line) for line in order])

    assert answer_for(path).in_short == before.in_short


@common
@given(tables(), st.sampled_from(NEUTRAL))
def test_a_column_that_is_not_about_unsubscribing_changes_nothing(
    tmp_path: Path, drawn: tuple[Table, set[int]], neutral: tuple[str, tuple[str, ...]]
) -> None:
    table, _ = drawn
    before = read(tmp_path, table)
    name, values = neutral
    length = len(table[0][1])
    wider = [*table, (name, [values[place % len(values)] for place in range(length)])]

    after = read(tmp_path, wider)

    assert after.in_short == before.in_short


@common
@given(understood(), st.sampled_from(PAIRS), st.booleans())
def test_one_line_that_contradicts_itself_never_opts_out_more_people(
    tmp_path: Path, drawn: tuple[Table, set[int]], pair: tuple[str, str], both: bool
) -> None:
    # A second column agrees with the first in every line but the last.
    _, leaves = drawn
    length = len(drawn[0][0][1])
    yes, no = pair
    out = [yes if line in leaves else no for line in range(length)]
    inside = [no if line in leaves else yes for line in range(length)]
    before = read(tmp_path, [("Unsubscribed", out), ("Subscribed", inside)])
    odd = yes if both else no

    after = read(tmp_path, [("Unsubscribed", [*out, odd]), ("Subscribed", [*inside, odd])])

    assert address(length) not in after.asked
    assert set(after.asked) <= set(before.asked)


@common
@given(tables())
def test_everyone_means_everyone_whatever_the_columns_say(
    tmp_path: Path, drawn: tuple[Table, set[int]]
) -> None:
    table, _ = drawn

    answer = read(tmp_path, table, Choice(everyone=True))

    assert answer.refusal is None
    assert set(answer.asked) == {address(line) for line in range(len(table[0][1]))}


@common
@given(tables(), st.data())
def test_where_means_the_lines_with_this_value_and_no_others(
    tmp_path: Path, drawn: tuple[Table, set[int]], data: st.DataObject
) -> None:
    table, _ = drawn
    heading, cells = data.draw(st.sampled_from(table))
    value = data.draw(st.sampled_from(cells))
    if not value:
        return

    answer = read(tmp_path, table, Choice(where=(Where(heading, (value,)),)))

    same = {line for line, cell in enumerate(cells) if cell.casefold() == value.casefold()}
    assert answer.refusal is None
    assert set(answer.asked) == {address(line) for line in same}


@pytest.mark.parametrize("value", ["Perhaps", "gone", "1"])
def test_where_with_a_value_that_is_not_in_the_column_is_refused(
    tmp_path: Path, value: str
) -> None:
    table: Table = [("Unsubscribed", ["Yes", "No"])]

    answer = read(tmp_path, table, Choice(where=(Where("Unsubscribed", (value,)),)))

    assert not answer.asked
    assert answer.refusal is not None
    assert "Unsubscribed" in answer.refusal.message
    assert "Yes" in answer.refusal.message + answer.refusal.remedy


def test_where_with_a_column_that_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    table: Table = [("Unsubscribed", ["Yes", "No"])]

    answer = read(tmp_path, table, Choice(where=(Where("State", ("Yes",)),)))

    assert answer.refusal is not None
    assert answer.refusal.exit_code == 2
    assert "State" in answer.refusal.message
    assert "Unsubscribed" in answer.refusal.message + answer.refusal.remedy


# --- cells: the address in any wrapping, or the line is told; never another person ---

WRAPPINGS = (
    "{}",
    " {} ",
    "<{}>",
    "Ann Lee <{}>",
    "Ann Lee<{}>",
    '"Lee, Ann" <{}>',
    "mailto:{}",
    "MAILTO:{}?subject=unsubscribe&body=no@y.example",
    '="{}"',
    "'{}",
    "{}.",
    "\u200b{}\ufeff",
    "\u00a0{}\u202f",
    "{};",
    "{},",
)
NAMES = ("ann", "o'hara", "ann+news", "a.b-c_d", "grün", "x=y", "50%off", '"odd quote"')


@common
@given(st.sampled_from(WRAPPINGS), st.sampled_from(NAMES), st.booleans())
def test_a_wrapped_address_is_that_address_or_a_line_not_understood(
    tmp_path: Path, wrapping: str, name: str, entities: bool
) -> None:
    plain = f"{name}@x.example"
    cell = wrapping.format(plain.replace("'", "&#39;") if entities else plain)
    path = write(tmp_path / "people.csv", [("Name", ["A", "B"])], [cell, "else@x.example"])

    answer = answer_for(path)

    assert set(answer.asked) <= {plain, "else@x.example"}
    assert "else@x.example" in answer.asked
    assert plain in answer.asked or len(answer.unreadable) == 1


@pytest.mark.parametrize(
    "wrapping",
    [one.replace("&body=no@y.example", "") for one in WRAPPINGS if not one.endswith((",", ";"))],
)
def test_the_wrappings_that_programs_write_are_read(tmp_path: Path, wrapping: str) -> None:
    cell = wrapping.format("ann@x.example")
    path = write(tmp_path / "people.csv", [("Name", ["A", "B"])], [cell, "else@x.example"])

    assert set(answer_for(path).asked) == {"ann@x.example", "else@x.example"}


@pytest.mark.parametrize(
    ("cell", "entries"),
    [
        ("@example.com", {"@example.com", "example.com"}),
        ("a%40x.example", {"a@x.example"}),
        ("100%", set()),
        ("example.com", set()),
        ("x.example", set()),
        ("ann@x.example@y.example", set()),
        ("ann＠x.example", {"ann@x.example"}),
        ("O&#39;Hara", set()),
        ("n/a", set()),
    ],
)
def test_only_its_own_form_names_a_whole_domain(
    tmp_path: Path, cell: str, entries: set[str]
) -> None:
    path = write(tmp_path / "people.csv", [("Name", ["A", "B"])], [cell, "else@x.example"])

    found = set(answer_for(path).asked) - {"else@x.example"}

    assert found <= entries
