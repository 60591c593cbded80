"""What a file says before it is previewed, and the question it leaves open."""

from pathlib import Path

import pytest

from lib.services.runs.file_facts import (
    FileFacts,
    FileRefusal,
    Outline,
    answers_of,
    facts_of,
    outline_of,
)
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where

ADDRESS = "E-Mail"


@pytest.fixture
def file(tmp_path):
    """Writes a file with these lines, and gives its path."""

    def write(*lines: str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


def test_a_file_says_which_people_it_names_and_what_it_leaves_out(file):
    path = file(
        "E-Mail;Name", "Ann@example.org;A", "ann@example.org;A", "@example.com;B", "nobody;C"
    )
    facts = facts_of(path, ADDRESS)

    assert isinstance(facts, FileFacts)
    assert (facts.people, facts.domains, facts.unreadable_count) == (1, 1, 1)
    assert facts.unreadable[0].line == 5
    assert outline_of(path) == Outline(
        (
            ("E-Mail", ("Ann@example.org", "ann@example.org", "@example.com")),
            ("Name", ("A", "A", "B")),
        ),
        ADDRESS,
        ("E-Mail", "Name"),
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", ""),
        ("page.csv", "<!DOCTYPE html><html><body><p>Sign in</p></body></html>"),
        ("data.json", '{"a": 1}'),
        ("lines.csv", "E-Mail\nnobody"),
    ],
)
def test_a_refusal_names_no_folder_and_no_option_of_the_command_line(file, name, content):
    path = file(content, name=name) if content else file(name=name)
    refusal = outline_of(path)
    if isinstance(refusal, Outline):
        refusal = facts_of(path, ADDRESS)

    assert isinstance(refusal, FileRefusal)
    assert not refusal.asks
    assert name in refusal.message
    assert refusal.remedy
    told = f"{refusal.message} {refusal.remedy}"
    assert str(path.parent) not in told
    assert "--" not in told


def test_an_unclear_file_asks_about_its_column_and_a_contradiction_says_so(file):
    unclear = facts_of(file("E-Mail,Status", "a@x.org,blocked", "b@x.org,archived"), ADDRESS)
    assert unclear == FileRefusal("", asks=True, in_question=("Status",))

    refusal = facts_of(
        file("E-Mail,Unsubscribed,Status", "a@x.org,yes,subscribed", "b@x.org,no,subscribed"),
        ADDRESS,
    )
    assert isinstance(refusal, FileRefusal)
    assert refusal.in_question == ("Unsubscribed", "Status")
    assert refusal.message.endswith("contradict each other (line 2).")


def test_a_file_of_other_people_asks_instead_of_mentioning_options(file):
    refusal = facts_of(file("E-Mail", "a@x.org", name="cleaned_members.csv"), ADDRESS)

    assert isinstance(refusal, FileRefusal)
    assert (refusal.asks, refusal.in_question) == (True, ())
    assert "addresses that bounced" in refusal.message
    assert "--" not in refusal.message


def test_answers_are_the_values_of_columns_in_question_and_of_others_that_repeat(file):
    lines = [
        f"{place}@x.org,person {place},{'gone' if place % 3 else 'Gone '},{place % 2}"
        for place in range(30)
    ]
    path = file("E-Mail,Name,Status,Group", *lines)
    found = answers_of(path, ADDRESS, ("Group",))

    assert not isinstance(found, FileRefusal)
    assert [(column.name, column.values) for column in found] == [
        ("Group", (("0", 15), ("1", 15))),
        ("Status", (("Gone", 30),)),
    ]
    assert {column.lines for column in found} == {30}


def test_columns_with_the_same_heading_differ_and_can_be_chosen(file):
    path = file("E-Mail,Status,Status", "a@x.org,foo,1", "b@x.org,bar,1", "c@x.org,bar,2")
    found = answers_of(path, ADDRESS, ("Status",))

    assert not isinstance(found, FileRefusal)
    assert [(column.name, column.heading) for column in found] == [
        ("Column 2", "Status"),
        ("Column 3", "Status"),
    ]
    facts = facts_of(path, ADDRESS, Choice((Where("Column 3", ("1",)),)))
    assert isinstance(facts, FileFacts)
    assert (facts.people, facts.left_out) == (2, 1)


def test_many_dates_are_a_single_answer_that_can_be_chosen_as_shown(file):
    dated = [f"{day}@x.org,2026-03-{day:02}" for day in range(1, 21)]
    path = file("E-Mail,Unsubscribed", *dated, "b@x.org,perhaps", "c@x.org,")
    [column] = answers_of(path, ADDRESS, ("Unsubscribed",))

    assert column.values == (("(a date)", 20), ("perhaps", 1), ("", 1))
    facts = facts_of(path, ADDRESS, Choice((Where("Unsubscribed", ("(a date)",)),)))
    assert isinstance(facts, FileFacts)
    assert (facts.people, facts.left_out) == (20, 2)


@pytest.mark.parametrize("value", ["", "(empty)"])
def test_an_empty_cell_is_an_answer(file, value):
    path = file("E-Mail,Subscribed", "a@x.org,yes", "b@x.org,", "c@x.org,")
    assert isinstance(facts_of(path, ADDRESS, UNDECIDED), FileRefusal)

    facts = facts_of(path, ADDRESS, Choice((Where("Subscribed", (value,)),)))

    assert isinstance(facts, FileFacts)
    assert (facts.people, facts.left_out) == (2, 1)


def test_more_values_than_are_kept_are_counted_as_more(file):
    path = file("E-Mail,Status", *(f"{place}@x.org,state {place}" for place in range(1500)))
    [column] = answers_of(path, ADDRESS, ("Status",))

    assert (len(column.values), column.more, column.lines) == (1000, 500, 1500)


def test_tags_next_to_a_star_are_groups_with_their_lines(file):
    path = file(
        "address,tags,created_at",
        *("a@x.org,*,2026-03-01", "b@x.org,news,2026-03-02", "c@x.org,news,2026-03-02"),
        *("d@x.org,promo,2026-03-02", "e@x.org,*,2026-03-02"),
    )
    facts = facts_of(path, "address")

    assert isinstance(facts, FileFacts)
    assert set(facts.groups) == {("*", 2, True), ("news", 2, False), ("promo", 1, False)}
    assert (facts.people, facts.left_out) == (2, 3)


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        (
            "Unsubscribed",
            ["Yes", "No", "No", ""],
            {("Yes", 1, True), ("No", 2, False), ("(empty)", 1, False)},
        ),
        (
            "Unsubscribed on",
            ["2026-03-01", "", "2026-03-02"],
            {("(a date)", 2, True), ("(empty)", 1, False)},
        ),
        ("Subscribed", ["0", "1", "0"], {("0", 2, True), ("1", 1, False)}),
        ("Status", ["unsubscribed", "cleaned"], {("unsubscribed", 1, True), ("cleaned", 1, False)}),
    ],
)
def test_each_value_of_the_column_that_decides_is_listed_with_its_meaning(
    file, heading, cells, expected
):
    path = file(f"E-Mail,{heading}", *(f"{n}@x.org,{cell}" for n, cell in enumerate(cells)))
    facts = facts_of(path, ADDRESS)

    assert isinstance(facts, FileFacts)
    assert set(facts.groups) == expected
    assert sum(count for _, count, asks in facts.groups if asks) == facts.people
