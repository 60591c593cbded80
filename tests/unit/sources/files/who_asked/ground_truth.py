"""Who in a made-up file asked, what the reader may do with it, and whether it did.

The reader has two right answers: opt out exactly the people who asked, or refuse the file and name
the column. A person opted out who didn't ask is always wrong. So is a refusal of a file whose
heading and values leave no doubt.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lib.errors import FileUnreadable
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked.choice import UNDECIDED, Choice

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
_FEW_VALUES = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader did with a file: who it opts out, or how it refuses."""

    asked: tuple[str, ...] = ()
    refusal: FileUnreadable | None = None
    left_out: int | None = None
    who_asked: str | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def in_short(self) -> tuple[tuple[str, ...], bool]:
        """The part that has to be the same for files that say the same."""
        return tuple(sorted(self.asked)), self.refusal is not None


@dataclass(frozen=True, slots=True)
class Truth:
    """Who asked. `maybe` may be opted out or not: the file doesn't tell.

    `clear`: the file leaves no doubt, so it may not be refused. `must_refuse`: it contradicts
    itself. `columns` are the headings a refusal may name, with the values of each.
    """

    asked: frozenset[str]
    maybe: frozenset[str] = frozenset()
    clear: bool = False
    must_refuse: bool = False
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def unclear(self) -> "Truth":
        """The same people, and a refusal is fine."""
        return replace(self, clear=False)


def answer_for(path: Path, choice: Choice = UNDECIDED) -> Answer:
    """Read one file to its end."""
    try:
        reading = CsvFile(path, choice=choice, clock=lambda: NOW).reading()
        asked = tuple(one.entry.lower() for one in reading.sightings)
    except FileUnreadable as error:
        return Answer(refusal=error)
    return Answer(
        asked,
        left_out=reading.left_out,
        who_asked=reading.who_asked,
        unreadable=tuple(one.text for one in reading.unreadable),
    )


def faults_in(answer: Answer, truth: Truth) -> list[str]:
    """What is wrong with an answer, in words; nothing when it is right."""
    if answer.refusal is not None:
        return _faults_of_refusal(answer.refusal, truth)
    if truth.must_refuse:
        return [f"not refused, opted out: {', '.join(answer.asked) or 'nobody'}"]
    asked = set(answer.asked)
    wrong = sorted(asked - truth.asked - truth.maybe)
    missed = sorted(truth.asked - asked)
    return [f"opted out without asking: {one}" for one in wrong] + [
        f"asked and was left out: {one}" for one in missed
    ]


def _faults_of_refusal(error: FileUnreadable, truth: Truth) -> list[str]:
    faults = [f"refused a file that leaves no doubt: {error.message}"] if truth.clear else []
    if error.exit_code != 2:
        faults.append(f"exit code {error.exit_code}")
    if truth.columns and not any(_names(error.message, *column) for column in truth.columns):
        faults.append(f"the refusal does not name the column and its values: {error.message}")
    if truth.columns and not all(word in error.remedy for word in ("--where", "--everyone")):
        faults.append(f"the remedy does not name --where and --everyone: {error.remedy}")
    return faults


def _names(message: str, heading: str, cells: tuple[str, ...]) -> bool:
    """Whether a message names a column and, where there are few, each value with its count."""
    text = message.lower()
    counts: dict[str, int] = {}
    for cell in cells:
        value = cell.strip().lower()
        counts[value] = counts.get(value, 0) + 1
    counts.pop("", None)
    if heading.strip().lower() not in text:
        return False
    few = len(counts) <= _FEW_VALUES
    return not few or all(value in text and f"{count:,}" in text for value, count in counts.items())
