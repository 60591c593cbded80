"""Run the race, and write the table and the charts. How: see the package."""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tests.bench.race.charts import Chart, drawn
from tests.bench.race.org import ROOT, Cost, Org, Size, log_bytes, practice_org, timed
from tests.bench.race.results import (
    FLOOR,
    LOG_BYTES,
    MOST_MB,
    NAMES,
    NOTHING_NEW,
    OURS,
    SIZES,
    Growth,
    Race,
    Result,
    scaled,
)
from tests.bench.race.tables import all_tables, into

DOCS = ROOT / "docs"
KEPT = DOCS / "performance.json"
CONTACTS, LEADS = 60_000, 30_000
QUICK = (6_000, 3_000)
SAMPLE = 20
"""How often each kind of call of a usual script is made at most; the rest is scaled."""

LARGE = (Size(160_000, 80_000, 80_000), Size(650_000, 350_000, 1_000_000))
SCRIPTS = [who for who in NAMES if who not in (FLOOR, OURS)]


def main() -> None:
    """Race, or draw what was kept."""
    options = _options()
    if options.draw:
        write(Race.load(KEPT))
        return
    contacts, leads = QUICK if options.quick else (CONTACTS, LEADS)
    sizes = SIZES[:1] if options.quick else SIZES
    race = raced(contacts, leads, sizes, LARGE if options.large else ())
    if options.quick:
        print("\n".join(all_tables(race).values()))
        return
    race.save(KEPT)
    write(Race.load(KEPT))


def raced(contacts: int, leads: int, sizes: Sequence[int], large: Sequence[Size]) -> Race:
    """The whole race, one program after the other."""
    results: list[Result] = []
    growth: list[Growth] = []
    load_before = os.getloadavg()[0]
    for addresses in sizes:
        size = Size(contacts, leads, addresses)
        results.append(of_floor(size))
        ours, idle, grown = of_ours(size, "real")
        results += [ours, idle] if addresses == sizes[-1] else [ours]
        growth.append(grown)
        results += [of_script(who, size) for who in SCRIPTS]
    for size in large:
        _, _, grown = of_ours(size, "none")
        growth.append(grown)
    conditions = _conditions(load_before)
    return Race(contacts, leads, tuple(results), tuple(growth), conditions)


def of_floor(size: Size) -> Result:
    """The barest script."""
    with practice_org(size, "real") as org:
        cost = timed(org, ["-m", "tests.bench.race.barest"])
    return told(Result(FLOOR, size.addresses, cost.seconds, cost.calls, cost.opted_out))


def of_ours(size: Size, pace: str) -> tuple[Result, Result, Growth]:
    """`sync.py run` with a new log, and once more when nothing is new."""
    with practice_org(size, pace) as org, tempfile.TemporaryDirectory() as home:
        before = empty_log(org, home)
        cost = sync(org, home)
        grown = log_bytes(home) - before
        idle = sync(org, home)
    result = Result(OURS, size.addresses, cost.seconds, cost.calls, cost.opted_out)
    in_org = size.contacts + size.leads
    growth = Growth(
        size.addresses, in_org, cost.opted_out, cost.seconds, cost.cpu_s, cost.memory_mb, grown
    )
    print(growth, f"{growth.bytes_a_record} bytes a record", flush=True)
    again = Result(OURS, NOTHING_NEW, idle.seconds, idle.calls, idle.opted_out)
    return told(result), told(again), growth


def sync(org: Org, home: str) -> Cost:
    """`sync.py run`."""
    return timed(org, ["sync.py", "run", "--json", "--allow-large", "--home", home])


def empty_log(org: Org, home: str) -> int:
    """Make a log without runs, and see how large it is."""
    timed(org, ["sync.py", "history", "--json", "--home", home])
    return log_bytes(home)


def of_script(who: str, size: Size) -> Result:
    """One of the usual scripts, carried out for a sample."""
    with practice_org(size, "real") as org:
        cost = timed(org, ["-m", "tests.bench.race.usual", who, str(SAMPLE)])
    steps = cost.printed["steps"].values()
    seconds, calls = scaled(steps, cost.seconds, cost.calls)
    is_scaled = any(step["done"] < step["all"] for step in steps)
    return told(Result(who, size.addresses, seconds, calls, cost.opted_out, is_scaled))


def told(result: Result) -> Result:
    """The same, printed on the way."""
    print(result, flush=True)
    return result


def write(race: Race) -> None:
    """The tables of the document and its charts."""
    into(DOCS / "performance.md", all_tables(race))
    for name, chart in charts(race):
        (DOCS / name).write_text(drawn(chart))


def charts(race: Race) -> Iterator[tuple[str, Chart]]:
    """Each chart with its file's name."""
    yield (
        "performance-memory.svg",
        Chart(
            title="Memory of a run",
            x_name="addresses",
            unit="MB",
            points=[(each.addresses, each.memory_mb) for each in race.growth],
            target=MOST_MB,
            target_name=f"target for 1,000,000 addresses: {MOST_MB} MB",
        ),
    )
    yield (
        "performance-log.svg",
        Chart(
            title="Growth of the log",
            x_name="changed records",
            unit="MB",
            points=[(each.records, each.log_bytes / 1e6) for each in race.growth],
            slope=LOG_BYTES / 1e6,
            target_name=f"target: {LOG_BYTES} bytes a record",
        ),
    )


def _conditions(load_before: float) -> str:
    """When and where it was measured; a load above the number of cores makes the times too long."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    python = platform.python_version()
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with Python {python} on {cores} cores, at a "
        f"load of {load_before:.1f} before and {load:.1f} after the race."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.race", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small org; only prints")
    parser.add_argument("--large", action="store_true", help="also a million addresses")
    parser.add_argument("--draw", action="store_true", help="no race: draw the kept results again")
    return parser.parse_args()


if __name__ == "__main__":
    main()
