"""The cap of a connection's API calls: shares of the org's daily limit (rules.md, 4.5)."""

from dataclasses import dataclass

DAY_PERCENT = 80
RUN_PERCENT = 25


@dataclass(frozen=True, slots=True)
class CallCap:
    """`a_day` counts everyone's calls in 24 hours, `a_run` those of a single run; in percent."""

    a_day: int = DAY_PERCENT
    a_run: int = RUN_PERCENT

    def calls_a_day(self, limit: int) -> int:
        """From this many calls of the whole org on, no run makes another."""
        return limit * self.a_day // 100

    def calls_a_run(self, limit: int) -> int:
        """The most calls of a single run."""
        return limit * self.a_run // 100

    def left(self, made: int, used: int, limit: int) -> int:
        """The calls that a run may still make after `made`, when the org has `used` in all."""
        return max(0, min(self.calls_a_day(limit) - used, self.calls_a_run(limit) - made))


USUAL = CallCap()
