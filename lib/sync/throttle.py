"""How many calls are under way at once: all eight while answers come quickly, fewer in trouble.

Calls that write at the same time can get in each other's way: they wait for the same rows, and
share the org's processors with its users. Salesforce also refuses more than 25 requests (5 in
Developer Edition) that take 20 seconds or longer at the same time.
"""

from dataclasses import dataclass

from lib.salesforce.costs import CALLS_AT_ONCE

MOST = CALLS_AT_ONCE
QUICK_S = 10.0
"""An answer that comes within this time is quick."""


@dataclass(slots=True)
class Throttle:
    """The number of calls at once: halved by trouble, one more after a round of quick answers.

    Trouble is a busy server, a locked row, a limit, or a lost answer. Calls that were sent before
    it was halved don't halve it again: they met the same trouble.
    """

    width: int = MOST
    _round: int = 0
    _quick: int = 0  # quick answers in a row

    def begin(self) -> int:
        """A call begins; its number of the round goes to `end`."""
        return self._round

    def end(self, round_: int, seconds: float, *, trouble: bool) -> None:
        """A call of this round has ended after so many seconds."""
        if trouble:
            self._halve(round_)
        elif seconds <= QUICK_S:
            self._grow()
        else:
            self._quick = 0

    def _halve(self, round_: int) -> None:
        self._quick = 0
        if round_ == self._round:
            self.width = max(1, self.width // 2)
            self._round += 1

    def _grow(self) -> None:
        self._quick += 1
        if self._quick >= self.width and self.width < MOST:
            self.width += 1
            self._quick = 0
