"""The waterfall of a list: from those who meet the conditions to those on it."""

from dataclasses import replace

from lib.lists.values import Look, Removed
from lib.ui.lists.waterfall import steps_of_look

LOOK = Look(
    soql="",
    guarded="",
    conditions=(),
    taken_out=(),
    is_figures=False,
    matching=12,
    opted_out=2,
    way="rest",
    calls=5,
    seconds=1,
    titles=("Email",),
    rows=(),
    fetched=10,
    removed={Removed.DUPLICATE: 3, Removed.BOUNCED: 1},
)


def test_a_look_that_saw_all_records_says_how_many_are_on_the_list():
    steps = steps_of_look(LOOK)

    assert [step.count for step in steps] == [12, 2, 3, 1, 6]
    assert (steps[0].is_total, steps[-1].is_total) == (True, True)
    assert (steps[-1].label, steps[2].label) == ("On the list", "Same address twice")


def test_a_look_that_saw_some_of_them_says_how_many_are_fetched():
    steps = steps_of_look(replace(LOOK, matching=5_000))

    assert [(step.label, step.count) for step in steps] == [
        ("Meet the conditions", 5_000),
        ("Opted out", 2),
        ("To fetch", 4_998),
    ]


def test_with_a_limit_nothing_is_known_before_the_pull():
    assert steps_of_look(replace(LOOK, matching=None, opted_out=None)) == []
