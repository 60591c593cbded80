"""Retries: how often, how long apart, and when not. Waits grow, have a cap, and are jittered."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from lib import stopping
from lib.errors import WriteUnanswered
from lib.salesforce.failures import Failure, FailureKind, unanswered

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """At most `tries` attempts; the wait before the n-th retry is about `first_s` · 2ⁿ seconds."""

    tries: int = 5
    first_s: float = 0.5
    longest_s: float = 60.0
    sleep: Callable[[float], None] = stopping.pause
    jitter: Callable[[], float] = random.random  # between 0 and 1

    def only(self, tries: int) -> "Patience":
        """The same, with fewer tries."""
        return replace(self, tries=tries)

    def persist(self, call: Callable[[], T], *, is_write: bool, until_cut: bool = False) -> T:
        """The answer of `call`, repeated while its failures pass and repeating is safe.

        Raises the failure's own error, or WriteUnanswered if the answer to a write was lost, or
        StoppedError once the command should end. With `until_cut`, it still begins after that.
        """
        stop = stopping.current()
        for attempt in count():
            if not until_cut or stop.is_cut():
                stop.refuse()
            try:
                return call()
            except Failure as failure:
                if is_write and failure.kind is FailureKind.LOST:
                    raise _lost(failure) from failure
                stop.refuse()
                if not self.can_retry(attempt, failure):
                    raise failure.error from failure
                self.pause(attempt, failure.wait_s)
        raise AssertionError("count() does not end")

    def pause(self, attempt: int, asked_s: float | None = None) -> None:
        """Wait before repeating attempt number `attempt` (from 0), at least as long as asked."""
        wait_s = min(self.longest_s, self.first_s * 2**attempt) * (0.5 + self.jitter() / 2)
        self.sleep(max(wait_s, asked_s or 0.0))

    def can_retry(self, attempt: int, failure: Failure) -> bool:
        """Whether to repeat a call that failed at attempt number `attempt` (from 0)."""
        if failure.kind in (FailureKind.FINAL, FailureKind.EXPIRED):
            return False
        if (failure.wait_s or 0.0) > self.longest_s:
            return False
        return attempt + 1 < (min(2, self.tries) if failure.slow else self.tries)


def _lost(failure: Failure) -> WriteUnanswered:
    return unanswered(
        "Salesforce's answer to a change was lost, so the change may or may not have been made: "
        f"{failure.error.message}"
    )
