"""What a run for very many addresses takes: as a preview, with a file, and for real.

Run it as `python -m tests.bench.bench_memory [ADDRESSES]` (1,000,000 in an org of as many people by
default). The practice org is a process of its own, and answers as quickly as it can.
"""

import sys
import tempfile
from pathlib import Path

from tests.bench.race.org import Cost, Org, Size, log_bytes, practice_org, timed


def main(addresses: int) -> None:
    """Measure the three of them, one after the other, against the same org."""
    contacts = addresses * 65 // 100
    size = Size(contacts, addresses - contacts, addresses)
    with practice_org(size, "none") as org, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_text(
            "".join(["email\n", *(f"p{each}@file.example\n" for each in range(addresses))])
        )
        for name, more in (
            ("preview", ["--dry-run"]),
            ("preview of a file", ["--dry-run", "--file", str(path)]),
            ("run", []),
            ("run with a file", ["--file", str(path)]),
        ):
            show(name, run(org, folder, more), folder)


def run(org: Org, home: str, more: list[str]) -> Cost:
    """`sync.py run` with these options."""
    return timed(org, ["sync.py", "run", "--json", "--allow-large", "--home", home, *more])


def show(name: str, cost: Cost, home: str) -> None:
    """One line about a run."""
    print(
        f"{name}: {cost.printed['addresses']:,} addresses, {cost.printed['records']:,} records, "
        f"{cost.memory_mb:,.0f} MB, {cost.cpu_s:,.1f} s of CPU, {cost.seconds:,.1f} s, "
        f"{cost.calls} calls, log of {log_bytes(home) / 1e6:,.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
