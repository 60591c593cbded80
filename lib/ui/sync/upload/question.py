"""Who in this file asked not to be emailed: the question, made of the file's own values."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.sources.files.headings import plain as plain_heading
from lib.sources.files.who_asked.cell_words import compared
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where
from lib.sources.files.who_asked.column_values import Answers
from lib.ui.sync.upload.value_words import cut, lines, name_of, shown, summary

MOST_SHOWN = 10
_EVERYONE, _SEVERAL, _ANOTHER = "everyone", "several", "another"
Option = int | str


@dataclass(frozen=True, slots=True)
class Filled:
    """The answer that is filled in: a column and its values; `missing` values aren't in the file.

    Without a column or everyone, nothing is filled in.
    """

    column: Answers | None = None
    values: tuple[str, ...] = ()
    everyone: bool = False
    missing: tuple[str, ...] = ()

    @property
    def is_made(self) -> bool:
        """Whether anything is filled in."""
        return self.everyone or bool(self.values)


def filled(choice: Choice, columns: Sequence[Answers]) -> Filled:
    """The part of an answer that fits these columns."""
    if choice.everyone or len(choice.where) != 1:
        return Filled(everyone=choice.everyone)
    (where,) = choice.where
    column = next(
        (known for known in columns if plain_heading(known.name) == plain_heading(where.column)),
        None,
    )
    wanted = {compared(value) for value in where.values}
    values = tuple(text for text, _ in column.values if compared(text) in wanted) if column else ()
    found = set(map(compared, values))
    missing = tuple(value for value in where.values if compared(value) not in found)
    return Filled(column if values else None, values, missing=missing)


def draw_question(columns: Sequence[Answers], in_question: Sequence[str], before: Filled) -> Choice:
    """Ask, and return the answer so far; undecided while it is incomplete."""
    asked = [column for column in columns if (column.heading or column.name) in in_question]
    others = [column for column in columns if column not in asked]
    if len(asked) == 1:
        choice = _ask_for_value(asked[0], before, others, first=True)
    else:
        choice = _ask_for_column(asked or others, others if asked else [], before)
    if choice.is_made and (sentence := _effect(choice, columns)):
        st.caption(sentence)
    return choice


def _ask_for_column(main: Sequence[Answers], others: Sequence[Answers], before: Filled) -> Choice:
    """Which column says who asked; then which of its values."""
    if not main:
        st.caption("No column in this file has values to choose from.")
    shown_columns = main[:MOST_SHOWN]
    rest = [*main[MOST_SHOWN:], *others]
    options: list[Option] = [*range(len(shown_columns)), _EVERYONE, *([_ANOTHER] if rest else [])]
    chosen = st.radio(
        "Which column says who asked?" if shown_columns else "Which lines count?",
        options,
        index=_index_of_column(options, shown_columns, rest, before),
        format_func=lambda option: _column_label(option, shown_columns),
        captions=[
            summary(shown_columns[option]) if isinstance(option, int) else "" for option in options
        ],
        key="who_column",
    )
    if chosen == _EVERYONE:
        return Choice(everyone=True)
    if chosen == _ANOTHER:
        return _ask_for_another(rest, before)
    if isinstance(chosen, int):
        return _ask_for_value(shown_columns[chosen], before, [], first=False)
    return UNDECIDED


def _index_of_column(
    options: Sequence[Option], main: Sequence[Answers], rest: Sequence[Answers], before: Filled
) -> int | None:
    if before.everyone:
        return options.index(_EVERYONE)
    if before.column is not None and before.column in main:
        return list(main).index(before.column)
    return options.index(_ANOTHER) if before.column in rest else None


def _column_label(option: Option, columns: Sequence[Answers]) -> str:
    if option == _EVERYONE:
        return "Everyone in this file"
    return shown(name_of(columns[option])) if isinstance(option, int) else "Another column"


def _ask_for_another(rest: Sequence[Answers], before: Filled) -> Choice:
    """A column that isn't in question, out of those with few values."""
    chosen = st.selectbox(
        "Column",
        range(len(rest)),
        index=next((place for place, other in enumerate(rest) if other == before.column), None),
        placeholder="Choose a column",
        format_func=lambda place: f"{name_of(rest[place])} ({summary(rest[place])})",
        key="who_another",
    )
    return UNDECIDED if chosen is None else _ask_for_value(rest[chosen], before, [], first=False)


