"""What a story remembers, and small things that all its steps use."""

from collections.abc import Mapping
from typing import Any, ClassVar

from hypothesis import currently_in_test_context, note
from hypothesis.stateful import RuleBasedStateMachine

from lib.practice.acts import people as acts_people
from tests.model.asks import JANGOMAIL, Ask, Sure
from tests.model.house import TABLES, House, Rows
from tests.model.memory import PastRun
from tests.model.people import Record, record_of
from tests.model.rules import Rules, jangomail


class Story(RuleBasedStateMachine):
    """A practice org, its people, and the program. The one who runs it sets `house`."""

    house: ClassVar[House]
    counts: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.house.start_over()
        self.rules = Rules()
        self.refusing: set[str] = set()
        self.has_crowd = False
        self.killed: list[str] = []
        self.updates: dict[str, set[str]] = {}
        self.flips: dict[str, int] = {}
        self.unsure: set[str] = set()
        self.known_runs: set[str] = set()
        self.past: list[PastRun] = []

    def _has_read(self, sure: Sure) -> None:
        """JangoMail was read."""
        for ask in self.rules.asks:
            if ask.can_be_read:
                ask.read = max(ask.read, sure)

    def _may_have_read_report(self, sure: Sure) -> None:
        """JangoMail's complete report was read, so the ledger knows who isn't on it (1.5)."""
        for ask in jangomail(self.rules.asks):
            if ask.listed:
                ask.reported = ask.reported or sure is Sure.YES
            else:
                known = sure if ask.reported else min(sure, Sure.MAYBE)
                ask.resubscribed = max(ask.resubscribed, known)

    def _ask(self, who: str, entry: str) -> None:
        now = self.house.clock.now
        acts_people.unsubscribe(self.house.world, entry)
        self.rules.asks.append(Ask(who, JANGOMAIL, now, now))

    def _tick(self, hours: int = 0) -> None:
        self.house.clock.go(minutes=4, hours=hours)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _records(self) -> dict[str, Record]:
        found = [
            record_of(sobject, row)
            for sobject in ("Contact", "Lead", "Account")
            for row in self.house.rows(sobject).values()
        ]
        return {record.id: record for record in found if record}

    def _living(self) -> list[Record]:
        return [record for record in self._records().values() if not record.is_deleted]

    def _picked(self, pick: int, *, box: bool | None = None) -> Record | None:
        """A record that colleagues can edit."""
        found = [
            one
            for one in self._living()
            if not one.is_converted and (box is None or one.box is box)
        ]
        return found[pick % len(found)] if found else None

    def _tables(self) -> dict[str, Rows]:
        return {name: self.house.rows(name) for name in TABLES}

    def _last_run(self) -> str | None:
        """The run that was killed, if it got as far as the log."""
        runs = self.house.command("history", "--last", "1").told["runs"]
        run_id = str(runs[0]["run_id"]) if runs else None
        return None if run_id in self.known_runs else run_id

    def _changes(self, run_id: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self.house.command("history", "--run", run_id).told[
            "changes"
        ]
        return found


def in_words(change: Mapping[str, Any]) -> str:
    return " ".join(str(change[name]) for name in ("record_id", "address", "outcome", "reason"))


def tell(*lines: str) -> None:
    """Shown with a story that fails, and while it is played again."""
    for line in lines:
        note(line) if currently_in_test_context() else print(line)  # noqa: T201
