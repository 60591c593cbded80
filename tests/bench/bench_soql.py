"""Time to read and write queries: `python tests/bench/bench_soql.py`.

The round-trip file has queries as people write them; the rest are the longest and worst texts.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lib.errors import SoqlError
from lib.soql import parse, render

_CASES = Path(__file__).parents[1] / "unit" / "soql" / "round_trip.soql"
_START = "SELECT Id FROM Contact WHERE "
_USUAL = (
    "SELECT Id, Name, Email, Account.Name FROM Contact WHERE LastModifiedDate = LAST_N_DAYS:30"
    " AND (LastName LIKE 'A%' OR MailingCity IN ('Graz', 'Linz')) ORDER BY Name LIMIT 100"
)
_LONG = {
    "9,000 values in one IN": _START + f"Id IN ({', '.join(['00000000'] * 9_000)})",
    "3,000 addresses in one IN": _START
    + "Email IN ("
    + ", ".join(f"'somebody{number:06}@example.org'" for number in range(3_000))
    + ")",
    "10,000 conditions": _START + " AND ".join(["a = 1"] * 10_000),
    "15,000 fields": f"SELECT {', '.join(f'f{number}' for number in range(15_000))} FROM Contact",
    "a quote that never ends": _START + "a = '" + "\\'" * 50_000,
    "100,000 parentheses": _START + "(" * 100_000,
    "50,000 comments": _START + "/**/" * 25_000 + "a = 1",
}


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _read(text: str) -> None:
    """Refusals count too."""
    try:
        parse(text)
    except SoqlError:
        return


def main() -> None:
    """Print milliseconds for each kind of text."""
    print(f"{'the first query':28} {_seconds(lambda: parse(_USUAL)) * 1000:8.1f} ms")
    usual = _seconds(lambda: [parse(_USUAL) for _ in range(500)]) / 500
    print(f"{'a usual query':28} {usual * 1000:8.2f} ms")
    tree = parse(_USUAL)
    written = _seconds(lambda: [render(tree) for _ in range(500)]) / 500
    print(f"{'the same written':28} {written * 1000:8.2f} ms")
    lines = [line for line in _CASES.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    rate = len(lines) / _seconds(lambda: [parse(line) for line in lines])
    print(f"{'the round-trip file':28} {rate:8,.0f} queries a second")
    for name, text in _LONG.items():
        print(f"{name:28} {_seconds(lambda text=text: _read(text)) * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
