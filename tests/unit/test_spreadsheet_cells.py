"""No cell that we write for a spreadsheet starts a formula."""

import pytest

from lib.spreadsheet_cells import disarmed, is_formula


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1", "＋1", "－1", "＠x"]
)
def test_a_cell_that_could_be_a_formula_gets_an_apostrophe(cell):
    assert is_formula(cell)
    assert disarmed(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "ann@example.org", "Ann", "1+1", "'=1", " =1"])
def test_any_other_cell_stays_as_it_is(cell):
    assert not is_formula(cell)
    assert disarmed(cell) == cell
