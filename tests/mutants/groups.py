"""Which files are changed on trial, and which tests should notice: the parts that decide who is
emailed and what is written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Files of lib (patterns) and the tests that are expected to notice a change in them.

    `without` leaves out tests that are slow and show nothing here, as pytest's -k.
    """

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    without: str = ""


GROUPS = (
    Group("soql", ("lib/soql/guard/*.py",), ("tests/unit/soql/guard",), "not careless"),
    Group(
        "lists",
        ("lib/lists/sieve.py", "lib/lists/pull_plan.py", "lib/lists/decisions.py"),
        ("tests/unit/lists",),
    ),
    Group(
        "store",
        ("lib/store/ledger/*.py", "lib/store/leases.py", "lib/store/memory.py"),
        ("tests/unit/store",),
    ),
    Group("sync", ("lib/sync/*.py",), ("tests/unit/sync",)),
    Group(
        "salesforce",
        tuple(
            f"lib/salesforce/{name}*.py"
            for name in ("matching", "door", "patience", "records", "paging", "bulk")
        ),
        ("tests/unit/salesforce",),
    ),
    Group(
        "sources",
        ("lib/sources/files/*.py", "lib/sources/entries.py"),
        ("tests/unit/sources/files", "tests/unit/sources/test_entries.py"),
    ),
)
"""In the order of what a mistake would cost. `*` stands for subfolders too."""
