"""Columns that several pages share: every outcome and status has a color, and links are links."""

from lib.ui.columns import OUTCOME_COLORS, cut, height_of, link_of
from lib.ui.runs.status_marks import badge_of_run, status_colors
from lib.values import Outcome, RunStatus
from tests.unit.ui.test_overview_words import ended

RECORD = "003000000000001EAA"


def test_every_outcome_and_every_status_has_a_color():
    assert set(OUTCOME_COLORS) == set(Outcome)
    for status in RunStatus:
        words, color = badge_of_run(ended(status=status))
        assert status_colors()[words] == color


def test_a_record_has_a_link_only_where_its_org_is_known():
    url = "https://acme.my.salesforce.com"

    assert link_of(url, RECORD) == f"{url}/{RECORD}"
    assert link_of("", RECORD) is None
    assert link_of(None, RECORD) is None
    assert link_of("javascript:alert(1)//", RECORD) is None


def test_a_long_text_ends_in_a_sign_that_there_is_more():
    assert cut("Northwind Traders", 24) == "Northwind Traders"
    assert cut("The Municipal Association of Water Utilities", 24) == "The Municipal Associati…"


def test_a_table_is_as_high_as_its_rows_until_it_scrolls():
    assert height_of(1) < height_of(2) < height_of(1_000) == 440
