"""Undo of any run, at any time, killed or not, and what it must and must not take back."""

from collections.abc import Collection

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model import judge
from tests.model.asks import JANGOMAIL, Sure
from tests.model.judged_run import JudgedRun
from tests.model.memory import PastRun
from tests.model.people import Record, is_at
from tests.model.rules import Word
from tests.model.story import in_words, tell

_DIES_AT = st.sampled_from((0, 0, 0)) | st.integers(1, 160)


class Undos(JudgedRun):
    """Steps of a story that take a run back."""

    @rule(back=st.integers(0, 3), dies_at=_DIES_AT)
    @precondition(lambda self: self.past)
    def a_run_is_taken_back(self, back: int, dies_at: int) -> None:
        """One of the last runs that opted someone out."""
        self._tick()
        run = self.past[-1 - back % len(self.past)]
        if self._preview(run):
            self._undo(run, dies_at)

    def _preview(self, run: PastRun) -> bool:
        """Whether there is anything left to take back, after an earlier undo."""
        before, records = self._tables(), self._records()
        ended = self.house.command("undo", run.run_id, "--dry-run")
        if ended.code == 2:
            self._takes_back(run, records, ())
            return False
        assert ended.code == 0, ended
        assert not judge.nothing_else_changed(before, self._tables())
        changes = self._changes(ended.told["run_id"])
        self.known_runs.add(ended.told["run_id"])
        judge.numbers_add_up(ended, changes)
        back = {one["record_id"] for one in changes if one["outcome"] == "planned"}
        self._takes_back(run, records, back)
        return True

    def _undo(self, run: PastRun, dies_at: int) -> None:
        tables, records = self._tables(), self._records()
        ended = self.house.command("undo", run.run_id, "--yes", dies_at=dies_at)
        self._count("undo killed" if ended.killed else "undo")
        flipped = judge.nothing_else_changed(tables, self._tables(), to=False)
        run_id = ended.told.get("run_id") or self._last_run()
        self.known_runs.add(run_id or "")
        changes = self._changes(run_id) if run_id else []
        tell(f"# undo {ended.told or 'killed'}", *(f"#   {in_words(one)}" for one in changes))
        self._takes_back(run, records, flipped, whole=not ended.killed)
        if not ended.killed:
            judge.numbers_add_up(ended, changes)
            updated = {one["record_id"] for one in changes if one["outcome"] == "updated"}
            assert updated == flipped, (updated, flipped)
        sure = Sure.MAYBE if ended.killed and not flipped else Sure.YES
        self._forget(run, sure)
        for record_id in flipped:
            self.rules.memory.undone(records[record_id], self.house.clock.now)

    def _takes_back(
        self,
        run: PastRun,
        records: dict[str, Record],
        back: Collection[str],
        *,
        whole: bool = True,
    ) -> None:
        """The boxes that go back are those the rules name (5)."""
        for record in records.values():
            verdict = self.rules.untick(record, run)
            goes = record.id in back
            assert not (goes and verdict.word is Word.NOT), f"took back {record}: {verdict.why}"
            if whole:
                assert goes or verdict.word is not Word.MUST, f"left {record}: {verdict.why}"

    def _forget(self, run: PastRun, sure: Sure) -> None:
        """What the run acted on no longer counts: for its records, or at all (a file's)."""
        if run.file is not None:
            for ask in run.file.asks:
                ask.withdrawn = max(ask.withdrawn, sure)
            return
        for record_id, who in run.planned.items():
            for ask in self.rules.asks:
                concerned = ask.who == who or is_at(who, ask.who)
                if concerned and ask.source == JANGOMAIL and ask.not_after <= run.at:
                    self.rules.bar(record_id, ask, sure)
