"""The tables of docs/performance.md, made from the results of a race."""

import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from lib.practice.pace import REAL
from tests.bench.race import barest
from tests.bench.race.results import (
    FLOOR,
    NAMES,
    NOTHING_NEW,
    OURS,
    SIZES,
    Race,
    Result,
    within_target,
)


def into(document: Path, texts: dict[str, str]) -> None:
    """Put each text between its two markers in the document."""
    found = document.read_text()
    for name, text in texts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.S)
        found, times = pattern.subn(lambda match, text=text: match[1] + text + match[2], found)
        assert times == 1, name
    document.write_text(found)


def all_tables(race: Race) -> dict[str, str]:
    """Each table with the name of its markers."""
    return {
        "conditions": f"{race.conditions}\n",
        "race": _table(_HEAD, _race_rows(race)),
        "arithmetic": _table(_SUMS_HEAD, _sums(race)),
        "growth": _table(_GROWTH_HEAD, _growth_rows(race)),
    }


_HEAD = ("addresses", "program", "seconds", "÷ floor", "API calls", "− floor", "records", "target")
_SUMS_HEAD = (
    "addresses",
    "sign-in and JangoMail",
    "matching",
    "writing",
    "together",
    "measured",
    "calls",
)
_GROWTH_HEAD = (
    "addresses",
    "people in the org",
    "records changed",
    "CPU",
    "memory",
    "log, per changed record",
)


def _race_rows(race: Race) -> Iterator[tuple[str, ...]]:
    for addresses in SIZES:
        floor = race.of(FLOOR, addresses)
        for who in NAMES:
            result = race.of(who, addresses)
            if result is not None:
                yield _row(result, floor)
    idle = race.of(OURS, NOTHING_NEW)
    if idle is not None:
        yield _row(idle, None)


def _row(result: Result, floor: Result | None) -> tuple[str, ...]:
    about = "about " if result.is_scaled else ""
    ratio = f"{result.seconds / floor.seconds:.2f}" if floor else ""
    more = f"{result.calls - floor.calls:+,}" if floor and result is not floor else ""
    verdict = ""
    if result.who == OURS:
        verdict = "reached" if within_target(result, floor) else "not reached"
    return (
        f"{result.addresses:,}" if result.addresses else "nothing new",
        NAMES[result.who],
        f"{about}{_seconds(result.seconds)}",
        ratio,
        f"{about}{result.calls:,}",
        more,
        f"{result.records:,}" if result.addresses and not result.is_scaled else "",
        verdict,
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:,.0f} s"


def _sums(race: Race) -> Iterator[tuple[str, ...]]:
    for addresses in SIZES:
        floor = race.of(FLOOR, addresses)
        if floor is None:
            continue
        begins = max(REAL.sign_in, REAL.jangomail)
        writes, said = _writing(race, floor.records)
        yield (
            f"{addresses:,}",
            f"{begins:.2f} s",
            f"{REAL.composite:.2f} s",
            f"{said} = {writes:.2f} s",
            f"{begins + REAL.composite + writes:.2f} s",
            f"{floor.seconds:.2f} s",
            f"{floor.calls}",
        )


def _writing(race: Race, records: int) -> tuple[float, str]:
    """The longest way through the floor's writing, and how it's reckoned."""
    if records >= barest.BULK_FROM:
        largest = round(records * race.contacts / (race.contacts + race.leads))
        rows = largest / REAL.ingest_rows_per_second
        seconds = REAL.ingest_wait + rows + 5 * REAL.bulk_call
        rate = f"{largest:,} rows ÷ {REAL.ingest_rows_per_second:,.0f}"
        return seconds, f"{REAL.ingest_wait:g} + {rate} + 5 × {REAL.bulk_call:g}"
    calls, size = barest.spread(records)
    rounds = math.ceil(calls / barest.AT_ONCE)
    seconds = rounds * (REAL.composite + REAL.saved_row * size)
    times = f"{rounds} × " if rounds > 1 else ""
    return seconds, f"{times}({REAL.composite:g} + {size} × {REAL.saved_row:g})"


def _growth_rows(race: Race) -> Iterator[tuple[str, ...]]:
    for each in race.growth:
        yield (
            f"{each.addresses:,}",
            f"{each.in_org:,}",
            f"{each.records:,}",
            f"{each.cpu_s:.1f} s",
            f"{each.memory_mb:,.0f} MB",
            f"{each.bytes_a_record:,} bytes",
        )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
