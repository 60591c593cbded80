"""CPU seconds and memory for reading a million lines of CSV: `python tests/bench/bench_csv.py`."""

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lib.sources.files.csv_file import CsvFile

LINES = 1_000_000


def write_people(path: Path, lines: int) -> None:
    """Made-up people with a name, a quoted note and a date."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Name,Email,Unsubscribed at,Note\n")
        for number in range(lines):
            day = number % 28 + 1
            file.write(f'P. {number},p{number}@example.org,9/{day}/2026 4:05:00 PM,"a, b"\n')


def most_memory_mb() -> float:
    """The most memory this process has used so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(lines: int) -> None:
    """Print the cost of reading a file with this many lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        write_people(path, lines)
        started = time.process_time()
        count = sum(1 for _ in CsvFile(path).reading().sightings)
        seconds = time.process_time() - started
    print(f"{count:>9,} lines  {seconds:6.2f} s of CPU  {most_memory_mb():6.1f} MB at most")


if __name__ == "__main__":
    for count in (1_000, LINES):
        measure(count)
