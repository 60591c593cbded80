"""Cells that a spreadsheet would calculate instead of show.

Source: "CSV Injection" (OWASP), for what a cell must not start with.
"""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet could take this text for a formula."""
    return cell.startswith(_FORMULA_STARTS)


def disarmed(cell: str) -> str:
    """The text as a spreadsheet shows it: a formula gets an apostrophe in front."""
    return f"'{cell}" if is_formula(cell) else cell
