"""API calls in words: what a run will take, and what its steps took."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from lib.values import Forecast
from lib.words import by_count, counted, listed, records

STEPS: Mapping[str, str] = {
    "sign_in": "Signing in",
    "looking_up": "Looking up records",
    "opening": "Asking about the org and rights",
    "matching": "Finding the addresses",
    "domains": "Finding whole domains",
    "changed": "Finding what changed",
    "comparing": "Comparing everything",
    "counting": "Counting mailable records",
    "writing": "Opting out",
    "undoing": "Making mailable again",
    "clearing": "Asking who cleared boxes",
    "other": "Everything else",
}
"""The steps of a run, by the code that the log keeps."""

IN_SHORT: Mapping[str, str] = {
    "sign_in": "Signing in",
    "looking_up": "Looking up",
    "opening": "Rights",
    "matching": "Finding",
    "domains": "Domains",
    "changed": "Changes",
    "comparing": "Comparing",
    "counting": "Counting",
    "writing": "Opting out",
    "undoing": "Undoing",
    "clearing": "Who cleared",
    "other": "Other",
}
"""The same as the heading of a narrow column."""

WAYS: Mapping[str, str] = {
    "": "",
    "queries": "queries for these addresses",
    "all_records": "all records with an address",
    "mixed": "queries, and all records of the smaller objects",
    "memory": "what the log remembers",
    "ledger": "queries for everyone who ever unsubscribed",
    "mailable": "all records that can be emailed",
    "collections": "calls of up to 1,000 records",
    "bulk_jobs": "Bulk jobs",
    "bulk_and_calls": "Bulk jobs, and calls of up to 1,000 records for the smaller objects",
}
"""The ways to do a step."""


class Estimated(Protocol):
    """A way to do a step, with its estimate."""

    @property
    def name(self) -> str: ...
    @property
    def calls(self) -> int: ...
    @property
    def why_not(self) -> str: ...


class Step(Protocol):
    """A step of a run, as the log has it."""

    @property
    def step(self) -> str: ...
    @property
    def way(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def calls(self) -> int: ...
    @property
    def records(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def ways(self) -> Sequence[Estimated]: ...


def calls(count: int) -> str:
    """`1 API call`, `12 API calls`."""
    return counted(count, "API call", "API calls")


def in_a_line(step: Step) -> str:
    """`Opting out by calls of up to 1,000 records: 3 API calls, 412 records, 1.2 seconds.`"""
    way = f" by {WAYS.get(step.way, step.way)}" if step.way else ""
    of_records = f", {records(step.records)}" if step.records else ""
    took = f"{calls(step.calls)}{of_records}, {step.seconds:,.1f} seconds"
    considered = f" {estimates(step.ways)}." if step.ways else ""
    why = f" {step.why}" if step.why else ""
    return f"{STEPS.get(step.step, step.step)}{way}: {took}.{considered}{why}"


def estimates(ways: Sequence[Estimated]) -> str:
    """`Estimates: queries for these addresses (2 API calls), …`, and why a way can't be used."""
    return f"Estimates: {listed([_estimate(each) for each in ways])}"


def _estimate(way: Estimated) -> str:
    name = WAYS.get(way.name, way.name)
    return f"{name} ({way.why_not or calls(way.calls)})"


def forecast(
    found: Forecast, time_in_words: Callable[[datetime], str], *, of_undo: bool = False
) -> list[str]:
    """What a run or an undo takes, and what the org has left, in sentences.

    `time_in_words` is how a screen shows a time.
    """
    fits = (_fits_of_undo if of_undo else _fits)(found)
    takes = _takes(found, "undo" if of_undo else "run")
    sentences = [takes, _leaves(found), fits, _comes_back(found, time_in_words)]
    return [sentence for sentence in sentences if sentence]


def expected(found: Forecast) -> str:
    """The same of a run that has ended, in a sentence."""
    total = calls(found.so_far + found.to_come)
    left = ""
    if found.left is not None and found.limit is not None:
        left = f", with {found.left:,} of the org's {found.limit:,} left in 24 hours"
    return f"Before its first write, the run expected to take {total}{left}."


def _takes(found: Forecast, what: str) -> str:
    if not found.to_come:
        return f"The {what} takes {calls(found.so_far)}."
    total = calls(found.so_far + found.to_come)
    return (
        f"The {what} takes about {total}: {found.so_far:,} to find the records and about "
        f"{found.to_come:,} to write {records(found.records)}."
    )


def _leaves(found: Forecast) -> str:
    if found.left is None or found.limit is None:
        return "Salesforce doesn't say how many API calls the org has left."
    return f"The org has {found.left:,} of {calls(found.limit)} left in 24 hours."


def _fits(found: Forecast) -> str:
    if found.fits >= found.records:
        return ""
    return by_count(
        found.fits,
        "None of these records fits below the cap of API calls, so they wait for the next run.",
        f"Only 1 of {records(found.records)} fits below the cap of API calls. The rest waits for "
        "the next run.",
        f"{{n}} of {records(found.records)} fit below the cap of API calls: those of the people "
        "who have waited longest. The rest waits for the next run.",
    )


def _fits_of_undo(found: Forecast) -> str:
    if found.fits >= found.records:
        return ""
    return by_count(
        found.fits,
        "None of these records fits below the cap of API calls. Undo the run when calls are back.",
        f"Only 1 of {records(found.records)} fits below the cap of API calls. Undo the run again "
        "when calls are back.",
        f"Only about {{n}} of {records(found.records)} fit below the cap of API calls. Undo the "
        "run again when calls are back.",
    )


def _comes_back(found: Forecast, time_in_words: Callable[[datetime], str]) -> str:
    if found.frees_at is None or not found.used:
        return ""
    at = time_in_words(found.frees_at)
    return f"Used calls come back after 24 hours, the next ones at about {at}."
