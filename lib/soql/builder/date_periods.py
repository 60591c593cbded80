"""Date literals in words: "the last … days", "this month".

Source: SOQL and SOSL Reference, "Date Formats and Date Literals": LAST_N_DAYS and LAST_90_DAYS
include today; the other LAST_N_… literals don't include the current unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.soql.keywords import COUNTED_DATE_LITERALS

_UNITS = {
    "DAY": "day",
    "WEEK": "week",
    "MONTH": "month",
    "QUARTER": "quarter",
    "YEAR": "year",
    "FISCAL_QUARTER": "fiscal quarter",
    "FISCAL_YEAR": "fiscal year",
}


@dataclass(frozen=True, slots=True)
class DatePeriod:
    """A date literal: its name in capitals, and its number if it takes one."""

    name: str
    count: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether its words have a place for a number."""
        return self.name in COUNTED_DATE_LITERALS


def _words() -> dict[str, str]:
    words = {
        "LAST_N_DAYS": "the last … days, including today",
        "TODAY": "today",
        "YESTERDAY": "yesterday",
        "TOMORROW": "tomorrow",
    }
    units = {key: unit for key, unit in _UNITS.items() if key != "DAY"}
    for when in ("THIS", "LAST", "NEXT"):
        words |= {f"{when}_{key}": f"{when.lower()} {unit}" for key, unit in units.items()}
    words |= {
        f"LAST_N_{key}S": f"the last … {unit}s, not including this {unit}"
        for key, unit in units.items()
    }
    words |= {f"NEXT_N_{key}S": f"the next … {unit}s" for key, unit in _UNITS.items()}
    words |= {f"N_{key}S_AGO": f"… {unit}s ago" for key, unit in _UNITS.items()}
    return words | {
        "LAST_90_DAYS": "the last 90 days, including today",
        "NEXT_90_DAYS": "the next 90 days",
    }


PERIODS: Mapping[str, str] = _words()
"""Every date literal in words, the most used first; `…` is for the number."""
