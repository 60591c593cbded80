"""How far a long step of a run is, written to the log now and then."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from lib.values import Progress

Item = TypeVar("Item")
Show = Callable[[Progress], None]

_EVERY_S = 0.5
_LOOK_EVERY = 500  # items


def show_nothing(_progress: Progress) -> None:
    """No one looks."""


@dataclass(slots=True)
class Showing:
    """A step of a run. `total` is 0 if it isn't known; it's at least what is done."""

    show: Show
    phase: str
    total: int = 0
    done: int = 0
    shown_at: float = field(default_factory=time.monotonic)

    def step(self, more: int) -> None:
        """More is done."""
        self.done += more
        now = time.monotonic()
        if now - self.shown_at >= _EVERY_S:
            self.shown_at = now
            done = min(self.done, self.total) if self.total else self.done
            self.show(Progress(self.phase, done, self.total))

    def to(self, done: int, total: int) -> None:
        """This many of the total are done."""
        self.total = total
        self.step(done - self.done)

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items; each is done once the next one is asked for."""
        count = 0
        for item in items:
            yield item
            count += 1
            if count == _LOOK_EVERY:
                self.step(count)
                count = 0