def _ask_for_value(
    column: Answers, before: Filled, others: Sequence[Answers], *, first: bool
) -> Choice:
    """Which values of the column mean that someone asked."""
    top = column.values[:MOST_SHOWN]
    options: list[Option] = list(range(len(top)))
    if len(column.values) > 2 or column.more:
        options.append(_SEVERAL)
    options += [_EVERYONE, *([_ANOTHER] if others else [])] if first else []
    chosen = st.radio(
        f"Lines where **{shown(name_of(column))}** is",
        options,
        index=_index_of_value(options, column, others, before),
        format_func=lambda option: _value_label(option, column),
        key=f"who_value_{column.name}",
    )
    if chosen == _EVERYONE:
        return Choice(everyone=True)
    if chosen == _ANOTHER:
        return _ask_for_another(others, before)
    values: Sequence[str] = ()
    if chosen == _SEVERAL:
        values = _ask_for_several(column, before)
    elif isinstance(chosen, int):
        values = [top[chosen][0]]
    return Choice((Where(column.name, tuple(values)),)) if values else UNDECIDED


def _index_of_value(
    options: Sequence[Option], column: Answers, others: Sequence[Answers], before: Filled
) -> int | None:
    option: Option | None = None
    if before.everyone:
        option = _EVERYONE
    elif before.column == column:
        texts = [text for text, _ in column.values]
        place = texts.index(before.values[0])
        option = place if len(before.values) == 1 and place < MOST_SHOWN else _SEVERAL
    elif before.column in others:
        option = _ANOTHER
    return options.index(option) if option in options else None


def _value_label(option: Option, column: Answers) -> str:
    if isinstance(option, int):
        text, count = column.values[option]
        return f"{shown(text)} :gray[· {lines(count)}]"
    more = len(column.values) - MOST_SHOWN
    labels = {
        _SEVERAL: "Several of these",
        _EVERYONE: f"Everyone in this file :gray[· {lines(column.lines)}]",
        _ANOTHER: "Another column says who asked",
    }
    if option == _SEVERAL and (more > 0 or column.more):
        return f"Several of these, or some of {more:,} more" if more > 0 else "Other values"
    return labels[option]


def _ask_for_several(column: Answers, before: Filled) -> Sequence[str]:
    """Checkboxes, or a searchable list if there are many values."""
    given = before.values if before.column == column else ()
    if len(column.values) > MOST_SHOWN or column.more:
        counts = dict(column.values)
        return st.multiselect(
            "Values",
            list(counts),
            default=given,
            format_func=lambda text: f"{cut(text)} ({counts[text]:,})" if text in counts else text,
            placeholder="Search the values of this column",
            accept_new_options=column.more > 0,
            key=f"who_values_{column.name}",
        )
    with st.container(gap="xxsmall", key="who_several"):
        return [
            text
            for place, (text, count) in enumerate(column.values)
            if st.checkbox(
                f"{shown(text)} :gray[· {lines(count)}]",
                value=text in given,
                key=f"who_tick_{column.name}_{place}",
            )
        ]


def _effect(choice: Choice, columns: Sequence[Answers]) -> str:
    """How many lines the answer would count, as far as the values show."""
    if choice.everyone:
        return "Every line would count."
    (where,) = choice.where
    column = next(candidate for candidate in columns if candidate.name == where.column)
    counts = dict(column.values)
    if not counts.keys() >= set(where.values):
        return ""  # a value that was typed in: only the file itself can count it
    count = sum(counts[value] for value in where.values)
    if count == column.lines:
        return "Every line would count."
    out = f"{column.lines - count:,} would be left out"
    return f"{count:,} of {lines(column.lines)} would count, and {out}."
