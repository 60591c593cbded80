"""The marks: text only, one drawing for each kind, and colors for every outcome."""

import re
from pathlib import Path

from lib.ui.marks.component import Color
from lib.ui.runs.balance import parts_of
from lib.values import Outcome
from tests.unit.ui.test_overview_words import ended

FOLDER = Path(__file__).resolve().parents[3] / "lib" / "ui" / "marks"
SCRIPT = (FOLDER / "marks.js").read_text("utf-8")


def test_names_from_records_are_written_as_text_and_never_as_html():
    assert "textContent" in SCRIPT
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval", SCRIPT)


def test_each_kind_that_python_asks_for_is_drawn():
    asked = {
        kind
        for path in FOLDER.glob("*.py")
        for kind in re.findall(r'"kind": "(\w+)"', path.read_text("utf-8"))
    }

    assert asked == {"balance", "bar", "timeline", "waterfall", "days", "spark", "copy"}
    for kind in asked:
        assert f"function {kind}(" in SCRIPT


def test_every_outcome_has_its_color_and_a_plan_has_that_of_what_it_plans():
    done = {part.id: part.color for part in parts_of(ended(updated=3, failed=1, kept=2, pending=4))}
    planned = parts_of(ended(planned=5, updated=None))

    assert done == {
        Outcome.UPDATED: Color.OPTED_OUT,
        Outcome.FAILED: Color.REFUSED,
        Outcome.KEPT: Color.KEPT,
        Outcome.PENDING: Color.PENDING,
    }
    assert [(part.id, part.color) for part in planned] == [(Outcome.PLANNED, Color.OPTED_OUT)]
