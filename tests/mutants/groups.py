"""Which files are changed on trial, and which tests should notice: the parts that decide who is
emailed and what is written."""

from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True, slots=True)
class Group:
    """Files of lib (patterns) and the tests that are expected to notice a change in them.

    `elsewhere`: files that are in another group. `without` leaves out tests that are slow and show
    nothing here, as pytest's -k.
    """

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    without: str = ""

    def holds(self, name: str) -> bool:
        """Whether a file of lib is in the group."""
        return _is_any(name, self.files) and not _is_any(name, self.elsewhere)


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


GROUPS = (
    Group("soql", ("lib/soql/guard/*.py",), ("tests/unit/soql/guard",), without="not careless"),
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
    Group("sync", ("lib/sync/*.py",), ("tests/unit/sync",), elsewhere=("lib/sync/undo/*.py",)),
    Group("undo", ("lib/sync/undo/*.py",), ("tests/unit/sync/undo",)),
    Group(
        "salesforce",
        tuple(
            f"lib/salesforce/{name}*.py"
            for name in ("matching", "door", "patience", "boxes", "records", "paging", "bulk")
        ),
        ("tests/unit/salesforce",),
    ),
    Group(
        "sources",
        ("lib/sources/files/*.py", "lib/sources/entries.py"),
        ("tests/unit/sources/files", "tests/unit/sources/test_entries.py"),
        without="not line_12000",
    ),
)
"""In the order of what a mistake would cost. `*` stands for subfolders too."""
